"""Runs inside GIMP with its windows: a plug-in that was unpacked, and has no engine yet."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from gi.repository import Gimp
from gimp_hands import (
    DIALOG,
    click,
    geometry,
    look,
    meanwhile,
    press,
    shown,
    wait_for_preview,
    wait_until,
    windows,
)
from gimp_job import ORDERS, case, outcome, run_cases

PAGE = "^Set up Impasto$"
PREFIX = Path(ORDERS["prefix"])
PLUGIN = Path(ORDERS["plugin"])
ABOUT = "^About Impasto$"
PATIENCE = 3600 if os.environ.get("IMPASTO_FETCH") else 400
"""Seconds: on a busy machine it takes long, also where all is fetched already. By hand, it may be
a set-up that fetches all."""


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
        wait_until(lambda: not windows(PAGE), PATIENCE)
        wait_until(lambda: windows(DIALOG))
        whole = (PREFIX / "installed.json").stat().st_mtime
        dialog = time.time() - whole
        seen["whole"] = (PREFIX / "installed.json").is_file()
        seen["page_gone"] = not windows(PAGE)
        seen["preview"] = wait_for_preview()
        seen["seconds"] = {"dialog": dialog, "preview": time.time() - whole}
        look("new-dialog")
        press(DIALOG, "alt+p")

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    look("new-painted")
    return said | seen


@case
def removed() -> dict[str, Any]:
    """By the small button of the dialog to the page about Impasto, and all of it goes."""
    image, layer = shown()
    seen: dict[str, Any] = {}

    def person() -> None:
        wait_until(lambda: windows(DIALOG))
        wait_for_preview()
        x, y, _, height = geometry(DIALOG)
        seen["about"] = any(_click_about(x + 20 + 10 * step, y + height - 42) for step in range(16))
        time.sleep(2)
        look("about-facts")
        press(ABOUT, "shift+Tab", "Return")
        time.sleep(1)
        look("about-question")
        press(ABOUT, "shift+Tab", "Return")
        seen["dialog_gone"] = wait_until(lambda: not windows(DIALOG))
        wait_until(lambda: windows(ABOUT))
        time.sleep(0.3)
        look("about-removing")
        seen["gone"] = wait_until(lambda: not PLUGIN.exists() and set(left()) <= {"user"}, PATIENCE)
        time.sleep(2)
        look("about-gone")
        press(ABOUT, "Return")

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    return said | seen


def _click_about(x: int, y: int) -> bool:
    click(x, y)
    return wait_until(lambda: windows(ABOUT), 1)


def left() -> list[str]:
    """What is left below the prefix."""
    return [file.name for file in PREFIX.iterdir()] if PREFIX.is_dir() else []


run_cases()
