"""Runs inside GIMP with its windows: what GIMP itself does with the plug-in."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from gi.repository import Gimp
from gimp_hands import (
    DIALOG,
    HEIGHT,
    WIDTH,
    WINDOW,
    click,
    look,
    meanwhile,
    press,
    shown,
    wait_for_preview,
    wait_until,
    windows,
)
from gimp_job import PROCEDURE, case, outcome, photograph, plugins, run_cases, state


def click_cancel(done: Callable[[], bool]) -> bool:
    """Click along the status bar from the right, where its Cancel stands left of the docks."""
    for offset in range(240, 420, 15):
        click(WIDTH - offset, HEIGHT - 18)
        if wait_until(done, 0.5):
            return True
    return False


@case
def cancelled_in_the_window() -> dict[str, Any]:
    """A long job started from the dialog, its progress looked at, GIMP's own Cancel pressed.

    The first case: later dialogs come up with the last values, not with those given here.
    """
    image, layer = shown()
    said: dict[str, Any] = {}

    def person() -> None:
        wait_for_preview()
        press(DIALOG, "alt+p")
        time.sleep(8)
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
def dialog_and_undo() -> dict[str, Any]:
    """The dialog is opened, looked at and agreed to; then one Ctrl+Z, and one Ctrl+Y."""
    image, layer = shown()
    seen: dict[str, Any] = {}

    def person() -> None:
        seen["preview"] = wait_for_preview()
        look("dialog")
        for page, key in (("where", "w"), ("advanced", "a"), ("style", "y")):
            press(DIALOG, f"alt+{key}")
            time.sleep(1)
            look(f"dialog-{page}")
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
    return said | seen


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
