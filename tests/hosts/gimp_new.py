"""Runs inside GIMP with its windows: a plug-in that was unpacked, and has no engine yet."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from gi.repository import Gimp
from gimp_hands import DIALOG, look, meanwhile, press, shown, wait_for_preview, wait_until, windows
from gimp_job import ORDERS, case, outcome, run_cases

PAGE = "^Set up Impasto$"
PREFIX = Path(ORDERS["prefix"])
PATIENCE = 400
"""Seconds: on a busy machine it takes long, also where all is fetched already."""


def under_way() -> str:
    """The step that the set-up is at."""
    try:
        lines = (PREFIX / "logs" / "setup.jsonl").read_text("utf-8").splitlines()
        return str(json.loads(lines[-1])["step"])
    except (OSError, ValueError, IndexError):
        return ""


@case
def window_closed() -> dict[str, Any]:
    """The page instead of the dialog: Install, and the window is closed."""
    image, layer = shown()
    seen: dict[str, Any] = {}

    def person() -> None:
        seen["page"] = wait_until(lambda: windows(PAGE))
        time.sleep(1)
        look("new-offer")
        seen["dialog"] = bool(windows(DIALOG))
        press(PAGE, "Return")
        seen["began"] = wait_until(under_way)
        time.sleep(0.5)
        look("new-running")
        press(PAGE, "Escape")

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    return said | seen


@case
def arrived() -> dict[str, Any]:
    """It has gone on: the page shows how far it is, then the dialog comes, and paints."""
    image, layer = shown()
    seen: dict[str, Any] = {}

    def person() -> None:
        seen["page"] = wait_until(lambda: windows(PAGE))
        look("new-again")
        wait_until(lambda: windows(DIALOG), PATIENCE)
        seen["whole"] = (PREFIX / "installed.json").is_file()
        seen["page_gone"] = not windows(PAGE)
        seen["preview"] = wait_for_preview()
        look("new-dialog")
        press(DIALOG, "alt+p")

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    look("new-painted")
    return said | seen


run_cases()
