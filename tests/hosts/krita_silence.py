"""A worker that is stopped: the dialog lives on, says so, and can have another one."""

from __future__ import annotations

import json
import os
import signal
from typing import Any

from impasto.bridge.client.silence import SILENCE
from impasto.bridge.storage.paths import Installation
from impasto.qt import QtCore, QtWidgets

from .krita_hands import click
from .krita_paint import Heart, endless, instant, worker_pids
from .krita_session import Case, all_nodes, case, open_photo, photograph, top, wait
from .krita_tools import button, look_settled, open_dialog, shown_text


@case
def silent() -> Case:
    """While a preview is wanted and while it paints; restarted, both go on."""
    document = yield from open_photo()
    count = len(all_nodes(document))
    dialog = yield from open_dialog()
    dialog.set_settings(instant())
    yield from look_settled(dialog)
    told: dict[str, Any] = {}
    heart = Heart()
    stopped = _stop()
    dialog._panel.update_settings({"strength": 0.5})
    yield from wait(lambda: _offered(dialog), 4 * SILENCE)
    told["preview"] = shown_text(dialog._note)
    yield from photograph(dialog, "silent-preview")
    click(button(dialog._note, "Restart the engine"))
    yield from look_settled(dialog)
    told["previewed"] = [dialog._sight.view.after.isNull(), dialog._note.isVisible()]
    told["ended"] = stopped[0] not in worker_pids()

    dialog.set_settings(endless(steps=12))
    button(dialog, "Paint").click()
    painter = dialog.painter
    assert painter is not None
    yield from wait(lambda: str(painter.run.progress.text) != "Starting")
    stopped = _stop()
    yield from wait(lambda: _offered(dialog), 4 * SILENCE)
    told["painting"] = shown_text(dialog._note)
    # One that goes on by itself is not silent any more.
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    yield from wait(lambda: not _offered(dialog))
    yield from wait(lambda: dialog.painter is None)
    told["went_on"] = len(all_nodes(document)) - count

    dialog.set_settings(endless(steps=12))
    button(dialog, "Paint").click()
    stopped = _stop()
    yield from wait(lambda: _offered(dialog), 4 * SILENCE)
    yield from photograph(dialog, "silent-painting")
    click(button(dialog._note, "Restart the engine"))
    yield from wait(lambda: dialog.painter is None, 120)
    told["restarted"] = len(all_nodes(document)) - count
    told["said"] = shown_text(dialog._note)
    told["name"] = top(document)[-1].name()
    told["alive"] = heart.stop()
    dialog.close()
    return told


def _stop() -> list[int]:
    pids = worker_pids()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    return pids


def _offered(dialog: QtWidgets.QDialog) -> bool:
    """Whether a restart is offered."""
    buttons = dialog._note.findChildren(QtWidgets.QPushButton)
    return any(b.isVisible() and b.text() == "Restart the engine" for b in buttons)


@case
def other_version() -> Case:
    """Another version was installed while Krita ran: what is said, and what is offered."""
    document = yield from open_photo()
    dialog = yield from open_dialog()
    dialog.set_settings(instant())
    yield from look_settled(dialog)
    for pid in worker_pids():
        os.kill(pid, signal.SIGKILL)
    yield from wait(lambda: not worker_pids())
    manifest = Installation.here().manifest
    installed = manifest.read_text("utf-8")
    manifest.write_text(json.dumps({**json.loads(installed), "version": "99.0"}), "utf-8")
    try:
        button(dialog, "Paint").click()
        yield from wait(lambda: dialog.painter is None)
        buttons = dialog._note.findChildren(QtWidgets.QPushButton)
        offered = [b.text().replace("&", "") for b in buttons if b.isVisible()]
        said = shown_text(dialog._note)
        yield from photograph(dialog, "other-version")
        document.setModified(True)
        # Krita itself asks for what is not saved.
        QtCore.QTimer.singleShot(0, button(dialog._note, "Quit Krita").click)
        yield from wait(_asked)
        asked = len(_asked())
        _asked()[0].reject()
        yield from wait(lambda: not _asked())
    finally:
        manifest.write_text(installed, "utf-8")
    dialog.close()
    return {"said": said, "offered": offered, "asked": asked, "open": document.name()}


def _asked() -> list[QtWidgets.QMessageBox]:
    """Krita's questions."""
    windows = QtWidgets.QApplication.topLevelWidgets()
    return [w for w in windows if isinstance(w, QtWidgets.QMessageBox) and w.isVisible()]
