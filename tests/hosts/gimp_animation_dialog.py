"""Runs inside GIMP with its windows: the dialog that paints an animation."""

from __future__ import annotations

from typing import Any

from bridge.i18n.texts import tr
from bridge.session.switch import LABEL
from gi.repository import Gimp, Gtk
from gimp_frames import moving, told
from gimp_hands import look, wait_until, windows
from gimp_inside import agree, dialog_on, end, follow, settled, trouble
from gimp_job import ANIMATE, case, run_cases
from gimp_resting import inside

LONG = {"method": "painterly", "steps": 40, "size": 96, "steady": False}
"""Every frame takes as long as the first one: there is time to cancel."""


def shown() -> Gimp.Image:
    """The animation in a window, its third frame chosen."""
    image = moving()
    image.set_selected_layers([image.get_layers()[1]])
    Gimp.Display.new(image)
    Gimp.displays_flush()
    wait_until(lambda: windows("GIMP$"))
    return image


def on(image: Gimp.Image, **settings: Any) -> Any:
    settings = {"method": "instant", "size": 64, **settings}
    return dialog_on(image, image.get_layers()[0], ANIMATE, **settings)


def frames_of(dialog: Any) -> str:
    return str(dialog._call.config.get_property("frames") or "")


def colors(dialog: Any) -> list[list[int]]:
    """What is seen at the left and at the right of the preview's picture, before it is painted."""
    before = dialog.session.preview.view.before
    width, size = before.extent.width, before.format.bytes_per_pixel
    row = before.extent.height // 2 * width
    return [list(before.data[(row + x) * size :][:3]) for x in (width // 8, width * 7 // 8)]


@case
def looked() -> dict[str, Any]:
    """The frame that is chosen is shown; which frames are painted is a row of two numbers."""
    image = shown()
    dialog = on(image)
    row = dialog._book._frames
    said: dict[str, Any] = {}

    def see() -> None:
        look("animation-dialog")
        said["ends"] = [spin.get_value_as_int() for spin in (row._first, row._last)]
        said["all"] = frames_of(dialog)
        shown_ones = [each for each in inside(dialog._pane.widget) if each.get_mapped()]
        labels = [each.get_label() for each in shown_ones if isinstance(each, Gtk.CheckButton)]
        said["ahead"] = tr(LABEL) in labels
        said["third"] = colors(dialog)
        said["times"] = dialog.session.times()
        row._first.set_value(2)

    def narrow() -> None:
        said["from"] = frames_of(dialog)
        row._last.set_value(1)
        said["turned"] = frames_of(dialog)
        said["fewer"] = dialog.session.times()
        row._reset.clicked()
        said["reset"] = frames_of(dialog)
        image.set_selected_layers([image.get_layers()[3]])
        dialog._look_again()

    def other() -> None:
        said["first"] = colors(dialog)
        image.set_selected_layers([image.get_layers()[0]])
        image.remove_layer(image.get_layers()[2])
        dialog._look_again()

    def fewer() -> None:
        said["count"] = row._last.get_value_as_int()
        said["trouble"] = trouble(dialog)

    def ready() -> bool:
        return settled(dialog) and bool(dialog._pane.comparison.painted)

    steps = [(ready, see), (ready, narrow), (ready, other), (ready, fewer), end(dialog)]
    return follow(dialog, steps) | said


@case
def painted() -> dict[str, Any]:
    """The new image is shown, one frame is as good as another to begin with."""
    image = shown()
    before = len(Gimp.get_images())
    dialog = on(image)
    dialog._call.config.set_property("frames", "2-4")  # a dialog comes up with all of them
    said = follow(dialog, [(lambda: settled(dialog), lambda: agree(dialog))])
    new = [other for other in Gimp.get_images() if other.get_id() != image.get_id()]
    made = max(new, key=Gimp.Image.get_id)
    wait_until(lambda: False, 1)
    look("animation-painted")
    return said | {"more": len(Gimp.get_images()) - before, "frames": told(made)}


@case
def cancelled() -> dict[str, Any]:
    """What is painted by then is kept."""
    image = shown()
    dialog, before = on(image, **LONG), Gimp.get_images()
    seen: dict[str, Any] = {}

    def cancel() -> None:
        look("animation-progress")
        seen["title"] = dialog._progress._title.get_text()
        seen["what"] = dialog._progress._what.get_text()
        seen["keep"] = dialog._dialog.get_widget_for_response(Gtk.ResponseType.OK).get_visible()
        dialog._dialog.response(Gtk.ResponseType.CANCEL)

    def one_is_done() -> bool:
        run = dialog.session.run
        return run is not None and run.done == 1 and run.progress.step > 0

    steps = [(lambda: settled(dialog), lambda: agree(dialog)), (one_is_done, cancel)]
    said = follow(dialog, steps, seconds=400)
    known = {each.get_id() for each in before}
    made = [each for each in Gimp.get_images() if each.get_id() not in known]
    return said | seen | {"made": [told(each) for each in made]}


@case
def cancelled_at_first() -> dict[str, Any]:
    """Nothing is painted yet: the knobs are back, and nothing is left."""
    image = shown()
    dialog, before = on(image, **LONG), len(Gimp.get_images())
    steps = [
        (lambda: settled(dialog), lambda: agree(dialog)),
        (
            lambda: dialog.session.run is not None,
            lambda: dialog._dialog.response(Gtk.ResponseType.CANCEL),
        ),
        (lambda: settled(dialog), lambda: None),
        end(dialog),
    ]
    said = follow(dialog, steps)
    return said | {"more": len(Gimp.get_images()) - before, "trouble": trouble(dialog)}


run_cases()
