"""Pastiche: one forward pass through a network that has learnt 26 styles.

Dumoulin, Shlens and Kudlur 2017, "A learned representation for artistic style": behind each
convolution, each channel is given the mean and the standard deviation that were learnt for the
style. A mixture of styles is a mixture of these.

A departure: the channels' own means and deviations are those of the region, under its soft mask. At
positions that see across the region's border they pass into those of the whole picture, as in
:mod:`core.onepass.instant`.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box
from core.bridge.contract.pastiches import NAMES
from core.bridge.contract.weighted import weighted
from core.features.descriptor import Layer
from core.features.models.pastiche import (
    CONTRACT,
    EXPAND,
    GRIDS,
    RESIDUAL,
    STEPS,
    STRIDE,
    StyledConvolution,
)
from core.features.regions import position_weights
from core.features.spread import Spread, mixed, restyle, spread
from core.pixels.imaging import Picture, pad
from core.pixels.seamless import repeated
from core.system.stopping import ShouldStop, ask

_BAND_PIXELS = 1 << 19
"""Pixels of a convolution's input that are convolved at once. With ``_CHANNELS`` this takes 190
bytes of memory for each pixel of the picture; without both it took 540."""

_CHANNELS = 4
"""Channels whose mean and deviation are replaced at once."""

_FAR = 1000.0
"""The largest feature. Where a speck is all that is visible, what lies around it is any number of
the speck's deviations away, in each layer again, and would end beyond all numbers."""


def parse(text: str) -> Mapping[int, float]:
    """A style or a mixture of styles, from a person's text.

    Args:
        text: ``7``, ``stained glass``, or several with weights, ``3=0.5, embers=0.5``.

    Returns:
        The weight of each style by its number, from 1; they sum to 1.

    Raises:
        BadInput: there is no style, an unknown one, or no weight above 0.
    """
    found: dict[int, float] = {}
    for name, weight in weighted(text).items():
        number = _number(name)
        found[number] = found.get(number, 0.0) + weight
    if not found:
        raise BadInput("There is no pastiche style yet: choose {names}.", names=_known())
    total = sum(found.values())
    return {number: weight / total for number, weight in found.items() if weight}


def _number(name: str) -> int:
    for number, known in enumerate(NAMES, 1):
        if name.lower() in (known, str(number)):
            return number
    raise BadInput(
        "There is no pastiche style '{name}': choose {names}.", name=name, names=_known()
    )


def _known() -> str:
    return ", ".join(f"{number} {name}" for number, name in enumerate(NAMES, 1))


class PasticheNetwork:
    """The network, ready to paint."""

    def __init__(self, tensors: Mapping[str, Tensor], *, wraps: bool = False) -> None:
        """Build on trained tensors, on the device to paint on.

        With ``wraps`` pictures repeat; otherwise they are padded by reflection, as in training.

        They stay float32. In bfloat16, on a CPU that multiplies it, a pass takes 0.9 of the time,
        and some pixels are wrong by 0.12: each normalisation scales up the error before it.
        """
        self._wraps = wraps
        self._kernels = {step.name: tensors[f"{step.name}.weight"] for step in STEPS}
        self._learnt = {
            step.name: [
                Spread(*(row.view(1, -1, 1, 1) for row in rows))
                for rows in zip(
                    tensors[f"{step.name}.shift"], tensors[f"{step.name}.scale"], strict=True
                )
            ]
            for step in STEPS
        }

    @torch.inference_mode()
    def paint(
        self,
        content: Picture,
        mask: Tensor,
        styles: Mapping[int, float],
        strength: float | Tensor,
        should_stop: ShouldStop,
    ) -> Tensor:
        """Paint a region in one pass.

        Args:
            content: the picture.
            mask: of the region, shape (1, 1, height, width) of the picture.
            styles: the weight of each style by its number, as :func:`parse` gives them.
            strength: 0 (the content) to 1 (the style): the opacity of the painting over the
                content, as the network has no style that is the content. Or that of each pixel, of
                the mask's shape.
            should_stop: asked before each convolution.

        Returns:
            A picture of the content's size. Outside the region it holds the network's picture of
            the surroundings.

        Raises:
            Stopped: ``should_stop`` returned True.
        """
        alpha = pad(content.alpha, STRIDE)
        region = pad(mask, STRIDE) * alpha
        shrunk = {
            stride: (functional.avg_pool2d(region, stride), functional.avg_pool2d(alpha, stride))
            for stride in {grid.stride for grid in GRIDS.values()}
        }

        def styled(step: StyledConvolution, flow: Tensor) -> Tensor:
            ask(should_stop)
            learnt = self._learnt[step.name]
            style = mixed((learnt[number - 1], weight) for number, weight in styles.items())
            features = _convolved(step, flow, self._kernels[step.name], self._wraps)
            stride, layer = GRIDS[step.name]
            return _restyle(features, style, layer, *shrunk[stride])

        flow = pad(content.color, STRIDE)
        for step in CONTRACT:
            flow = styled(step, flow).relu_()
        for first, second in RESIDUAL:
            flow = flow + styled(second, styled(first, flow).relu_())
        *inner, last = EXPAND
        for step in inner:
            flow = styled(step, flow).relu_()
        painted = styled(last, flow).sigmoid_()
        width, height = content.extent
        weight = torch.as_tensor(strength, dtype=mask.dtype, device=mask.device)
        return torch.lerp(content.color, painted[..., :height, :width], weight)


def _convolved(step: StyledConvolution, flow: Tensor, kernel: Tensor, wraps: bool) -> Tensor:
    """The step's convolution, in bands of rows, so that only a band is padded at once."""
    if step.doubles:
        flow = functional.interpolate(flow, scale_factor=2.0, mode="nearest")
    reach = step.kernel // 2
    height, width = flow.shape[-2:]
    stride = step.stride
    made = flow.new_empty(1, step.channels, height // stride, width // stride)
    rows = max(1, _BAND_PIXELS // (width * stride)) * stride
    for y in range(0, height, rows):
        above, below = y - reach, min(y + rows, height) + reach
        if wraps:
            band = repeated(flow, Box(-reach, above, width + 2 * reach, below - above))
        else:
            band = flow[..., max(0, above) : below, :]
            beyond = (reach, reach, max(0, -above), max(0, below - height))
            band = functional.pad(band, beyond, mode="reflect")
        made[..., y // stride : (y + rows) // stride, :] = functional.conv2d(
            band, kernel, stride=stride
        )
    return made


def _restyle(
    features: Tensor, style: Spread, layer: Layer, region: Tensor, alpha: Tensor
) -> Tensor:
    """The features with the style's spread in place of the region's, and outside of the picture's.

    This works in place and on few channels at a time, which are independent of each other. All at
    once would take the memory of the features a second time.
    """
    inside = position_weights(region, layer)
    uniform = bool((inside == inside[0, 0]).all())
    visible = torch.ones_like(inside) if uniform else position_weights(alpha, layer)
    for part, mean, deviation in zip(
        *(torch.split(values, _CHANNELS, dim=1) for values in (features, *style)), strict=True
    ):
        learnt = Spread(mean, deviation)
        changed = restyle(part, spread(part, visible), learnt)
        if not uniform:
            changed.lerp_(restyle(part, spread(part, inside), learnt), inside)
        part.copy_(changed.clamp_(-_FAR, _FAR))
    return features
