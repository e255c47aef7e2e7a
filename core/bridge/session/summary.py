"""What the worker had to say of a run: how long it took, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..i18n.text import Text
from ..i18n.texts import tr
from ..i18n.times import span


class Summary:
    """Of all that a run has painted."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._device: Text | None = None
        self._told: list[str] = []

    def add(self, report: Mapping[str, object]) -> None:
        """A job came to this."""
        seconds, device = report.get("seconds"), report.get("device")
        if isinstance(seconds, (int, float)):
            self._seconds += seconds
        if isinstance(device, Text):
            self._device = device
        self._told += _told(report)

    @property
    def took(self) -> str:
        """How long it took, and where, in a sentence; empty where nobody knows."""
        if self._device is None:
            return ""
        return tr(
            Text("It took {time} on {device}.", time=span(self._seconds), device=self._device)
        )

    @property
    def told(self) -> list[str]:
        """How it was painted, as far as a person should know, each in a sentence."""
        return list(dict.fromkeys(self._told))


def _told(report: Mapping[str, object]) -> Iterator[str]:
    if isinstance(tiles := report.get("tiles"), Text):
        yield tr(Text("Painted {tiles}.", tiles=tiles))
    notes = report.get("notes")
    yield from map(tr, notes if isinstance(notes, list) else [])
