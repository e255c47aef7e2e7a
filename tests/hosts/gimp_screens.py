"""Runs inside GIMP with its windows, in German and on a dense screen: the dialog's texts."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from gi.repository import Gimp, Gtk
from gimp_hands import look, meanwhile, press, shown, wait_until, windows
from gimp_inside import dialog_on, run
from gimp_job import EDIT, case, run_cases, striped, stylize

SETTING = os.environ["LANGUAGE"] + os.environ["GDK_SCALE"]
"""What the pictures are named by."""


def inside(widget: Gtk.Widget) -> Iterator[Gtk.Widget]:
    """A widget and all in it."""
    yield widget
    if isinstance(widget, Gtk.Container):
        children: list[Gtk.Widget] = []
        widget.forall(children.append)
        if isinstance(widget, Gtk.Expander) and not widget.get_expanded():
            children.remove(widget.get_child())
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
    from bridge.client.errand import lost
    from bridge.contract.request import Progress
    from bridge.i18n.text import Text
    from bridge.storage.paths import Installation

    image, layer = shown()
    dialog = dialog_on(image, layer, label_layer=striped(image, layer, "RRB"))
    said: dict[str, Any] = {"scale": dialog._dialog.get_scale_factor()}

    def turn(page: int) -> None:
        dialog._book.widget.set_current_page(page)

    def paint() -> None:
        dialog._switch(painting=True)
        progress = Progress(0.3, Text("Preparing"), 100.0)
        dialog._progress.show(SimpleNamespace(place=(1, 2), progress=progress, fraction=0.15))
        dialog._trouble.say(lost(Installation.here()))

    def see(page: str) -> None:
        said[page] = texts(dialog._dialog)
        look(f"page-{page}-{SETTING}")

    steps = [
        lambda: turn(0),
        lambda: see("style"),
        lambda: turn(1),
        lambda: see("where"),
        lambda: turn(2),
        lambda: see("advanced"),
        paint,
        lambda: see("painting"),
    ]
    run(dialog, steps, ready=lambda _: not dialog.session.preview.waiting)
    return said


@case
def by_the_plugin() -> dict[str, Any]:
    """The title of the dialog, and what is said of a layer that can't be edited."""
    from bridge.i18n.texts import tr

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
    from bridge.i18n.times import about

    return [about(seconds) for seconds in (0.4, 7.4, 72.0, 100.0, 9000.0)]


run_cases()
