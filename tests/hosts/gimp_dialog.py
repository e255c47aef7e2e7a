"""Runs inside GIMP with its windows: a person at the plug-in's own dialog."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from gi.repository import Gimp
from gimp_hands import (
    DIALOG,
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
from gimp_job import EDIT, ORDERS, case, outcome, run_cases, stylize, workers

STRENGTH, SEARCH, FIRST_STYLE = (605, 428), (680, 79), (640, 160)
STAR = (661, 118)
PRESETS, DRAFT, TRY_AGAIN, CORNER = (935, 31), (650, 592), (650, 30), (20, 290)
"""Where things are in the dialog; the last one is the picture's edge, beside the selection."""

EDITOR = "^Edit Style Transfer$"

LONG = {"method": "painterly", "steps": 10000, "size": 128}


@case
def stopped_and_kept() -> dict[str, Any]:
    """A long painting is watched and kept as it is. The first case: it sets the last values."""
    image, layer = shown()
    seen: dict[str, Any] = {}

    def person() -> None:
        seen["preview"] = wait_for_preview()
        seen["shown"] = Screen().color(400, 250)
        press(DIALOG, "alt+p")
        time.sleep(12)
        look("painting")
        seen["grown"] = Screen().color(400, 250)
        press(DIALOG, "alt+s")
        seen["ended"] = wait_until(lambda: not windows(DIALOG), 30)
        if not seen["ended"]:
            press(DIALOG, "Escape", "Escape")

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE, **LONG)
    thread.join()
    return said | seen


@case
def cancelled_while_painting() -> dict[str, Any]:
    """Escape ends the painting at once and brings the knobs back; another one the dialog."""
    image, layer = shown()
    seen: dict[str, Any] = {}

    def person() -> None:
        wait_for_preview()
        press(DIALOG, "alt+p")
        time.sleep(5)
        press(DIALOG, "Escape")
        seen["back"] = wait_for_preview(30)
        look("cancelled")
        seen["open"] = bool(windows(DIALOG))
        press(DIALOG, "Escape")
        seen["closed"] = wait_until(lambda: not windows(DIALOG), 10)

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    return said | seen


@case
def compared() -> dict[str, Any]:
    """The split is dragged and moved by keys, a knob is turned, the picture zoomed."""
    image, layer = shown()
    seen: dict[str, Any] = {}

    def person() -> None:
        wait_for_preview()
        start = Screen().split() or 0
        seen["splits"] = [start]
        drag((start, 250), (start - 120, 250))
        time.sleep(0.5)
        seen["splits"].append(Screen().split())
        press(DIALOG, *["Right"] * 5)
        time.sleep(0.5)
        screen = Screen()
        seen["splits"].append(screen.split())
        seen["full"] = screen.color(420, 250)
        look("compared")
        # With little strength, what comes is much like what was.
        click(*STRENGTH)
        seen["weaker"] = wait_until(lambda: Screen().color(420, 250) != seen["full"], 20)
        look("strength")
        press(DIALOG, "Escape")
        wait_until(lambda: not windows(DIALOG), 10)

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    return said | seen


@case
def worker_lost() -> dict[str, Any]:
    """The worker dies while it paints: the dialog says so, and the next try works."""
    image, layer = shown()
    seen: dict[str, Any] = {}

    def person() -> None:
        wait_for_preview()
        press(DIALOG, "alt+p")
        time.sleep(5)
        for process in workers():
            os.kill(process, signal.SIGKILL)
        time.sleep(2)
        look("worker-lost")
        seen["open"] = bool(windows(DIALOG))
        click(*TRY_AGAIN)
        seen["again"] = wait_for_preview()
        look("worker-again")
        press(DIALOG, "Escape")
        wait_until(lambda: not windows(DIALOG), 10)

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    return said | seen


@case
def looked_around() -> dict[str, Any]:
    """Another style is searched and chosen, a preset saved, and what is painted shown."""
    image, layer = shown()
    seen: dict[str, Any] = {}
    preset = Path(ORDERS["prefix"]) / "user/presets/a test.json"
    preset.unlink(missing_ok=True)

    def person() -> None:
        wait_for_preview()
        seen["bare"] = Screen().color(*CORNER)
        press(DIALOG, "alt+w")
        wait_until(lambda: Screen().color(*CORNER) != seen["bare"], 5)
        seen["veiled"] = Screen().color(*CORNER)
        look("veil")
        press(DIALOG, "alt+y")
        time.sleep(0.5)
        click(*PRESETS)
        time.sleep(1)
        press(DIALOG, "a", "space", *"test", "Return")
        seen["saved"] = wait_until(preset.is_file, 5)
        look("presets")
        press(DIALOG, "Escape")
        time.sleep(0.5)
        click(*SEARCH)
        press(DIALOG, *"mosaic")
        time.sleep(1)
        click(*FIRST_STYLE)
        time.sleep(3)
        click(*DRAFT)
        time.sleep(1)
        look("searched")
        press(DIALOG, "alt+p")
        wait_until(lambda: not windows(DIALOG))

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    kept = json.loads(preset.read_text("utf-8")) if preset.is_file() else {}
    preset.unlink(missing_ok=True)
    return said | seen | {"preset": kept.get("method")}


@case
def enter_and_the_star() -> dict[str, Any]:
    """Enter in the search chooses what was found and paints nothing; the star by click and key."""
    image, layer = shown()
    seen: dict[str, Any] = {}
    notes = Path(ORDERS["prefix"]) / "user/gallery.json"

    def favourites() -> list[str]:
        told = json.loads(notes.read_text("utf-8")) if notes.is_file() else {}
        return [Path(path).stem for path in told.get("favourites", [])]

    def person() -> None:
        wait_for_preview()
        click(*SEARCH)
        press(DIALOG, *"mosaic", "Return")
        time.sleep(3)
        look("entered")
        seen["open"] = bool(windows(DIALOG))
        click(*STAR)
        wait_until(favourites, 5)
        time.sleep(0.5)
        look("starred")
        seen["clicked"] = favourites()
        click(*FIRST_STYLE)
        press(DIALOG, "asterisk")
        wait_until(lambda: not favourites(), 5)
        seen["pressed"] = favourites()
        press(DIALOG, "alt+p")
        wait_until(lambda: not windows(DIALOG))

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    return {"layers": len(said["after"]["layers"]), "name": said.get("name")} | seen


@case
def edited_in_the_dialog() -> dict[str, Any]:
    """A painting is opened again: the dialog says what it was painted with."""
    image, layer = shown()
    _, message, made = stylize(image, [layer], style=ORDERS["other_style"], strength=0.9)
    assert made is not None, message
    Gimp.Selection.none(image)
    Gimp.displays_flush()
    seen: dict[str, Any] = {}

    def person() -> None:
        seen["preview"] = wait_until(lambda: windows(EDITOR) and Screen().split() is not None)
        time.sleep(1)
        look("edit")
        press(EDITOR, "alt+p")
        wait_until(lambda: not windows(EDITOR))

    thread = meanwhile(person)
    status, message, anew = stylize(image, [made], EDIT, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    assert anew is not None, (status, message)
    memory = json.loads(bytes(anew.get_parasite("impasto-request").get_data()))["settings"]
    return seen | {
        "names": [item.get_name() for item in image.get_layers()],
        "strength": memory["strength"],
        "method": memory["method"],
    }


run_cases()
