"""Runs inside GIMP with its windows: the dialog while the worker is slow, silent, or busy."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from bridge.client.job import Job
from bridge.contract.request import Request
from bridge.contract.settings import Settings
from bridge.storage.paths import Installation
from gi.repository import Gimp, Gio, Gtk
from gimp_hands import WINDOW, look, meanwhile, press, shell, shown
from gimp_inside import agree, dialog_on, end, follow, trouble
from gimp_job import ORDERS, case, own_bytes, run_cases, stylize, workers
from host import GimpHost

LONG: dict[str, Any] = {"method": "painterly", "steps": 10000, "size": 128}
SHORT: dict[str, Any] = {"method": "painterly", "steps": 12, "size": 64}


def signal_workers(number: signal.Signals) -> None:
    for process in workers():
        os.kill(process, number)


def choose(dialog: Any, name: str) -> None:
    dialog._call.config.set_property("style", Gio.File.new_for_path(ORDERS[name]))


def settled(dialog: Any) -> bool:
    """Whether what is shown is what the dialog says."""
    preview = dialog.session.preview
    return not preview.waiting and dialog._pane.comparison.painted and not preview.stale


def painting(dialog: Any) -> bool:
    return dialog.session.run is not None and dialog.session.run.progress.step > 0


@case
def painted_before_the_preview() -> dict[str, Any]:
    """Another style is chosen and Paint pressed before its preview has come."""
    image, layer = shown()
    dialog = dialog_on(image, layer, **SHORT)
    said: dict[str, Any] = {}

    def hurry() -> None:
        signal_workers(signal.SIGSTOP)  # or it may have answered before the next line
        choose(dialog, "other_style")
        dialog._want()
        dialog.session.preview.tick()  # it is asked for
        said["owed"] = dialog.session.preview.owed
        agree(dialog)

    def read() -> bool:
        """Whether the preview was taken while the picture is painted."""
        return dialog.session.run is not None and not dialog.session.preview.owed

    steps = [
        (lambda: settled(dialog), hurry),
        (lambda: dialog.session.run is not None, lambda: signal_workers(signal.SIGCONT)),
        (read, lambda: said.update(read=True)),
    ]
    return said | follow(dialog, steps)


@case
def silent_while_it_paints() -> dict[str, Any]:
    image, layer = shown()
    dialog = dialog_on(image, layer, **(SHORT | {"steps": 400, "size": 256}))
    said: dict[str, Any] = {}

    def stop() -> None:
        said["stopped"] = workers()
        signal_workers(signal.SIGSTOP)

    def restart() -> None:
        said["says"] = trouble(dialog)
        look("silent")
        buttons = dialog._trouble.widget.get_action_area().get_children()
        said["offers"] = [button.get_label() for button in buttons]
        dialog._call.set({"steps": 60})  # long enough to be met while it paints
        buttons[0].clicked()

    steps = [
        (lambda: settled(dialog), lambda: agree(dialog)),
        (lambda: painting(dialog), stop),
        (lambda: trouble(dialog), restart),
        (lambda: painting(dialog), lambda: said.update(after=trouble(dialog), workers=workers())),
        (lambda: True, lambda: dialog._dialog.response(Gtk.ResponseType.OK)),
    ]
    return said | follow(dialog, steps)


@case
def silent_before_the_preview() -> dict[str, Any]:
    """It is stopped while a preview is owed, and goes on by itself."""
    image, layer = shown()
    dialog = dialog_on(image, layer, method="instant", size=64)
    said: dict[str, Any] = {}

    def stop() -> None:
        signal_workers(signal.SIGSTOP)
        choose(dialog, "other_style")

    def go_on() -> None:
        said["says"] = trouble(dialog)
        signal_workers(signal.SIGCONT)

    steps = [
        (lambda: settled(dialog), stop),
        (lambda: trouble(dialog), go_on),
        (lambda: settled(dialog), lambda: said.update(after=trouble(dialog))),
        end(dialog),
    ]
    return said | follow(dialog, steps)


@case
def hints_and_marks() -> dict[str, Any]:
    """With a worker that does not answer: what is said goes by what is chosen, not by answers."""
    image, layer = shown()
    dialog = dialog_on(image, layer, method="instant", size=64)
    comparison = dialog._pane.comparison
    said: dict[str, Any] = {}

    def tag() -> str:
        return str(comparison._tags[1].get_text())

    def without() -> None:
        said["at first"] = tag()
        signal_workers(signal.SIGSTOP)
        dialog._call.config.set_property("style", None)

    def another() -> None:
        said["hint"] = trouble(dialog)
        choose(dialog, "other_style")

    def see() -> None:
        said["hint after"] = trouble(dialog)
        said["mark"] = tag()
        look("stale")
        signal_workers(signal.SIGCONT)

    def weaker() -> None:
        said["at last"] = tag()
        signal_workers(signal.SIGSTOP)
        dialog._call.set({"strength": 0.5})

    def see_weaker() -> None:
        said["the same style"] = tag()
        signal_workers(signal.SIGCONT)

    steps = [
        (lambda: settled(dialog), without),
        (lambda: trouble(dialog), another),
        (lambda: not trouble(dialog) and dialog.session.preview.waiting, lambda: None),
        (lambda: True, see),
        (lambda: settled(dialog), weaker),
        (lambda: dialog.session.preview.owed, see_weaker),
        (lambda: settled(dialog), lambda: None),
        end(dialog),
    ]
    return said | follow(dialog, steps)


@case
def another_size() -> dict[str, Any]:
    """What is seen of the picture stays where it is and as large, however fine it is painted."""
    image, layer = shown()
    dialog = dialog_on(image, layer, method="instant", size=512)
    comparison = dialog._pane.comparison
    said: dict[str, Any] = {}

    def note(name: str) -> None:
        viewport = comparison.viewport
        said[name] = [list(viewport.part), viewport.zoom, list(viewport.place)]

    def zoom() -> None:
        comparison.zoom_by(4, (100.0, 120.0))
        note("before")
        dialog._call.set({"size": 128})

    def finer() -> None:
        note("coarser")
        look("coarser")
        dialog._call.set({"size": 1024})

    steps = [
        (lambda: settled(dialog), zoom),
        (lambda: settled(dialog), finer),
        (lambda: settled(dialog), lambda: note("finer")),
        end(dialog),
    ]
    return said | follow(dialog, steps)


def said_of(run: Any) -> str:
    """What a run is at; nothing where there is none."""
    return "" if run is None else str(run.progress.text)


def paint_button(dialog: Any) -> Gtk.Widget:
    return dialog._dialog.get_widget_for_response(Gtk.ResponseType.OK)


@case
def waiting_for_another() -> dict[str, Any]:
    """While another job is painted there is nothing to keep."""
    image, layer = shown()
    host = GimpHost(image, layer)
    box = host.extent().layer
    settings = Settings(style=ORDERS["style"], **LONG)
    other = Job(Request(host.read(box), settings), Installation.here())
    while other.progress.step == 0:
        other.advance(0.1)
    dialog = dialog_on(image, layer, **LONG)
    said: dict[str, Any] = {}

    def first_in_line() -> None:
        said["waiting"] = paint_button(dialog).get_sensitive()
        said["text"] = str(dialog.session.run.progress.text)
        look("in-the-queue")
        other.close()

    def keep() -> None:
        dialog._dialog.response(Gtk.ResponseType.OK)

    steps = [
        (lambda: settled(dialog), lambda: agree(dialog)),
        (
            lambda: dialog.session.run and "another" in str(dialog.session.run.progress.text),
            lambda: None,
        ),
        (lambda: True, first_in_line),
        (lambda: painting(dialog), lambda: None),
        (lambda: paint_button(dialog).get_sensitive(), keep),
    ]
    return said | follow(dialog, steps)


@case
def closed_and_kept() -> dict[str, Any]:
    """The image is closed while it is painted, then the painting kept."""
    image, layer = shown()
    dialog = dialog_on(image, layer, **LONG)
    said: dict[str, Any] = {}
    told: list[str] = []
    message, Gimp.message = Gimp.message, told.append

    def close() -> None:
        for number in range(1, 200):
            if Gimp.Display.id_is_valid(number):
                Gimp.Display.get_by_id(number).delete()
        said["closed"] = not image.is_valid()

    def keep() -> None:
        dialog._dialog.response(Gtk.ResponseType.OK)

    steps = [
        (lambda: settled(dialog), lambda: agree(dialog)),
        (lambda: painting(dialog), close),
        (lambda: True, keep),
    ]
    try:
        said |= follow(dialog, steps)
    finally:
        Gimp.message = message
    time.sleep(1)
    look("closed-and-kept")
    images = Gimp.get_images()
    return said | {
        "told": told,
        "images": len(images),
        "size": [images[-1].get_width(), images[-1].get_height()] if images else None,
        "layers": [item.get_name() for item in images[-1].get_layers()] if images else None,
    }


STROKE = [(580, 390), (600, 400), None, (630, 400), (660, 420), (690, 430)]
"""Where a brush goes over the picture; it rests where the painting arrives."""


def draw() -> None:
    moves = " ".join(
        "sleep 2" if place is None else f"mousemove {place[0]} {place[1]} sleep 0.3"
        for place in STROKE
    )
    shell(f"xdotool mousemove 560 380 mousedown 1 sleep 0.3 {moves} mouseup 1")


@case
def a_stroke_under_way() -> dict[str, Any]:
    """How much of the picture a stroke changes, without a painting that arrives and with one."""
    said: dict[str, Any] = {}
    for name in ("alone", "disturbed"):
        image, layer = shown()
        Gimp.Selection.none(image)
        host = GimpHost(image, layer)
        box = host.extent().layer
        pixels, before = host.read(box), own_bytes(layer)
        press(WINDOW, "p")
        hand = meanwhile(draw)
        time.sleep(1.5)
        if name == "disturbed":
            host.add_layer(Settings(style=ORDERS["style"]), "painted", box, pixels)
        hand.join()
        time.sleep(1)
        look(f"stroke-{name}")
        said[name] = sum(a != b for a, b in zip(own_bytes(layer), before, strict=True))
        if host.painted is not None:
            said["painted"] = own_bytes(host.painted, "R'G'B' u8") == before
        for number in range(1, 200):
            if Gimp.Display.id_is_valid(number):
                Gimp.Display.get_by_id(number).delete()
    return said


@case
def of_a_painting() -> dict[str, Any]:
    """The dialog on a painting says that its original is painted, and always how long it takes."""
    image, layer = shown()
    _, message, made = stylize(image, [layer])
    assert made is not None, message
    dialog = dialog_on(image, made, method="instant", size=64)
    said: dict[str, Any] = {}

    def see() -> None:
        said["says"] = trouble(dialog)
        times = dialog._book._quality._times
        said["times"] = {name: label.get_text() for name, label in times.items()}
        look("of-a-painting")
        agree(dialog)

    said |= follow(dialog, [(lambda: settled(dialog), see)])
    return said | {"names": [item.get_name() for item in image.get_layers()]}


@case
def from_a_painting_to_its_edit() -> dict[str, Any]:
    """The button beside what is said of a painting leads to the dialog that edits it."""
    from bridge.session.session import Session
    from dialog import StyleDialog

    image, layer = shown()
    _, message, made = stylize(image, [layer], strength=0.7)
    assert made is not None, message
    dialog = dialog_on(image, made, method="instant", size=64)
    (button,) = dialog._trouble.widget.get_action_area().get_children()
    said = follow(dialog, [(lambda: settled(dialog), button.clicked)]) | {"edits": dialog.edits}
    procedure, call = dialog._call.editing()
    call.begin()
    editing = StyleDialog(procedure, call, Session(call))
    said["strength"] = call.settings().strength
    said |= {"replaced": follow(editing, [(lambda: settled(editing), lambda: agree(editing))])}
    return said | {"names": [item.get_name() for item in image.get_layers()]}


run_cases()
