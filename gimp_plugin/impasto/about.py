"""About Impasto: where things are, Repair…, Uninstall…."""

from __future__ import annotations

from bridge.i18n.texts import tr
from bridge.session.installing.about import About, Act, Face
from bridge.session.installing.choices import offered
from bridge.session.installing.page import SetupPage
from bridge.session.installing.starting import script_for
from bridge.storage.paths import Installation
from gi.repository import GLib, Gtk
from installing import SetupDialog
from trouble import open_file
from widgets import heading, label, named, stacked, words

_TICK = 100
"""Milliseconds between two looks at how far it is."""

_WIDTH = 560
"""Pixels."""

_ANSWERS = {act: number for number, act in enumerate(Act, 1)}
_ANSWERS[Act.CLOSE] = Gtk.ResponseType.CLOSE
"""What the dialog answers: with Escape, that it was closed."""


class AboutDialog:
    """Draws the page. The dialog it was opened from is closed before anything is removed.

    Attributes:
        page: what it draws.
    """

    def __init__(self) -> None:
        self._installation = Installation.here()
        self.page = About(self._installation, script_for(self._installation))

    def run(self, parent: Gtk.Window) -> bool:
        """Until it is closed; True where a person wants all of it removed."""
        answer = _Window(self.page, parent).run()
        if answer is Act.REPAIR and self.page.script is not None:
            page = SetupPage(self._installation, self.page.script, offered(), repair=True)
            SetupDialog(page).run()
        return answer is Act.REMOVE

    def remove(self) -> None:
        """Remove it, and show what came of that until the window is closed."""
        self.page.remove()
        while _Window(self.page, None).run() is Act.REMOVE:
            self.page.remove()


class _Window:
    def __init__(self, page: About, parent: Gtk.Window | None) -> None:
        self._page = page
        self._face: Face | None = None
        self._dialog = Gtk.Dialog(title=tr("About Impasto"), transient_for=parent, modal=True)
        self._dialog.set_default_size(_WIDTH, -1)
        self._buttons = {
            act: self._dialog.add_button("", answer) for act, answer in _ANSWERS.items()
        }
        area = self._dialog.get_action_area()
        area.set_child_secondary(self._buttons[Act.LOG], True)
        for button in self._buttons.values():  # all as wide as the widest, they are too wide
            area.set_child_non_homogeneous(button, True)
        self._title, self._introduction, self._note = label(), words(), words(selectable=True)
        self._facts = Gtk.Grid(row_spacing=6, column_spacing=12)
        self._values = [words(hexpand=True, selectable=True) for _ in page.rows()]
        for row, ((name, _), value) in enumerate(zip(page.rows(), self._values, strict=True)):
            self._facts.attach(named(tr(name)), 0, row, 1, 1)
            self._facts.attach(value, 1, row, 1, 1)
        self._bar = Gtk.ProgressBar()
        parts = self._title, self._introduction, self._facts, self._bar, self._note
        inside = stacked(*parts, spacing=12, margin=18)
        inside.show_all()
        self._dialog.get_content_area().add(inside)
        self._show()

    def run(self) -> Act:
        """What a person wants at last."""
        self._dialog.show()  # only then a button of it can have the focus
        self._face = None
        self._show()
        timer = GLib.timeout_add(_TICK, self._look)
        try:
            while True:
                answer = int(self._dialog.run())
                act = next((act for act in Act if _ANSWERS[act] == answer), Act.CLOSE)
                if act is Act.LOG:
                    open_file(self._page.log_folder)
                elif act is Act.UNINSTALL:
                    self._page.ask()
                elif act is Act.KEEP:
                    self._page.keep()
                else:
                    return act
                self._show()
        finally:
            GLib.source_remove(timer)
            self._dialog.destroy()

    def _look(self) -> bool:
        self._page.look()
        if self._page.face is Face.REMOVING:
            self._bar.pulse()
        self._show()
        return GLib.SOURCE_CONTINUE

    def _show(self) -> None:
        page, face = self._page, self._page.face
        for value, (_, told) in zip(self._values, page.rows(), strict=True):
            if value.get_text() != tr(told):  # a person may be copying it
                value.set_text(tr(told))
        self._note.set_text(tr(page.note) if str(page.note) else "")
        self._note.set_visible(bool(str(page.note)))
        if face is self._face:
            return
        self._face = face
        heading(self._title, tr(page.title))
        self._introduction.set_text(tr(page.introduction) if str(page.introduction) else "")
        self._introduction.set_visible(bool(str(page.introduction)))
        self._facts.set_visible(face is Face.FACTS)
        self._bar.set_visible(face is Face.REMOVING)
        said = page.buttons
        for act, button in self._buttons.items():
            button.set_visible(act in said)
            button.set_label(tr(said[act]) if act in said else "")
        self._buttons[list(said)[-1]].grab_focus()
        self._dialog.resize(_WIDTH, 1)
