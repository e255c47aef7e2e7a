"""What a run of the benchmark was asked for; every subject gets it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from core.bench.pairs import Pair, drawn, shipped
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks


@dataclass(frozen=True)
class Plan:
    """The choices of one run.

    Attributes:
        installation: whose weights, worker and environment are measured.
        networks: of that installation, on the device.
        device: where it is computed; ``device_name`` is the setting that names it.
        quick: two minutes on two cores, at the price of estimates.
        full: also what takes hours.
        size: long side in pixels of what is judged.
        given: the user's own pairs.
        sheet: where the paintings are to be shown side by side.
        say: told what is going on.
    """

    installation: Installation
    networks: Networks
    device: torch.device
    device_name: str
    quick: bool
    full: bool
    size: int
    given: tuple[Pair, ...]
    sheet: Path | None
    say: Callable[[str], None]

    def pairs(self) -> list[Pair]:
        """What is judged: the user's pairs, else ours; one of them where it must be quick.

        Raises:
            ImpastoError: none were given, and ours can't be had.
        """
        pairs = list(self.given) or shipped()
        return pairs[:1] if self.quick else pairs

    def any_pair(self, size: int) -> Pair:
        """What is only timed, with a long side of ``size`` px, or of less if it is the user's."""
        return (self.given[0] if self.given else drawn(size)).at(size)
