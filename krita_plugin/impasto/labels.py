"""The list of the labels' colours among the other knobs: when it is there, and what it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from .bridge.contract.settings import Settings
from .qt import QtWidgets

LABELS = "label_styles"


class Labels:
    """Only the engine can tell a picture's labels: each preview with some says which there are."""

    def __init__(self, widgets: Mapping[str, Any], row: Sequence[QtWidgets.QWidget]) -> None:
        """Connect the list with the knobs it depends on.

        Args:
            widgets: those of all knobs, by name.
            row: what the panel shows of the list: its name, itself and its reset.
        """
        self._list = widgets[LABELS]
        self._picture = widgets["content_labels"]
        self._places = widgets["style_labels"]
        self._row = row
        self._followed = ""
        """The labels' picture that the list is about."""
        self._known = False
        """Whether the list has the colours that the picture has now."""
        # Other resets keep their room; a list that is not there takes none.
        policy = row[-1].sizePolicy()
        policy.setRetainSizeWhenHidden(False)
        row[-1].setSizePolicy(policy)

    @property
    def off(self) -> bool:
        """Whether colours can't have styles: there are none, or each has its place in one style."""
        return not self._picture.value() or bool(self._places.value())

    def show(self) -> None:
        """Follow the other knobs."""
        picture = self._picture.value()
        if picture != self._followed:
            self._followed, self._known = picture, False
            self._list.show_colors([])
        self._list.setEnabled(not self.off)
        listed = bool(self._list.pictures)
        for part, shown in zip(self._row, (True, True, bool(self._list.value())), strict=True):
            part.setVisible(listed and shown)

    def forget(self) -> None:
        """The labels' picture may look otherwise now."""
        self._known = False

    def asked(self, settings: Settings) -> Settings:
        """What to preview: while a text may name colours that there are not, only the colours."""
        if self._known or not settings.label_styles:
            return settings
        return replace(settings, style="", background_style="", label_styles="")

    def tell(self, picture: str, found: Sequence[tuple[str, float]]) -> None:
        """A preview told the colours of a labels' picture, and the share of each."""
        if picture != self._picture.value():
            return
        waited = not self._known and bool(self._list.value())
        self._known = True
        self._list.show_colors(found)
        self.show()
        if waited:
            self._list.changed.emit()
