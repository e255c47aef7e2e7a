"""What is wrong, in one sentence, with a button that helps."""

from __future__ import annotations

from collections.abc import Callable

from bridge.errors import BadInput, ImpastoError, WorkerLost
from bridge.paths import Installation
from bridge.report import report
from bridge.texts import tr
from gi.repository import Gdk, Gimp, Gio, GLib, Gtk


class TroubleBar:
    """A bar that is there while something is wrong."""

    def __init__(self, again: Callable[[], None]) -> None:
        """Make it. ``again`` is called by "Try Again"."""
        self._again = again
        self._label = Gtk.Label(xalign=0, wrap=True, selectable=True, width_chars=40)
        self.widget = Gtk.InfoBar(no_show_all=True)
        self.widget.get_content_area().add(self._label)
        self._label.show()

    def say(self, error: ImpastoError | None) -> None:
        """Show an error; None hides the bar."""
        if error is None:
            self.widget.hide()
            return
        if self.widget.get_visible() and self._label.get_text() == str(error):
            return
        self._label.set_text(str(error))
        gentle = isinstance(error, BadInput)
        self.widget.set_message_type(Gtk.MessageType.INFO if gentle else Gtk.MessageType.WARNING)
        area = self.widget.get_action_area()
        for button in area.get_children():
            button.destroy()
        for text, action in self._helps(error):
            button = Gtk.Button(label=text, use_underline=True)
            button.connect("clicked", lambda _, act=action: act())
            area.add(button)
        area.show_all()
        self.widget.show()

    def _helps(self, error: ImpastoError) -> list[tuple[str, Callable[[], None]]]:
        """What a person can do about it, the likeliest first."""
        if isinstance(error, BadInput):
            return []
        installation = Installation.here()
        helps = [(tr("_Copy Report"), lambda: _copy(report(installation, f"GIMP {_version()}")))]
        if installation.log.is_file():
            helps.insert(0, (tr("Show the _Log"), lambda: _open(installation)))
        if isinstance(error, WorkerLost) and not installation.manifest.is_file():
            command = f'python3 install.py --prefix "{installation.prefix}"'
            helps.insert(0, (tr("Copy the _Installer's Command"), lambda: _copy(command)))
        helps.insert(0, (tr("_Try Again"), self._again))
        return helps


def _copy(text: str) -> None:
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    clipboard.set_text(text, -1)
    clipboard.store()


def _open(installation: Installation) -> None:
    try:
        Gio.AppInfo.launch_default_for_uri(Gio.File.new_for_path(str(installation.log)).get_uri())
    except GLib.Error:
        _copy(str(installation.log))


def _version() -> str:
    return str(Gimp.version())
