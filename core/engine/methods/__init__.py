"""The methods of painting, one in each file, and the registry of all."""

from __future__ import annotations

from collections.abc import Mapping

from core.bridge.contract.settings import Settings
from core.engine.methods.instant import Instant
from core.engine.methods.method import Method
from core.engine.methods.painterly import Painterly
from core.engine.methods.pastiche import Pastiche

CLASSES: Mapping[str, type[Method]] = {
    "painterly": Painterly,
    "instant": Instant,
    "pastiche": Pastiche,
}
"""By the names that settings give them; ``core/bridge/contract/methods.py`` knows the same."""


def of(settings: Settings) -> Method:
    """The method that settings choose, with these settings."""
    return CLASSES[settings.method](settings)
