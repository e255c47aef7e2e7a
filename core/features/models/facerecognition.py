"""An embedding of who a face is like: 128 numbers, which are near to each other for one person.

King, "High quality face recognition with deep metric learning" (dlib's blog, 2017): a small
residual network (He et al. 2016), whose embeddings lie within 0.6 of each other for one person and
farther apart for two. face-api holds it with most weights rounded to 8 bits. It is a judge of the
benchmark, and no part of a painting.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.features.descriptor import Input, Weights, WeightsSource

SIDE = 150
"""Side in pixels of the square that the network sees."""

SAME = 0.6
"""The distance of two embeddings below which they are of one person, as its author says."""

PLACES = (
    (0.317, 0.311),
    (0.670, 0.311),
    (0.493, 0.585),
    (0.336, 0.687),
    (0.651, 0.687),
)
"""Where both eyes, the nose and both corners of the mouth lie in the square, as shares of its side:
dlib's mean face, with a quarter of its size around it."""

FIRST = "conv32_down"


@dataclass(frozen=True)
class Block:
    """Two convolutions, whose result is added to what came in.

    Attributes:
        name: of its tensors.
        halved: the first convolution has a stride of 2, and what came in is averaged 2 by 2.
    """

    name: str
    halved: bool = False


BLOCKS = (
    *(Block(f"conv32_{number}") for number in (1, 2, 3)),
    Block("conv64_down", halved=True),
    *(Block(f"conv64_{number}") for number in (1, 2, 3)),
    Block("conv128_down", halved=True),
    *(Block(f"conv128_{number}") for number in (1, 2)),
    Block("conv256_down", halved=True),
    *(Block(f"conv256_{number}") for number in (1, 2)),
    Block("conv256_down_out", halved=True),
)

_PARTS = {
    "weight": "conv/filters",
    "bias": "conv/bias",
    "gain": "scale/weights",
    "shift": "scale/biases",
}


def _keys() -> dict[str, str]:
    convolutions = [FIRST, *(f"{block.name}/conv{n}" for block in BLOCKS for n in (1, 2))]
    found = {
        f"{name.replace('/', '.')}.{ours}": f"{name}/{theirs}"
        for name in convolutions
        for ours, theirs in _PARTS.items()
    }
    return {**found, "fc": "fc"}


WEIGHTS = Weights(
    name="face-recognition",
    source=WeightsSource(
        package="@vladmandic/face-api",
        version="1.7.15",
        archive_sha256="0d77fffeef362ef9c0939cf6c567f3a2e8e177f114fa257a3270cbd2e509b031",
        member="model/face_recognition_model-weights_manifest.json",
        member_sha256="cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b",
        licence="MIT",
        credit="Davis King; converted by Vincent Mühler, packed by Vladimir Mandic",
        archive="npm",
        beside=("model/face_recognition_model.bin",),
    ),
    keys=_keys(),
    digest="8987e8834d65da5d09054c123c8b8c68caa3b8817030784dd0d802c801d74b1e",
    input=Input(mean=(122.782, 117.001, 104.298), deviation=(255.0, 255.0, 255.0), scale=255.0),
)
