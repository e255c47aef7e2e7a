"""Runs inside GIMP with its windows: a person's hands are xdotool, a person's eyes ``import``."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gi.repository import Gimp
from gimp_job import (
    ORDERS,
    PROCEDURE,
    case,
    feathered,
    outcome,
    photograph,
    plugins,
    run_cases,
    state,
)

DIALOG = "^Neural Style Transfer$"
WINDOW = "GIMP$"
WIDTH, HEIGHT = 1280, 800
"""The image window fills the screen."""


def shell(command: str) -> str:
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout


def windows(title: str) -> list[str]:
    return shell(f"xdotool search --onlyvisible --name '{title}'").split()


def look(name: str) -> None:
    """Photograph the whole screen."""
    shell(f"import -window root '{Path(ORDERS['pictures']) / name}.png'")


def press(title: str, *keys: str) -> None:
    """Press keys in a window; without a window manager it has to be given the focus first."""
    for window in windows(title):
        shell(f"xdotool windowfocus --sync {window} key --delay 60 {' '.join(keys)}")


def wait_until(condition: Callable[[], object], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def click_cancel(done: Callable[[], bool]) -> bool:
    """Click along the status bar from the right, where its Cancel stands left of the docks."""
    for offset in range(240, 420, 15):
        shell(f"xdotool mousemove {WIDTH - offset} {HEIGHT - 18} click 1")
        if wait_until(done, 0.5):
            return True
    return False


def meanwhile(action: Callable[[], None]) -> threading.Thread:
    """What the person does while the plug-in runs; calls nothing of Gimp, which has one thread."""
    thread = threading.Thread(target=action, daemon=True)
    thread.start()
    return thread


def shown() -> tuple[Gimp.Image, Gimp.Layer]:
    """The photograph in a window, its selection feathered."""
    image, layer = photograph()
    feathered(image, 40, 20, 80, 70)
    Gimp.Display.new(image)
    Gimp.displays_flush()
    wait_until(lambda: windows(WINDOW))
    for window in windows(WINDOW):
        shell(f"xdotool windowsize --sync {window} {WIDTH} {HEIGHT}")
    time.sleep(1)
    return image, layer


@case
def cancelled_in_the_window() -> dict[str, Any]:
    """A long job started from the dialog, its progress looked at, GIMP's own Cancel pressed.

    The first case: later dialogs come up with the last values, not with those given here.
    """
    image, layer = shown()
    said: dict[str, Any] = {}

    def person() -> None:
        wait_until(lambda: windows(DIALOG))
        time.sleep(1)
        press(DIALOG, "Return")
        wait_until(lambda: not windows(DIALOG))
        time.sleep(6)
        look("progress")
        said["cancelled"] = click_cancel(lambda: not plugins())
        # A button that was not hit shall not make the test wait for the long job's end.
        for process in plugins():
            os.kill(process, signal.SIGKILL)

    thread = meanwhile(person)
    run = outcome(
        image,
        layer,
        run_mode=Gimp.RunMode.INTERACTIVE,
        method="painterly",
        steps=10000,
        size=128,
    )
    thread.join()
    return said | run


@case
def dialog_without_style() -> dict[str, Any]:
    """The first thing a newcomer does wrong; what GIMP shows of it is looked at."""
    image, layer = shown()

    def person() -> None:
        wait_until(lambda: windows(DIALOG))
        time.sleep(1)
        press(DIALOG, "Return")

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE, style=None)
    thread.join()
    time.sleep(1)
    look("no-style")
    return said


@case
def dialog_and_undo() -> dict[str, Any]:
    """The dialog is opened, looked at and agreed to; then one Ctrl+Z, and one Ctrl+Y."""
    image, layer = shown()

    def person() -> None:
        wait_until(lambda: windows(DIALOG))
        time.sleep(1.5)
        look("dialog")
        press(DIALOG, "alt+a")
        time.sleep(1)
        look("dialog-advanced")
        press(DIALOG, "alt+p")
        wait_until(lambda: not windows(DIALOG))

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    time.sleep(1)
    look("painted")
    press(WINDOW, "ctrl+z")
    said["undone"] = wait_until(lambda: len(image.get_layers()) == 1, 10)
    said["after_undo"] = state(image)
    look("undone")
    press(WINDOW, "ctrl+y")
    said["redone"] = wait_until(lambda: len(image.get_layers()) == 2, 10)
    return said


@case
def last_values() -> dict[str, Any]:
    """Filters ▸ Repeat: what the dialog was agreed to with is used again, without one."""
    image, layer = photograph()
    procedure = Gimp.get_pdb().lookup_procedure(PROCEDURE)
    config = procedure.create_config()
    config.set_property("run-mode", Gimp.RunMode.WITH_LAST_VALS)
    config.set_property("image", image)
    config.set_core_object_array("drawables", [layer])
    status = procedure.run(config).index(0)
    return {
        "status": status.value_nick,
        "names": [item.get_name() for item in image.get_layers()],
        "message": Gimp.get_pdb().get_last_error(),
    }


@case
def dialog_cancelled() -> dict[str, Any]:
    image, layer = photograph()

    def person() -> None:
        wait_until(lambda: windows(DIALOG))
        time.sleep(1)
        press(DIALOG, "Escape")

    thread = meanwhile(person)
    said = outcome(image, layer, run_mode=Gimp.RunMode.INTERACTIVE)
    thread.join()
    return said


@case
def menus() -> dict[str, Any]:
    """Both places of the entry, looked at: Filters ▸ Artistic, and ▸ Development ▸ Python-Fu."""
    shown()
    for name, keys in (("menu-artistic", ["a"]), ("menu-python-fu", ["v", "p"])):
        press(WINDOW, "alt+r", *keys)
        time.sleep(1)
        look(name)
        press(WINDOW, *["Escape"] * 4)
    return {}


run_cases()
