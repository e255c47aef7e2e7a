"""The recipe of Neural Neighbor Style Transfer, a second one that Impasto is compared with.

Kolkin et al. (2022), "Neural neighbor style transfer", as its authors' code runs it by default:
four scales, each half of the next, with 200 steps of Adam on a Laplacian pyramid of the picture.
Each scale draws the picture's hypercolumns, which are the features of ten layers at a quarter of
its size, to the style's nearest ones, found once. 200 steps more at the last scale draw each layer
by itself to its nearest feature vectors, found anew in each step: feature splitting. In their study
people preferred it with a content weight of 0.25.

Departures:

- The network is VGG-19, with the layers of the same names. The authors take VGG-16, which is one of
  the judges here.
- The last pass looks at no more than 64 positions along a side of a layer. The authors' code takes
  every second one from 128 on, and at 127 all, which is sixteen times the work.
- The pyramid is painterly's (:mod:`core.painterly.optimizers.pyramid`): bilinear as theirs, with
  an antialiased reduction.

As for the other references, pictures are RGB in 0..1, shape (1, 3, height, width).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from core.bench.references import ReferenceStep
from core.features.network import FeatureNetwork
from core.painterly.optimizers.pyramid import compose, decompose
from core.pixels.imaging import extent_of
from core.system import heap

LAYERS = (
    *("relu1_1", "relu1_2", "relu2_1", "relu2_2", "relu3_1", "relu3_2", "relu3_3"),
    *("relu4_1", "relu4_2", "relu4_3"),
)

SCALES = 4
STEPS = 200
RATE = 2e-3

CONTENT_WEIGHT = 0.25
"""Share of the painting so far in the picture whose nearest neighbours are looked for; the rest is
the content. The authors' code calls 1 less its ``alpha`` of 0.75 so."""

LEVELS = 9
"""Levels of the pyramid, with the rest."""

BLANK = 3
"""Finest levels that start without the content's detail."""

SAMPLED = 64
"""Feature vectors along the longer side that feature splitting looks at in a step."""

MOST = 1024
"""The longest side in pixels that the authors paint: the hypercolumns of more fill the memory."""

_ROWS = 4096
"""Hypercolumns whose distances from all of the style's are held at once."""


@heap.as_usual()
def paint(
    content: Tensor,
    style: Tensor,
    network: FeatureNetwork,
    on_step: Callable[[ReferenceStep], None],
    steps: int = STEPS,
    seed: int = 0,
) -> Tensor:
    """Paint by the whole recipe.

    Args:
        content, style: at the size of the work.
        network: VGG-19 in float32.
        on_step: called with every step.
        steps: of each scale, and of the last pass.
        seed: of the feature vectors that the last pass looks at.

    Returns:
        The painting, of the content's size.
    """
    own, theirs = decompose(content, LEVELS), decompose(style, LEVELS)
    painting = decompose(content, LEVELS)
    for level in painting[: min(BLANK, len(painting) - 1)]:
        level.zero_()
    generator = torch.Generator().manual_seed(seed)
    coarsest = min(SCALES, len(painting), len(theirs)) - 1
    for scale in range(coarsest, -1, -1):
        seen = compose(own[scale:])
        with_detail = compose([own[scale], *painting[scale + 1 :]])
        share = 0.0 if scale == coarsest else CONTENT_WEIGHT
        wanted = nearest(
            hypercolumns(torch.lerp(seen, with_detail, share), network),
            turned_hypercolumns(compose(theirs[scale:]), network),
        )

        def matched(picture: Tensor, wanted: Tensor = wanted) -> Tensor:
            return 1 - functional.cosine_similarity(hypercolumns(picture, network), wanted).mean()

        _optimize(painting, scale, matched, steps, on_step)
    layers = turned_layers(style, network)

    def split(picture: Tensor) -> Tensor:
        return splitting_loss(picture, layers, network, generator)

    _optimize(painting, 0, split, steps, on_step)
    return compose(painting).clamp(0, 1)


def hypercolumns(picture: Tensor, network: FeatureNetwork) -> Tensor:
    """All layers at a quarter of the picture's size, shape (positions, channels of all layers).

    Each layer is divided by the number of its channels, so that each counts as much.
    """
    size = tuple(max(1, side // 4) for side in picture.shape[-2:])
    parts = []
    for features in network(picture, LAYERS).values():
        small = functional.interpolate(features, size, mode="bilinear", align_corners=True)
        parts.append((small / features.shape[1])[0].flatten(1).T)
    return torch.cat(parts, dim=1)


def turns(picture: Tensor) -> Iterator[Tensor]:
    """The picture as it is, and turned by one, two and three quarters: more to choose from."""
    for quarters in range(4):
        yield picture.rot90(quarters, (2, 3))


@torch.no_grad()
def turned_hypercolumns(style: Tensor, network: FeatureNetwork) -> Tensor:
    """The hypercolumns of a style in all its turns."""
    return torch.cat([hypercolumns(turn, network) for turn in turns(style)])


@torch.no_grad()
def turned_layers(style: Tensor, network: FeatureNetwork) -> list[list[Tensor]]:
    """The features of each layer in each of a style's turns, shape (channels, height, width)."""
    found = [[layer[0] for layer in network(turn, LAYERS).values()] for turn in turns(style)]
    return [list(layer) for layer in zip(*found, strict=True)]


@torch.no_grad()
def nearest(own: Tensor, style: Tensor) -> Tensor:
    """For each hypercolumn that of the style whose cosine, both less their means, is greatest.

    Args:
        own, style: shape (positions, channels).
    """
    near = _centred(style).T
    found = [(rows @ near).argmax(dim=1) for rows in torch.split(_centred(own), _ROWS)]
    return style[torch.cat(found)]


def splitting_loss(
    picture: Tensor,
    style: Sequence[Sequence[Tensor]],
    network: FeatureNetwork,
    generator: torch.Generator,
) -> Tensor:
    """The sum over layers of the mean distance of feature vectors from the style's nearest ones.

    Args:
        picture: that is painted.
        style: the features of each layer in each turn.
        network: that made them.
        generator: chooses the positions that are looked at, on a grid.
    """
    loss = picture.new_zeros(())
    for features, turned in zip(network(picture, LAYERS).values(), style, strict=True):
        stride = -(-max(features.shape[-2:]) // SAMPLED)
        down, right = torch.randint(stride, (2,), generator=generator).tolist()
        own, *theirs = (
            part[:, down::stride, right::stride].flatten(1).T for part in (features[0], *turned)
        )
        own, style_own = _centred(own), _centred(torch.cat(theirs))
        with torch.no_grad():
            near = (own @ style_own.T).argmax(dim=1)
        loss = loss + 1 - (own * style_own[near]).sum(dim=1).mean()
    return loss


def _centred(vectors: Tensor) -> Tensor:
    """Feature vectors less their mean, of unit length, shape (positions, channels)."""
    return functional.normalize(vectors - vectors.mean(dim=0), dim=1)


def _optimize(
    painting: list[Tensor],
    scale: int,
    loss_of: Callable[[Tensor], Tensor],
    steps: int,
    on_step: Callable[[ReferenceStep], None],
) -> None:
    """Lower a loss of the picture at a scale by Adam on its levels, which are replaced."""
    levels = [level.detach().clone().requires_grad_() for level in painting[scale:]]
    optimizer = torch.optim.Adam(levels, lr=RATE)
    extent = extent_of(levels[0])
    for number in range(1, steps + 1):
        optimizer.zero_grad()
        loss = loss_of(compose(levels))
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        on_step(ReferenceStep(extent, number, steps, float(loss.detach())))
    painting[scale:] = [level.detach() for level in levels]
