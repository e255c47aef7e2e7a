"""A window of another program, out of which a file can be dragged: ``gimp_drag.py FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

import gi

# ruff: noqa: E402  gi wants to hear versions before anything is imported from it.
gi.require_version("Gtk", "3.0")

from gi.repository import Gdk, Gtk

window = Gtk.Window(title="a file")
window.move(1050, 600)
window.set_default_size(200, 180)
handle = Gtk.EventBox()
handle.add(Gtk.Label(label="drag me"))
handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
handle.drag_source_add_uri_targets()
handle.connect(
    "drag-data-get", lambda *event: event[2].set_uris([Path(sys.argv[1]).absolute().as_uri()])
)
window.add(handle)
window.show_all()
Gtk.main()
