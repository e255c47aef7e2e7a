"""A network as data: its layers, its receptive fields, and where its weights come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from core.bridge.errors import BadInput


@dataclass(frozen=True)
class Source:
    """A file of trained weights inside a source distribution on the Python package index."""

    package: str
    version: str
    archive_sha256: str
    member: str
    """The file's path inside the archive, below its top folder."""
    member_sha256: str
    licence: str
    credit: str


@dataclass(frozen=True)
class Weights:
    """Trained weights as Impasto keeps them.

    Attributes:
        name: of the safetensors file, without its ending.
        source: where they come from.
        keys: the source's key for each of ours.
        digest: sha256 over names, shapes and bytes of the tensors in our file; see
            :func:`core.features.store.digest`.
        input_mean, input_scale, input_bgr: how the source's first convolution wants a picture:
            ``(rgb * scale - mean)``, mean in the order of the channels it takes, which are blue,
            green, red where ``input_bgr``. Folded into its weights when they are converted, so
            that every network here takes RGB in 0..1.
    """

    name: str
    source: Source
    keys: Mapping[str, str]
    digest: str
    input_mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    input_scale: float = 1.0
    input_bgr: bool = False


@dataclass(frozen=True)
class Layer:
    """One layer's place in the network.

    Attributes:
        name: as in the papers, ``relu4_1``.
        channels: how many features it has.
        stride: pixels of the picture between two of its neurons.
        field: pixels of the picture that one neuron sees, along a side.
    """

    name: str
    channels: int
    stride: int
    field: int


@dataclass(frozen=True)
class Network:
    """A feature network built of 3x3 convolutions, each with a ReLU, and 2x2 max pooling.

    Attributes:
        name: what users call it.
        blocks: channel counts of the convolutions, block by block; a pooling between blocks.
        weights: its trained weights.
    """

    name: str
    blocks: tuple[tuple[int, ...], ...]
    weights: Weights

    @cached_property
    def layers(self) -> dict[str, Layer]:
        """Every ReLU by name, in the order the picture passes them."""
        found: dict[str, Layer] = {}
        field, stride = 1, 1
        for block, convolutions in enumerate(self.blocks, start=1):
            if block > 1:
                field, stride = field + stride, stride * 2
            for number, channels in enumerate(convolutions, start=1):
                field += 2 * stride
                name = f"relu{block}_{number}"
                found[name] = Layer(name, channels, stride, field)
        return found

    def layer(self, name: str) -> Layer:
        """Look a layer up. Raises BadInput with the list of known ones."""
        if name not in self.layers:
            known = ", ".join(self.layers)
            raise BadInput(f"{self.name} has no layer '{name}': it has {known}.")
        return self.layers[name]
