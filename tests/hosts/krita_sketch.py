"""Colouring a sketch after a reference, by its own entry in the menu."""

from __future__ import annotations

from impasto.bridge.contract.knobs import COLORIZE
from impasto.bridge.contract.settings import knobs
from impasto.bridge.session.gallery import OWN
from impasto.memory import last_used
from krita import Document

from .krita_hands import click
from .krita_session import (
    GIVEN,
    Case,
    Steps,
    action,
    all_nodes,
    case,
    describe,
    open_blank,
    own_bytes,
    photograph,
    select,
    top,
    wait,
)
from .krita_tools import MENU, button, dialogs, look_settled, shown_text, shown_view


def _drawn_circle() -> Steps[Document]:
    """White paper with a circle in ink."""
    document = yield from open_blank()
    ink = bytearray(b"\xff" * (120 * 100 * 4))
    for y in range(100):
        for x in range(120):
            if 28 <= ((x - 60) ** 2 + (y - 50) ** 2) ** 0.5 <= 31:
                ink[(y * 120 + x) * 4 : (y * 120 + x) * 4 + 3] = b"\x10\x10\x10"
    top(document)[0].setPixelData(bytes(ink), 0, 0, 120, 100)
    document.refreshProjection()
    document.waitForDone()
    return document


@case
def sketch() -> Case:
    """A circle in ink on white paper takes the colours of the photograph."""
    document = yield from _drawn_circle()
    paper = top(document)[0]
    count, before = len(all_nodes(document)), own_bytes(paper)
    action(MENU[2]).trigger()
    yield from wait(dialogs, 10)
    dialog = dialogs()[-1]
    shown = sorted(dialog._panel._widgets)
    offered = {style.source for style in dialog._panel.gallery.tiles.styles()}
    called = shown_text(dialog)
    dialog._panel.update_settings(
        {"style": GIVEN["photo"], "method": "instant", "size": 128, "detail": False}
    )
    yield from look_settled(dialog)
    yield from photograph(dialog, "sketch")
    click(button(dialog, "Paint"))
    yield from wait(lambda: dialog.painter is None)
    note = dialog._note._text.text()
    yield from photograph(dialog, "sketch-done")
    title = dialog.windowTitle()
    dialog.close()
    new = top(document)[-1]
    last = last_used().settings()
    return {
        "shown": shown,
        "offered": sorted(offered - {OWN}),
        "called": "Reference:" in called and "Style:" not in called,
        "declared": sorted(knob.name for knob in knobs(COLORIZE)),
        "title": title,
        "note": note,
        "nodes": [count, len(all_nodes(document))],
        "new": describe(new),
        "same_paper": own_bytes(paper) == before,
        "coloured": own_bytes(new) != before,
        "remembered": last is not None and last.sketch,
    }


@case
def selected_sketch() -> Case:
    """Of a sketch the rest is painted, too: the preview of all of it lies over all of it."""
    document = yield from _drawn_circle()
    select(document, 30, 20, 40, 30)
    action(MENU[2]).trigger()
    yield from wait(dialogs, 10)
    dialog = dialogs()[-1]
    dialog._panel.update_settings(
        {"style": GIVEN["photo"], "method": "instant", "size": 128, "detail": False}
    )
    yield from look_settled(dialog)
    yield from photograph(dialog, "sketch-selected")
    view = shown_view(dialog)
    dialog.close()
    return {"frame": list(view.frame), "layers": [list(patch.place) for patch in view.patches]}
