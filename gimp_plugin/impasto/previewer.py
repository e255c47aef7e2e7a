"""Previews of what a dialog says, asked for while knobs move and shown when they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bridge.client.job import Previews
from bridge.contract.errors import BadInput, ImpastoError
from bridge.contract.geometry import Box, Extent, plan
from bridge.contract.pixels import Pixels
from bridge.contract.request import Request, Result
from bridge.contract.settings import Settings
from bridge.session.painting import read_request
from bridge.storage.paths import Installation
from gi.repository import GLib
from legend import Legend
from opened import renditions
from silent import Silent
from small import SmallHost, frame_of

_TICK = 40
"""Milliseconds between two looks at what changed and what came."""


class Preview(NamedTuple):
    """A part of the canvas as it is, and the layer that would come over it.

    Attributes:
        before: the picture of the frame.
        frame: the part of the canvas that is shown, whatever the painting reads of it.
        layer: what would be painted; None while there is nothing.
        place: where that lies on the canvas.
    """

    before: Pixels
    frame: Box
    layer: Pixels | None = None
    place: Box | None = None


class Previewer:
    """Never waits: what changed is asked for, and what came is handed on, from a timer."""

    def __init__(self, host: SmallHost, settings: Callable[[], Settings]) -> None:
        """Ask for the first one, which the worker paints while the dialog is made.

        Args:
            host: what is painted on.
            settings: tells what the dialog says now.
        """
        self.legend = Legend()
        """What is known of the labels."""
        self._host = host
        self._settings = settings
        self._show: Callable[[Preview], None] = lambda _: None
        self._say: Callable[[ImpastoError | None], None] = lambda _: None
        self._told: Callable[[], None] = lambda: None
        self._previews = Previews(Installation.here())
        self._seen: Preview | None = None
        """The picture as it is, without a painting."""
        self._held: Preview | None = None
        """What came while a picture was painted."""
        self._place: Box | None = None
        self._content: Extent | None = None
        """What the newest request reads, and the size it reads that in."""
        self._asked: Request | None = None
        self._failed: Request | None = None
        self._paused = self._failing = self._silent = False
        self._likes: tuple[object, object] = (None, None)
        """What the last two requests are painted like, the last one first."""
        self._shown_like: object = None
        self._timer: int | None = None
        self._first: Result | None = None
        try:
            self._ask()
            self._first = self._previews.take()
        except ImpastoError:  # once there is a dialog it is asked again, and said
            self._asked = None
        self._changed = self._asked is None

    def follow(
        self,
        show: Callable[[Preview], None],
        say: Callable[[ImpastoError | None], None],
        told: Callable[[], None],
    ) -> None:
        """Show what comes, from now on.

        Args:
            show: called with what there is to see.
            say: called with what is wrong with a preview, and with None when that is over.
            told: called when more is known of the labels, or there are others.
        """
        self._show, self._say, self._told = show, say, told
        if self._seen is not None:
            show(self._seen)
        if self._first is not None:  # the worker was quick
            self._came(self._first)
        self._timer = GLib.timeout_add(_TICK, self._tick)

    @property
    def waiting(self) -> bool:
        """Whether what is shown is not yet what the dialog says."""
        return not self._paused and (self._changed or self._previews.waiting)

    @property
    def stale(self) -> bool:
        """Whether what is shown is painted like something else than what is chosen."""
        return self._likes[0] != self._shown_like

    def restart(self) -> None:
        """End the worker, which is silent, and ask another one."""
        self._previews.restart()

    def want(self) -> None:
        """Something changed in the dialog."""
        self._changed = True

    def look_again(self) -> None:
        """Something may have changed in the image."""
        self._host.forget()
        self.want()

    def pause(self, paused: bool) -> None:
        """While a picture is painted, that one is shown; what comes of a preview is kept."""
        self._paused = paused
        if not paused and self._held is not None:
            self._show(self._held)
            self._held = None

    def close(self) -> None:
        """The dialog is gone."""
        if self._timer is not None:
            GLib.source_remove(self._timer)
        self._previews.close()

    def _tick(self) -> bool:
        # What the worker sends is read in any case: it may wait for that.
        try:
            if self._changed and not self._paused:
                self._changed = False
                self._ask()
            result = self._previews.take()
        except ImpastoError as error:
            self._fail(error)
        else:
            self._listen()
            if result is not None:
                self._came(result)
        return GLib.SOURCE_CONTINUE

    def _fail(self, error: ImpastoError) -> None:
        self._failing, self._failed, self._asked = True, self._asked, None
        if self._paused:
            self._changed = True  # it is met again when there is somebody to tell
        else:
            self._say(error)

    def _clear(self) -> None:
        """What was said is over; what somebody else has said is not ours to take back."""
        if self._failing:
            self._failing = False
            self._say(None)

    def _listen(self) -> None:
        """Say when the worker falls silent, and take it back when it speaks again."""
        if self._previews.silent != self._silent and not self._paused:
            self._silent = self._previews.silent
            self._say(Silent() if self._silent else None)

    def _came(self, result: Result) -> None:
        self._clear()
        newest = not self._previews.waiting
        if newest and self.legend.learn(result.report.get("labels", [])):
            self._changed = True
            self._told()
        if not result.report["size"]:
            return  # it was asked for the labels alone
        # One of a request before the last may be of another part of the image.
        if self._seen is None or result.layer.extent != self._content:
            return
        self._shown_like = self._likes[0 if newest else 1]
        preview = self._seen._replace(layer=result.layer, place=self._place)
        if self._paused:
            self._held = preview
        else:
            self._show(preview)

    def _ask(self) -> None:
        settings = self._settings()
        self._likes = settings.likeness, self._likes[0]
        try:
            pictures = self._host.pictures()
            if self.legend.look(settings, pictures):
                self._told()
            settings = renditions().rendered(self.legend.for_preview(settings))
            work, request = read_request(self._host, settings, pictures, preview=True)
        except BadInput:
            # Nothing to paint like is no reason to show nothing.
            self._see(plan(self._host.extent(), settings.size, False, settings.reach).target)
            raise
        another = self._see(work.target)
        if request != self._failed:
            self._clear()  # a hint on what was chosen before is not true any more
        # What is shown already need not be painted again.
        if request != self._asked or another:
            self._asked, self._place, self._content = request, work.box, request.content.extent
            self._previews.ask(request)
        elif not self._previews.waiting:
            self._shown_like = self._likes[0]

    def _see(self, target: Box) -> bool:
        """The picture itself is there at once, and in the place of another one, if it is one."""
        frame = frame_of(self._host, target)
        seen = Preview(self._host.read(frame), frame)
        if seen == self._seen:
            return False
        self._seen = seen
        self._show(seen)
        return True
