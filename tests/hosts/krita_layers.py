"""What a layer shows and what is selected of it; what a painting inherits and keeps; previews."""

from __future__ import annotations

from typing import Any

from impasto import layers, results
from impasto.bridge.session.outputs import MASKED
from impasto.dialog import StyleTransferDialog
from impasto.memory import last_used
from impasto.progress import ProgressWindow
from krita import Document, Krita, Node, Selection

from .krita_hands import click
from .krita_paint import instant, paint, undo
from .krita_session import (
    Case,
    Steps,
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
    select,
    top,
    wait,
)
from .krita_tools import (
    MENU,
    button,
    bytes_of,
    converted,
    dialogs,
    look_settled,
    open_dialog,
    patterned,
    projection,
)

_RED = """<asl><node type="Descriptor" classId="null" name="">
<node type="UnitFloat" key="Scl " unit="#Prc" value="100"/>
<node type="Boolean" key="masterFXSwitch" value="1"/>
<node type="Descriptor" key="SoFi" classId="SoFi" name="">
<node type="Boolean" key="enab" value="1"/>
<node type="Enum" key="Md  " typeId="BlnM" value="Nrml"/>
<node type="UnitFloat" key="Opct" unit="#Prc" value="100"/>
<node type="Descriptor" key="Clr " classId="RGBC" name="">
<node type="Double" key="Rd  " value="255"/>
<node type="Double" key="Grn " value="0"/>
<node type="Double" key="Bl  " value="0"/>
</node></node></node></asl>"""
"""A layer style: all that the layer covers is red."""

PREVIEWED = [
    ("RGBA", "U16", "Rec2020-elle-V4-g10.icc"),
    ("RGBA", "F32", "sRGB-elle-V2-g10.icc"),
    ("RGBA", "U8", "ClayRGB-elle-V4-srgbtrc.icc"),
    ("GRAYA", "U8", "gray built-in"),
    ("CMYKA", "U8", "Chemical proof"),
]


@case
def effects() -> Case:
    """At strength 0, the new layer shows what the document showed of a layer with effects."""

    def style(document: Document, node: Node) -> None:
        node.setLayerStyleFromAsl(_RED)

    def blur(document: Document, node: Node) -> None:
        everything = Selection()
        everything.select(0, 0, 120, 100, 255)
        kind = Krita.instance().filter("gaussian blur")
        node.addChildNode(document.createFilterMask("Blur", kind, everything), None)

    result = {}
    for effect in (style, blur):
        document = yield from open_blank()
        node = yield from patterned(document, 30, 30, 40, 30)
        effect(document, node)
        document.refreshProjection()
        document.waitForDone()
        yield from pause(0.3)
        seen, before = projection(document), own_bytes(node)
        outcome = yield from paint(document, instant(strength=0.0))
        node.setVisible(False)
        document.refreshProjection()
        document.waitForDone()
        result[effect.__name__] = {
            **outcome,
            "before": seen,
            "after": projection(document),
            "same": own_bytes(node) == before,
        }
        yield from close(document)
    return result


@case
def clipped() -> Case:
    """A layer that inherits alpha: its painting covers no more than it does."""
    document = yield from open_blank()
    background = top(document)[0]
    background.setVisible(False)
    yield from patterned(document, 10, 10, 30, 30)
    node = yield from patterned(document, 0, 0, 100, 80)
    node.setInheritAlpha(True)
    document.refreshProjection()
    document.waitForDone()
    yield from activate(document, node)
    outcome = yield from paint(document, instant())
    document.waitForDone()
    new = top(document)[-1]
    shown = document.rootNode().projectionPixelData(0, 0, 120, 100)
    return {**outcome, "inherits": new.inheritAlpha(), "shown": bytes_of(shown)}


@case
def local_selections() -> Case:
    """Local selections as the menu makes them: with and without a global one, and deselected."""
    result: dict[str, Any] = {}

    def attempt(name: str, arrange: Any, on_mask: bool = False) -> Steps[None]:
        document = yield from open_photo()
        node = top(document)[0]
        select(document, 30, 20, 40, 30)
        yield from pause(0.2)
        action("add_new_selection_mask").trigger()
        yield from wait(node.childNodes, 10)
        document.waitForDone()
        yield from pause(0.5)
        if on_mask:
            document.setActiveNode(node.childNodes()[0])
            yield from wait(lambda: document.activeNode().type() == "selectionmask", 10)
        else:
            yield from activate(document, node)
        arrange(document, node)
        document.waitForDone()
        yield from pause(0.2)
        result[name] = yield from paint(document, instant())
        record = results.record_of(document, top(document)[-1])
        result[name]["mask"] = record and record.selected and list(record.selected.box)
        yield from close(document)

    def add_inactive(document: Document, node: Node) -> None:
        other = document.createSelectionMask("Inactive")
        selection = Selection()
        selection.select(0, 0, 20, 10, 255)
        other.setSelection(selection)
        node.addChildNode(other, None)

    yield from attempt("alone", lambda d, n: None)
    yield from attempt("on the mask", lambda d, n: None, on_mask=True)
    yield from attempt("with a global one", lambda d, n: select(d, 0, 0, 20, 20))
    yield from attempt("with an inactive one", add_inactive)
    yield from attempt("deselected", lambda d, n: action("deselect").trigger())
    return result


@case
def previews_leave_no_trace() -> Case:
    """A preview, with a layer as the style, in every kind of space."""
    result = {}
    for space in PREVIEWED:
        document = yield from converted(*space)
        original = layers.reference(top(document)[0])
        # Krita counts a conversion as a change a little later.
        yield from pause(0.5)
        document.setModified(False)
        yield from _unmodified(document)
        before = _trace(document)
        dialog = yield from open_dialog()
        dialog.set_settings(instant(style=original))
        yield from look_settled(dialog)
        seen = not dialog._sight.view.after.isNull()
        dialog.close()
        yield from pause(0.2)
        result[" ".join(space)] = {"seen": seen, "before": before, "after": _trace(document)}
        yield from close(document)
    return result


def _unmodified(document: Document) -> Steps[None]:
    yield from wait(lambda: not document.modified(), 10)


def _trace(document: Document) -> list[Any]:
    return [document.modified(), action("edit_undo").text(), len(Krita.instance().documents())]


@case
def edit_keeps() -> Case:
    """All that a person did to a painting is there after it was edited; a moved one stays moved."""
    document = yield from open_photo()
    select(document, 30, 20, 50, 40)
    yield from paint(document, instant())
    painting = top(document)[-1]
    mask = document.createFilterMask("Soft", Krita.instance().filter("blur"), Selection())
    painting.addChildNode(mask, None)
    painting.move(5, 7)
    for name, value in _DONE.items():
        getattr(painting, name)(value)
    painting.setLayerStyleFromAsl(_RED)
    document.waitForDone()
    document.resizeImage(-10, -4, 140, 120)
    document.waitForDone()
    before, pixels = _look(painting), own_bytes(painting)
    result = {}
    for style, strength in ((instant().style, 0.4), (layers.reference(top(document)[0]), 0.9)):
        yield from activate(document, top(document)[-1])
        action(MENU[3]).trigger()
        yield from wait(dialogs, 10)
        dialog = dialogs()[-1]
        dialog._panel.update_settings({"strength": strength, "style": style})
        click(button(dialog, "Replace"))
        yield from _painted(dialog)
        dialog.close()
        yield from wait(lambda: not dialogs(), 10)
        new = top(document)[-1]
        result[str(strength)] = [_look(new), own_bytes(new) != pixels, len(all_nodes(document))]
    return {"before": before, **result}


def _painted(dialog: StyleTransferDialog) -> Steps[None]:
    yield from wait(lambda: dialog.painter is None)


_DONE = {
    "setOpacity": 99,
    "setBlendingMode": "multiply",
    "setInheritAlpha": True,
    "setAlphaLocked": True,
    "setLocked": True,
    "setColorLabel": 3,
    "setPinnedToTimeline": True,
}


def _look(node: Node) -> list[Any]:
    return [
        describe(node),
        node.opacity(),
        node.blendingMode(),
        node.inheritAlpha(),
        node.alphaLocked(),
        node.locked(),
        node.colorLabel(),
        node.isPinnedToTimeline(),
        [mask.name() for mask in node.childNodes()],
        "SoFi" in node.layerStyleToAsl(),
    ]


@case
def paintings_of_paintings() -> Case:
    """Again on a layer that is a painting: its original is painted, and that is said."""
    document = yield from open_photo()
    original = layers.reference(top(document)[0])
    settings = instant()
    yield from paint(document, settings)
    first = top(document)[-1]
    yield from activate(document, first)
    last_used().remember(settings)
    told: list[str] = []
    action(MENU[1]).trigger()
    (window,) = main_window().findChildren(ProgressWindow)
    painter = window.painter
    painter.painted.connect(lambda name: told.extend([name, *painter.run.notes]))
    yield from wait(lambda: told)
    yield from pause(0.2)
    second = top(document)[-1]
    record = results.record_of(document, second)
    copy = second.duplicate()
    document.rootNode().addChildNode(copy, second)
    yield from pause(0.2)
    yield from activate(document, top(document)[-1])
    dialog = yield from open_dialog()
    aimed = dialog._aim.first().source
    dialog.close()
    return {
        "same_pixels": own_bytes(first) == own_bytes(second),
        "names": [node.name() for node in top(document)],
        "told": told,
        "from_original": record is not None and record.source == original,
        "copy_is_itself": aimed == layers.reference(top(document)[-1]),
    }


@case
def masked_in_one_step() -> Case:
    """A layer with a mask is one step of undo, in a space that is converted as well."""
    result = {}
    for space in (("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc"), PREVIEWED[0]):
        document = yield from converted(*space)
        select(document, 30, 20, 60, 50)
        yield from pause(0.2)
        before = [own_bytes(n) for n in top(document)]
        counts = [len(all_nodes(document))]
        yield from paint(document, instant(), output=MASKED)
        counts.append(len(all_nodes(document)))
        counts.append((yield from undo(document)))
        same = [own_bytes(n) for n in top(document)] == before
        result[" ".join(space)] = [counts, same]
        yield from close(document)
    return result
