"""About Impasto: where things are, Repair…, Uninstall…."""

from __future__ import annotations

from bridge.i18n.texts import tr
from bridge.session.installing.about import About, Face
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

_LOG, _REPAIR, _ASK, _REMOVE, _KEEP = 1, 2, 3, 4, 5
"""What the dialog answers, beside that it was closed."""


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
        if answer == _REPAIR and self.page.script is not None:
            page = SetupPage(self._installation, self.page.script, offered(), repair=True)
            SetupDialog(page).run()
        return bool(answer == _REMOVE)

    def remove(self) -> None:
        """Remove it, and show what came of that until the window is closed."""
        self.page.remove()
        while _Window(self.page, None).run() == _REMOVE:
            self.page.remove()


class _Window:
    def __init__(self, page: About, parent: Gtk.Window | None) -> None:
        self._page = page
        self._face: Face | None = None
        self._dialog = Gtk.Dialog(title=tr("About Impasto"), transient_for=parent, modal=True)
        self._dialog.set_default_size(_WIDTH, -1)
        answers = (
            (_LOG, "Open the log's folder"),
            (_REPAIR, "Repair…"),
            (_ASK, "Uninstall…"),
            (_REMOVE, "Uninstall"),
            (_KEEP, "Keep it"),
            (Gtk.ResponseType.CLOSE, "Close"),
        )
        self._buttons = {
            answer: self._dialog.add_button(tr(text), answer) for answer, text in answers
        }
        area = self._dialog.get_action_area()
        area.set_child_secondary(self._buttons[_LOG], True)
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

    def run(self) -> int:
        """What a person has answered at last."""
        self._dialog.show()  # only then a button of it can have the focus
        self._face = None
        self._show()
        timer = GLib.timeout_add(_TICK, self._look)
        try:
            while True:
                answer = int(self._dialog.run())
                if answer == _LOG:
                    open_file(self._page.log_folder)
                elif answer == _ASK:
                    self._page.ask()
                elif answer == _KEEP:
                    self._page.keep()
                else:
                    return answer
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
        facts, asking = face is Face.FACTS, face is Face.ASKING
        can = facts and page.script is not None
        self._facts.set_visible(facts)
        self._bar.set_visible(face is Face.REMOVING)
        shown = {
            _LOG: facts,
            _REPAIR: can,
            _ASK: can,
            _REMOVE: asking or face is Face.FAILED,
            _KEEP: asking,
            Gtk.ResponseType.CLOSE: not asking,
        }
        for answer, button in self._buttons.items():
            button.set_visible(shown[answer])
        self._buttons[_REMOVE].set_label(tr("Uninstall") if asking else tr("Try again"))
        # Enter does no harm.
        self._buttons[_KEEP if asking else Gtk.ResponseType.CLOSE].grab_focus()
        self._dialog.resize(_WIDTH, 1)
