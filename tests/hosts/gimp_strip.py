"""Runs inside GIMP with its windows: the last results come back, are compared and are applied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bridge.session.preview import Stage
from gi.repository import Gimp, Gtk
from gimp_hands import DIALOG, look, press, shown
from gimp_inside import agree, dialog_on, end, follow
from gimp_job import EDIT, PROCEDURE, case, own_bytes, run_cases
from gimp_resting import PAINTED, Log, inside, put, stage

BRIEF: dict[str, Any] = {"method": "painterly", "steps": 6, "size": 128, "coarsest": 64}


def tiles(dialog: Any) -> list[Gtk.FlowBoxChild]:
    """Of the strip, the newest one first."""
    return [w for w in inside(dialog._pane.strip.widget) if isinstance(w, Gtk.FlowBoxChild)]


def words(widget: Gtk.Widget) -> list[str]:
    return [each.get_text() for each in inside(widget) if isinstance(each, Gtk.Label)]


def tags(dialog: Any) -> list[str]:
    """What stands over the two sides of the split."""
    return [tag.get_text() for tag in dialog._pane.comparison._tags]


def sides(dialog: Any) -> list[str]:
    """The pictures on both of them."""
    comparison = dialog._pane.comparison
    return [bytes(each.get_pixels()).hex() for each in (comparison._before, comparison._after)]


def heights(dialog: Any) -> list[int]:
    """Of the picture, and of the dialog."""
    room = dialog._pane.comparison.widget, dialog._dialog
    return [widget.get_allocation().height for widget in room]


@case
def results() -> dict[str, Any]:
    """Two are painted while the dialog rests; the first comes back, and is applied."""
    image, layer = shown()
    Gimp.Selection.none(image)
    log, dialog = Log(), dialog_on(image, layer, **BRIEF)
    outcomes, strip = dialog.session.outcomes, dialog._pane.strip
    said: dict[str, Any] = {"hidden": not strip.widget.get_visible()}

    def kept(count: int) -> Callable[[], bool]:
        def there() -> bool:
            return len(tiles(dialog)) == count and stage(dialog, Stage.PAINTED)()

        return there

    def first() -> None:
        said["alone"] = [strip.widget.get_visible(), strip._compare.get_sensitive()]
        said["heights"] = heights(dialog)
        dialog._call.set({"strength": 0.4})

    def second() -> None:
        newest = tiles(dialog)[0]
        said["words"] = words(newest)
        said["told"] = [newest.get_tooltip_text(), strip._flow.get_accessible().get_name()]
        said["jobs"] = [log.count(PAINTED)]
        tiles(dialog)[1].grab_focus()
        press(DIALOG, "Return")

    def back() -> None:
        said["back"] = [dialog._call.settings().strength, dialog.session.preview.stage.name]
        said["button"] = dialog._dialog.get_widget_for_response(Gtk.ResponseType.OK).get_label()
        strip._compare.clicked()

    def compared() -> None:
        said["tags"], said["sides"] = tags(dialog), sides(dialog)
        look("strip-compared")
        tiles(dialog)[0].activate()

    def swapped() -> None:
        said["swapped"] = sides(dialog)
        look("strip-swapped")
        strip._compare.clicked()

    def single() -> None:
        said["single"] = tags(dialog)
        tiles(dialog)[1].activate()

    def apply() -> None:
        said["whole"] = bytes(outcomes.chosen.whole.result.layer.data).hex()
        agree(dialog)

    def said_beside(on: bool) -> Callable[[], bool]:
        return lambda: (tags(dialog)[0] != "Before") == on

    steps = [
        (lambda: dialog._pane.comparison.painted, lambda: put(dialog, True)),
        (kept(1), first),
        (kept(2), second),
        (lambda: outcomes.picked, back),
        (said_beside(True), compared),
        (lambda: sides(dialog) != said["sides"], swapped),
        (said_beside(False), single),
        (lambda: outcomes.picked and outcomes.chosen is outcomes.items[0], apply),
    ]
    said |= follow(dialog, steps)
    said["jobs"].append(log.count(PAINTED))
    painting = image.get_layers()[0]
    said["applied"] = own_bytes(painting, "R'G'B'A u8").hex()

    # Another dialog finds them in the image, and so does the one that edits the painting.
    said["anew"] = _remembered(dialog_on(image, layer, PROCEDURE, **BRIEF))
    said["edited"] = _remembered(dialog_on(image, painting, EDIT))
    return said


def _remembered(dialog: Any) -> list[Any]:
    """What comes back with the newest of two that the image remembers."""
    again: list[Any] = []

    def bring_back() -> None:
        tiles(dialog)[0].activate()
        again.extend([dialog._call.settings().strength, dialog.session.outcomes.picked])

    put(dialog, False)
    told = follow(dialog, [(lambda: len(tiles(dialog)) == 2, bring_back), end(dialog)])
    return again + list(told["stuck"])


run_cases()
