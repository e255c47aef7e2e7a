"""What stands out from the rest of a picture, at a size at which colours decide where its edge is.

A network that has learnt people's outlines (:mod:`core.masks.salient`) says what stands out, and
colours decide where it is not sure (:mod:`core.masks.cuts`). Where nothing stands out to it, or its
weights are missing, colours decide alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Extent
from core.masks import cuts, people
from core.masks.cuts import Bools
from core.masks.faces import FaceFinder
from core.masks.people import Pointed
from core.masks.salient import SalientNetwork
from core.pixels.imaging import Picture, extent_of, fit, resize
from core.system.stopping import ShouldStop, followed

FINE = 512
"""Long side in pixels at which colours decide where the edge is."""

LEAST = 0.002
"""The smallest share of a picture that the network may take for its subject: less is a speck."""


MARGIN = 7
"""Pixels, within :data:`FINE`, around what is looked away from: its edge stands out, too."""


@dataclass(frozen=True)
class Looker:
    """Looks at pictures.

    Attributes:
        network: tells what stands out; without one, colours decide.
        finder: finds the faces of people; without one, people who touch are one subject.
        hinted: whether what is allowed was drawn around the subject by somebody.
        should_stop: asked often.
    """

    network: SalientNetwork | None
    finder: FaceFinder | None
    hinted: bool
    should_stop: ShouldStop

    def by_network(
        self, color: Tensor, allowed: Tensor, taken: Tensor | None = None
    ) -> Bools | None:
        """What stands out to the network; None if that is nothing, or there is no network.

        Args:
            color: RGB, shape (1, 3, height, width).
            allowed: 0..1, shape (1, 1, height, width): it can only be where this is above 0.
            taken: 0..1, as ``allowed``: what is looked away from. Its surroundings are spread over
                it, as what stands out most hides everything beside it.

        Returns:
            Shape (height, width) of the picture within :data:`FINE`.
        """
        if self.network is None:
            return None
        fine = _fine(color)
        seen = color
        if taken is not None:
            seen, allowed, taken = (resize(one, fine) for one in (color, allowed, taken))
            grown = functional.max_pool2d(taken, 2 * MARGIN + 1, 1, MARGIN) > 0.5
            seen = Picture(seen, 1 - grown.float()).filled(followed(self.should_stop)).color
            allowed = allowed * (taken <= 0.5)
        chance = self.network.look(seen, self.should_stop) * (allowed > 0)
        if float((chance > 0.5).float().mean()) < LEAST:
            return None
        return cuts.decided(self._bytes(color, fine), _plane(chance, fine), self.should_stop)

    def by_color(self, color: Tensor, allowed: Tensor, at: Bools | None = None) -> Bools:
        """What the colours tell apart.

        Args:
            color: as :meth:`by_network`.
            allowed: as :meth:`by_network`.
            at: a place that it has to hold, shape (height, width) of the picture within
                :data:`core.masks.cuts.SEARCH`.

        Raises:
            BadInput: there is nothing that can be told from the rest.
        """
        small, fine = fit(extent_of(color), cuts.SEARCH), _fine(color)
        where = _plane(allowed, small)
        where /= max(where.max(), np.finfo(where.dtype).tiny)  # faintly selected is selected
        hinted = self.hinted and bool((where <= 0).any())
        start = cuts.best(self._bytes(color, small), where, hinted, self.should_stop, at)
        start = _plane(torch.from_numpy(start)[None, None].float(), fine) > 0.5
        return cuts.refined(self._bytes(color, fine), start, self.should_stop)

    def meant(self, color: Tensor, pieces: Sequence[Pointed]) -> Bools:
        """What points mean: of people who touch those, and all of a piece that shows only one.

        Args:
            color: RGB, shape (1, 3, height, width).
            pieces: of the picture within :data:`FINE`, at least one.
        """
        found = [each.piece for each in pieces]
        if self.finder is not None:
            faces, small = self.finder.find(color), self._bytes(color, _fine(color))
            found = [people.parted(small, each, faces, self.should_stop) for each in pieces]
        return np.asarray(np.logical_or.reduce(found), bool)

    def _bytes(self, color: Tensor, extent: Extent) -> NDArray[np.uint8]:
        """RGB in OpenCV's form, shape (height, width, 3)."""
        small = resize(color, extent, followed(self.should_stop)).clamp(0, 1)
        return np.ascontiguousarray((small[0].permute(1, 2, 0) * 255).round().byte().numpy())


def _fine(color: Tensor) -> Extent:
    return fit(extent_of(color), FINE)


def _plane(mask: Tensor, extent: Extent) -> NDArray[np.float32]:
    small: NDArray[np.float32] = resize(mask.contiguous(), extent)[0, 0].numpy()
    return small
