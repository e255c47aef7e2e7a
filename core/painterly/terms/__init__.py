"""What painterly minimises: a sum of terms, a file each.

To add one, write a class after :class:`core.painterly.terms.term.Term` and name it in
:data:`TERMS`, or in one recipe's ``terms``.
"""

from __future__ import annotations

from core.painterly.terms.content import Content
from core.painterly.terms.matching import Matching
from core.painterly.terms.mean import Mean
from core.painterly.terms.style import Style
from core.painterly.terms.term import Term
from core.painterly.terms.variation import Variation

TERMS: tuple[type[Term], ...] = (Style, Content, Matching, Variation, Mean)
"""Those of a recipe that names no others, in the order in which their slopes are added."""
