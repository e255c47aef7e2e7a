"""Runs inside GIMP with its windows, in other languages and on denser screens: the dialog's texts.

The dialog is made in this process, so that its widgets can be asked; once also by the plug-in.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import gi

# ruff: noqa: E402  gi wants to hear versions before anything is imported from it.
gi.require_version("GimpUi", "3.0")

from gi.repository import Gimp, Gio, GLib, Gtk
from gimp_hands import look, meanwhile, press, shown, wait_until, windows
from gimp_job import EDIT, ORDERS, PROCEDURE, case, run_cases, striped, stylize

LAID_OUT = 1500
"""Milliseconds after which a page that was turned to has its places."""

SETTING = os.environ["LANGUAGE"] + os.environ["GDK_SCALE"]
"""What the pictures are named by."""


def inside(widget: Gtk.Widget) -> Iterator[Gtk.Widget]:
    """A widget and all in it."""
    yield widget
    if isinstance(widget, Gtk.Container):
        children: list[Gtk.Widget] = []
        widget.forall(children.append)
        for child in children:
            yield from inside(child)


def texts(widget: Gtk.Widget) -> list[dict[str, Any]]:
    """What can be read now, and whether any of it is cut off."""
    found = []
    for label in inside(widget):
        if isinstance(label, Gtk.Label) and label.get_mapped() and label.get_text():
            layout, place = label.get_layout(), label.get_allocation()
            width, height = layout.get_pixel_size()
            cut = layout.is_ellipsized() or width > place.width or height > place.height
            found.append({"text": label.get_text(), "cut": cut})
    return found


@case
def pages() -> dict[str, Any]:
    """Every page of the dialog, with the list of labels; what a painting shows; an error."""
    from bridge.client import _lost
    from bridge.paths import Installation
    from bridge.request import Progress
    from bridge.texts import speak
    from call import Call
    from dialog import StyleDialog
    from entries import ENTRIES, LABEL_LAYER
    from previewer import Previewer
    from small import SmallHost

    speak(*GLib.get_language_names())
    image, layer = shown()
    procedure = Gimp.get_pdb().lookup_procedure(PROCEDURE)
    config = procedure.create_config()
    config.set_property("style", Gio.File.new_for_path(ORDERS["style"]))
    config.set_property(LABEL_LAYER, striped(image, layer, "RRB"))
    call = Call(ENTRIES[PROCEDURE], config, image, [layer])
    call.begin()
    dialog = StyleDialog(procedure, call, Previewer(SmallHost(call.host), call.settings))
    said: dict[str, Any] = {"scale": dialog._dialog.get_scale_factor()}

    def turn(page: int) -> bool:
        if page < 3:
            dialog._book.widget.set_current_page(page)
        else:
            dialog._switch(painting=True)
            dialog._progress.begin()
            dialog._progress.show(Progress(0.3, "Preparing", 100.0), (1, 2))
            dialog._trouble.say(_lost(Installation.here()))
        GLib.timeout_add(LAID_OUT, see, page)
        return GLib.SOURCE_REMOVE

    def see(page: int) -> bool:
        said[("style", "where", "advanced", "painting")[page]] = texts(dialog._dialog)
        look(f"page-{page}-{SETTING}")
        if page < 3:
            return turn(page + 1)
        dialog._dialog.response(Gtk.ResponseType.CANCEL)
        return GLib.SOURCE_REMOVE

    GLib.timeout_add(4 * LAID_OUT, turn, 0)
    dialog.run()
    return said


@case
def by_the_plugin() -> dict[str, Any]:
    """The title of the dialog, and what is said of a layer that can't be edited."""
    from bridge.texts import tr

    image, layer = shown()
    title = f"^{tr('Neural Style Transfer…').removesuffix('…')}$"
    seen: dict[str, Any] = {"title": title}

    def person() -> None:
        seen["opened"] = wait_until(lambda: windows(title), 20)
        time.sleep(3)
        look(f"plugin-{SETTING}")
        press(title, "Escape")

    thread = meanwhile(person)
    stylize(image, [layer], run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    return seen | {"refused": stylize(image, [layer], EDIT)[1]}


@case
def times() -> list[str]:
    """What stands under the qualities."""
    from quality import spoken

    return [spoken(seconds) for seconds in (0.4, 7.4, 72.0, 100.0, 9000.0)]


run_cases()
