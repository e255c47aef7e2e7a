"""The styles of one dialog: what each place shows, what there is for it, and what comes there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..contract.errors import BadInput
from ..contract.settings import Settings
from . import styles
from .gallery import Style
from .shelf import Shelf
from .styles import PLACES, STYLE, by_name


class Choice:
    """Stands between the widgets that draw styles and the settings that name them."""

    def __init__(
        self,
        shelf: Shelf,
        settings: Callable[[], Settings],
        change: Callable[[Mapping[str, Any]], object],
    ) -> None:
        """Make it.

        Args:
            shelf: what there is to choose from, and who is told what is wrong.
            settings: tells those of the moment. Raises BadInput.
            change: changes some of them at once.
        """
        self.shelf = shelf
        self.colors: Sequence[str] = ()
        """Of the labels there are: each is a place."""
        self._settings, self._change = settings, change

    def offered(self, place: str) -> list[Style]:
        """What can come to a place without another method: one paints all the places."""
        if place == STYLE:
            return self.shelf.offered()
        gallery = self.shelf.gallery
        if place in PLACES and by_name(self._settings()):
            return gallery.built_in()
        return gallery.styles()

    def choose(self, place: str, style: Style | None) -> bool:
        """A style comes to a place, or goes from there; False where it can't."""
        return self._try(lambda now: styles.chosen(place, style, now, self.colors))

    def share(self, share: float) -> bool:
        """The second style gets another share of the two; False where it can't."""
        return self._try(lambda now: styles.shared(share, now))

    def shown(self, place: str, settings: Settings) -> Path | None:
        """The picture that stands for what is at a place. Raises BadInput."""
        if place in PLACES:
            return styles.shown(self.shelf.gallery, settings, place)
        path = styles.own_styles(settings.label_styles, self.colors).get(place)
        return Path(path) if path else None

    def shown_share(self, settings: Settings) -> float:
        """The share of what is shown at :data:`~core.bridge.session.styles.MIX`."""
        return styles.mixed(settings)[1]

    def _try(self, changes: Callable[[Settings], Mapping[str, Any]]) -> bool:
        try:
            self._change(changes(self._settings()))
        except BadInput as error:
            self.shelf.failed(error)
            return False
        return True
