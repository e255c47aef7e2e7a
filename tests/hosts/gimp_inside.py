"""The plug-in's dialog in the process of a script inside GIMP, where it can be asked what it shows.

For what a person does at it with real clicks, see gimp_hands.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import gi

# ruff: noqa: E402  gi wants to hear versions before anything is imported from it.
gi.require_version("GimpUi", "3.0")
gi.require_version("Gtk", "3.0")

from gi.repository import Gimp, Gio, GLib, Gtk
from gimp_hands import look
from gimp_job import ORDERS, PROCEDURE

Step = tuple[Callable[[], object], Callable[[], object]]
"""What is waited for, and what is done then."""


def dialog_on(image: Gimp.Image, layer: Gimp.Layer, name: str = PROCEDURE, **arguments: Any) -> Any:
    """The dialog as the plug-in makes it for one of its procedures."""
    from bridge.i18n.texts import speak
    from clip_call import asked, session_of
    from dialog import StyleDialog
    from entries import ENTRIES

    speak(*GLib.get_language_names())
    procedure = Gimp.get_pdb().lookup_procedure(name)
    config = procedure.create_config()
    config.set_property("style", Gio.File.new_for_path(ORDERS["style"]))
    for argument, value in arguments.items():
        config.set_property(argument.replace("_", "-"), value)
    call = asked(ENTRIES[name], config, image, [layer])
    call.begin()
    session = session_of(call)
    session.change(call.settings())
    session.tick()
    return StyleDialog(procedure, call, session)


def trouble(dialog: Any) -> str:
    """What the dialog says is wrong; nothing where all is well."""
    bar = dialog._trouble
    return str(bar._label.get_text()) if bar.widget.get_visible() else ""


def agree(dialog: Any) -> None:
    """Press the button that paints."""
    dialog._dialog.response(Gtk.ResponseType.OK)


def settled(dialog: Any) -> bool:
    """Whether the preview is the dialog's, and nothing is being painted."""
    return not dialog.session.preview.waiting and dialog.session.run is None


def run(
    dialog: Any,
    steps: Sequence[Callable[[], object]],
    ready: Callable[[Any], bool] = settled,
) -> Any:
    """Let the dialog run, each step following a while after the dialog was ready for it.

    It is closed at the end where no step has done that. Returns what the dialog returns.
    """
    left = [*steps, lambda: dialog._dialog.response(Gtk.ResponseType.CANCEL)]
    seen_ready = 0

    def step() -> bool:
        nonlocal seen_ready
        seen_ready = seen_ready + 1 if ready(dialog) else 0
        if seen_ready == 5:
            seen_ready = 0
            left.pop(0)()
        return bool(left)

    timer = GLib.timeout_add(300, step)
    try:
        return dialog.run()
    finally:
        if left:
            GLib.source_remove(timer)


def follow(dialog: Any, steps: Sequence[Step], seconds: float = 300) -> dict[str, Any]:
    """Let the dialog run; each step's action follows when its condition holds.

    Returns what the dialog came to, and at which step it was stuck, if it was.
    """
    left, deadline = list(steps), time.monotonic() + seconds
    stuck: list[int] = []

    def step() -> bool:
        if left and left[0][0]():
            left.pop(0)[1]()
        elif left and time.monotonic() > deadline:
            stuck.append(len(steps) - len(left))
            look(f"stuck-{len(steps)}-{stuck[0]}")
            left.clear()
            for number in (1, 2):  # the painting, then the dialog
                GLib.timeout_add(1000 * number, dialog._dialog.response, Gtk.ResponseType.CANCEL)
        return bool(left)

    GLib.timeout_add(50, step)
    painted = dialog.run()
    return {"stuck": stuck, "painted": painted and len(painted)}


def end(dialog: Any) -> Step:
    return lambda: True, lambda: dialog._dialog.response(Gtk.ResponseType.CANCEL)
