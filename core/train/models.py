"""The models that are trained: an encoder, which becomes the feature network, and a task's head.

The encoder is a VGG (Simonyan and Zisserman 2015) of a tenth of the size, with batch normalisation
(Ioffe and Szegedy 2015), which is folded into the convolutions after training. Its first
convolution pads by repeating the picture's border, as :class:`core.features.chain.ChainNetwork`
does.
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
"""Of the deepest layer, in pixels. The sides of the pictures are multiples of it."""

ROLES = Roles(
    style={"relu1_1": 8.0, "relu2_1": 4.0, "relu3_1": 2.0, "relu4_1": 0.5, "relu4_2": 0.1},
    content={"relu3_1": 20.0},
    matching={"relu3_1": 16.0, "relu4_1": 16.0},
)
"""VGG's at the same depths, but for the content. relu4_1 knows little after a short training: with
content at relu4_1, towns dissolve."""

NOISE = 0.1
"""Standard deviation of the noise on the pictures that an autoencoder has to restore. Without noise
it could learn the identity, for which features of single pixels suffice."""

SMOOTHING = 0.1
"""Label smoothing of the classifier (Szegedy et al. 2016)."""


class Encoder(nn.Module):
    """The encoder: from RGB in 0..1 to features, shape (count, 256, size / 8, size / 8)."""

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
        """The weights and biases of the feature network, on the CPU."""
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
    """An encoder with the head of a task.

    Pictures are RGB in 0..1, shape (count, 3, size, size). Labels and scores have shape (count,).
    """

    encoder: Encoder
    unlearnt: ClassVar[str]
    """How :meth:`blind` comes to its score, behind one told in words."""

    @abstractmethod
    def loss(self, pictures: Tensor, labels: Tensor, noise: Tensor) -> Tensor:
        """The loss, shape (). ``noise`` is standard normal, of the pictures' shape."""

    @abstractmethod
    def score(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """The score of each picture; it is taken of pictures that were held out."""

    @abstractmethod
    def blind(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """The score of each picture by a model that has learnt nothing."""

    @staticmethod
    @abstractmethod
    def told(score: float) -> str:
        """A mean score in words."""


class Autoencoder(Model):
    """Restores a picture from its noisy version, through the features (Vincent et al. 2008)."""

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
        """The mean squared error of each picture's mean colour."""
        return pictures.var(dim=(2, 3), correction=0).mean(dim=1)

    @staticmethod
    def told(score: float) -> str:
        return f"PSNR {-10 * math.log10(max(score, 1e-12)):.1f} dB"


class Classifier(Model):
    """Tells the class of a picture by a linear function of the mean of its features."""

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
        """1 where the class is right, else 0."""
        found: Tensor = self(pictures).argmax(dim=1) == labels
        return found.float()

    def blind(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """The probability of a right guess."""
        return torch.full(labels.shape, 1 / self.head.out_features)

    @staticmethod
    def told(score: float) -> str:
        return f"{100 * score:.1f} % right"


MODELS: dict[str, Callable[[int], Model]] = {"autoencoder": Autoencoder, "classifier": Classifier}
"""By the name of the task; each is made for a number of classes."""
