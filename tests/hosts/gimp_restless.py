"""Runs inside GIMP with its windows: a restless hand, many quick acts on everything that takes a
mouse while previews and paintings are under way. Drawn at random, the same ones each time."""

from __future__ import annotations

import random
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

from gi.repository import Gimp, Gio, GLib, Gtk
from gimp_hands import look, meanwhile, shell, shown
from gimp_inside import agree, dialog_on, trouble
from gimp_job import ORDERS, case, run_cases, striped, stylize, workers

SEED, ACTS, DIALOGS = 1001, 50, 4
_EACH = 120
"""Milliseconds from one act to the next."""


class Hand:
    """What somebody does who does not wait; each act may find anything under way."""

    def __init__(self, image: Gimp.Image, layer: Gimp.Layer, dice: random.Random) -> None:
        self.image, self.layer, self.dice = image, layer, dice
        self.done: list[str] = []
        self.failed: list[str] = []
        self._mouse: threading.Thread | None = None
        self._greys: list[Gimp.Layer] = []

    def act(self, dialog: Any) -> None:
        acts: list[Callable[[Any], object]] = [
            self.use_mouse,
            self.use_mouse,
            self.crop,
            self.set_something,
            self.set_something,
            self.turn_page,
            self.strengths,
            self.select,
            self.paint,
            self.cancel,
        ]
        act = self.dice.choice(acts)
        self.done.append(act.__name__)
        try:
            act(dialog)
        except Exception:
            self.failed.append(traceback.format_exc())

    def use_mouse(self, dialog: Any) -> None:
        """Click or drag on the picture, or turn the wheel."""
        picture = dialog._pane.comparison.widget
        self._move(picture, self.dice.choice(("click 1", "click 3", "click 4", "click 5", "drag")))

    def crop(self, dialog: Any) -> None:
        self._move(dialog._book._part._events, "drag")

    def _move(self, widget: Gtk.Widget, what: str) -> None:
        if not widget.get_mapped() or (self._mouse is not None and self._mouse.is_alive()):
            return
        _, left, top = widget.get_window().get_origin()
        place = widget.get_allocation()
        x, y, end_x, end_y = (
            int(start + self.dice.random() * side)
            for start, side in 2 * ((left, place.width), (top, place.height))
        )
        way = f"mousedown 1 sleep 0.05 mousemove {end_x} {end_y} sleep 0.05 mouseup 1"
        command = f"xdotool mousemove {x} {y} {way if what == 'drag' else what}"
        self._mouse = meanwhile(lambda: shell(command))

    def set_something(self, dialog: Any) -> None:
        if dialog.session.run is not None:
            return  # the knobs can't be reached
        style = Gio.File.new_for_path(ORDERS["style"])
        choice: dict[str, tuple[Any, ...]] = {
            "stroke_size": (0.25, 0.7, 1.0, 2.5, 4.0),
            "strength": (0.0, 0.4, 1.0),
            "faces": ("keep", "as-the-rest"),
            "segment": ("off", "auto"),
            "style": (style, Gio.File.new_for_path(ORDERS["other_style"]), None),
            "tile": (True, False),
            "semantic": ("off", "auto"),
            "method": ("instant", "painterly"),
        }
        name = self.dice.choice(list(choice))
        dialog._call.config.set_property(name.replace("_", "-"), self.dice.choice(choice[name]))

    def turn_page(self, dialog: Any) -> None:
        dialog._book.widget.set_current_page(self.dice.randrange(4))

    def strengths(self, dialog: Any) -> None:
        """A layer says how strong the style is; sooner or later it is deleted."""
        if self._greys and self.dice.random() < 0.5:
            self.image.remove_layer(self._greys.pop())
        elif dialog.session.run is None:
            self._greys.append(striped(self.image, self.layer, "KW"))
            dialog._call.config.set_property("strength-layer", self._greys[-1])

    def select(self, dialog: Any) -> None:
        x, y, width, height = (self.dice.randrange(2, 70) for _ in range(4))
        self.image.select_rectangle(Gimp.ChannelOps.REPLACE, x, y, width, height)
        dialog._look_again()  # the focus comes back

    def paint(self, dialog: Any) -> None:
        if dialog._dialog.get_widget_for_response(Gtk.ResponseType.OK).is_sensitive():
            agree(dialog)

    def cancel(self, dialog: Any) -> None:
        if dialog.session.run is not None:
            dialog._dialog.response(Gtk.ResponseType.CANCEL)

    def leave(self) -> None:
        if self._mouse is not None:
            self._mouse.join()
        for grey in self._greys:
            self.image.remove_layer(grey)
        self._greys.clear()


def restless_at(dialog: Any, hand: Hand, name: str) -> str:
    """Acts until they are done or the dialog has painted; what the dialog says in the end."""
    left, last = ACTS, ""

    def step() -> bool:
        nonlocal left, last
        left -= 1
        if left > 0:
            hand.act(dialog)
            return True
        last = trouble(dialog)
        look(name)
        for number in (1, 2):  # a painting, then the dialog
            GLib.timeout_add(500 * number, dialog._dialog.response, Gtk.ResponseType.CANCEL)
        return False

    timer = GLib.timeout_add(_EACH, step)
    try:
        dialog.run()
    finally:
        if left > 0:
            GLib.source_remove(timer)
    return last


@case
def restless() -> dict[str, Any]:
    image, layer = shown()
    uncaught: list[str] = []
    sys.excepthook = lambda *error: uncaught.append("".join(traceback.format_exception(*error)))
    hand = Hand(image, layer, random.Random(SEED))
    said = []
    for number in range(DIALOGS):
        dialog = dialog_on(image, layer, method="instant", size=64, segment="auto", steps=8)
        said.append(restless_at(dialog, hand, f"restless-{number}"))
        hand.leave()
    Gimp.Selection.none(image)
    time.sleep(0.5)
    status, message, _ = stylize(image, [layer])
    return {
        "done": hand.done,
        "failed": hand.failed,
        "uncaught": uncaught,
        "said": said,
        "workers": len(workers()),
        "painted": [status, message],
    }


run_cases()
