"""Runs inside GIMP with its windows: how late GLib's timers are, and what is seen when.

``IMPASTO_TEST_CASES="late_small late_again course"``; the first one also starts the worker.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.session.preview import Stage
from bridge.session.switch import Switch
from bridge.storage.paths import Installation
from gi.repository import Gegl, Gimp, Gio, GLib
from gimp_hands import HEIGHT, WIDTH, WINDOW, look, shell, wait_until, windows
from gimp_inside import agree, dialog_on, follow
from gimp_job import ORDERS, case, run_cases
from host_lateness import EVERY, Lateness

QUICK: dict[str, Any] = {
    **{"method": "painterly", "steps": 60, "size": 256, "coarsest": 64},
    "detail": False,
}
BRIEF = QUICK | {"steps": 12, "size": 128}
"""For what asks how late the timers are, and not when it is painted."""
SMALL = (5000, 4000, 300, 300)
LONG = 400.0
_BAND = 256


class Clock(Lateness):
    """Ticked by GLib."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = GLib.timeout_add(EVERY, self.tick)

    def end(self) -> dict[str, Any]:
        GLib.source_remove(self._timer)
        return super().end()


def patterned(width: int, height: int, layers: int = 1) -> Gimp.Image:
    """An image whose layers have no two tiles alike."""
    image = Gimp.Image.new(width, height, Gimp.ImageBaseType.RGB)
    rows = [
        bytes(value for x in range(width) for value in ((5 * x) % 256, (7 * y) % 256, x % 251))
        for y in range(0, _BAND, 16)
    ]
    band = b"".join(row * 16 for row in rows)
    kind, mode = Gimp.ImageType.RGB_IMAGE, Gimp.LayerMode.NORMAL
    for number in range(layers):
        layer = Gimp.Layer.new(image, f"Layer {number}", width, height, kind, 100, mode)
        image.insert_layer(layer, None, 0)
        buffer = layer.get_buffer()
        for y in range(0, height, _BAND):
            high = min(_BAND, height - y)
            place = Gegl.Rectangle.new(0, y, width, high)
            buffer.set(place, "R'G'B' u8", band[: 3 * width * high])
        buffer.flush()
        layer.update(0, 0, width, height)
    return image


def displayed(image: Gimp.Image) -> None:
    Gimp.Display.new(image)
    Gimp.displays_flush()
    wait_until(lambda: windows(WINDOW))
    for window in windows(WINDOW):
        shell(f"xdotool windowsize --sync {window} {WIDTH} {HEIGHT}")
    time.sleep(2)


def begun(image: Gimp.Image, **settings: Any) -> Any:
    """The dialog on its uppermost layer, which paints ahead."""
    Switch(Installation(Path(ORDERS["prefix"]))).put(True)
    return dialog_on(image, image.get_layers()[0], **settings)


def measured(
    image: Gimp.Image,
    selection: tuple[int, int, int, int] | None = None,
    settings: dict[str, Any] = BRIEF,
) -> dict[str, Any]:
    """One dialog, from its opening to the layer; the phases, and when each began."""
    displayed(image)
    if selection is not None:
        image.select_rectangle(Gimp.ChannelOps.REPLACE, *selection)
    clock, told, began = Clock(), dict[str, Any](), time.monotonic()

    def phase(name: str, act: Callable[[], object] = lambda: None) -> Callable[[], None]:
        def begin() -> None:
            clock.phase(name)
            told[name] = round(time.monotonic() - began, 2)
            act()

        return begin

    phase("opening")()
    dialog = begun(image, **settings)
    preview, comparison = dialog.session.preview, dialog._pane.comparison
    steps = [
        (lambda: preview.view is not None, phase("original")),
        (lambda: comparison.painted, phase("instant")),
        (lambda: preview.stage is not Stage.SKETCH, phase("growing")),
        (lambda: preview.stage is Stage.PAINTED, phase("painted")),
        (lambda: comparison._leaving is None, phase("paint", lambda: agree(dialog))),
    ]
    ended = follow(dialog, steps, LONG)
    phase("layer")()
    return {"began": told, **clock.end(), **ended}


@case
def late_small() -> dict[str, Any]:
    return measured(patterned(800, 600))


@case
def late_again() -> dict[str, Any]:
    return measured(patterned(800, 600), settings=QUICK)


@case
def course() -> dict[str, Any]:
    """What is seen of a photograph after 1, 6, 20 and 60 s, at the end, and after Paint."""
    large = Gio.File.new_for_path(ORDERS["large"])
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, large)
    displayed(image)
    style = Path(ORDERS["prefix"], "gallery", "flowing strokes.jpg")
    began = time.monotonic()
    dialog = begun(image, style=Gio.File.new_for_path(str(style)))
    preview, told = dialog.session.preview, dict[str, Any]()

    def at(seconds: int) -> tuple[Callable[[], object], Callable[[], object]]:
        def see() -> None:
            look(f"course-{seconds:02}")
            told[f"{seconds} s"] = preview.stage.name

        return lambda: time.monotonic() >= began + seconds, see

    def paint() -> None:
        told["painted"] = round(time.monotonic() - began, 1)
        look("course-painted")
        agree(dialog)

    steps = [
        *map(at, (1, 6, 20, 60)),
        (lambda: preview.stage is Stage.PAINTED, lambda: None),
        (lambda: dialog._pane.comparison._leaving is None, paint),
    ]
    told |= follow(dialog, steps, LONG)
    told["layer"] = round(time.monotonic() - began, 1)
    time.sleep(1)
    look("course-paint")
    return told


@case
def late_in_a_large_one() -> dict[str, Any]:
    return measured(patterned(12000, 9000), SMALL)


@case
def late_among_fifty() -> dict[str, Any]:
    return measured(patterned(2000, 1500, 50), (500, 400, 300, 300))


@case
def late_photograph() -> dict[str, Any]:
    return measured(patterned(4000, 3000))


run_cases()
