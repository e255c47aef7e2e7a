"""Tries: each style of the gallery on what is selected, small, made while nothing else is wanted.

An adapter says which styles it shows, calls ``tick`` from a timer and draws what there is. Nothing
here waits for the worker, and nobody waits for what is asked here: the worker puts it off, or gives
it up, for anything else.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from ..client.job import Previews
from ..contract.errors import WorkerLost
from ..contract.geometry import Box, plan
from ..contract.methods import SELECTION
from ..contract.pixels import Pixels
from ..contract.request import Request
from ..contract.settings import Settings
from .gallery import Style
from .last_used import LastUsed
from .preview import LivePreview
from .renditions import needed
from .small import Small
from .styles import chosen
from .view import Patch, View

SIDE = 160
"""Pixels of what is painted on, at most. A tile on a fine screen shows as many; with fewer, many
styles can't be told from each other."""

_USUAL = Settings(method="instant", faces="as-the-rest", size=256)
"""How all are painted, whatever the dialog says: a knob that moves makes none of them anew. The
size is pastiche's, which paints larger than what it is given and shows too broad strokes below."""

_KEPT = 4
"""Of how many selections the pictures are kept."""

Key = tuple[str, int, int]
"""A style's file, when it was written and how long it is: what stands for its digest."""


class _Content(NamedTuple):
    """What is painted on, read small."""

    digest: str
    pixels: Pixels
    selection: Pixels | None
    place: Box


class Tries:
    """Belongs to one dialog and is closed with it."""

    def __init__(
        self,
        preview: LivePreview,
        previews: Previews,
        kept: LastUsed,
        idle: Callable[[], bool],
        device: Callable[[], str],
    ) -> None:
        """Ask for nothing yet.

        Args:
            preview: the dialog's; while it waits for something, nothing is asked here.
            previews: asks the worker.
            kept: remembers whether a person wants tries.
            idle: whether the dialog paints nothing.
            device: what the dialog computes on.
        """
        self._preview, self._previews, self._kept = preview, previews, kept
        self._idle, self._device = idle, device
        self._on = kept.tries()
        self._small: Small | None = None
        """What the content was read of."""
        self._content: _Content | None = None
        self._wanted: list[tuple[Key, Style]] = []
        self._asked: tuple[_Content, Key] | None = None
        self._made: OrderedDict[str, dict[Key, View | None]] = OrderedDict()
        """By the content's digest and the style; None of a style that can't be shown."""
        self._keys: dict[Style, Key] = {}
        self._lost = self._busy = self._closed = False

    @property
    def waiting(self) -> bool:
        """Whether one was asked for and has not come."""
        return self._previews.waiting

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def on(self) -> bool:
        """Whether tries are to be seen, and not the styles' own pictures."""
        return self._on

    def switch(self, on: bool) -> None:
        """Show tries, or the styles' own pictures, from now on and in the next dialog."""
        if on != self._on:
            self._on = on
            self._kept.remember_tries(on)

    def want(self, styles: Iterable[Style]) -> None:
        """These are to be tried, in this order: those in sight first. Replaces what was wanted."""
        self._wanted = []
        for style in styles:
            key = self._key(style)
            if key is not None:
                self._wanted.append((key, style))

    def view(self, style: Style) -> View | None:
        """A style on what is selected; None while there is none, or none is to be seen.

        The same object as long as it looks the same.
        """
        if not self._on or self._content is None:
            return None
        key = self._key(style)
        return None if key is None else self._made.get(self._content.digest, {}).get(key)

    def tick(self) -> bool:
        """Take what has come and ask for one more, where there is time; True where :meth:`view`
        may tell something else by now."""
        # Reading a layer, a host may let timers run.
        if self._busy or self._closed:
            return False
        self._busy = True
        try:
            changed = self._receive()
            if self._on and self._idle() and not self._preview.waiting:
                changed = self._look() or changed
                self._ask()
        finally:
            self._busy = False
        return changed

    def close(self) -> None:
        """The dialog is gone: want nothing any more."""
        self._closed = True
        self._previews.close()

    def _key(self, style: Style) -> Key | None:
        """None of what the engine can't read."""
        if style not in self._keys and not needed(str(style.path)):
            try:
                told = style.path.stat()
            except OSError:
                return None
            self._keys[style] = str(style.path), told.st_mtime_ns, told.st_size
        return self._keys.get(style)

    def _look(self) -> bool:
        """Read what is selected where that may look otherwise; True where it does."""
        small = self._preview.small
        if small is None or small is self._small:
            return False
        before, self._small = self._content, small
        try:
            with self._preview.resting():
                self._content = _read(small)
        except Exception:
            self._content = None  # the preview says what is wrong
        self._lost = False
        if self._content is not None:
            self._made.setdefault(self._content.digest, {})
            self._made.move_to_end(self._content.digest)
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return (before and before.digest) != (self._content and self._content.digest)

    def _ask(self) -> None:
        """Ask for the next one that is wanted and not there."""
        content = self._content
        if content is None or self._lost or self._closed or self._previews.waiting:
            return
        made = self._made[content.digest]
        key, style = next(((k, s) for k, s in self._wanted if k not in made), (None, None))
        if key is None or style is None:
            return
        usual = replace(_USUAL, device=self._device())
        self._asked = content, key
        self._previews.ask(
            Request(
                content.pixels,
                replace(usual, **chosen(SELECTION, style, usual)),
                content.selection,
                preview=content.place.extent,
                spare=True,
            )
        )

    def _receive(self) -> bool:
        """Take an answer; True where there is a picture more."""
        view: View | None = None
        try:
            result = self._previews.take()
            if result is None or self._asked is None:
                return False  # where it was given up, it is asked for again
            content, key = self._asked
            view = View(content.pixels, content.place, 0, (Patch(result.layer, content.place),))
        except WorkerLost:
            self._lost = True  # whoever needs a worker says so, and starts another
            return False
        except Exception:
            # A style that can't be read keeps its own picture; whoever chooses it is told why.
            if self._asked is None:
                return False
            content, key = self._asked
        self._asked = None
        self._made.setdefault(content.digest, {})[key] = view
        return view is not None


def _read(small: Small) -> _Content:
    """What is selected, in few pixels. Raises BadInput where that is nothing."""
    tiny = Small(small.renderer, SIDE)
    place = plan(tiny.extent(), SIDE, whole_layer=False).target
    pixels, mask = tiny.read(place), tiny.selection(place)
    digest = pixels.identity + ("" if mask is None else mask.identity)
    return _Content(digest, pixels, mask, place)
