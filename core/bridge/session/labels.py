"""What is known of the labels: their colours, which the worker tells with every preview."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ..contract import label_styles
from ..contract.pixels import Pixels
from ..contract.settings import Settings

_LABELS, _PLACES = "content_labels", "style_labels"


class Legend:
    """The colours of the labels that were looked at last.

    Only the engine can tell a picture's labels: each preview with some says which there are. A
    style for a colour that there is not would be refused, so each is fitted to the colours there
    are as soon as they are known.
    """

    def __init__(self) -> None:
        self._colors: list[tuple[str, float]] = []
        self._known = True
        """Whether they are those of the picture as it is now."""
        self._picture = ""
        """The labels' picture as the settings named it; empty where a host has it elsewhere."""
        self._drawn: object = None
        """What tells these labels from all others; None where there are none."""

    def rows(self, picture: str) -> Sequence[tuple[str, float]]:
        """What a dialog lists: the colour (``#ff0000``) of each label and its share of the picture.

        The largest comes first; nothing is listed where there are no labels, or while they are
        unknown.

        Args:
            picture: the labels' as the settings name it now.
        """
        return self._colors if picture == self._picture else []

    def look(self, settings: Settings, pictures: Mapping[str, Pixels]) -> None:
        """See what labels there are now.

        Args:
            settings: as a dialog has them.
            pictures: those that are layers.
        """
        drawn: object = pictures.get(_LABELS)
        if drawn is None and settings.content_labels:
            changed = None
            with contextlib.suppress(OSError):  # the worker will say what is wrong with it
                changed = Path(settings.content_labels).stat().st_mtime_ns
            drawn = settings.content_labels, changed
        if drawn is None or settings.content_labels != self._picture:
            self._colors = []
        if drawn != self._drawn:
            self._known = drawn is None
        self._picture, self._drawn = settings.content_labels, drawn

    def learn(self, labels: Iterable[tuple[str, float]]) -> bool:
        """Take what the worker told of these labels; True where that is news."""
        before = self._known, self._colors
        self._known, self._colors = True, [(color, share) for color, share in labels]
        return before != (self._known, self._colors)

    def fitted(self, settings: Settings) -> Settings:
        """The same with styles of their own only for labels there are, as far as these are known.

        Raises:
            BadInput: what the styles are given by can't be read.
        """
        if settings.style_labels:  # each label has its place in one style
            return replace(settings, label_styles="")
        if settings.content_labels != self._picture:  # not looked at yet
            return settings
        return self._fitted(settings)

    def asked(
        self, settings: Settings, pictures: Mapping[str, Pixels]
    ) -> tuple[Settings, Mapping[str, Pixels]]:
        """What to preview, of what was looked at last: no style until the labels are known.

        Args:
            settings: as the engine is to get them.
            pictures: those that are layers.

        Raises:
            BadInput: as :meth:`fitted`.
        """
        if _PLACES in pictures or settings.style_labels:
            return replace(settings, label_styles=""), pictures
        if self._known or not settings.label_styles:
            return self._fitted(settings), pictures
        colors_alone = replace(
            settings, method="instant", style="", background_style="", mix="", label_styles=""
        )
        return colors_alone, {name: pictures[name] for name in pictures if name == _LABELS}

    def _fitted(self, settings: Settings) -> Settings:
        if not settings.label_styles or not self._known:
            return settings
        if self._drawn is None:
            return replace(settings, label_styles="")
        known = [color for color, _ in self._colors]
        styles = label_styles.fitted(label_styles.read(settings.label_styles), known)
        return replace(settings, label_styles=label_styles.written(styles))
