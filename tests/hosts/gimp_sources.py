"""Runs inside GIMP with its windows: styles from the clipboard, from a layer, dropped as files."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gi.repository import Gimp
from gimp_hands import (
    DIALOG,
    click,
    look,
    meanwhile,
    press,
    shell,
    shown,
    wait_for_preview,
    wait_until,
    windows,
)
from gimp_job import ORDERS, case, photograph, run_cases, stylize

ADD, TILES, BACKGROUND = (957, 79), (760, 220), (830, 198)
"""Where things are in the dialog: the button with the plus, the styles, the background's button."""

LAYERS = "^Add a layer as a style$"

STYLES = Path(ORDERS["prefix"]) / "user/styles"
ADDED: list[Path] = []
"""What came into it. It stays to the end, as each dialog comes up with the last one's style."""


def adding(act: Callable[[], None]) -> dict[str, Any]:
    """What a person adds to the styles, and the painting after that."""
    image, layer = shown()
    before = set(STYLES.glob("*"))

    def person() -> None:
        wait_for_preview()
        act()
        wait_until(lambda: set(STYLES.glob("*")) > before, 10)
        time.sleep(1.5)
        press(DIALOG, "alt+p")
        if not wait_until(lambda: not windows(DIALOG), 20):
            press(DIALOG, "Escape", "Escape")

    thread = meanwhile(person)
    status, message, made = stylize(image, [layer], run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    new = sorted(set(STYLES.glob("*")) - before)
    ADDED.extend(new)
    return {
        "status": status,
        "message": message,
        "files": [path.name for path in new],
        "layer": made and made.get_name(),
    }


def menu(letter: str) -> None:
    """Choose how to add a style."""
    click(*ADD)
    time.sleep(1)
    look(f"add-{letter}")
    shell(f"xdotool key {letter}")
    time.sleep(1)


@case
def from_the_clipboard() -> dict[str, Any]:
    """What was copied in GIMP itself."""
    _, other = photograph()
    Gimp.edit_copy([other])
    return adding(lambda: menu("c"))


@case
def from_a_layer() -> dict[str, Any]:
    """The dialog asks which; the first one is proposed."""

    def act() -> None:
        menu("l")
        wait_until(lambda: windows(LAYERS), 10)
        time.sleep(1)
        look("add-layer")
        window = f"xdotool search --onlyvisible --name '{LAYERS}'"
        told = shell(f"{window} getwindowgeometry --shell")
        edges = dict(line.split("=") for line in told.split())
        right, bottom = (
            int(edges[place]) + int(edges[side])
            for place, side in (("X", "WIDTH"), ("Y", "HEIGHT"))
        )
        click(right - 55, bottom - 30)

    return adding(act)


def drop(file: str, place: tuple[int, int]) -> None:
    """Drag a file out of another program's window."""
    source = subprocess.Popen([sys.executable, str(Path(__file__).with_name("gimp_drag.py")), file])
    try:
        wait_until(lambda: windows("^a file$"), 20)
        time.sleep(1)
        x, y = place
        shell(
            f"xdotool mousemove 1150 700 sleep 0.3 mousedown 1 sleep 0.3 mousemove 1130 680 "
            f"sleep 0.2 mousemove 1100 650 sleep 0.3 mousemove {x + 20} {y + 10} sleep 0.5 "
            f"mousemove {x} {y} sleep 0.7"
        )
        look("dragged")
        shell("xdotool mouseup 1")
        time.sleep(1)
    finally:
        source.kill()


@case
def dropped_on_the_styles() -> dict[str, Any]:
    return adding(lambda: drop(ORDERS["other_style"], TILES))


@case
def dropped_on_the_background() -> dict[str, Any]:
    """Where the rest's style goes."""

    def act() -> None:
        press(DIALOG, "alt+w")
        time.sleep(1)
        drop(ORDERS["sides"], BACKGROUND)

    return adding(act)


run_cases()
for path in ADDED:
    path.unlink()
