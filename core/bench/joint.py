"""One score for both judges, by which neither trap wins.

The traps are the content unchanged, which one judge finds perfect, and the style pasted over it,
which the other does. A sum of both distances prefers them to any painting: 1 + 0 for the content,
0 + 0.8 for the style, and 0.6 + 0.7 for one of ours. A product prefers them even more. Where two
aims are in conflict, the largest of the distances from each aim's best, in units of its worst, is
least for what is good in both (the weighted Tchebycheff metric, Bowman 1976, "On the relationship
of the Tchebycheff norm and the efficient frontier of multiple-criteria objectives"). Each trap is
the best in one and the worst in the other, so both score 1.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor

from core.bench.judges import Judges
from core.pixels.imaging import extent_of, resize

UNCHANGED, PASTED = "the content unchanged", "the style pasted over"

LEAD = 0.95
"""The joint score of a painting that beats both traps by more than the judges' noise, 0.02."""


class Verdict(NamedTuple):
    """What both judges say: the distances from the style and from the content. Less is better."""

    patches: float
    lpips: float

    def joint(self, pasted: Verdict) -> float:
        """The joint score, 1 for both traps; less is better.

        Args:
            pasted: the verdict on :data:`PASTED`, the worst for the judge of the content. The worst
                for the judge of the style, the content, has 1 by definition.
        """
        return max(self.patches, self.lpips / max(pasted.lpips, 1e-6))


def verdict(judges: Judges, picture: Tensor, content: Tensor, style: Tensor) -> Verdict:
    """What both judges say of a picture, in the place of ``content``."""
    return Verdict(judges.style(picture, content, style), judges.content(picture, content))


def traps(content: Tensor, style: Tensor) -> dict[str, Tensor]:
    """The two pictures that win before one judge and must not before both."""
    extent = extent_of(content)
    return {UNCHANGED: content, PASTED: resize(style, extent)}
