"""The places of styles above the gallery: what is chosen there comes to one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from .bridge.contract.errors import BadInput
from .bridge.contract.settings import Settings
from .bridge.i18n.texts import tr
from .bridge.session.choice import Choice
from .bridge.session.gallery import Style
from .bridge.session.styles import BACKGROUND, PLACES, STYLE, named, picked
from .gallery.box import GalleryBox
from .widgets.files import PictureWidget
from .widgets.labels import LABELS
from .widgets.mix import MixWidget


class Slots:
    """One place is picked at a time: what is chosen in the gallery comes there."""

    def __init__(
        self,
        widgets: Mapping[str, Any],
        gallery: GalleryBox,
        settings: Callable[[], Settings],
        update: Callable[[Mapping[str, Any]], None],
        glance: Callable[[Style | None, str], None],
    ) -> None:
        """Connect the widgets of ``PLACES`` with the gallery.

        Args:
            widgets: those of all knobs, by name.
            gallery: where styles are chosen.
            settings: tells what is set. Raises BadInput.
            update: sets some knobs as one change.
            glance: previews a style that somebody points at, and the place where it would come.
        """
        self._settings = settings
        self._choice = Choice(gallery.shelf, settings, update)
        self._tiles, self._sought = gallery.tiles, gallery.sought
        self._lasting = {name: _picture(widgets[name]) for name in PLACES if name in widgets}
        self._pictures = self._lasting
        self._connect(self._pictures)
        self._marked = ""
        """The picture that the gallery shows as the chosen one."""
        self._labels: Any = widgets.get(LABELS)
        if self._labels is not None:
            self._labels.listed.connect(self._take_labels)
        gallery.chosen.connect(self._take)
        gallery.tiles.pointed.connect(
            lambda style: glance(style if self._picked in PLACES else None, self._picked)
        )
        self.pick(STYLE)

    def pick(self, name: str) -> None:
        """Let what is chosen in the gallery come to this place."""
        self._picked = name
        for slot, picture in self._pictures.items():
            picture.set_picked(slot == name)
        self._mark(self._pictures[name].value())

    def _mark(self, path: str) -> None:
        self._marked = path
        self._tiles.mark(path)

    def show(self) -> None:
        """Show what is painted with: with pastiche, the places hold its own styles."""
        if self._picked not in PLACES and not self._labels.isEnabled():
            self.pick(STYLE)
        with suppress(BadInput):  # the preview says it
            settings = self._settings()
            for place in (STYLE, BACKGROUND):
                if place in self._lasting:
                    name = named(settings, place)
                    path = self._choice.shown(place, settings) if name else None
                    self._lasting[place].show_instead(str(path or ""), tr(name.capitalize()))
            path = self._choice.shown(self._picked, settings)
            # Where the arrow keys have gone since stays marked.
            if str(path or "") != self._marked:
                self._mark(str(path or ""))

    def _connect(self, pictures: Mapping[str, PictureWidget]) -> None:
        for name, picture in pictures.items():
            picture.picked.connect(lambda name=name: self.pick(name))
            picture.picked.connect(self._sought)
            picture.given.connect(lambda path, name=name: self._choice.choose(name, picked(path)))

    def _take_labels(self) -> None:
        """Each colour of the labels that is listed now is a place as well."""
        listed = self._labels.pictures
        self._connect(listed)
        self._choice.colors = list(listed)
        self._pictures = {**self._lasting, **listed}
        self.pick(self._picked if self._picked in self._pictures else STYLE)

    def _take(self, style: Style) -> None:
        if self._choice.choose(self._picked, style):
            self._mark(str(style.path))


def _picture(widget: Any) -> PictureWidget:
    return widget.picture if isinstance(widget, MixWidget) else widget
