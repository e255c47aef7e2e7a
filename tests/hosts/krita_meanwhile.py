"""What a person does to the document while a painting is under way."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from impasto import layers
from krita import Document, Krita, Node

from .krita_hands import canvas_of, pen_stroke, stroke
from .krita_paint import Watched, endless, instant, paint, undo
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
    pause,
    top,
    wait,
)
from .krita_tools import bytes_of, patterned

_BOX = 10, 10, 60, 50


def _merge(_: Document, node: Node) -> None:
    node.mergeDown()


def _distort(_: Document, node: Node) -> None:
    node.rotateNode(0.5)


def _remove(_: Document, node: Node) -> None:
    node.remove()


EVENTS: dict[str, Callable[[Document, Node], Any]] = {
    "nothing": lambda d, n: None,
    "flatten": lambda d, n: d.flatten(),
    "merge": _merge,
    "remove": _remove,
    "remove and crop": lambda d, n: (n.remove(), d.crop(20, 15, 60, 50)),
    "move": lambda d, n: n.move(5, 7),
    "crop": lambda d, n: d.crop(20, 15, 60, 50),
    "canvas": lambda d, n: d.resizeImage(-10, -20, 150, 140),
    "scale": lambda d, n: d.scaleImage(240, 200, 72, 72, "Bicubic"),
    "turn": lambda d, n: d.rotateImage(math.pi / 2),
    "half turn": lambda d, n: d.rotateImage(math.pi),
    "mirror": lambda d, n: action("mirrorImageHorizontal").trigger(),
    "convert": lambda d, n: d.setColorSpace("RGBA", "U16", "ClayRGB-elle-V4-srgbtrc.icc"),
    "grey": lambda d, n: d.setColorSpace("GRAYA", "U8", "Gray-D50-elle-V2-srgbtrc.icc"),
    "distort": _distort,
}


@case
def meanwhile() -> Case:
    """At strength 0 the new layer shows what its source shows, wherever that is by now."""
    result = {}
    for name, act in EVENTS.items():
        document = yield from open_photo()
        node = yield from patterned(document, *_BOX)
        source = layers.reference(node)
        watched = Watched(document, instant(strength=0.0))
        act(document, node)
        document.waitForDone()
        del node
        known = Krita.instance().documents()
        yield from watched.wait()
        yield from pause(0.1)
        result[name] = _outcome(document, watched, source)
        for other in Krita.instance().documents():
            if other not in known:
                result[name]["document"] = [describe(n) for n in top(other)]
                yield from close(other)
        yield from close(document)
    return result


def _outcome(document: Document, watched: Watched, source: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        **watched.report(),
        "remarks": watched.painter.run.notes,
        "nodes": [n.name() for n in top(document)],
    }
    node, new = layers.find(document, source), watched.new_nodes()
    made = [n for n in new if layers.reference(n) == watched.painter.made[0].reference]
    if made and node is not None:
        box = layers.box_of(made[0])
        told["pixels"] = [bytes_of(n.pixelData(*box)) for n in (made[0], node)]
        told["source"] = list(layers.box_of(node))
    return told


@case
def closed_while_it_waits() -> Case:
    """The painting is done and waits for the pen; the document is closed: nothing is lost."""
    document = yield from open_photo()
    watched = Watched(document, instant())
    watched.painter.hands.pen_down = True
    yield from wait(
        lambda: watched.progress and watched.progress[-1][1].startswith("Waiting for y")
    )
    known = Krita.instance().documents()
    yield from close(document)
    watched.painter.hands.pen_down = False
    yield from watched.wait()
    fresh = [other for other in Krita.instance().documents() if other not in known]
    return {
        "failed": watched.failed,
        "remarks": watched.painter.run.notes,
        "sizes": [[other.width(), other.height()] for other in fresh],
    }


@case
def strokes() -> Case:
    """A painting arrives in the middle of a stroke, of the mouse and of a pen."""
    return {"mouse": (yield from _drawn(stroke)), "pen": (yield from _drawn(pen_stroke))}


def _drawn(draw: Callable[..., Steps[None]]) -> Case:
    """The layer before a stroke, after one alone, and after the same while a painting arrives."""
    document = yield from open_blank()
    node = yield from patterned(document, 0, 0, 120, 100)
    canvas = canvas_of(main_window())
    action("KritaShape/KisToolBrush").trigger()
    Krita.instance().activeWindow().activeView().setBrushSize(8)
    yield from pause(0.3)

    def pixels() -> str:
        return bytes_of(node.pixelData(0, 0, 120, 100))

    told: dict[str, Any] = {"plain": pixels()}
    yield from draw(canvas, lambda: pause(0))
    document.waitForDone()
    told["alone"] = pixels()
    yield from undo(document)
    told["undone"] = pixels()
    watched = Watched(document, instant())

    def arrive() -> Steps[None]:
        yield from wait(lambda: watched.ended or _arrived(watched))
        yield from pause(0.3)
        told["text"], told["held"] = watched.progress[-1][1], len(all_nodes(document))

    yield from draw(canvas, arrive)
    yield from watched.wait()
    document.waitForDone()
    told = {**told, **watched.report(), "drawn": pixels(), "nodes": len(all_nodes(document))}
    yield from close(document)
    return told


def _arrived(watched: Watched) -> bool:
    return bool(watched.progress) and watched.progress[-1][1].startswith("Waiting for your")


@case
def active_layer() -> Case:
    """The new layer is the active one only where its source still is, and it was not cut short."""
    result = {}
    for name, elsewhere in {"source": False, "elsewhere": True}.items():
        document = yield from open_photo()
        background = top(document)[0]
        node = yield from patterned(document, *_BOX)
        watched = Watched(document, instant())
        if elsewhere:
            yield from activate(document, background)
        yield from watched.wait()
        yield from pause(0.3)
        result[name] = document.activeNode().name()
        del node
        yield from close(document)
    document = yield from open_photo()
    watched = Watched(document, endless())
    yield from watched.wait_until_painting()
    watched.painter.keep()
    yield from watched.wait()
    yield from pause(0.3)
    result["kept"] = document.activeNode().name()
    return {**result, "failed": watched.failed}


@case
def second_painting() -> Case:
    """A painting of an original that has one lies above it, under a name of its own."""
    document = yield from open_photo()
    above = yield from patterned(document, *_BOX)
    original = top(document)[0]
    outcomes = []
    for _ in range(3):
        yield from activate(document, original)
        outcomes.append((yield from paint(document, instant())))
    del above
    return {"failed": [o["failed"] for o in outcomes], "nodes": [n.name() for n in top(document)]}
