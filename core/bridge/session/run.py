"""A run: the chosen layers painted one after another, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, NamedTuple, TypeVar

from ..client.job import STARTING
from ..contract.errors import ImpastoError, NothingPainted
from ..contract.geometry import Box, Work
from ..contract.host import Host
from ..contract.pixels import Pixels
from ..contract.request import Progress
from ..contract.settings import Settings
from ..i18n.text import Text
from ..i18n.texts import tr
from ..storage.paths import Installation
from .gallery import Gallery
from .history import History
from .last_used import note_pictures
from .painting import GLIMPSES, Painting, Take, Told
from .summary import Summary

H = TypeVar("H", bound=Host)


class Glimpse(NamedTuple):
    """How a region looks by now.

    Attributes:
        picture: its pixels, smaller than life.
        box: what part of the run's ``work.box`` it shows, counted from there.
    """

    picture: Pixels
    box: Box


class Run(Generic[H]):
    """Goes on in short calls of ``advance``, as a dialog needs it; a script calls it in a loop.

    One that fails or is cancelled leaves the layers that are painted by then.
    """

    def __init__(
        self,
        hosts: Sequence[H],
        settings: Settings,
        watched: bool = False,
        installation: Installation | None = None,
        take: Take | None = None,
        told: Told | None = None,
    ) -> None:
        """Make it; ``start`` begins.

        Args:
            hosts: what to paint, one after another; at least one.
            settings: how to paint.
            watched: whether somebody sees how the pictures grow.
            installation: whose worker paints; by default the one the plug-in belongs to.
            take: gives what was painted ahead.
            told: is told what each painting has come to.
        """
        self.settings = settings
        self.over = False
        self.kept = False
        """Whether it was stopped early, to keep what was painted by then."""
        self.error: ImpastoError | None = None
        """What it failed with."""
        self.painted: list[H] = []
        """The hosts that a layer was painted for."""
        self.result: Glimpse | None = None
        """How the last painting has come out; None while one is under way, and where it came to
        nothing or nobody watched."""
        self.hosts = list(hosts)
        self._glimpses = GLIMPSES if watched else 0
        self._installation = installation or Installation.here()
        self._take, self._told = take, told
        self._painting: Painting | None = None
        self._summary = Summary()
        self._seen: Pixels | None = None

    def start(self) -> None:
        """Read the first layer, and ask for its painting.

        Raises:
            ImpastoError: there is nothing to paint on, in words for a person; the run is over.
        """
        self._try(self._begin)
        if self.error is not None:
            raise self.error

    def advance(self, wait: float = 0.0) -> bool:
        """Go on for about ``wait`` seconds; True when the run is over, well or not."""
        if not self.over:
            self._try(lambda: self._step(wait))
        return self.over

    @property
    def host(self) -> H:
        """What is painted now, or was painted last."""
        return self.hosts[self._number]

    @property
    def place(self) -> tuple[int, int]:
        """Which of how many paintings is under way, or was painted last, counted from 1."""
        return self._number + 1, len(self.hosts)

    @property
    def work(self) -> Work:
        """What is read of it, and what is painted."""
        assert self._painting is not None, "it has begun"
        return self._painting.work

    @property
    def progress(self) -> Progress:
        """How far the painting under way is."""
        return STARTING if self._painting is None else self._painting.progress

    @property
    def fraction(self) -> float:
        """How much of the whole run is done, 0 to 1."""
        under_way = 1.0 if self.waiting else 0.0 if self.over else self.progress.fraction
        return (len(self.painted) + under_way) / len(self.hosts)

    @property
    def text(self) -> str:
        """What is going on, and how long still, in one line of the person's language."""
        number, count = self.place
        told = Text("Waiting for your brush") if self.waiting else self.progress.describe()
        return f"{number}/{count}: {tr(told)}" if count > 1 else tr(told)

    @property
    def waiting(self) -> bool:
        """Whether a painting is done and waits for the person to let go of the brush."""
        return not self.over and self._painting is not None and self._painting.painted

    @property
    def begun(self) -> bool:
        """Whether something is painted by now that can be kept."""
        return bool(self.painted) or self.progress.step > 0

    @property
    def unpainted(self) -> bool:
        """Whether it was kept before anything was painted, so that there is no new layer."""
        return isinstance(self.error, NothingPainted)

    @property
    def silent(self) -> bool:
        """Whether the worker has said nothing for long."""
        return not self.over and self._painting is not None and self._painting.silent

    @property
    def took(self) -> str:
        """How long it took, and where, in a sentence; empty where nobody knows."""
        return self._summary.took

    @property
    def reports(self) -> list[str]:
        """What the worker had to say of how it painted, each in a sentence."""
        return self._summary.told

    @property
    def notes(self) -> list[str]:
        """What of the layers is otherwise than the person may expect, each in a sentence."""
        return [note for host in self.hosts for note in host.notes]

    def glimpse(self) -> Glimpse | None:
        """How the painting looks, where there is a newer picture than the last time."""
        glimpse = self._glimpse()
        if glimpse is None or glimpse.picture is self._seen:
            return None
        self._seen = glimpse.picture
        return glimpse

    def keep(self) -> None:
        """Stop here: what is painted so far becomes the last new layer."""
        if self._painting is not None and not self.over:
            self.kept = True
            self._painting.keep()

    def restart(self) -> None:
        """End the worker, which is silent, start another and paint the same anew."""
        if self._painting is not None and not self.over:
            self.kept = False
            self._painting.restart()

    def cancel(self) -> None:
        """End now; the document stays as it is. Nothing happens where the run is over."""
        if self.over or self._painting is None:
            self.over = True
            return
        # A painting that waits for a brush is not lost with the picture it waits for.
        if self._painting.painted and not self.host.wanted:
            self._try(self._painting.deliver)
        self.over = True
        self._painting.cancel()

    def _glimpse(self) -> Glimpse | None:
        progress = self.progress
        if progress.picture is None or progress.box is None:
            return None
        return Glimpse(progress.picture, progress.box)

    @property
    def _number(self) -> int:
        """Of what is painted now, or was painted last, counted from 0."""
        painted = len(self.painted)
        return painted - 1 if self.result is not None else min(painted, len(self.hosts) - 1)

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except ImpastoError as error:
            self.over = True
            # What is there was kept; that there is no more of it is no failure.
            if not (isinstance(error, NothingPainted) and self.painted):
                self.error = error

    def _begin(self) -> None:
        self.result = None
        self._painting = Painting(
            self.host, self.settings, self._glimpses, self._installation, self._take, self._told
        )
        if self.over:  # it was cancelled while the host read
            self._painting.cancel()

    def _step(self, wait: float) -> None:
        assert self._painting is not None
        # While a host writes it may let timers run, and one of them cancel.
        if not self._painting.advance(wait) or self.over:
            return
        self._remember(self._painting)
        self.painted.append(self.host)
        self.result = self._glimpse()
        if self.kept or len(self.painted) == len(self.hosts):
            self.over = True
        else:
            self._begin()

    def _remember(self, painting: Painting) -> None:
        """How long it took, for the next one's estimate, and which pictures were used."""
        report = painting.report
        self._summary.add(report)
        seconds = report.get("seconds")
        # What was painted before says nothing of how long a painting takes.
        fresh = not self.kept and not report.get("painted_before")
        if fresh and isinstance(seconds, (int, float)):
            History(self._installation).record(self.settings, painting.regions, seconds)
        note_pictures(
            Gallery(self._installation), self.settings, lambda path: path not in painting.layers
        )
