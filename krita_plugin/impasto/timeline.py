"""Frames of an animated layer, at times that are not the person's: nobody's view moves.

A document's time is one for all that look at it. So a layer is read, and a painted one is filled,
in a document of our own, whose time is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from krita import Document, Krita, Node

from .bridge.contract.geometry import Extent
from .formats import Space
from .scratch import forgotten, scratch


def key_times(document: Document, node: Node) -> list[int]:
    """When a layer has key frames."""
    end = max(document.animationLength(), document.fullClipRangeEndTime())
    return [time for time in range(end + 1) if node.hasKeyframeAtTime(time)]


def turn(own: Document, time: int) -> None:
    """Bring a document of our own to a time. Krita does that later, unless it is waited for."""
    own.setCurrentTime(time)
    own.waitForDone()


@contextmanager
def apart(document: Document, node: Node) -> Iterator[tuple[Document, Node]]:
    """A copy of a layer with all its frames, in a document of our own, for a while."""
    canvas = Extent(document.width(), document.height())
    with scratch(canvas, Space.of(node)) as own:
        copy = node.duplicate()
        own.rootNode().addChildNode(copy, None)
        own.waitForDone()
        yield own, copy


@contextmanager
def empty(times: Sequence[int]) -> Iterator[tuple[Document, Node]]:
    """A layer with empty key frames at these times, in a document of our own, for a while.

    Krita's scripts can't make key frames, and ``importAnimation`` crashes Krita 5.2 and 5.3, if not
    always; but they can open a file that has them.
    """
    from tempfile import TemporaryDirectory  # here, as Krita starts with this file

    app = Krita.instance()
    with TemporaryDirectory(prefix="impasto-") as folder:
        file = Path(folder, "frames.kra")
        _write(file, times)
        before = app.batchmode()
        app.setBatchmode(True)
        try:
            own = app.openDocument(str(file))
        finally:
            app.setBatchmode(before)
    with forgotten(own):
        yield own, own.rootNode().childNodes()[-1]


_MAIN = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE DOC PUBLIC '-//KDE//DTD krita 2.0//EN' 'http://www.calligra.org/DTD/krita-2.0.dtd'>
<DOC xmlns="http://www.calligra.org/DTD/krita" syntaxVersion="2.0" editor="Krita">
 <IMAGE mime="application/x-kra" name="frames" width="1" height="1" x-res="72" y-res="72"
  colorspacename="RGBA" profile="sRGB-elle-V2-srgbtrc.icc">
  <layers>
   <layer nodetype="paintlayer" name="frames" filename="layer" keyframes="layer.keyframes.xml"
    colorspacename="RGBA" compositeop="normal" opacity="255" visible="1" locked="0" intimeline="1"
    x="0" y="0" uuid="{00000000-0000-4000-8000-000000000000}"/>
  </layers>
 </IMAGE>
</DOC>
"""

_KEYS = """<?xml version="1.0" encoding="UTF-8"?>
<keyframes xmlns="http://www.calligra.org/DTD/krita-keyframes">
 <channel name="content">{}</channel>
</keyframes>
"""

_KEY = '<keyframe frame="layer.f{0}" time="{0}" color-label="0"><offset x="0" y="0"/></keyframe>'

_NOTHING = b"VERSION 2\nTILEWIDTH 64\nTILEHEIGHT 64\nPIXELSIZE 4\nDATA 0\n"


def _write(file: Path, times: Sequence[int]) -> None:
    """Write a document of Krita's of one pixel, whose only layer has these key frames."""
    from zipfile import ZipFile  # here, as above

    with ZipFile(file, "w") as kra:
        kra.writestr("mimetype", "application/x-krita")
        kra.writestr("maindoc.xml", _MAIN)
        keys = "".join(map(_KEY.format, times))
        kra.writestr("frames/layers/layer.keyframes.xml", _KEYS.format(keys))
        for time in times:
            kra.writestr(f"frames/layers/layer.f{time}", _NOTHING)
            kra.writestr(f"frames/layers/layer.f{time}.defaultpixel", bytes(4))
