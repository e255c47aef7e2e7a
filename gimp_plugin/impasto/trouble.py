"""What is wrong, in one sentence, with a button that helps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bridge.contract.errors import BadInput, ImpastoError
from bridge.i18n.texts import tr
from bridge.session.report import install_command, report
from bridge.storage.paths import Installation
from gi.repository import Gdk, Gimp, Gio, GLib, Gtk
from silent import Silent


class TroubleBar:
    """A bar that is there while something is wrong."""

    def __init__(
        self,
        again: Callable[[], None],
        restart: Callable[[], None],
        automatic: Callable[[], None],
    ) -> None:
        """Make it.

        Args:
            again: tries the same once more.
            restart: ends a silent worker, so that another one is started.
            automatic: lets Impasto choose where to compute.
        """
        self._again = again
        self._restart = restart
        self._automatic = automatic
        self._label = Gtk.Label(xalign=0, wrap=True, selectable=True, width_chars=40)
        self.widget = Gtk.InfoBar(no_show_all=True)
        self.widget.get_content_area().add(self._label)
        self._label.show()

    def say(self, error: ImpastoError | None) -> None:
        """Show an error; None hides the bar."""
        if error is None:
            self.widget.hide()
            return
        text = tr(error)
        if self.widget.get_visible() and self._label.get_text() == text:
            return
        self._label.set_text(text)
        gentle = isinstance(error, BadInput)
        self.widget.set_message_type(Gtk.MessageType.INFO if gentle else Gtk.MessageType.WARNING)
        area = self.widget.get_action_area()
        for button in area.get_children():
            button.destroy()
        for text, action in self._helps(error):
            button = Gtk.Button(label=text)
            button.connect("clicked", lambda _, act=action: act())
            area.add(button)
        area.show_all()
        self.widget.show()

    def _helps(self, error: ImpastoError) -> list[tuple[str, Callable[[], None]]]:
        """What a person can do about it, the likeliest first."""
        installation = Installation.here()
        copied = tr("Copy report"), lambda: _copy(report(installation, f"GIMP {Gimp.version()}"))
        if not installation.manifest.is_file():
            return [
                (tr("Copy the installer's command"), lambda: _copy(install_command(installation))),
                copied,
            ]
        if isinstance(error, Silent):
            return [(tr("Restart the engine"), self._start_again), copied]
        if isinstance(error, BadInput):
            wanted = "device" in str(error)
            return [(tr("Use the device there is"), self._automatic)] if wanted else []
        return [
            (tr("Try again"), self._try_again),
            (tr("Open the log"), lambda: _open(installation.log)),
            copied,
        ]

    def _try_again(self) -> None:
        self.say(None)
        self._again()

    def _start_again(self) -> None:
        self.say(None)
        self._restart()


def _copy(text: str) -> None:
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    clipboard.set_text(text, -1)
    clipboard.store()


def _open(file: Path) -> None:
    try:
        Gio.AppInfo.launch_default_for_uri(Gio.File.new_for_path(str(file)).get_uri())
    except GLib.Error:  # nothing here opens texts: the path is of use then
        _copy(str(file))
