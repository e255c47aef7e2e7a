"""Finds for each patch of a painting its place in the styles: alike, and whole strokes together.

A patch's nearest place is first searched among a sample of the styles' places. Then neighbouring
patches agree where they can: a patch may move to where a neighbour's place continues, which keeps a
stroke in one piece (coherence: Ashikhmin 2001, "Synthesizing natural textures"). What is minimised
is the sum of the distances and of a price for each pair of neighbours that do not continue each
other, by iterated conditional modes (Besag 1986) on a chequerboard, so that it never grows.
"""

from __future__ import annotations

import torch
from torch import Tensor

from core.system.stopping import Follow, alone

SAMPLE = 4096
"""Places of the styles that are compared with each patch."""

ROUNDS = 4
"""How often each patch is asked to agree with its neighbours."""

PRICE = 0.25
"""Price of a pair of neighbours that do not continue each other, as a share of the mean distance of
a patch to its nearest place in the sample."""

_ROWS = 1024
"""Patches that are compared at once."""

_SIDES = ((0, 1), (1, 0), (0, -1), (-1, 0))


class Places:
    """Where patches may come from."""

    def __init__(
        self, described: Tensor, weight: Tensor, step: int, generator: torch.Generator
    ) -> None:
        """Take a sample of places.

        Args:
            described: of each place, shape (down, across, numbers).
            weight: of each place, shape (down, across), at least one above 0. Where it is 0, no
                patch is taken from.
            step: places between what two neighbouring patches see.
            generator: on the CPU, for the sample.
        """
        self._down, self._across = weight.shape
        self._described, self._step = described.flatten(0, 1), step
        self._open = weight.flatten() > 0
        odds = weight.flatten().cpu().double()
        count = min(SAMPLE, int(self._open.sum()))
        # The largest of weighted draws are a sample without repetition (Efraimidis, Spirakis 2006).
        drawn = torch.rand(len(odds), generator=generator, dtype=torch.float64).log() / odds
        drawn[odds <= 0] = -torch.inf
        self._sample = drawn.topk(count).indices.sort().values.to(described.device)

    def find(self, patches: Tensor, follow: Follow = alone) -> Tensor:
        """The place of each patch.

        Args:
            patches: their descriptions, shape (rows, columns, numbers).
            follow: called after each piece.

        Returns:
            Numbers of places, counted along their rows, shape (rows, columns).
        """
        found, distance = self._nearest(patches, lambda share: follow(0.6 * share))
        price = PRICE * float(distance.mean())
        for turn in range(ROUNDS):
            for parity in range(2):
                self._agree(found, patches, price, parity)
                follow(0.6 + 0.4 * (2 * turn + parity + 1) / (2 * ROUNDS))
        return found

    def _nearest(self, patches: Tensor, follow: Follow) -> tuple[Tensor, Tensor]:
        """The nearest place of the sample, and the squared distance to it."""
        flat = patches.flatten(0, 1)
        known = self._described.index_select(0, self._sample)
        half = known.square().sum(dim=1) / 2
        found = torch.empty(len(flat), dtype=torch.long, device=flat.device)
        distance = flat.new_empty(len(flat))
        for row in range(0, len(flat), _ROWS):
            part = slice(row, row + _ROWS)
            apart, place = torch.addmm(half, flat[part], known.T, alpha=-1).min(dim=1)
            found[part] = self._sample[place]
            distance[part] = 2 * apart + flat[part].square().sum(dim=1)
            follow(min(1.0, (row + _ROWS) / len(flat)))
        return found.view(patches.shape[:2]), distance.clamp_(min=0)

    def _agree(self, found: Tensor, patches: Tensor, price: float, parity: int) -> None:
        """Let every second patch move to where it costs least, in place."""
        rows, columns = found.shape
        onward = [self._onward(found, *side) for side in _SIDES]
        down = torch.arange(rows, device=found.device)[:, None]
        across = torch.arange(columns, device=found.device)[None]
        asked = ((down + across) % 2 == parity).flatten().nonzero()[:, 0]
        seen = patches.flatten(0, 1).index_select(0, asked)
        wishes = [each.flatten().index_select(0, asked) for each in onward]
        best = found.flatten().index_select(0, asked)
        least = self._cost(best, seen, wishes, price)
        for wish in wishes:
            cost = self._cost(wish.clamp(min=0), seen, wishes, price)
            better = (cost < least) & (wish >= 0)
            best, least = torch.where(better, wish, best), torch.where(better, cost, least)
        found.view(-1).index_copy_(0, asked, best)

    def _cost(self, places: Tensor, seen: Tensor, wishes: list[Tensor], price: float) -> Tensor:
        apart = (self._described.index_select(0, places) - seen).square_().sum(dim=1)
        for wish in wishes:
            apart += price * (wish != places)
        return apart

    def _onward(self, found: Tensor, down: int, across: int) -> Tensor:
        """Where each patch would be if it continued the neighbour that lies so many patches before.

        Returns:
            As ``found``; -1 where there is no neighbour, or no style there.
        """
        moved = torch.roll(found, (down, across), (0, 1))
        y = moved // self._across + down * self._step
        x = moved % self._across + across * self._step
        there = (y >= 0) & (y < self._down) & (x >= 0) & (x < self._across)
        place = torch.where(there, y * self._across + x, 0)
        there &= self._open[place]
        if down:
            there[0 if down > 0 else -1] = False
        else:
            there[:, 0 if across > 0 else -1] = False
        return torch.where(there, place, -1)
