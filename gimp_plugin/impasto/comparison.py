"""Before and after in one picture, with a split that can be dragged, and zoom."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bridge.contract.geometry import Box, Extent
from bridge.i18n.texts import tr
from gi.repository import Gdk, GdkPixbuf, Gtk
from pixbufs import empty, faded, show_sharp
from viewport import Viewport

LEAST = 320
"""Pixels the view takes at least."""

_REACH = 14
"""Pixels from the split in which it can be grasped."""

_HANDLE = Path(__file__).with_name("handle.svg")


class Comparison:
    """The widget. Left of the split is the picture as it was, right of it what becomes of it."""

    def __init__(self) -> None:
        self.split = 0.5
        """Where the split stands, 0 to 1 from the left edge of what is seen of the picture."""
        self._viewport = Viewport()
        self._before: GdkPixbuf.Pixbuf | None = None
        self._after: GdkPixbuf.Pixbuf | None = None
        self._stale = False
        self._frame: Box | None = None
        """The part of the canvas that both show."""
        self._frames: tuple[GdkPixbuf.Pixbuf, GdkPixbuf.Pixbuf] | None = None
        self._grasped: tuple[float, float, tuple[float, float]] | None = None
        self._panning = False
        self._image = Gtk.Image(halign=Gtk.Align.START, valign=Gtk.Align.START)
        self._tags = [_tag(tr("Before"), Gtk.Align.START), _tag(tr("After"), Gtk.Align.END)]
        self.widget = self._build()

    @property
    def painted(self) -> bool:
        """Whether there is something to compare with."""
        return self._after is not None

    def show(
        self, frame: Box, before: GdkPixbuf.Pixbuf, after: GdkPixbuf.Pixbuf | None = None
    ) -> None:
        """Show other pictures; without one after, there is nothing painted to show.

        Of another part of the same canvas the same is seen where one has zoomed in.
        """
        if self._frame is not None and frame != self._frame:
            self._viewport.reframe(self._frame, frame)
        self._frame, self._before, self._after = frame, before, after
        self._refresh()

    def mark_stale(self, stale: bool) -> None:
        """Whether what is shown after is painted like something else than what is chosen."""
        if stale != self._stale:
            self._stale = stale
            self._refresh()

    def zoom_by(self, steps: int, at: tuple[float, float] | None = None) -> None:
        """Zoom in or out, keeping the point of the view ``at`` where it is."""
        self._viewport.zoom_by(steps, at, self._size())
        self._refresh()

    def fit(self) -> None:
        """Show the whole picture."""
        self._viewport.fit()
        self._refresh()

    def move_split(self, split: float) -> None:
        self.split = min(1.0, max(0.0, split))
        self._draw()

    def _build(self) -> Gtk.Widget:
        ground = Gtk.Box()
        ground.set_size_request(LEAST, LEAST)
        ground.connect("size-allocate", lambda *_: self._refresh())
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

    def _size(self) -> Extent:
        """Of the view, in the screen's own pixels."""
        place, dense = self._ground.get_allocation(), self._ground.get_scale_factor()
        return Extent(max(1, place.width * dense), max(1, place.height * dense))

    def _refresh(self) -> None:
        """Scale both pictures anew, then draw."""
        self._frames = None
        self._draw()

    def _draw(self) -> None:
        if self._before is None or min(self._size()) < 2:
            return
        if self._frames is None:
            before = after = self._framed(self._before)
            if self._after is not None:
                after = self._framed(self._after)
                after = faded(after, before) if self._stale else after
            self._frames = before, after
        before, after = self._frames
        for tag in self._tags:
            tag.set_visible(self._after is not None)
        self._tags[1].set_text(tr("Previewing…") if self._stale else tr("After"))
        frame = after
        if self._after is not None:
            x, width, height = self._split_at(), *self._size()
            frame = after.copy()
            if x > 0:
                before.copy_area(0, 0, x, height, frame, 0, 0)
            self._draw_line(frame, min(max(x, 1), width - 2))
        show_sharp(self._image, frame)

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

    @property
    def _picture(self) -> Extent:
        """The size of what is compared. A picture must be there."""
        assert self._before is not None
        return Extent(self._before.get_width(), self._before.get_height())

    def _framed(self, picture: GdkPixbuf.Pixbuf) -> GdkPixbuf.Pixbuf:
        """What is seen of a picture, as large as the view."""
        view = self._size()
        left, top, scale = self._viewport.place(self._picture, view)
        wide, high = (side * scale for side in self._picture)
        x, y = max(0, round(left)), max(0, round(top))
        right, bottom = min(view.width, round(left + wide)), min(view.height, round(top + high))
        frame = empty(view)
        # A picture may come in more or fewer pixels than the first one of the same thing.
        picture.scale(
            frame, x, y, max(1, right - x), max(1, bottom - y), left, top,
            wide / picture.get_width(), high / picture.get_height(), GdkPixbuf.InterpType.BILINEAR,
        )  # fmt: skip
        return frame

    def _split_at(self) -> int:
        start, width = self._viewport.seen(self._picture, self._size())
        return round(start + self.split * width)

    def _pressed(self, widget: Gtk.Widget, event: Any) -> bool:
        widget.grab_focus()
        if self._before is None or event.button != 1:
            return False
        if event.type == Gdk.EventType.DOUBLE_BUTTON_PRESS:
            self.fit()
            return True
        dense = self._ground.get_scale_factor()
        away = abs(event.x * dense - self._split_at()) > _REACH * dense
        self._panning = self._viewport.zoom > 1 and away
        self._grasped = (event.x, event.y, self._viewport.center)
        self._drag(event)
        return True

    def _released(self, _: Gtk.Widget, __: Any) -> bool:
        self._grasped = None
        return True

    def _moved(self, widget: Gtk.Widget, event: Any) -> bool:
        if self._grasped is not None:
            self._drag(event)
            return True
        if self._before is not None and widget.get_window() is not None:
            dense = self._ground.get_scale_factor()
            near = abs(event.x * dense - self._split_at()) <= _REACH * dense
            name = "col-resize" if near else "grab" if self._viewport.zoom > 1 else "default"
            widget.get_window().set_cursor(Gdk.Cursor.new_from_name(widget.get_display(), name))
        return False

    def _drag(self, event: Any) -> None:
        assert self._grasped is not None
        dense = self._ground.get_scale_factor()
        if not self._panning:
            start, width = self._viewport.seen(self._picture, self._size())
            self.move_split((event.x * dense - start) / width)
            return
        x, y, (across, down) = self._grasped
        scale = self._viewport.place(self._picture, self._size()).scale / dense
        self._viewport.center = (
            across - (event.x - x) / (self._picture.width * scale),
            down - (event.y - y) / (self._picture.height * scale),
        )
        self._refresh()

    def _scrolled(self, _: Gtk.Widget, event: Any) -> bool:
        up, down = Gdk.ScrollDirection.UP, Gdk.ScrollDirection.DOWN
        steps = {up: 1, down: -1}.get(event.direction, 0)
        dense = self._ground.get_scale_factor()
        self.zoom_by(steps, (event.x * dense, event.y * dense))
        return steps != 0

    def _key(self, _: Gtk.Widget, event: Any) -> bool:
        actions: dict[str, Callable[[], None]] = {
            "Left": lambda: self.move_split(self.split - 0.02),
            "Right": lambda: self.move_split(self.split + 0.02),
            "Home": lambda: self.move_split(0.0),
            "End": lambda: self.move_split(1.0),
            "plus": lambda: self.zoom_by(1),
            "KP_Add": lambda: self.zoom_by(1),
            "minus": lambda: self.zoom_by(-1),
            "KP_Subtract": lambda: self.zoom_by(-1),
            "0": self.fit,
            "KP_0": self.fit,
        }
        action = actions.get(Gdk.keyval_name(event.keyval) or "")
        if action is None:
            return False
        action()
        return True


def _tag(text: str, side: Gtk.Align) -> Gtk.Label:
    label = Gtk.Label(label=text, halign=side, valign=Gtk.Align.START, margin=8, no_show_all=True)
    label.get_style_context().add_class("impasto-tag")
    return label
