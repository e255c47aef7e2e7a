"""What painterly minimises: a sum of terms, a file each.

To add one, write a class after :class:`core.terms.term.Term` and name it in :data:`TERMS`, or in
one recipe's ``terms``.
"""

from __future__ import annotations

from core.terms.content import Content
from core.terms.matching import Matching
from core.terms.mean import Mean
from core.terms.style import Style
from core.terms.term import Term
from core.terms.variation import Variation

TERMS: tuple[type[Term], ...] = (Style, Content, Matching, Variation, Mean)
"""Those of a recipe that names no others, in the order in which their slopes are added."""
