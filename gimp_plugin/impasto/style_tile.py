"""A style as a tile: its picture, or what it makes of another one, its star and its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bridge.i18n.texts import tr
from bridge.session import shelf
from bridge.session.gallery import Style
from bridge.session.view import View
from gi.repository import GdkPixbuf, Gtk, Pango
from pixbufs import show_file, show_sharp, show_within, shown_after, shown_before
from widgets import label, stacked, styled, told

THUMB = 80
"""Pixels of a thumbnail's longer side."""

_STAR = 16


class Tile:
    """Shows nothing until it is told to."""

    def __init__(self, style: Style, starred: Callable[[Tile, bool], object]) -> None:
        """``starred`` is called when a person marks the style, or no longer."""
        self.style = style
        self.star = _star(style.favourite)
        self.star.connect("toggled", lambda star: starred(self, star.get_active()))
        self._image = Gtk.Image()
        self._image.set_size_request(THUMB, THUMB)
        self._tried: View | None = None
        self.widget = self._build()

    @property
    def tried(self) -> bool:
        """Whether the style is shown on another picture."""
        return self._tried is not None

    @property
    def picture(self) -> GdkPixbuf.Pixbuf | None:
        """What is shown; None on a dense screen, and where there is nothing yet."""
        return self._image.get_pixbuf()

    def show_own(self) -> None:
        """Show the style's own picture, but where it is shown on another one."""
        if self._tried is None:
            show_file(self._image, self.style.path, THUMB)

    def show(self, tried: View | None) -> bool:
        """Show the style on another picture; True where it is to have its own again."""
        if tried is self._tried:
            return False
        self._tried = tried
        if tried is not None:
            show_within(self._image, shown_after(tried, shown_before(tried)), THUMB)
        return tried is None

    def _build(self) -> Gtk.FlowBoxChild:
        name = shelf.title(self.style)
        overlay = Gtk.Overlay()
        overlay.add(self._image)
        overlay.add_overlay(self.star)
        words = label(
            name,
            "impasto-small",
            xalign=0.5,
            justify=Gtk.Justification.CENTER,
            wrap=True,
            lines=2,
            ellipsize=Pango.EllipsizeMode.MIDDLE,
            max_width_chars=1,
        )
        child = told(styled(Gtk.FlowBoxChild(), "impasto-tile"), name)
        child.add(stacked(overlay, words, spacing=2))
        return child


def _star(favourite: bool) -> Gtk.ToggleButton:
    image = Gtk.Image()
    _show_star(image, favourite)
    star = Gtk.ToggleButton(
        image=image, active=favourite, halign=Gtk.Align.END, valign=Gtk.Align.START
    )
    star.set_can_focus(False)  # the keyboard has the tile's menu, and *
    styled(star, "impasto-star").set_tooltip_text(tr("The star or * marks a favourite."))
    star.connect("toggled", lambda _: _show_star(image, star.get_active()))
    return star


def _show_star(image: Gtk.Image, full: bool) -> None:
    """Show whether something is a favourite."""
    side = _STAR * image.get_scale_factor()
    file = Path(__file__).with_name("star.svg" if full else "star-empty.svg")
    show_sharp(image, GdkPixbuf.Pixbuf.new_from_file_at_size(str(file), side, side))
