"""Runs inside GIMP with its windows: a person at the plug-in's own dialog."""

from __future__ import annotations

import os
import signal
import time
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
from gimp_job import case, outcome, run_cases, workers

STRENGTH = (595, 414)
"""The slider's weak end, when the dialog has just opened."""

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
        press(DIALOG, "alt+t")
        seen["again"] = wait_for_preview()
        look("worker-again")
        press(DIALOG, "Escape")
        wait_until(lambda: not windows(DIALOG), 10)

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    return said | seen


run_cases()
