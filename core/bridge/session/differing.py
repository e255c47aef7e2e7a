"""What of some settings is otherwise than the default, in a person's words."""

from __future__ import annotations

from collections.abc import Iterator

from ..contract.knobs import COLORIZE, STYLIZE
from ..contract.settings import Settings, knobs
from ..i18n.texts import tr

_MOST = 6
"""Lines; who changes more knobs than that looks at them."""


def differing(settings: Settings) -> list[str]:
    """Numbers and choices that mean something, each with its label: ``Strength: 0.4``."""
    return list(_told(settings))[:_MOST]


def _told(settings: Settings) -> Iterator[str]:
    values, usual = settings.of_painting(), Settings()
    for knob in knobs(COLORIZE if settings.sketch else STYLIZE):
        value = values.get(knob.name)
        if value is None or value == getattr(usual, knob.name) or not knob.applies(values):
            continue
        if knob.kind in ("int", "float"):
            yield f"{tr(knob.label)}: {value:g}"
        elif knob.kind == "choice" and value in (named := dict(knob.choices)):
            yield f"{tr(knob.label)}: {tr(named[value])}"
