"""What the pointer rests at in a box of tiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bridge.session.gallery import RESTING
from gi.repository import Gdk, GLib, Gtk


class Pointed:
    """Tells of a tile that the pointer comes to rest at, and of None once it is away."""

    def __init__(
        self, flow: Gtk.FlowBox, tell: Callable[[Gtk.FlowBoxChild | None], object]
    ) -> None:
        self._tell = tell
        self.at: Gtk.FlowBoxChild | None = None
        """The tile below the pointer."""
        flow.add_events(Gdk.EventMask.POINTER_MOTION_MASK | Gdk.EventMask.LEAVE_NOTIFY_MASK)
        flow.connect("motion-notify-event", self._moved)
        flow.connect("leave-notify-event", self._left)

    def _moved(self, flow: Gtk.FlowBox, event: Any) -> bool:
        at = flow.get_child_at_pos(int(event.x), int(event.y))
        if at is not self.at:
            self.at = at
            GLib.timeout_add(RESTING, self._rested, at)
        return False

    def _left(self, _: Gtk.FlowBox, event: Any) -> bool:
        if event.detail != Gdk.NotifyType.INFERIOR:  # which is a star
            self.at = None
            self._tell(None)
        return False

    def _rested(self, at: Gtk.FlowBoxChild | None) -> bool:
        if at is self.at:
            self._tell(at)
        return GLib.SOURCE_REMOVE
