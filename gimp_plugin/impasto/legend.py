"""What is known of the labels: their colours, which the worker tells with every preview."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from bridge.contract import label_styles
from bridge.contract.pixels import Pixels
from bridge.contract.settings import Settings
from host import LABELS


class Legend:
    """The colours of the labels that were looked at last."""

    def __init__(self) -> None:
        self.labels: list[tuple[str, float]] | None = []
        """The colour (``#ff0000``) of each label and its share of the picture, the largest first;
        None while that is unknown."""
        self._drawn: object = None
        """What tells these labels from all others; None where there are none."""

    def look(self, settings: Settings, pictures: Mapping[str, Pixels]) -> bool:
        """See what labels there are now; True where they are others than before."""
        drawn: object = pictures.get(LABELS)
        if drawn is None and settings.content_labels:
            changed = None
            with contextlib.suppress(OSError):  # the worker will say what is wrong with it
                changed = Path(settings.content_labels).stat().st_mtime_ns
            drawn = settings.content_labels, changed
        if drawn == self._drawn:
            return False
        self._drawn = drawn
        self.labels = [] if drawn is None else None
        return True

    def fitted(self, settings: Settings) -> Settings:
        """The same with styles of their own only for labels there are, as far as these are known.

        Raises:
            BadInput: what the styles are given by can't be read.
        """
        if not settings.label_styles or self.labels is None:
            return settings
        if self._drawn is None or settings.style_labels:
            return replace(settings, label_styles="")
        known = [color for color, _ in self.labels]
        styles = label_styles.fitted(label_styles.read(settings.label_styles), known)
        return replace(settings, label_styles=label_styles.written(styles))

    def learn(self, labels: Iterable[tuple[str, float]]) -> bool:
        """Take what the worker told of these labels; True where that is news."""
        known = [(color, share) for color, share in labels]
        news, self.labels = known != self.labels, known
        return news

    def for_preview(self, settings: Settings) -> Settings:
        """The same, and without any style until the labels are known.

        A style for a label there is not would be refused.

        Raises:
            BadInput: as :meth:`fitted`.
        """
        if not settings.label_styles or self.labels is not None:
            return self.fitted(settings)
        return replace(
            settings, method="instant", style="", background_style="", mix="", label_styles=""
        )
