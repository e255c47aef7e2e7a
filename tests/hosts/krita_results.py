"""Paintings that can be changed again, what becomes of them, and several layers at once."""

from __future__ import annotations

import json
from pathlib import Path

from impasto import layers, results
from impasto.bridge.session.outputs import DOCUMENT, MASKED
from impasto.qt import QtWidgets
from impasto.target import Target
from krita import Krita

from .krita_hands import click
from .krita_paint import instant, paint, undo
from .krita_session import (
    FOLDER,
    GIVEN,
    Case,
    action,
    activate,
    all_nodes,
    case,
    close,
    describe,
    main_window,
    open_blank,
    open_photo,
    own_bytes,
    pause,
    photograph,
    select,
    show,
    top,
    wait,
)
from .krita_tools import (
    MENU,
    button,
    bytes_of,
    dialogs,
    look_settled,
    open_dialog,
    patterned,
    shown_text,
)


@case
def edit_offered() -> Case:
    """Who has painted, and who opens the dialog on a painting, has a button that edits it."""
    document = yield from open_photo()
    dialog = yield from open_dialog()
    dialog.set_settings(instant())
    yield from look_settled(dialog)
    click(button(dialog, "Paint"))
    yield from wait(lambda: dialog.painter is None)
    painting = layers.reference(top(document)[-1])
    click(button(dialog, "Edit this painting…"))
    yield from wait(lambda: [d.edited for d in dialogs()] == [painting], 10)
    titles = [dialogs()[-1].windowTitle()]
    dialogs()[-1].close()
    yield from wait(lambda: not dialogs(), 10)

    yield from activate(document, top(document)[-1])
    dialog = yield from open_dialog()
    hinted = shown_text(dialog)[-1]
    yield from look_settled(dialog)
    yield from photograph(dialog, "hint")
    yield from activate(document, top(document)[0])
    yield from wait(lambda: hinted not in shown_text(dialog), 10)
    yield from activate(document, top(document)[-1])
    yield from wait(lambda: hinted in shown_text(dialog), 10)
    click(button(dialog, "Edit this painting…"))
    yield from wait(lambda: [d.edited for d in dialogs()] == [painting], 10)
    titles.append(dialogs()[-1].windowTitle())
    dialogs()[-1].close()
    return {"titles": titles, "hint": hinted}


@case
def edited() -> Case:
    """A painting is saved, opened again, edited by the menu and replaced."""
    document = yield from open_photo()
    select(document, 30, 20, 60, 50, feather=4)
    settings = instant(strength=0.9)
    outcome = yield from paint(document, settings)
    path = str(FOLDER / "painted.kra")
    document.setBatchmode(True)
    document.saveAs(path)
    document.waitForDone()
    yield from close(document)

    document = yield from show(Krita.instance().openDocument(path))
    painting = top(document)[-1]
    painting.setOpacity(128)
    painting.setName("My painting")
    before = own_bytes(painting)
    yield from activate(document, painting)
    action(MENU[3]).trigger()
    yield from wait(dialogs, 10)
    dialog = dialogs()[-1]
    same = dialog.settings() == settings
    yield from look_settled(dialog)
    yield from photograph(dialog, "edit")
    title = dialog.windowTitle()
    dialog._panel.update_settings({"strength": 0.4})
    click(button(dialog, "Replace"))
    yield from wait(lambda: dialog.painter is None)
    again = dialog.settings().strength
    # Once more from the same dialog: the new painting is what it replaces now.
    dialog._panel.update_settings({"strength": 0.3})
    click(button(dialog, "Replace"))
    yield from wait(lambda: dialog.painter is None)
    dialog.close()
    yield from pause(0.2)
    new = top(document)[-1]
    record = results.record_of(document, new)
    return {
        "outcome": outcome,
        "same": same,
        "title": title,
        "again": again,
        "nodes": [describe(node) for node in top(document)],
        "opacity": new.opacity(),
        "changed": own_bytes(new) != before,
        "strength": record.settings.strength if record else None,
        "bounds": [describe(new)["bounds"], outcome["new"][0]["bounds"]],
    }


@case
def edit_refused() -> Case:
    """A layer that was not painted here, and a painting whose source is gone."""
    document = yield from open_photo()
    result = {"foreign": (yield from _refusal())}
    yield from paint(document, instant())
    source, painting = top(document)
    key = results._key(painting)
    told = json.loads(bytes(document.annotation(key)))
    odd = {
        "list": b"[]",
        "no text": b"\xff\xfe",
        "steps": json.dumps({**told, "settings": {"steps": 1e300, "brush": 3}}).encode(),
        "settings": json.dumps({**told, "settings": [3]}).encode(),
        "mask": json.dumps({**told, "selected": {"box": [0, 0, 1e9, "x"], "mask": 3}}).encode(),
        "deep": b'{"settings": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    }
    read = {}
    for name, data in odd.items():
        document.setAnnotation(key, "", data)
        read[name] = results.record_of(document, painting) is not None
    yield from activate(document, painting)
    result["damaged"] = {**(yield from _refusal()), "read": read}
    document.setAnnotation(key, "", json.dumps(told).encode())
    document.rootNode().removeChildNode(source)
    document.waitForDone()
    yield from activate(document, painting)
    result["orphan"] = yield from _refusal()
    return {"told": result}


def _refusal() -> Case:
    action(MENU[3]).trigger()
    find = main_window().findChildren
    yield from wait(lambda: find(QtWidgets.QMessageBox), 10)
    box = find(QtWidgets.QMessageBox)[0]
    text = box.text()
    box.close()
    yield from wait(lambda: not find(QtWidgets.QMessageBox), 10)
    return {"text": text, "dialogs": len(dialogs())}


@case
def kinds_of_output() -> Case:
    """A layer with a mask, and a document of its own."""
    document = yield from open_photo()
    original = top(document)[0]
    select(document, 30, 20, 60, 50, feather=4)
    count = len(all_nodes(document))
    yield from paint(document, instant(), output=MASKED)
    document.waitForDone()
    painting = top(document)[-1]
    mask = painting.childNodes()[0]
    size = 0, 0, document.width(), document.height()
    result = {
        "mask_type": mask.type(),
        "own": bytes_of(painting.pixelData(*size)),
        "shown": bytes_of(painting.projectionPixelData(*size)),
        "selection": bytes_of(document.selection().pixelData(*size)),
        "original": bytes_of(original.pixelData(*size)),
    }
    result["undone"] = [count, (yield from undo(document))]
    yield from activate(document, original)
    known = Krita.instance().documents()
    yield from paint(document, instant(), output=DOCUMENT)
    fresh = [other for other in Krita.instance().documents() if other not in known]
    result["documents"] = [[d.width(), d.height(), d.colorDepth(), len(top(d))] for d in fresh]
    result["left_alone"] = len(all_nodes(document)) == count
    return result


@case
def batch() -> Case:
    """Two layers, selected in the layer docker, are painted one after the other."""
    document = yield from open_blank()
    first = yield from patterned(document, 0, 0, 60, 50)
    first.setName("First")
    second = yield from patterned(document, 40, 40, 60, 50)
    second.setName("Second")
    targets = [Target.of(document, node) for node in (first, second)]
    chosen = Target.chosen(document)
    outcome = yield from paint(document, instant(), targets=targets)
    names = [(node.name(), layers.box_of(node)) for node in top(document)]
    return {
        **outcome,
        "active_only": [target.node.name() for target in chosen],
        "order": [[name, list(box)] for name, box in names],
        "style": Path(GIVEN["style"]).stem,
    }
