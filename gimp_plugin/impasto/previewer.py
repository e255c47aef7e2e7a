"""Previews of what a dialog says, asked for while knobs move and shown when they come."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from bridge.client import Previews
from bridge.errors import BadInput, ImpastoError
from bridge.geometry import plan
from bridge.painting import read_request
from bridge.paths import Installation
from bridge.pixels import Pixels
from bridge.request import Request, Result
from bridge.settings import Settings
from gi.repository import GLib
from legend import Legend
from small import SmallHost

_TICK = 40
"""Milliseconds between two looks at what changed and what came."""


class Preview(NamedTuple):
    """The picture as it is, and the layer that would come over it; None while there is none."""

    before: Pixels
    layer: Pixels | None


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
        self._before: Pixels | None = None
        self._asked: Request | None = None
        self._paused = self._failing = False
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
        if self._before is not None:
            show(Preview(self._before, None))
        if self._first is not None:  # the worker was quick
            self._came(self._first)
        self._timer = GLib.timeout_add(_TICK, self._tick)

    @property
    def waiting(self) -> bool:
        """Whether what is shown is not yet what the dialog says."""
        return not self._paused and (self._changed or self._previews.waiting)

    def want(self) -> None:
        """Something changed in the dialog."""
        self._changed = True

    def look_again(self) -> None:
        """Something may have changed in the image."""
        self._host.forget()
        self.want()

    def pause(self, paused: bool) -> None:
        """While a picture is painted, that one is shown and no preview."""
        self._paused = paused

    def close(self) -> None:
        """The dialog is gone."""
        if self._timer is not None:
            GLib.source_remove(self._timer)
        self._previews.close()

    def _tick(self) -> bool:
        if self._paused:
            return GLib.SOURCE_CONTINUE
        try:
            if self._changed:
                self._changed = False
                self._ask()
            result = self._previews.take()
        except ImpastoError as error:
            self._failing, self._asked = True, None
            self._say(error)
        else:
            if result is not None:
                self._came(result)
        return GLib.SOURCE_CONTINUE

    def _came(self, result: Result) -> None:
        if self._failing:  # what somebody else has said is not ours to take back
            self._failing = False
            self._say(None)
        if not self._previews.waiting and self.legend.learn(result.report.get("labels", [])):
            self._changed = True
            self._told()
        if not result.report["size"]:
            return  # it was asked for the labels alone
        # One of a request before the last may be of another part of the image.
        if self._before is not None and result.layer.extent == self._before.extent:
            self._show(Preview(self._before, result.layer))

    def _ask(self) -> None:
        settings = self._settings()
        try:
            pictures = self._host.pictures()
            if self.legend.look(settings, pictures):
                self._told()
            settings = self.legend.for_preview(settings)
            _, request = read_request(self._host, settings, pictures, preview=True)
        except BadInput:
            # Nothing to paint like is no reason to show nothing.
            self._see(self._host.read(plan(self._host.extent(), settings.size, False).box))
            raise
        self._see(request.content)
        if request != self._asked:  # what is shown already need not be painted again
            self._asked = request
            self._previews.ask(request)

    def _see(self, content: Pixels) -> None:
        """The picture itself is there at once, and in the place of another one."""
        if content != self._before:
            self._before = content
            self._show(Preview(content, None))
