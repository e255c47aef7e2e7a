"""The last settings of each task, kept in Krita's own configuration."""

from __future__ import annotations

import json

from krita import Krita

from .bridge.contract.errors import BadInput
from .bridge.contract.knobs import COLORIZE, STYLIZE
from .bridge.contract.settings import Settings
from .bridge.storage import outside

_GROUP = "impasto"
_NAMES = {STYLIZE: "settings", COLORIZE: "sketchSettings"}
_LAST, _OUTPUT = "lastTask", "output"


def remember(settings: Settings) -> None:
    task = COLORIZE if settings.sketch else STYLIZE
    write = Krita.instance().writeSetting
    write(_GROUP, _NAMES[task], json.dumps(settings.as_mapping()))
    write(_GROUP, _LAST, task)


def recall(task: str = "") -> Settings | None:
    """The settings of the last run, of a task or of the last one; None where there is none."""
    read = Krita.instance().readSetting
    name = _NAMES.get(task or read(_GROUP, _LAST, STYLIZE), _NAMES[STYLIZE])
    try:
        return Settings.remembered(outside.parse(read(_GROUP, name, "")))
    except (ValueError, BadInput):
        return None


def remember_output(kind: str) -> None:
    Krita.instance().writeSetting(_GROUP, _OUTPUT, kind)


def recall_output() -> str:
    return Krita.instance().readSetting(_GROUP, _OUTPUT, "")
