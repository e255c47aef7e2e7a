"""A call's paintings, one for each chosen layer, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bridge.contract.errors import BadInput
from bridge.contract.geometry import Box
from bridge.contract.request import Progress
from bridge.contract.settings import Settings
from bridge.i18n.text import Text
from bridge.i18n.texts import tr
from bridge.session.gallery import Gallery
from bridge.session.history import History
from bridge.session.last_used import note_pictures
from bridge.session.painting import Painting, layer_name
from bridge.session.workload import region_extents
from bridge.storage.paths import Installation
from gi.repository import Gimp
from host import GimpHost
from opened import renditions

_GLIMPSES = 25
"""How many pictures of a painting under way are asked for, where the person did not say."""


def chosen_layers(image: Gimp.Image, drawables: Sequence[Gimp.Drawable]) -> list[Gimp.Layer]:
    """The layers to paint on. Raises BadInput where there is none, or something else."""
    if image.get_floating_sel() is not None:
        raise BadInput("There is a floating selection: anchor it, then try again.")
    if not drawables:
        raise BadInput("No layer is selected: choose the one to paint on, then try again.")
    if not all(drawable.is_layer() for drawable in drawables):
        raise BadInput("A mask or channel is active: choose a layer to paint on, then try again.")
    return list(drawables)


class Run:
    """Goes on in short calls, as a dialog needs it; a script calls them in a loop."""

    def __init__(self, hosts: Sequence[GimpHost], settings: Settings, glimpses: bool) -> None:
        """Begin with the first.

        Args:
            hosts: what to paint on, one after another.
            settings: how to paint.
            glimpses: whether somebody watches how the picture grows.

        Raises:
            ImpastoError: there is nothing to paint on, in words for a person.
        """
        self.painted: list[Gimp.Layer] = []
        """The new layers so far."""
        self.notes: list[str] = []
        """What a person may want to know of how they were painted."""
        self._hosts = hosts
        self._settings = settings
        self._watched = renditions().rendered(settings)
        if glimpses and not settings.snapshots:
            self._watched = replace(self._watched, snapshots=max(1, settings.steps // _GLIMPSES))
        self._installation = Installation.here()
        self._kept = False
        self._painting = self._begin()

    @property
    def progress(self) -> Progress:
        """How far the painting under way is."""
        return self._painting.progress

    @property
    def box(self) -> Box:
        """What is read of the layer that is painted on now."""
        return self._painting.work.box

    @property
    def target(self) -> Box:
        """What is painted of it."""
        return self._painting.work.target

    @property
    def begun(self) -> bool:
        """Whether something is painted of it by now that can be kept."""
        return self.progress.step > 0

    @property
    def silent(self) -> bool:
        """Whether the worker has said nothing for long."""
        return self._painting.silent

    def restart(self) -> None:
        """End the worker, which is silent, and let another one paint the same."""
        self._painting.restart()

    @property
    def host(self) -> GimpHost:
        """What is painted on now."""
        return self._hosts[len(self.painted)]

    @property
    def place(self) -> tuple[int, int]:
        """Which of how many paintings is under way, counted from 1."""
        return len(self.painted) + 1, len(self._hosts)

    def advance(self, wait: float = 0.0) -> bool:
        """Go on for about ``wait`` seconds; True when all are painted.

        Raises:
            ImpastoError: one could not be painted; those before it stay.
        """
        if not self._painting.advance(wait):
            return False
        if self._painting.error is not None:
            raise self._painting.error
        self._remember()
        self.notes += self.host.notes
        self.painted.append(self.host.painted)
        if len(self.painted) == len(self._hosts):
            return True
        self._kept = False
        self._painting = self._begin()
        return False

    def keep(self) -> None:
        """Stop the painting under way and keep what there is."""
        self._kept = True
        self._painting.keep()

    def cancel(self) -> None:
        """End now; what is painted already stays."""
        self._painting.cancel()

    def _begin(self) -> Painting:
        self.host.settings = self._settings
        self._extents = region_extents(self.host.extent(), self._settings)
        name = layer_name(self._settings)
        return Painting(self.host, self._watched, self.host.pictures(), name=name)

    def _remember(self) -> None:
        """Note what was used, and what it took."""
        note_pictures(Gallery(self._installation), self._settings)
        report = self._painting.report or {}
        if isinstance(tiles := report.get("tiles"), Text):
            self.notes.append(tr(Text("Painted {tiles}.", tiles=tiles)))
        notes = report.get("notes")
        self.notes += map(tr, notes if isinstance(notes, list) else [])
        seconds = report.get("seconds")
        if isinstance(seconds, (int, float)) and not self._kept:
            history = History(self._installation)
            history.record(self._settings, self._extents, float(seconds))
