"""What is wrong is said in one sentence."""

from __future__ import annotations

import os
import signal

from impasto import layers, memory
from impasto.bridge.pixels import Pixels
from krita import Krita

from .krita_session import (
    GIVEN,
    Case,
    Watched,
    all_nodes,
    case,
    endless,
    instant,
    open_photo,
    paint,
    wait,
    worker_pids,
)


@case
def errors() -> Case:
    document = yield from open_photo()
    result = {
        "no style": (yield from paint(document, instant(style=""))),
        "no such file": (yield from paint(document, instant(style="/nowhere/picture.png"))),
        "no picture": (yield from paint(document, instant(style=GIVEN["log"]))),
    }
    Krita.instance().writeSetting("impasto", "settings", '{"steps": "many"')
    result["unreadable settings"] = {"recalled": memory.recall()}
    Krita.instance().writeSetting("impasto", "settings", '{"no-such-knob": 1}')
    result["foreign settings"] = {"recalled": memory.recall()}
    return result


@case
def worker_killed() -> Case:
    document = yield from open_photo()
    count = len(all_nodes(document))
    watched = Watched(document, endless())
    yield from watched.wait_until_painting()
    killed = worker_pids()
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    yield from wait(lambda: watched.ended, 20)
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
