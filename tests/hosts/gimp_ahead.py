"""Runs inside GIMP with its windows: the dialog paints while it rests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bridge.session import fade
from bridge.session.preview import Stage
from gi.repository import Gimp, Gio
from gimp_hands import look, shown, wait_until
from gimp_inside import agree, dialog_on, end, follow
from gimp_job import ORDERS, case, own_bytes, run_cases
from gimp_resting import PAINTED, SHORT, Log, put, stage
from landing import CutLayer

ENDED = "a painting stopped: the client went away"
LONG: dict[str, Any] = {**SHORT, "steps": 10000}


@case
def finished_before_it_is_asked_for() -> dict[str, Any]:
    """It opens, waits, sees the painting done; then Paint has nothing left to do."""
    image, layer = shown()
    log, dialog = Log(), dialog_on(image, layer, **SHORT)
    said: dict[str, Any] = {"tags": [], "switched": dialog.session.ahead.switch.on}

    def see(name: str) -> Callable[[], None]:
        def act() -> None:
            said["tags"].append(dialog._pane.comparison._tags[1].get_text())
            look(f"ahead-{name}")

        return act

    def paint() -> None:
        view = dialog.session.preview.view
        said["picture"] = bytes(view.patches[0].picture.data).hex()
        said["jobs"] = [log.count(PAINTED)]
        said["looked"] = [looked.call_count]
        agree(dialog)

    def sketched() -> bool:
        return bool(dialog._pane.comparison.painted) and stage(dialog, Stage.SKETCH)()

    def half_way() -> bool:
        return 0.3 < dialog._pane.comparison._fade.share < 0.8

    fade.SECONDS = 3.0  # so that it is seen however late a look comes
    steps = [
        (sketched, see("sketch")),
        (lambda: True, lambda: put(dialog, True)),
        (stage(dialog, Stage.GROWING), see("growing")),
        (half_way, lambda: said.update(faded=str(look("ahead-fading")))),
        (stage(dialog, Stage.PAINTED), lambda: None),
        (lambda: dialog._pane.comparison._leaving is None, see("painted")),
        (lambda: True, paint),
    ]
    # Which stays as it is, and is counted.
    small = CutLayer.small
    with patch.object(CutLayer, "small", autospec=True, side_effect=small) as looked:
        said |= follow(dialog, steps)
    said.setdefault("looked", []).append(looked.call_count)
    said.setdefault("jobs", []).append(log.count(PAINTED))
    painted = image.get_layers()[0]
    said["layer"] = own_bytes(painted, "R'G'B'A u8").hex()
    return said


@case
def selection_and_rest_at_half_strength() -> dict[str, Any]:
    """Of an image that is larger than its preview."""
    image, layer = shown()
    image.scale(800, 600)
    other = Gio.File.new_for_path(ORDERS["other_style"])
    quick = {**SHORT, "steps": 16, "detail": False}
    dialog = dialog_on(image, layer, **quick, background_style=other, strength=0.5)
    comparison, said = dialog._pane.comparison, dict[str, Any]()

    def paint() -> None:
        said["tag"] = comparison._tags[1].get_text()
        said["frame"] = list(dialog.session.preview.view.frame)
        said["seen"] = str(Path(ORDERS["pictures"]) / "seen.png")
        comparison._after.savev(said["seen"], "png", [], [])
        agree(dialog)

    steps = [
        (lambda: True, lambda: put(dialog, True)),
        (stage(dialog, Stage.PAINTED), lambda: None),
        (lambda: comparison._leaving is None, paint),
    ]
    said |= follow(dialog, steps, 180)
    said["whole"] = str(Path(ORDERS["pictures"]) / "painted.png")
    file = Gio.File.new_for_path(said["whole"])
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, image, file, None)
    return said


@case
def a_moved_slider_and_cancel_end_it() -> dict[str, Any]:
    image, layer = shown()
    log, dialog = Log(), dialog_on(image, layer, **LONG)
    ahead, said = dialog.session.ahead, dict[str, Any]()

    def move() -> None:
        dialog._call.set({"strength": 0.5})

    steps = [
        (lambda: True, lambda: put(dialog, True)),
        (lambda: ahead.begun, move),
        (lambda: not ahead.under_way, lambda: None),
        (lambda: log.count(ENDED) == 1 and ahead.begun, lambda: said.update(again=True)),
        end(dialog),
    ]
    said |= follow(dialog, steps)
    return said | {"ended": wait_until(lambda: log.count(ENDED) == 2)}


@case
def switched_off_it_ends_and_stays_off() -> dict[str, Any]:
    image, layer = shown()
    log, dialog = Log(), dialog_on(image, layer, **LONG)
    ahead, said = dialog.session.ahead, dict[str, Any]()
    steps = [
        (lambda: ahead.begun, lambda: put(dialog, False)),
        (lambda: log.count(ENDED) == 1, lambda: said.update(ended=True, runs=ahead.under_way)),
        end(dialog),
    ]
    said |= follow(dialog, steps)
    return said | {"on": dialog_on(image, layer, **LONG).session.ahead.switch.on}


run_cases()
