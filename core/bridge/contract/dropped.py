"""What of settings that another version kept has no place in this one."""

from __future__ import annotations

from collections.abc import Mapping

from . import settings as declared
from .brief import shortened
from .errors import BadInput


def dropped(values: object) -> tuple[str, ...]:
    """The names of what :meth:`Settings.remembered` leaves at its default, as faces call them.

    A knob that there is no more is none of them where it said what it says by itself, by
    :data:`core.bridge.contract.settings.GONE`: nobody had moved it.

    Args:
        values: settings as some version kept them; anything else has nothing to be left out.
    """
    if not isinstance(values, Mapping):
        return ()
    knobs = {knob.name: knob for knob in declared.KNOBS}
    found = []
    for name, value in values.items():
        today = declared.RENAMED.get(name, name)
        if (knob := knobs.get(today)) is None:
            if name not in declared.GONE or declared.GONE[name] != value:
                found.append(shortened(str(name)).replace("_", "-"))
            continue
        try:
            knob.check(value)
        except BadInput:
            found.append(knob.option)
    return tuple(found)
