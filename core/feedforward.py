"""Instant: one pass through a network, no optimisation.

AdaIN (Huang and Belongie 2017): the content's relu4_1 features take on the mean and the standard
deviation of the style's, per channel, and a trained decoder makes a picture of them. Here the
means and deviations are those of the region, from a soft mask. A neuron that sees across the
region's border goes over to those of the whole picture: measured by the region's alone, what lies
beyond it can be any number of deviations away, and the decoder burns out there.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.bridge.geometry import Extent
from core.features.adain import DECODER_BLOCKS
from core.features.network import Features
from core.imaging import Picture, fit
from core.regions import Region, layer_weights
from core.statistics import statistics

LAYER = "relu4_1"
STRIDE = 8


class Decoder(nn.Module):
    """From relu4_1 features, shape (1, 512, h, w), to a picture, shape (1, 3, 8h, 8w)."""

    def __init__(self, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        steps: list[nn.Module] = []
        for number, block in enumerate(DECODER_BLOCKS, 1):
            for place, (inputs, outputs) in enumerate(block, 1):
                with torch.device("meta"):
                    convolution = nn.Conv2d(inputs, outputs, 3, padding=1, padding_mode="reflect")
                name = f"conv{number}_{place}"
                convolution.weight = nn.Parameter(tensors[f"{name}.weight"])
                convolution.bias = nn.Parameter(tensors[f"{name}.bias"])
                steps += [convolution, nn.ReLU(inplace=True)]
            if block is not DECODER_BLOCKS[-1]:
                steps.append(nn.Upsample(scale_factor=2, mode="nearest"))
        self._sequence = nn.Sequential(*steps[:-2])
        self._last = convolution
        self.requires_grad_(False)
        self.eval()

    def forward(self, features: Tensor) -> Tensor:
        # In bfloat16 a picture would have 8 bits; only its last convolution needs more.
        flow = functional.pad(self._sequence(features).float(), (1, 1, 1, 1), mode="reflect")
        weight, bias = self._last.parameters()
        return functional.conv2d(flow, weight.float(), bias.float())


@torch.inference_mode()
def paint(content: Picture, region: Region, encoder: Features, decoder: Decoder) -> Tensor:
    """Paint a region in one pass.

    Args:
        content: the picture at the size of the work.
        region: its mask of the content's size.
        encoder: VGG-19 with reflection padding.
        decoder: AdaIN's.

    Returns:
        A picture of the content's size, painted wherever the mask is above 0; elsewhere what the
        network made of the surroundings.
    """
    dtype = next(decoder.parameters()).dtype
    padded, mask = _pad(content.color), _pad(region.mask * content.alpha)
    features = encoder(padded.to(dtype), [LAYER])[LAYER]
    style = style_statistics(region.style, content.extent, encoder)
    inner = layer_weights(mask, encoder.network, [LAYER])[LAYER]
    everywhere = layer_weights(_pad(content.alpha), encoder.network, [LAYER])[LAYER]
    target = torch.lerp(
        _restyle(features, everywhere, style), _restyle(features, inner, style), inner
    )
    mixed = torch.lerp(features.float(), target, region.strength)
    painted: Tensor = decoder(mixed.to(dtype))
    if region.strength < 1:
        # What the decoder can't say of the content comes back as the style recedes, so that
        # strength 0 is the content itself. The paper's alpha leaves the decoder's blur there.
        lost = padded - decoder(features)
        painted = painted + (1 - region.strength) * lost
    width, height = content.extent
    return painted[..., :height, :width].clamp(0, 1)


def _restyle(features: Tensor, weights: Tensor, style: tuple[Tensor, Tensor]) -> Tensor:
    """The features with the style's mean and deviation instead of those under the weights."""
    mean, deviation = _spread(features, weights)
    return (features.float() - mean) / deviation * style[1] + style[0]


def style_statistics(style: Picture, content: Extent, encoder: Features) -> tuple[Tensor, Tensor]:
    """Mean and deviation of a style, seen at the content's scale."""
    dtype = next(encoder.parameters()).dtype
    small = style.resize(fit(style.extent, content.long_side))
    features = encoder(_pad(small.color).to(dtype), [LAYER])[LAYER]
    weights = layer_weights(_pad(small.alpha), encoder.network, [LAYER])[LAYER]
    return _spread(features, weights)


def _spread(features: Tensor, weights: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation per channel, shape (1, channels, 1, 1) each."""
    found = statistics(features, weights)
    deviation = found.covariance.diagonal().clamp(min=0).add(1e-5).sqrt()
    return found.mean.view(1, -1, 1, 1), deviation.view(1, -1, 1, 1)


def _pad(picture: Tensor) -> Tensor:
    """Whole strides, and room for reflection padding at the deepest layer."""
    height, width = picture.shape[-2:]
    down = max(2 * STRIDE, -(-height // STRIDE) * STRIDE) - height
    right = max(2 * STRIDE, -(-width // STRIDE) * STRIDE) - width
    return functional.pad(picture, (0, right, 0, down), mode="replicate")
