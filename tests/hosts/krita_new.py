"""A Krita whose plug-in was imported, and which has no engine yet: by the mouse to a painting."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import impasto
from impasto.about_dialog import AboutDialog
from impasto.bridge.session.installing.about import Face
from impasto.bridge.session.installing.need import carried, needed
from impasto.bridge.session.installing.page import Stage
from impasto.bridge.storage.paths import Installation
from impasto.gallery.box import GalleryBox
from impasto.qt import QtWidgets
from impasto.setup_dialog import SetupDialog

from .krita_failures import kill_workers
from .krita_hands import click, click_item
from .krita_paint import instant, worker_pids
from .krita_session import (
    FOLDER,
    Case,
    action,
    all_nodes,
    case,
    main_window,
    open_photo,
    pause,
    photograph,
    wait,
)
from .krita_tools import MENU, button, dialogs, look_settled, open_dialog, shown_text

PATIENCE = 3600.0 if os.environ.get("IMPASTO_FETCH") else 600.0
"""Seconds for a set-up: by hand, it may be one that fetches all."""


def page() -> SetupDialog | None:
    return next((d for d in main_window().findChildren(SetupDialog) if d.isVisible()), None)


def named(dialog: QtWidgets.QWidget, name: str) -> Any:
    return dialog.findChild(QtWidgets.QWidget, name)


def opened() -> Any:
    action(MENU[0]).trigger()
    yield from wait(page, 10)
    return page()


@case
def arrived() -> Case:
    """From the first dialog to a painting; only where the plug-in was imported."""
    if carried() is None:
        return {}
    document = yield from open_photo()
    count = len(all_nodes(document))
    told: dict[str, Any] = {"needed": str(needed(Installation.here()))}
    dialog = yield from opened()
    told["offer"] = [*shown_text(dialog), named(dialog, "install").text().replace("&", "")]
    told["dialogs"] = len(dialogs())
    yield from photograph(dialog, "page-offer")
    if (places := named(dialog, "place")) is not None:
        told["places"] = [places.itemText(number) for number in range(places.count())]
        places.setCurrentIndex(1)
        told["earlier"] = [*shown_text(dialog), named(dialog, "install").text().replace("&", "")]
        yield from photograph(dialog, "page-earlier")
        places.setCurrentIndex(0)

    # Cancelled in the middle, then begun again.
    click(named(dialog, "install"))
    yield from wait(lambda: "Building" in dialog.page.describe() or dialog.page.share > 0.02)
    yield from photograph(dialog, "page-running")
    click(named(dialog, "cancel"))
    yield from wait(lambda: dialog.page.stage is not Stage.RUNNING, 120)
    yield from pause(0.5)
    told["cancelled"] = [*shown_text(dialog), named(dialog, "install").text().replace("&", "")]
    yield from photograph(dialog, "page-cancelled")
    told["whole_when_cancelled"] = Installation.here().manifest.exists()

    # Begun again, and the window closed: it goes on, and Krita with it.
    click(named(dialog, "install"))
    click(named(dialog, "close"))
    yield from wait(lambda: page() is None, 10)
    document.setModified(True)
    dialog = yield from opened()
    told["reopened"] = [dialog.page.stage.name, *shown_text(dialog)]
    seen = 0
    deadline = time.monotonic() + PATIENCE
    # Krita lives on while the dialog is made, which is shown when it is whole.
    while not any(dialog.isVisible() for dialog in dialogs()):
        if page() is not None:
            if dialog.page.stage is Stage.FAILED or time.monotonic() > deadline:
                yield from photograph(dialog, "page-failed")
                raise RuntimeError(str(dialog.page.note))
            if dialog.page.share > seen / 5:
                seen += 1
                with contextlib.suppress(RuntimeError):  # it may be done, and gone, meanwhile
                    yield from photograph(dialog, f"page-{seen}")
        yield
    whole = Installation.here().manifest.stat().st_mtime
    seconds = {"dialog": time.time() - whole}
    told["seen"] = seen
    told["needed_then"] = needed(Installation.here())
    told["version"] = Installation.here().version()

    # And then the preview appears.
    painting = dialogs()[-1]
    yield from wait(lambda: painting.session.preview.view is not None, PATIENCE)
    told["seconds"] = {**seconds, "preview": time.time() - whole}
    yield from look_settled(painting, PATIENCE)
    yield from photograph(painting, "dialog-then")
    click_item(painting.findChild(GalleryBox).tiles, "Mosaic")
    click(next(b for b in painting.findChildren(QtWidgets.QAbstractButton) if "Draft" in b.text()))
    yield from look_settled(painting, PATIENCE)
    yield from photograph(painting, "dialog-preview")
    told["preview"] = painting.session.preview.view is not None
    click(button(painting, "Paint"))
    yield from wait(lambda: len(all_nodes(document)) > count, 600)
    yield from wait(lambda: painting.painter is None)
    yield from photograph(main_window(), "painted")
    told["layers"] = [node.name() for node in all_nodes(document)]
    (FOLDER / "arrived").touch()
    painting.close()
    yield from pause(0.2)
    return told


@case
def repaired() -> Case:
    """An engine that can't be started any more: the page mends it, and the dialog stays."""
    if carried() is None:
        return {}
    yield from open_photo()
    began = time.monotonic()
    painting = yield from open_dialog()
    opened = time.monotonic() - began
    painting.set_settings(instant())
    yield from look_settled(painting)
    environment = Installation.here().environment
    away = environment.with_name("away")
    environment.rename(away)
    kill_workers()
    yield from wait(lambda: not worker_pids())
    click(button(painting, "Paint"))
    yield from wait(lambda: painting.painter is None)
    note = named(painting, "note")
    told: dict[str, Any] = {"said": shown_text(note), "opened": opened}
    told["buttons"] = [b.text().replace("&", "") for b in note.findChildren(QtWidgets.QPushButton)]
    yield from photograph(painting, "dialog-broken")
    click(button(painting, "Set up again…"))
    yield from wait(page, 10)
    dialog = page()
    assert dialog is not None
    told["stage"] = dialog.page.stage.name
    away.rename(environment)
    click(named(dialog, "install"))
    yield from wait(lambda: page() is None, PATIENCE)
    told["whole"] = needed(Installation.here()) is None
    painting.close()
    yield from pause(0.2)
    return told


def about_dialog() -> AboutDialog | None:
    return next((d for d in main_window().findChildren(AboutDialog) if d.isVisible()), None)


@case
def removed() -> Case:
    """By the small button of the dialog to the page about Impasto, and all of it goes."""
    if carried() is None:
        return {}
    installation, plugin = Installation.here(), Path(impasto.__file__).parent
    yield from open_photo()
    painting = yield from open_dialog()
    painting.set_settings(instant())
    yield from look_settled(painting)
    click(painting.findChild(QtWidgets.QToolButton, "about"))
    yield from wait(about_dialog, 10)
    about = about_dialog()
    assert about is not None
    yield from wait(lambda: about.page._sizes.whole, 120)
    yield from photograph(about, "about-facts")
    told: dict[str, Any] = {"facts": shown_text(about)}
    click(named(about, "uninstall"))
    yield from photograph(about, "about-question")
    told["question"] = shown_text(about)
    click(named(about, "keep"))
    told["kept"] = [about.page.face.name, installation.manifest.exists()]
    click(named(about, "uninstall"))
    click(named(about, "remove"))
    told["dialogs"] = [dialog.isVisible() for dialog in dialogs()]
    yield from photograph(about, "about-removing")
    yield from wait(lambda: about.page.face is not Face.REMOVING, 300)
    yield from pause(0.3)
    yield from photograph(about, "about-gone")
    told["gone"] = [about.page.face.name, *shown_text(about)]
    told["left"] = sorted(file.name for file in installation.prefix.iterdir())
    told["plugin"] = plugin.exists()
    click(named(about, "close"))
    yield from pause(0.2)
    # Its entries are there until Krita is started again: they do no harm.
    action(MENU[0]).trigger()
    yield from pause(2)
    for dialog in dialogs():
        told["said"] = shown_text(dialog)
        dialog.close()
    yield from pause(0.2)
    return told
