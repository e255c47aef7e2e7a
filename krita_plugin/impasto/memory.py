"""The last settings, kept in Krita's own configuration."""

from __future__ import annotations

import json

from krita import Krita

from .bridge.errors import BadInput
from .bridge.settings import Settings

_GROUP, _NAME = "impasto", "settings"


def remember(settings: Settings) -> None:
    Krita.instance().writeSetting(_GROUP, _NAME, json.dumps(settings.as_mapping()))


def recall() -> Settings | None:
    """The settings of the last run; None before the first, or where they can't be read."""
    try:
        return Settings.from_mapping(json.loads(Krita.instance().readSetting(_GROUP, _NAME, "")))
    except (ValueError, AttributeError, BadInput):
        return None
