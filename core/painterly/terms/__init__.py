"""The terms of painterly's loss, one file each.

To add one, write a subclass of :class:`core.painterly.terms.term.Term` and name it in
:data:`TERMS`, or in the ``terms`` of one recipe.
"""

from __future__ import annotations

from core.painterly.terms.content import ContentTerm
from core.painterly.terms.faces import FaceTerm
from core.painterly.terms.kinds import KindsTerm
from core.painterly.terms.matching import MatchingTerm
from core.painterly.terms.mean import MeanTerm
from core.painterly.terms.style import StyleTerm
from core.painterly.terms.temporal import TemporalTerm
from core.painterly.terms.term import Term
from core.painterly.terms.total_variation import TotalVariationTerm

TERMS: tuple[type[Term], ...] = (
    StyleTerm,
    ContentTerm,
    MatchingTerm,
    KindsTerm,
    FaceTerm,
    TotalVariationTerm,
    MeanTerm,
    TemporalTerm,
)
"""A recipe's terms by default, in the order in which their slopes are added."""
