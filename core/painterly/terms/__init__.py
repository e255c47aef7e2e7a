"""The terms of painterly's loss, one file each.

To add one, write a subclass of :class:`core.painterly.terms.term.Term` and name it in
:data:`TERMS`, or in the ``terms`` of one recipe.
"""

from __future__ import annotations

from core.painterly.terms.content import Content
from core.painterly.terms.matching import Matching
from core.painterly.terms.mean import Mean
from core.painterly.terms.style import Style
from core.painterly.terms.term import Term
from core.painterly.terms.total_variation import TotalVariation

TERMS: tuple[type[Term], ...] = (Style, Content, Matching, TotalVariation, Mean)
"""A recipe's terms by default, in the order in which their slopes are added."""
