"""Rows, columns, labels and buttons, which all parts of the dialog are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from gi.repository import GLib, Gtk

W = TypeVar("W", bound=Gtk.Widget)


def stacked(*parts: Gtk.Widget, grows: Gtk.Widget | None = None, **options: Any) -> Gtk.Box:
    """Widgets below each other; one of them may take the room that is left."""
    return _box(Gtk.Orientation.VERTICAL, parts, grows, options)


def beside(*parts: Gtk.Widget, grows: Gtk.Widget | None = None, **options: Any) -> Gtk.Box:
    """Widgets from left to right; one of them may take the room that is left."""
    return _box(Gtk.Orientation.HORIZONTAL, parts, grows, options)


def label(text: str = "", *classes: str, **options: Any) -> Gtk.Label:
    """Words at the left of their room."""
    return styled(Gtk.Label(label=text, **{"xalign": 0, **options}), *classes)


def words(**options: Any) -> Gtk.Label:
    """A text that wraps."""
    return label("", wrap=True, max_width_chars=50, **options)


def named(text: str) -> Gtk.Label:
    """What a fact beside it is called."""
    return label(f"{text}:", "dim-label", valign=Gtk.Align.START)


def heading(title: Gtk.Label, text: str) -> None:
    """Have a label head a page."""
    title.set_markup(f"<big><b>{GLib.markup_escape_text(text)}</b></big>")


def styled(widget: W, *classes: str) -> W:
    """The widget with classes of dialog.css or of GTK's own."""
    for name in classes:
        widget.get_style_context().add_class(name)
    return widget


def told(widget: W, text: str) -> W:
    """The widget with what it is for, for who points at it and for who hears it."""
    widget.set_tooltip_text(text)
    widget.get_accessible().set_name(text)
    return widget


def icon_button(icon: str, text: str, act: Callable[[], object], **options: Any) -> Gtk.Button:
    """A small button, and what it is for."""
    button = told(Gtk.Button(relief=Gtk.ReliefStyle.NONE, **options), text)
    button.add(Gtk.Image.new_from_icon_name(icon, Gtk.IconSize.MENU))
    button.connect("clicked", lambda _: act())
    return button


def _box(
    orientation: Gtk.Orientation,
    parts: tuple[Gtk.Widget, ...],
    grows: Gtk.Widget | None,
    options: dict[str, Any],
) -> Gtk.Box:
    box = Gtk.Box(orientation=orientation, **{"spacing": 6, **options})
    for part in parts:
        box.pack_start(part, part is grows, True, 0)
    return box
