"""What is wrong, in one sentence, with a button that helps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bridge.contract.errors import BadInput, ImpastoError
from bridge.i18n.texts import tr
from bridge.session.installing.need import carried, doubt
from bridge.session.remedies import Remedy, remedies
from bridge.session.report import install_command, report
from bridge.storage.paths import Installation
from gi.repository import Gdk, Gimp, Gio, GLib, Gtk


class TroubleBar:
    """A bar that is there while something is wrong."""

    def __init__(
        self,
        again: Callable[[], None],
        restart: Callable[[], None],
        automatic: Callable[[], None],
        edit: Callable[[], None],
    ) -> None:
        """Make it.

        Args:
            again: tries the same once more.
            restart: ends a silent worker, so that another one is started.
            automatic: lets Impasto choose where to compute.
            edit: opens the dialog of the painting that was chosen, to edit that.
        """
        self._acts = {
            Remedy.AGAIN: lambda: self._leave(again),
            Remedy.RESTART: lambda: self._leave(restart),
            Remedy.DEVICE: automatic,
            Remedy.EDIT: edit,
            Remedy.QUIT: _quit,
            Remedy.LOG: lambda: open_file(Installation.here().log),
            Remedy.REPORT: lambda: _copy(report(Installation.here(), f"GIMP {Gimp.version()}")),
            Remedy.INSTALL: lambda: self._install(again),
        }
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
        for remedy in remedies(error):
            button = Gtk.Button(label=tr(remedy.label))
            button.connect("clicked", lambda _, act=self._acts[remedy]: act())
            area.add(button)
        area.show_all()
        self.widget.show()

    def _install(self, again: Callable[[], None]) -> None:
        """Show the page that sets it up, where the plug-in has one."""
        if carried() is None:
            _copy(install_command(Installation.here()))
            return
        from installing import engine_there

        doubt(Installation.here())
        if engine_there():
            self._leave(again)

    def _leave(self, act: Callable[[], None]) -> None:
        """Hide the bar, as what was wrong is done anew."""
        self.say(None)
        act()


def _quit() -> None:
    """As by its menu: GIMP asks for what is not saved."""
    procedure = Gimp.get_pdb().lookup_procedure("gimp-quit")
    config = procedure.create_config()
    config.set_property("force", False)
    procedure.run(config)


def _copy(text: str) -> None:
    clipboard = Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD)
    clipboard.set_text(text, -1)
    clipboard.store()


def open_file(file: Path) -> None:
    """As whoever clicks on it: with what opens such files, or folders, here."""
    try:
        Gio.AppInfo.launch_default_for_uri(Gio.File.new_for_path(str(file)).get_uri())
    except GLib.Error:  # nothing here opens texts: the path is of use then
        _copy(str(file))
