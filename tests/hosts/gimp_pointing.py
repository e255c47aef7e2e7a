"""Runs inside GIMP with its windows: a person clicks on what is meant in the dialog's picture."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

from gi.repository import Gimp
from gimp_hands import (
    DIALOG,
    Color,
    Screen,
    click,
    drag,
    look,
    meanwhile,
    press,
    shown,
    wait_for_preview,
    wait_until,
    windows,
)
from gimp_job import case, run_cases, stylize

ROW = 250
"""Of the screen: it goes through her face."""


def changed(before: Color, x: int, y: int) -> bool:
    return Screen().color(x, y) != before


@case
def pointed() -> dict[str, Any]:
    """Two clicks make two points, a third one takes the first away; the split is where it was.

    The only case: later dialogs come up with the last values, not with those given here.
    """
    image, layer = shown()
    Gimp.Selection.none(image)
    Gimp.displays_flush()
    seen: dict[str, Any] = {}

    def person() -> None:
        seen["preview"] = wait_for_preview()
        start = Screen().split() or 0
        first, second = (start - 60, ROW), (start, ROW)
        for name, at in (("first", first), ("both", second), ("second", first)):
            before = Screen().color(*at)
            click(*at)
            seen[name] = wait_until(partial(changed, before, *at), 5)
            time.sleep(2)
            look(f"pointed-{name}")
        seen["splits"] = [start, Screen().split()]
        drag((start - 30, ROW - 60), (start - 90, ROW - 60))
        time.sleep(0.5)
        seen["splits"].append(Screen().split())
        look("pointed-dragged")
        press(DIALOG, "alt+p")
        wait_until(lambda: not windows(DIALOG))

    thread = meanwhile(person)
    _, message, made = stylize(
        image,
        [layer],
        run_mode=Gimp.RunMode.INTERACTIVE,
        method="instant",
        segment="auto",
        size=128,
    )
    thread.join()
    assert made is not None, message
    memory = json.loads(bytes(made.get_parasite("impasto-request").get_data()))["settings"]
    return seen | {"subject": memory["subject"]}


run_cases()
