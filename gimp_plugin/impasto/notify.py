"""A note on the desktop, for somebody who looks elsewhere."""

from __future__ import annotations

from gi.repository import Gio, GLib

_SERVICE = "org.freedesktop.Notifications"
_PATIENCE = 1000
"""Milliseconds."""


def notify(title: str, text: str) -> None:
    """Show a note where the desktop can; elsewhere the new layer is all there is to see."""
    told = GLib.Variant("(susssasa{sv}i)", ("GIMP", 0, "gimp", title, text, [], {}, -1))
    try:
        bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
        path = "/" + _SERVICE.replace(".", "/")
        flags = Gio.DBusCallFlags.NONE
        bus.call_sync(_SERVICE, path, _SERVICE, "Notify", told, None, flags, _PATIENCE, None)
    except GLib.Error:
        return
