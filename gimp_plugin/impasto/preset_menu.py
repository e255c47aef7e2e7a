"""Settings under names of a person's own: to load, to save, to remove. Both hosts share them."""

from __future__ import annotations

from collections.abc import Callable

from bridge.contract.errors import ImpastoError
from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from bridge.session.presets import Presets
from gi.repository import GimpUi, Gtk
from widgets import beside, icon_button, stacked


class PresetMenu:
    """A button that opens the list."""

    def __init__(
        self,
        presets: Presets,
        settings: Callable[[], Settings],
        load: Callable[[Settings], None],
        failed: Callable[[ImpastoError], None],
    ) -> None:
        """Make it.

        Args:
            presets: where they are kept.
            settings: tells what to save.
            load: called with the settings a person chose.
            failed: called with what is wrong.
        """
        self._presets = presets
        self._settings = settings
        self._load = load
        self._failed = failed
        self._list = stacked(spacing=0)
        self._name = Gtk.Entry(placeholder_text=tr("Name of a new preset"))
        self.widget = self._build()

    def _build(self) -> Gtk.MenuButton:
        save = Gtk.Button(label=tr("Save"))
        save.connect("clicked", lambda _: self._save())
        self._name.connect("activate", lambda _: self._save())
        self._name.connect(
            "changed", lambda entry: save.set_sensitive(bool(entry.get_text().strip()))
        )
        save.set_sensitive(False)
        bottom = beside(self._name, save, grows=self._name)
        box = stacked(self._list, bottom, margin=8)
        box.show_all()
        popover = Gtk.Popover()
        popover.add(box)
        popover.connect("show", lambda _: self._fill())
        button = Gtk.MenuButton(popover=popover, relief=Gtk.ReliefStyle.NONE)
        down = Gtk.Image.new_from_icon_name(GimpUi.ICON_GO_DOWN, Gtk.IconSize.MENU)
        button.add(beside(Gtk.Label(label=tr("Presets")), down, spacing=4))
        button.set_tooltip_text(tr("Load saved settings, or save these"))
        return button

    def _fill(self) -> None:
        for child in self._list.get_children():
            child.destroy()
        for name in self._presets.names():
            self._list.add(self._row(name))
        self._list.show_all()

    def _row(self, name: str) -> Gtk.Box:
        choose = Gtk.ModelButton(text=name, hexpand=True)
        choose.connect("clicked", lambda _: self._choose(name))
        remove = icon_button(
            GimpUi.ICON_EDIT_DELETE, tr("Remove this preset"), lambda: self._remove(name)
        )
        return beside(choose, remove, grows=choose, spacing=0)

    def _choose(self, name: str) -> None:
        self._try(lambda: self._load(self._presets.load(name)))
        if (lost := self._presets.lost(name)) is not None:
            self._failed(lost)

    def _save(self) -> None:
        name = self._name.get_text().strip()
        if name:
            self._try(lambda: self._presets.save(name, self._settings()))
            self._name.set_text("")
            self._fill()

    def _remove(self, name: str) -> None:
        self._try(lambda: self._presets.remove(name))
        self._fill()

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except ImpastoError as error:
            self._failed(error)
