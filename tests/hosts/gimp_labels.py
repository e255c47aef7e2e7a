"""Runs inside GIMP with its windows: a person gives labels styles of their own."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gi.repository import Gimp
from gimp_hands import (
    DIALOG,
    Screen,
    click,
    look,
    meanwhile,
    press,
    shown,
    wait_for_preview,
    wait_until,
    windows,
)
from gimp_inside import dialog_on, run
from gimp_job import ORDERS, case, run_cases, striped, stylize

SWATCHES = [(588, 366), (588, 413), (588, 453)]
"""Where the labels' colours are on the page that says where, the first one's style chosen."""

SECOND_BUTTON, FIRST_TILE = (830, 413), (350, 312)
RESET_LAYER, BLUE_PAINTED = (957, 292), (440, 150)


def at_the_labels(
    person: Callable[[dict[str, Any]], None], colors: str = "RRRRBBBG", **given: Any
) -> dict[str, Any]:
    """What somebody sees and does at the dialog's second page, and what came of it.

    Args:
        person: does it, and notes what there is to see.
        colors: of the labels, in stripes.
        given: further arguments.
    """
    image, layer = shown()
    Gimp.Selection.none(image)
    labels = striped(image, layer, colors)
    labels.set_visible(False)
    seen: dict[str, Any] = {}

    def sit() -> None:
        seen["preview"] = wait_for_preview()
        press(DIALOG, "alt+w")
        time.sleep(2)
        seen["swatches"] = [Screen().color(*place) for place in SWATCHES]
        person(seen)
        wait_until(lambda: not windows(DIALOG))

    thread = meanwhile(sit)
    status, message, made = stylize(
        image, [layer], run_mode=Gimp.RunMode.INTERACTIVE, label_layer=labels, **given
    )
    thread.join()
    said = seen | {"status": status, "message": message}
    if made is not None:
        memory = json.loads(bytes(made.get_parasite("impasto-request").get_data()))
        said |= {"label_styles": memory["settings"]["label_styles"], "labels": memory["labels"]}
    return said


@case
def style_labels_say_it() -> dict[str, Any]:
    """With style labels there is nothing to choose."""

    def person(seen: dict[str, Any]) -> None:
        before = Screen().color(*FIRST_TILE)
        click(*SECOND_BUTTON)
        time.sleep(1)
        look("labels-off")
        seen["opened"] = Screen().color(*FIRST_TILE) != before
        press(DIALOG, "Escape")

    return at_the_labels(person, "RB", style=ORDERS["sides"], style_labels=ORDERS["sides_labels"])


@case
def taken_away() -> dict[str, Any]:
    """The layer of labels is put back to none: their rows go, and the whole takes the style."""

    def person(seen: dict[str, Any]) -> None:
        divided = Screen().color(*BLUE_PAINTED)
        click(*RESET_LAYER)
        seen["gone"] = wait_until(lambda: Screen().color(*SWATCHES[0])[0] < 200, 10)
        seen["whole"] = wait_until(lambda: Screen().color(*BLUE_PAINTED) != divided, 10)
        look("labels-gone")
        press(DIALOG, "Escape")

    return at_the_labels(person, label_styles=f"#0000ff={ORDERS['other_style']}")


@case
def chosen_for_a_label() -> dict[str, Any]:
    """One label has a style, one gets one; what there is no label for any more is forgotten."""

    def person(seen: dict[str, Any]) -> None:
        look("labels")
        before = Screen().color(*BLUE_PAINTED)
        click(*SECOND_BUTTON)
        time.sleep(2)
        look("labels-styles")
        click(*FIRST_TILE)
        seen["shown"] = wait_until(lambda: Screen().color(*BLUE_PAINTED) != before, 10)
        time.sleep(1)
        look("labels-chosen")
        press(DIALOG, "alt+p")

    odd = Path(ORDERS["other_style"]).with_name("one; two.png")
    shutil.copy(ORDERS["other_style"], odd)
    styles = f'#fe0101="{odd}"; #123456=/nowhere.jpg'
    return at_the_labels(person, label_styles=styles)


@case
def another_map() -> dict[str, Any]:
    """The last values name labels that this map has not: they are no hindrance."""

    def person(seen: dict[str, Any]) -> None:
        time.sleep(1)
        look("labels-other")
        press(DIALOG, "alt+p")

    return at_the_labels(person, "YG")


@case
def quick_worker() -> dict[str, Any]:
    """The first answer is there before the dialog is: it is not lost."""
    from bridge.client.job import Previews

    image, layer = shown()
    Gimp.Selection.none(image)
    given = {"label_layer": striped(image, layer, "RB")}
    given["label_styles"] = f"#ff0000={ORDERS['other_style']}; #123456=/nowhere.jpg"
    asking: Any = Previews
    take = asking.take
    asking.take = lambda previews, wait=0.0: take(previews, 5.0)
    try:
        dialog = dialog_on(image, layer, **given)
    finally:
        asking.take = take
    said: dict[str, Any] = {}

    def see() -> None:
        said["labels"] = [color for color, _ in dialog.session.preview.legend.rows("")]
        said["painted"] = dialog._pane.comparison.painted

    run(dialog, [see])
    return said


run_cases()
