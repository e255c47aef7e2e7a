"""What is trained: an encoder, which becomes the features, and what makes it learn something.

The encoder is VGG's kind (Simonyan and Zisserman 2015) at a tenth of its size, with batch
normalisation (Ioffe and Szegedy 2015), which is folded into the convolutions when it is done. Its
first convolution repeats the picture's border, as :class:`core.features.network.Features` does.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable
from itertools import pairwise
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.features.descriptor import Convolution, Roles, vgg
from core.features.models.alexnet import IMAGENET
from core.features.weights.folding import fold_normalization

INPUT = IMAGENET

STEPS = vgg((32, 32), (64, 64), (128, 128), (256, 256))

STRIDE = 8
"""Of the deepest layer: pictures' sides are multiples of it."""

ROLES = Roles(
    style={"relu1_1": 8.0, "relu2_1": 4.0, "relu3_1": 2.0, "relu4_1": 0.5, "relu4_2": 0.1},
    content={"relu3_1": 20.0},
    matching={"relu3_1": 16.0, "relu4_1": 16.0},
)
"""VGG's by depth, but for the content: held on to by relu4_1, which knows little after a short
training, towns dissolve."""

NOISE = 0.1
"""Standard deviation of what is added to the pictures that an auto-encoder is to give back clean.
Without it the identity is a way to do that, and features of single pixels will do."""

SMOOTHING = 0.1
"""Of the labels (Szegedy et al. 2016)."""


class Encoder(nn.Module):
    """The steps of the features-to-be: shape (count, 256, size / 8, size / 8) of RGB in 0..1."""

    mean: Tensor
    deviation: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(INPUT.mean).view(1, 3, 1, 1), persistent=False)
        deviation = torch.tensor(INPUT.deviation).view(1, 3, 1, 1)
        self.register_buffer("deviation", deviation, persistent=False)
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        channels = 3
        for step in STEPS:
            if isinstance(step, Convolution):
                layers[step.weights] = nn.Conv2d(
                    channels, step.channels, step.kernel, step.stride, step.padding,
                    bias=False, padding_mode="zeros" if layers else "replicate",
                )  # fmt: skip
                layers[f"norm_{step.weights}"] = nn.BatchNorm2d(step.channels)
                layers[step.name] = nn.ReLU()
                channels = step.channels
            else:
                layers[f"pool{len(layers)}"] = nn.MaxPool2d(step.kernel, step.stride, step.padding)
        self.layers = nn.Sequential(layers)

    def forward(self, pictures: Tensor) -> Tensor:
        found: Tensor = self.layers((pictures - self.mean) / self.deviation)
        return found

    def tensors(self) -> dict[str, Tensor]:
        """Weights and biases as a feature network has them, on the CPU."""
        found: dict[str, Tensor] = {}
        layers = dict(self.layers.named_children())
        for name, layer in layers.items():
            if isinstance(layer, nn.Conv2d):
                norm = layers[f"norm_{name}"]
                assert isinstance(norm, nn.BatchNorm2d)
                weight, bias = fold_normalization(layer.weight, norm)
                found |= {f"{name}.weight": weight, f"{name}.bias": bias}
        return found


class Model(nn.Module, ABC):
    """What is trained: an encoder and what is behind it.

    Pictures are RGB in 0..1, shape (count, 3, size, size); labels and what is told of each picture
    have shape (count,).
    """

    encoder: Encoder
    unlearnt: ClassVar[str]
    """How :meth:`blind` comes to its score, behind one told in words."""

    @abstractmethod
    def loss(self, pictures: Tensor, labels: Tensor, noise: Tensor) -> Tensor:
        """What training lowers; ``noise`` is standard normal, of the pictures' shape."""

    @abstractmethod
    def score(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """How it does on pictures it has not learnt from."""

    @abstractmethod
    def blind(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """What the score would be without having learnt anything."""

    @staticmethod
    @abstractmethod
    def told(score: float) -> str:
        """A mean score in words."""


class Autoencoder(Model):
    """Gives back a picture out of its features, from one with noise on it (Vincent et al. 2008)."""

    unlearnt = "with one colour each"

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.encoder = Encoder()
        widths = [step.channels for step in STEPS if isinstance(step, Convolution)][::-2]
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [
                nn.Conv2d(before, after, 3, padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
                nn.Upsample(scale_factor=2),
            ]
        self.decoder = nn.Sequential(*layers, nn.Conv2d(widths[-1], 3, 3, padding=1))

    def forward(self, pictures: Tensor) -> Tensor:
        found: Tensor = self.decoder(self.encoder(pictures))
        return found * self.encoder.deviation + self.encoder.mean

    def loss(self, pictures: Tensor, labels: Tensor, noise: Tensor) -> Tensor:
        return functional.mse_loss(self(pictures + NOISE * noise), pictures)

    def score(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """Mean squared error."""
        away: Tensor = self(pictures).clamp(0, 1) - pictures
        return away.square().mean(dim=(1, 2, 3))

    def blind(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """That of each picture's mean colour."""
        return pictures.var(dim=(2, 3), correction=0).mean(dim=1)

    @staticmethod
    def told(score: float) -> str:
        return f"PSNR {-10 * math.log10(max(score, 1e-12)):.1f} dB"


class Classifier(Model):
    """Tells a picture's class from the mean of its features, linearly."""

    unlearnt = "by chance"

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.encoder = Encoder()
        width = next(step.channels for step in STEPS[::-1] if isinstance(step, Convolution))
        self.head = nn.Linear(width, classes)

    def forward(self, pictures: Tensor) -> Tensor:
        found: Tensor = self.head(self.encoder(pictures).mean(dim=(-2, -1)))
        return found

    def loss(self, pictures: Tensor, labels: Tensor, noise: Tensor) -> Tensor:
        return functional.cross_entropy(self(pictures), labels, label_smoothing=SMOOTHING)

    def score(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """1 where it is right."""
        found: Tensor = self(pictures).argmax(dim=1) == labels
        return found.float()

    def blind(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """Chance."""
        return torch.full(labels.shape, 1 / self.head.out_features)

    @staticmethod
    def told(score: float) -> str:
        return f"{100 * score:.1f} % right"


MODELS: dict[str, Callable[[int], Model]] = {"autoencoder": Autoencoder, "classifier": Classifier}
"""By the task's name; each is made for so many classes."""
