"""A person's own files, broken in every way: the dialog opens all the same."""

from __future__ import annotations

import json
from typing import Any

from impasto.bridge.storage.paths import Installation
from impasto.memory import last_used

from .krita_paint import instant, paint
from .krita_session import Case, action, case, open_photo, pause, wait
from .krita_tools import MENU, dialogs, open_dialog, preset_menu

_DEEP = "[" * 5000 + "]" * 5000
_BROKEN = (
    "{",
    "[1, 2]",
    _DEEP,
    '{"favourites": 3, "used": [4], "runs": "many"}',
    '{"favourites": [5, null], "used": {"a": "b", "c": null}, "runs": [{"seconds": "x"}, 7]}',
    f'{{"steps": {"9" * 400}, "strength": {"9" * 400}, "runs": [{{"seconds": 1e999, "work": 0}}]}}',
)


@case
def broken_files() -> Case:
    """Each kind of damage in the gallery, the history, a preset, and what was used last."""
    document = yield from open_photo()
    user = Installation.here().user
    files = [
        *(user / "gallery.json", user / "history.json"),
        *(user / "presets" / "mine.json", user / "last used" / "krita.json"),
    ]
    kept = {file: file.read_bytes() for file in files if file.exists()}
    opened: dict[str, Any] = {}
    for number, text in enumerate(_BROKEN):
        for file in files:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        dialog = yield from open_dialog()
        dialog._panel.update_settings({"style": instant().style})
        preset_menu(dialog)["mine"].trigger()
        dialog._show_times()
        yield from pause(0.1)
        opened[str(number)] = [len(dialogs()), dialog.settings().steps]
        dialog.close()
        yield from wait(lambda: not dialogs())
    outcome = yield from paint(document, instant())
    begun_afresh = isinstance(json.loads((user / "history.json").read_text("utf-8")), dict)
    aside = sorted(file.name for file in user.glob("*.broken*"))
    for file in files:
        file.unlink(missing_ok=True)
    for file, data in kept.items():
        file.write_bytes(data)
    last_used().remember(instant())
    return {
        "opened": opened,
        "outcome": outcome,
        "begun_afresh": begun_afresh,
        "aside": aside,
        "enabled": action(MENU[0]).isEnabled(),
    }
