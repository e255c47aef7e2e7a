"""The places of styles above the gallery: what is chosen there comes to one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .bridge.contract.errors import BadInput
from .bridge.contract.weighted import weighted
from .bridge.i18n.texts import tr
from .bridge.session.gallery import BUILT_IN, Gallery, Style
from .bridge.storage.paths import Installation
from .gallery.box import GalleryBox
from .labels import LABELS
from .widgets.files import PictureWidget
from .widgets.mix import MixWidget

SLOTS = ("style", "mix", "background_style")
"""Knobs whose picture may come from the gallery, in the order they are shown."""

_PASTICHE = {"style": "pastiche", "background_style": "background_pastiche"}
"""The knob that says the same in pastiche's own styles."""


class Slots:
    """One place is picked at a time. A built-in style brings its method along."""

    def __init__(
        self,
        widgets: Mapping[str, Any],
        gallery: GalleryBox,
        update: Callable[[dict[str, Any]], None],
    ) -> None:
        """Connect the widgets of ``SLOTS`` with the gallery.

        Args:
            widgets: those of all knobs, by name.
            gallery: where styles are chosen.
            update: sets some knobs as one change.
        """
        self._widgets = widgets
        self._tiles = gallery.tiles
        self._update = update
        self._pictures = {name: _picture(widgets[name]) for name in SLOTS if name in widgets}
        self._known = Gallery(Installation.here())
        self._failed, self._sought = gallery.failed, gallery.sought
        self._connect(self._pictures)
        if LABELS in widgets:
            widgets[LABELS].listed.connect(self._take_labels)
        gallery.chosen.connect(self._take)
        self.pick("style")

    def _connect(self, pictures: Mapping[str, PictureWidget]) -> None:
        for name, picture in pictures.items():
            picture.picked.connect(lambda name=name: self.pick(name))
            picture.picked.connect(self._sought)
            picture.given.connect(lambda name=name: self._leave_pastiche(name))

    def _take_labels(self) -> None:
        """Each colour of the labels that is listed now is a place as well."""
        listed = self._widgets[LABELS].pictures
        self._connect(listed)
        lasting = {name: self._pictures[name] for name in SLOTS if name in self._pictures}
        self._pictures = {**lasting, **listed}
        self.pick(self._picked if self._picked in self._pictures else "style")

    def pick(self, name: str) -> None:
        """Let what is chosen in the gallery come to this place."""
        self._picked = name
        for slot, picture in self._pictures.items():
            picture.set_picked(slot == name)
        self._tiles.mark(self._pictures[name].value())

    def show(self) -> None:
        """Show what is painted with: with pastiche, the places hold its own styles."""
        if self._picked not in SLOTS and not self._widgets[LABELS].isEnabled():
            self.pick("style")
        for slot, knob in _PASTICHE.items():
            if slot in self._pictures:
                name = self._widgets[knob].value() if self._pastiche() else ""
                path = self._example(name) if name else ""
                self._pictures[slot].show_instead(path, tr(name.capitalize()))

    def _pastiche(self) -> bool:
        return "pastiche" in self._widgets and self._widgets["method"].value() == "pastiche"

    def _take(self, style: Style) -> None:
        slot = self._picked
        if style.source != BUILT_IN:
            self._pictures[slot].set_value(str(style.path))
            self._leave_pastiche(slot)
        elif slot in _PASTICHE:
            self._update({"method": "pastiche", _PASTICHE[slot]: style.name})
        elif slot not in SLOTS:
            told = tr("A built-in style is never one colour's alone: choose another picture.")
            self._failed.emit(told)
            return
        else:
            first = self._widgets["pastiche"].value() if self._pastiche() else ""
            mixed = f"{first}, {style.name}" if first else style.name
            self._update({"method": "pastiche", "pastiche": mixed})
        self._tiles.mark(str(style.path))

    def _leave_pastiche(self, slot: str) -> None:
        """A picture was chosen, or none, where pastiche had its own style."""
        if not self._pastiche():
            return
        if slot == "background_style" and not self._pictures[slot].value():
            self._update({"background_pastiche": ""})
        else:
            self._update({"method": "painterly"})

    def _example(self, text: str) -> str:
        """A picture of the style, or of the first of several."""
        try:
            name = next(iter(weighted(text)))
        except (BadInput, StopIteration):
            return ""
        path = self._known.pastiche(name)
        return str(path) if path.is_file() else ""


def _picture(widget: Any) -> PictureWidget:
    return widget.picture if isinstance(widget, MixWidget) else widget
