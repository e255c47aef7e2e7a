"""What is wrong is said in one sentence."""

from __future__ import annotations

import os
import signal
from typing import Any

from impasto import layers
from impasto.bridge.contract.pixels import Pixels
from impasto.bridge.storage.paths import Installation
from impasto.qt import QtWidgets

from .krita_hands import click
from .krita_paint import Watched, endless, instant, paint, worker_pids
from .krita_session import GIVEN, Case, all_nodes, case, open_photo, photograph, wait
from .krita_tools import button, look_settled, open_dialog, shown_text


@case
def errors() -> Case:
    document = yield from open_photo()
    return {
        "no style": (yield from paint(document, instant(style=""))),
        "no such file": (yield from paint(document, instant(style="/nowhere/picture.png"))),
        "no picture": (yield from paint(document, instant(style=GIVEN["log"]))),
    }


@case
def worker_killed() -> Case:
    document = yield from open_photo()
    count = len(all_nodes(document))
    watched = Watched(document, endless())
    yield from watched.wait_until_painting()
    killed = worker_pids()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    yield from wait(lambda: watched.ended)
    nodes = len(all_nodes(document))
    return {
        "killed": killed,
        "failed": watched.failed,
        "nodes": [count, nodes],
        "next": (yield from paint(document, instant())),
        "workers": worker_pids(),
    }


@case
def own_mistake() -> Case:
    """An error nobody thought of is one sentence for the person, and a traceback in the log."""
    document = yield from open_photo()

    def broken(*_: object) -> Pixels:
        raise RuntimeError("a mistake made by the test")

    original = layers.read
    layers.read = broken  # type: ignore[assignment]
    try:
        return (yield from paint(document, instant()))
    finally:
        layers.read = original


@case
def helped() -> Case:
    """Each failure has the buttons that help, and they do."""
    document = yield from open_photo()
    result: dict[str, Any] = {}
    dialog = yield from open_dialog()
    clipboard = QtWidgets.QApplication.clipboard()

    dialog.set_settings(instant(device=_missing()))
    dialog.start()
    yield from wait(lambda: dialog.painter is None)
    result["device"] = _offered(dialog)
    yield from photograph(dialog, "dialog-device")
    count = len(all_nodes(document))
    click(button(dialog, "Use the available device"))
    yield from wait(lambda: dialog.painter is None)
    result["device_helped"] = len(all_nodes(document)) - count

    dialog.set_settings(endless())
    dialog.start()
    run = dialog.painter
    assert run is not None
    progress: list[float] = []
    run.progressed.connect(lambda fraction, _: progress.append(fraction))
    yield from wait(lambda: progress and progress[-1] > 0)
    kill_workers()
    yield from wait(lambda: dialog.painter is None)
    result["lost"] = _offered(dialog)
    yield from photograph(dialog, "dialog-lost")
    click(button(dialog, "Copy report"))
    result["report"] = clipboard.text()

    manifest = Installation.here().manifest
    away = manifest.with_name("away.json")
    # The preview has started a worker again.
    yield from look_settled(dialog)
    manifest.rename(away)
    try:
        kill_workers()
        yield from wait(lambda: not worker_pids())
        click(button(dialog, "Try again"))
        yield from wait(lambda: dialog.painter is None)
        result["missing"] = _offered(dialog)
        yield from photograph(dialog, "dialog-missing")
        click(button(dialog, "Copy the installer's command"))
        result["command"] = clipboard.text()
    finally:
        away.rename(manifest)
    dialog.close()
    return result


def _offered(dialog: QtWidgets.QDialog) -> dict[str, Any]:
    note = dialog.findChild(QtWidgets.QFrame, "note")
    buttons = note.findChildren(QtWidgets.QPushButton)
    return {"buttons": [b.text().replace("&", "") for b in buttons], "said": shown_text(note)}


def _missing() -> str:
    """A device that this machine has not."""
    return "mps"


def kill_workers() -> None:
    for pid in worker_pids():
        os.kill(pid, signal.SIGKILL)
