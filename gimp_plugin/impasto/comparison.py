"""Before and after in one picture, with a split that can be dragged, and zoom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bridge.contract.geometry import Box, Extent
from bridge.i18n.texts import tr
from bridge.session.fade import Fade
from bridge.session.viewport import MARKER, Point, Viewport
from gi.repository import Gdk, GdkPixbuf, Gtk
from pixbufs import empty, faded, show_sharp, stretched
from widgets import label

LEAST = 320
"""Pixels the view takes at least."""

_POINTERS = {"split": "col-resize", "picture": "grab", "point": "crosshair", "": "default"}

_HANDLE, _MARKER = (Path(__file__).with_name(f"{name}.svg") for name in ("handle", "marker"))


class Comparison:
    """The widget. Left of the split is the picture as it was, right of it what becomes of it."""

    def __init__(self, clicked: Callable[[Point | None], None]) -> None:
        """``clicked`` is called with a pixel of the canvas that is pointed at, and with None where
        none is to be any more."""
        self.viewport = Viewport()
        self._clicked = clicked
        self._before: GdkPixbuf.Pixbuf | None = None
        self._after: GdkPixbuf.Pixbuf | None = None
        self._leaving: GdkPixbuf.Pixbuf | None = None
        """Out of which the picture after comes now."""
        self._fade = Fade()
        self._stale = self._sketch = False
        self._frames: tuple[object, GdkPixbuf.Pixbuf, GdkPixbuf.Pixbuf] | None = None
        """How both are seen now, and from where."""
        self._image = Gtk.Image(halign=Gtk.Align.START, valign=Gtk.Align.START)
        self._words = tr("Before"), tr("After")
        self._tags = [_tag(Gtk.Align.START), _tag(Gtk.Align.END)]
        self.widget = self._build()

    @property
    def painted(self) -> bool:
        """Whether there is something to compare with."""
        return self._after is not None

    def show(
        self,
        part: Box,
        canvas: int,
        before: GdkPixbuf.Pixbuf,
        after: GdkPixbuf.Pixbuf | None = None,
        fades: bool = False,
    ) -> None:
        """Show other pictures of a part of a canvas; none after, where nothing is painted.

        Where it ``fades``, what comes after comes slowly, out of what was there: see ``fade``.
        """
        leaving = self._after if fades else self._leaving
        if after is None or leaving is None or _size(leaving) != _size(after):
            self._leaving = None
        elif fades:
            self._leaving = leaving
            self._fade.begin()
        self.viewport.show(part, canvas)
        self.viewport.comparing = after is not None
        self._before, self._after, self._frames = before, after, None
        self._draw()

    def say(self, left: str, right: str) -> None:
        """What stands over the two sides of the split, from the next picture on."""
        self._words = left, right

    def fade(self) -> None:
        """Go on with what fades. To be called again and again."""
        if self._leaving is not None:
            self._frames = None
            self._draw()

    def mark_sketch(self, sketch: bool) -> None:
        """Whether what is shown after is less than the painting."""
        if sketch != self._sketch:
            self._sketch = sketch
            self._draw()

    def mark_stale(self, stale: bool) -> None:
        """Whether what is shown after is painted like something else than what is chosen."""
        if stale != self._stale:
            self._stale, self._frames = stale, None
            self._draw()

    def show_markers(self, markers: Sequence[Point] | None) -> None:
        """The pixels of the canvas that are pointed at; None where a click points at nothing."""
        if markers != self.viewport.markers:
            self.viewport.markers = markers
            self._draw()

    def zoom_by(self, steps: int, at: tuple[float, float] | None = None) -> None:
        """Zoom in or out, keeping the point of the view ``at`` where it is."""
        self.viewport.zoom_by(steps, at)
        self._draw()

    def fit(self) -> None:
        """Show the whole picture."""
        self.viewport.fit()
        self._draw()

    def _build(self) -> Gtk.Widget:
        ground = Gtk.Box()
        ground.set_size_request(LEAST, LEAST)
        ground.connect("size-allocate", lambda _, room: self._resized(room))
        overlay = Gtk.Overlay()
        overlay.add(ground)
        overlay.add_overlay(self._image)
        for tag in self._tags:
            overlay.add_overlay(tag)
        events = Gtk.EventBox(can_focus=True)
        events.add(overlay)
        events.get_accessible().set_name(tr("Before and after"))
        mask = Gdk.EventMask
        events.add_events(mask.SCROLL_MASK | mask.BUTTON1_MOTION_MASK | mask.POINTER_MOTION_MASK)
        events.connect("button-press-event", self._pressed)
        events.connect("button-release-event", self._released)
        events.connect("motion-notify-event", self._moved)
        events.connect("scroll-event", self._scrolled)
        events.connect("key-press-event", self._key)
        self._ground = ground
        self._events = events
        return events

    def _resized(self, room: Gdk.Rectangle) -> None:
        self.viewport.resize(room.width, room.height)
        self._draw()

    def _draw(self) -> None:
        room, dense = self._ground.get_allocation(), self._ground.get_scale_factor()
        view = Extent(room.width * dense, room.height * dense)
        if self._before is None or min(view) < 2:
            return
        x, y, width, height = (side * dense for side in self.viewport.place)
        place = x, y, width, height
        if self._frames is None or self._frames[0] != (place, view):
            before = after = stretched(self._before, place, empty(view))
            if self._after is not None:
                after = stretched(self._faded(self._after), place, empty(view))
                after = faded(after, before) if self._stale else after
            self._frames = (place, view), before, after
        _, before, after = self._frames
        for tag in self._tags:
            tag.set_visible(self.painted)
        left, right = self._words
        shown = tr("After (sketch)") if self._sketch else right
        self._tags[0].set_text(left)
        self._tags[1].set_text(tr("Previewing…") if self._stale else shown)
        frame = after
        if self.painted:
            x, frame = round(self.viewport.split_at * dense), after.copy()
            if x > 0:
                before.copy_area(0, 0, x, view.height, frame, 0, 0)
            self._draw_line(frame, min(max(x, 1), view.width - 2))
        if self.viewport.marks:
            frame = frame.copy()
            self._draw_markers(frame)
        show_sharp(self._image, frame)

    def _faded(self, after: GdkPixbuf.Pixbuf) -> GdkPixbuf.Pixbuf:
        if self._leaving is None:
            return after
        share, leaving = self._fade.share, self._leaving
        if share == 1:
            self._leaving = None
        return faded(after, leaving, share)

    def _draw_markers(self, frame: GdkPixbuf.Pixbuf) -> None:
        dense = self._ground.get_scale_factor()
        side = round(2 * MARKER + 4) * dense
        marker = GdkPixbuf.Pixbuf.new_from_file_at_size(str(_MARKER), side, side)
        for x, y in self.viewport.marks:
            left, top = (round(at * dense - side / 2) for at in (x, y))
            first_x, first_y = max(0, left), max(0, top)
            wide = min(left + side, frame.get_width()) - first_x
            high = min(top + side, frame.get_height()) - first_y
            if wide > 0 and high > 0:
                marker.composite(
                    frame, first_x, first_y, wide, high, left, top, 1, 1,
                    GdkPixbuf.InterpType.NEAREST, 255,
                )  # fmt: skip

    def _draw_line(self, frame: GdkPixbuf.Pixbuf, x: int) -> None:
        dense = self._ground.get_scale_factor()
        height, half = frame.get_height(), dense
        left = max(0, x - half)
        wide = min(2 * half, frame.get_width() - left)
        frame.new_subpixbuf(left, 0, wide, height).fill(0xFFFFFFD0)
        side = 32 * dense
        handle = GdkPixbuf.Pixbuf.new_from_file_at_size(str(_HANDLE), side, side)
        corner_x = min(max(0, x - side // 2), frame.get_width() - side)
        corner_y = max(0, (height - side) // 2)
        handle.composite(
            frame, corner_x, corner_y, side, side, corner_x, corner_y, 1, 1,
            GdkPixbuf.InterpType.NEAREST, 255,
        )  # fmt: skip

    def _pressed(self, widget: Gtk.Widget, event: Any) -> bool:
        widget.grab_focus()
        if event.button != 1:
            return False
        if event.type == Gdk.EventType.DOUBLE_BUTTON_PRESS:
            if self.viewport.markers is None:
                self.fit()
        else:
            self.viewport.grasp((event.x, event.y))
            self._draw()
        return True

    def _released(self, _: Gtk.Widget, __: Any) -> bool:
        if (at := self.viewport.release()) is not None:
            self._clicked(at)
        return True

    def _moved(self, widget: Gtk.Widget, event: Any) -> bool:
        if self.viewport.drag((event.x, event.y)):
            self._draw()
            return True
        if widget.get_window() is not None:
            name = _POINTERS[self.viewport.shape((event.x, event.y))]
            widget.get_window().set_cursor(Gdk.Cursor.new_from_name(widget.get_display(), name))
        return False

    def _scrolled(self, _: Gtk.Widget, event: Any) -> bool:
        up, down = Gdk.ScrollDirection.UP, Gdk.ScrollDirection.DOWN
        steps = {up: 1, down: -1}.get(event.direction, 0)
        self.zoom_by(steps, (event.x, event.y))
        return steps != 0

    def _key(self, _: Gtk.Widget, event: Any) -> bool:
        # Also of the keys beside the others, what they write.
        written, name = Gdk.keyval_to_unicode(event.keyval), Gdk.keyval_name(event.keyval)
        key = chr(written) if written else name or ""
        if self.viewport.clears(key):
            self._clicked(None)
            return True
        known = self.viewport.press(key)
        if known:
            self._draw()
        return known


def _size(picture: GdkPixbuf.Pixbuf) -> Extent:
    return Extent(picture.get_width(), picture.get_height())


def _tag(side: Gtk.Align) -> Gtk.Label:
    align = Gtk.Align.START
    return label("", "impasto-tag", halign=side, valign=align, margin=8, no_show_all=True)
