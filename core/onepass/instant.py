"""Instant: AdaIN and style swap, one forward pass without optimisation.

AdaIN (Huang and Belongie 2017): the content's features at relu4_1 are given the style's mean and
standard deviation per channel, and a trained decoder makes a picture of them. Here a share of them
is made of the style's own patches first (:mod:`core.onepass.swap`), and the mixture is given the
style's mean and deviation once more: means of patches have less.

A departure: the content's own means and deviations are those of the region, under its soft mask. At
positions that see across the region's border they pass into those of the whole picture. What lies
beyond the border can be many of the region's deviations away from its mean, which saturates the
decoder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.bridge import VERSION
from core.bridge.contract.geometry import Extent
from core.features import remembered
from core.features.convolutions import choice
from core.features.convolutions.algorithm import Algorithm, Ordinary
from core.features.models.adain import DECODER_BLOCKS
from core.features.network import FeatureNetwork
from core.features.regions import layer_weights, support
from core.features.spread import Spread, mixed, restyle, spread
from core.onepass.swap import StylePatches, swapped
from core.pixels.imaging import Picture, pad
from core.system.recent import Recent
from core.system.stopping import ShouldStop, ask

LAYER = "relu4_1"
STRIDE = 8

SWAPPED = 0.5
"""The share of the features that is made of the style's patches."""


class InstantStyle(NamedTuple):
    """What is known of a style at one scale.

    Attributes:
        spread: of its features.
        patches: of its features, in half precision, which they are kept in.
    """

    spread: Spread
    patches: StylePatches

    @classmethod
    def of(cls, tensors: Mapping[str, Tensor]) -> InstantStyle:
        """From the tensors that :meth:`tensors` gave."""
        return cls(
            Spread(*(tensors[name] for name in Spread._fields)),
            StylePatches(*(tensors[name] for name in StylePatches._fields)),
        )

    def tensors(self) -> dict[str, Tensor]:
        """All of it by name."""
        return {**self.spread._asdict(), **self.patches._asdict()}

    def to(self, device: torch.device) -> InstantStyle:
        return self.of({name: tensor.to(device) for name, tensor in self.tensors().items()})

    def same(self, other: InstantStyle) -> bool:
        """Whether both are of one style at one scale."""
        ours, theirs = ((*each.spread, each.patches.keys) for each in (self, other))
        return all(
            one is two or torch.equal(one, two) for one, two in zip(ours, theirs, strict=True)
        )


Shares = Sequence[tuple[InstantStyle, float]]
"""Styles and their weights, which sum to 1."""


@dataclass
class Encoded:
    """A content, and what is computed of it for any style.

    Attributes:
        extent: its size before padding.
        color, alpha: padded to whole strides.
        features: of :data:`LAYER`.
        own: their mean and deviation over all that is visible.
        lost: the content less the decoder's picture of its features; None until it is needed.
        restyled: its features in the styles that were asked for last, for previews of which the
            strength changes.
        swapped: its features in the patches of each of these, for previews of which the weights of
            styles change.
        last: what was painted of it last, for previews of which only the colours change.
    """

    extent: Extent
    color: Tensor
    alpha: Tensor
    features: Tensor
    own: Spread
    lost: Tensor | None = None
    restyled: _Restyled | None = None
    swapped: Sequence[_Swapped] = ()
    last: _Last | None = None


@dataclass(frozen=True)
class _Asked:
    """What the features of a content become: its region's, in styles."""

    mask: Tensor
    styles: Shares
    share: float

    def same(self, other: _Asked) -> bool:
        return (
            self.share == other.share
            and [weight for _, weight in self.styles] == [weight for _, weight in other.styles]
            and torch.equal(self.mask, other.mask)
            and all(
                one.same(two) for (one, _), (two, _) in zip(self.styles, other.styles, strict=True)
            )
        )


@dataclass(frozen=True)
class _Swapped:
    """Features of a content's region that are made of a style's patches."""

    mask: Tensor
    style: InstantStyle
    features: Tensor


@dataclass(frozen=True)
class _Restyled:
    """The features of a content's region in styles."""

    asked: _Asked
    features: Tensor


@dataclass(frozen=True)
class _Last:
    """What :meth:`AdaIN.paint` was asked for last for a content, and what it returned."""

    asked: _Asked
    strength: Tensor
    painted: Tensor


class Decoder(nn.Module):
    """From relu4_1 features, shape (1, 512, h, w), to a picture, shape (1, 3, 8h, 8w)."""

    def __init__(
        self,
        tensors: Mapping[str, Tensor],
        algorithms: Mapping[str, Algorithm] | None = None,
        *,
        wraps: bool = False,
    ) -> None:
        """Build on the tensors of :func:`folded`.

        Args:
            tensors: ``conv1_1.weight``, ``conv1_1.bias`` and so on.
            algorithms: of some of :data:`CHOOSABLE`, built on these tensors. The others take the
                ordinary one.
            wraps: whether pictures repeat. Otherwise they are padded by reflection, as in training.
        """
        super().__init__()
        self._names = [name for name, _, _ in _convolutions()]
        self._algorithms = algorithms or {}
        self._padding, self._doubled_padding = (
            ("circular", "circular") if wraps else ("reflect", "replicate")
        )
        self._weights = nn.ParameterList(tensors[f"{name}.weight"] for name in self._names)
        self._biases = nn.ParameterList(tensors[f"{name}.bias"] for name in self._names)
        self.requires_grad_(False)

    def forward(self, features: Tensor, before_step: Callable[[], None] = lambda: None) -> Tensor:
        """The picture. ``before_step`` is called before each convolution but the last."""
        *inner, (_, last, offset) = zip(self._names, self._weights, self._biases, strict=True)
        flow = features
        for name, weight, bias in inner:
            before_step()
            if weight.shape[-1] == 2:
                flow = functional.relu_(_doubled(flow, weight, bias, self._doubled_padding))
            else:
                how = self._algorithms.get(name) or Ordinary(weight, bias)
                flow = how.forward(_padded(flow, self._padding), 0)
        # In bfloat16 the picture would have 8 bits. Only the last convolution needs more.
        exact = torch.promote_types(flow.dtype, torch.float32)
        return functional.conv2d(
            _padded(flow, self._padding).to(exact), last.to(exact), offset.to(exact)
        )


def folded(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The trained tensors, with those behind a doubling as :func:`_folded` makes them."""
    found = dict(tensors)
    for name, _, doubles in _convolutions():
        if doubles:
            found[f"{name}.weight"] = _folded(tensors[f"{name}.weight"])
            found[f"{name}.bias"] = tensors[f"{name}.bias"].repeat(4)
    return found


def _convolutions() -> Iterator[tuple[str, choice.LayerKind, bool]]:
    """The decoder's convolutions: name, kind, and whether it doubles the picture."""
    for number, block in enumerate(DECODER_BLOCKS, 1):
        for place, (given, made) in enumerate(block, 1):
            kind = choice.LayerKind(given, made, 2 * STRIDE >> number)
            yield f"conv{number}_{place}", kind, number > 1 and place == 1


CHOOSABLE: Mapping[str, choice.LayerKind] = {
    name: kind for name, kind, doubles in _convolutions() if not doubles and kind.made > 3
}
"""The decoder's convolutions that have more than one algorithm. All are followed by a ReLU."""


def decoding(times: choice.Times) -> float | None:
    """About the seconds that the decoder's convolutions take for a pixel of the picture.

    Args:
        times: of convolutions, as measured; None is returned where some are missing.
    """
    total = 0.0
    for _, kind, doubles in _convolutions():
        if kind.made > 3:
            seconds = choice.quickest(times, kind)
            if seconds is None:
                return None
            total += 4 / 9 * seconds if doubles else seconds
    return total / choice.EXTENT.area


def _folded(weight: Tensor) -> Tensor:
    """The kernel that does, without doubling, what a 3x3 kernel does on a doubled picture.

    A picture is doubled by repeating its pixels, so two of three neighbours along each axis are the
    same pixel. Each of the four pixels that one becomes is then a 2x2 convolution, with 4/9 of the
    arithmetic. In bfloat16 on a CPU the step takes 0.50 of its time at 256 channels, 0.52 at 128
    and 0.63 at 64. With one convolution for each of the four it takes 0.65 to 1.3 of it.

    Returns:
        Shape (4 * outputs, inputs, 2, 2): top left, top right, bottom left, bottom right.
    """

    def halves(kernel: Tensor, axis: int) -> list[Tensor]:
        before, here, after = kernel.unbind(axis)
        return [
            torch.stack(pair, axis) for pair in ((before, here + after), (before + here, after))
        ]

    return torch.cat([part for rows in halves(weight, 2) for part in halves(rows, 3)])


def _doubled(flow: Tensor, weight: Tensor, bias: Tensor, padding: str) -> Tensor:
    """Double the size, then convolve, by the kernel of :func:`_folded`.

    The picture is padded before it is doubled: by replication where it is to be reflected, as
    reflection repeats a doubled picture's border pixel.
    """
    height, width = flow.shape[-2:]
    parts = functional.conv2d(_padded(flow, padding), weight, bias)
    channels = len(bias) // 4
    whole = torch.empty(
        (1, channels, 2 * height, 2 * width),
        dtype=flow.dtype,
        device=flow.device,
        memory_format=torch.channels_last,
    )
    for place, part in enumerate(torch.split(parts, channels, dim=1)):
        down, right = divmod(place, 2)
        whole[..., down::2, right::2] = part[..., down : down + height, right : right + width]
    return whole


class AdaIN:
    """AdaIN with style swap, ready to paint.

    Attributes:
        identity: all that what is known of a style depends on besides the style.
        seen: the contents encoded last, for previews of the same content.
    """

    def __init__(self, encoder: FeatureNetwork, decoder: Decoder, *, wraps: bool = False) -> None:
        """Combine both networks.

        Args:
            encoder: VGG-19 with reflection padding, or one that wraps; styles never do.
            decoder: AdaIN's.
            wraps: whether both do.
        """
        self._encoder, self._decoder, self._wraps = encoder, decoder, wraps
        some = next(encoder.parameters())
        self._dtype = some.dtype
        known = f"{VERSION} patches {encoder.network.weights.digest}"
        self.identity = f"{known} {some.dtype} {some.device}"
        self.seen: Recent[Encoded] = Recent(4)

    @torch.inference_mode()
    def encode(self, content: Picture, should_stop: ShouldStop = lambda: False) -> Encoded:
        """Encode a content at the size of the work. Raises Stopped as :meth:`paint` does."""
        color, alpha = pad(content.color, STRIDE), pad(content.alpha, STRIDE)
        features = self._features(color, should_stop)
        own = spread(features, self._weights(alpha))
        return Encoded(content.extent, color, alpha, features, own)

    @torch.inference_mode()
    def measure(self, style: Picture, should_stop: ShouldStop = lambda: False) -> InstantStyle:
        """What is to be known of a style, at the scale that it is given in.

        Raises:
            Stopped: as :meth:`paint` does.
        """
        alpha = pad(style.alpha, STRIDE)
        # Positions keep away from where alpha is 0, and count by their alpha elsewhere. Weights
        # from alpha alone would take the smallest alpha around, which the style's black lowers.
        plain = layer_weights(alpha, self._encoder.network, [LAYER], border_share=0)[LAYER]
        inner = self._weights(support(alpha))
        color = pad(style.color, STRIDE)
        features = self._features(color, should_stop, self._encoder.plain)
        weights = plain * inner
        patches = StylePatches.of(features.float(), weights)
        half = (each.half() if each.is_floating_point() else each for each in patches)
        return InstantStyle(spread(features, weights), StylePatches(*half))

    def measured(self, style: Picture, should_stop: ShouldStop = lambda: False) -> InstantStyle:
        """As :meth:`measure`, but only once for all pictures that are painted in a style."""
        return remembered.once(
            lambda: self.measure(style, should_stop),
            lambda found: found.tensors().values(),
            style, self.identity, self._encoder.plain.identity,
        )  # fmt: skip

    @torch.inference_mode()
    def paint(
        self,
        content: Encoded,
        mask: Tensor,
        styles: Shares,
        strength: float | Tensor,
        should_stop: ShouldStop,
        *,
        share: float = SWAPPED,
    ) -> Tensor:
        """Paint a region in one pass.

        Args:
            content: the encoded content.
            mask: of the region, shape (1, 1, height, width) of the content.
            styles: one, or a mixture.
            strength: 0 (the content) to 1 (the style); or that of each pixel, of the mask's shape.
            should_stop: asked before each convolution.
            share: of the features that is made of the styles' patches; 0 is AdaIN alone.

        Returns:
            A picture of the content's size, which is kept and must not be written to. Outside the
            region it holds the network's picture of the surroundings.

        Raises:
            Stopped: ``should_stop`` returned True.
        """
        strength = torch.as_tensor(strength, dtype=mask.dtype, device=mask.device)
        asked = _Asked(mask, [each for each in styles if each[1] > 0], share)
        last = content.last
        if last is not None and torch.equal(last.strength, strength) and last.asked.same(asked):
            return last.painted
        if content.restyled is None or not content.restyled.asked.same(asked):
            content.restyled = _Restyled(asked, self._restyled(content, asked, should_stop))
        features, target = content.features.float(), content.restyled.features
        wide = pad(strength, STRIDE) if strength.dim() else strength
        at = functional.avg_pool2d(wide, STRIDE) if strength.dim() else strength
        goal = torch.lerp(features, target, at.to(features.dtype))
        painted = self._decode(goal, should_stop)
        if float(strength.min()) < 1:
            # What the decoder loses of the content is added back as the strength falls, so that
            # strength 0 is the content itself. The paper's alpha would leave the decoder's blur.
            if content.lost is None:
                content.lost = content.color - self._decode(content.features, should_stop)
            painted = painted + (1 - wide) * content.lost
        width, height = content.extent
        shown = painted[..., :height, :width].clamp(0, 1)
        content.last = _Last(asked, strength, shown)
        return shown

    def _restyled(self, content: Encoded, asked: _Asked, should_stop: ShouldStop) -> Tensor:
        """A content's features in styles, in float32."""
        inner = self._weights(pad(asked.mask, STRIDE) * content.alpha)
        features = content.features.float()
        style = mixed((each.spread, weight) for each, weight in asked.styles)
        own = spread(features, inner)
        inside = restyle(features, own, style)
        if asked.share and bool((inner > 0).any()):
            swapped = self._swapped(content, asked, inner, own, should_stop)
            inside = inside.lerp_(swapped, asked.share)
            inside = restyle(inside, spread(inside, inner), style)
        return torch.lerp(restyle(features, content.own, style), inside, inner)

    def _swapped(
        self,
        content: Encoded,
        asked: _Asked,
        inner: Tensor,
        own: Spread,
        should_stop: ShouldStop,
    ) -> Tensor:
        """A content's features as the mixture of what the patches of each style make of them."""
        known, found = content.swapped, []
        for style, _ in asked.styles:
            for each in known:
                if each.style.same(style) and torch.equal(each.mask, asked.mask):
                    found.append(each)
                    break
            else:
                plain = restyle(content.features.float(), own, style.spread)
                made = swapped(
                    plain,
                    inner,
                    style.patches,
                    wraps=self._wraps,
                    before_piece=partial(ask, should_stop),
                )
                made = restyle(made, spread(made, inner), style.spread)
                found.append(_Swapped(asked.mask, style, made))
        content.swapped = found
        parts = [
            weight * each.features for each, (_, weight) in zip(found, asked.styles, strict=True)
        ]
        return sum(parts[1:], start=parts[0])

    def _features(
        self, picture: Tensor, should_stop: ShouldStop, encoder: FeatureNetwork | None = None
    ) -> Tensor:
        found: dict[str, Tensor] = (encoder or self._encoder)(
            picture.to(self._dtype), [LAYER], partial(ask, should_stop)
        )
        return found[LAYER]

    def _weights(self, mask: Tensor) -> Tensor:
        return layer_weights(mask, self._encoder.network, [LAYER])[LAYER]

    def _decode(self, features: Tensor, should_stop: ShouldStop) -> Tensor:
        picture: Tensor = self._decoder(features.to(self._dtype), partial(ask, should_stop))
        return picture


def _padded(flow: Tensor, mode: str) -> Tensor:
    return functional.pad(flow, (1, 1, 1, 1), mode)
