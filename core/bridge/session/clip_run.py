"""A run over a clip of a host: its frames are read, painted, and laid into the document."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from typing import Generic, TypeVar

from ..client.clip_job import ClipJob
from ..client.errand import STARTING
from ..contract.errors import ImpastoError, NothingPainted, nothing_painted
from ..contract.geometry import Work
from ..contract.host import ClipHost, Resolved
from ..contract.pixels import Pixels
from ..contract.request import Progress
from ..contract.settings import Settings
from ..i18n.text import Text
from ..i18n.texts import tr
from ..storage.frames import Frames
from ..storage.paths import Installation
from .clip_reader import ClipReader, Lazily
from .gallery import Gallery
from .last_used import note_pictures
from .reading import placed, work_of
from .summary import Summary

C = TypeVar("C", bound=ClipHost)

_READ, _PAINTED = 0.05, 0.95
"""Shares of the whole run at which the frames are read, and painted."""

_AT_ONCE = 0.03
"""Seconds of one call in which frames are read or laid; a host's window lives between two."""


class ClipRun(Generic[C]):
    """Goes on in short calls of ``advance``, as :class:`core.bridge.session.run.Run` does.

    The document is changed at the end only. What is painted by the time a run fails, or is stopped
    by ``keep``, is laid all the same; ``cancel`` leaves the document as it was.
    """

    def __init__(
        self, host: C, settings: Settings, installation: Installation | None = None
    ) -> None:
        """Make it; ``start`` begins.

        Args:
            host: what to paint.
            settings: how to paint each frame.
            installation: whose worker paints; by default the one the plug-in belongs to.
        """
        self.settings = settings
        self.over = False
        self.kept = False
        """Whether it was stopped early, to keep the frames that were painted by then."""
        self.error: ImpastoError | None = None
        """What it failed with."""
        self.hosts, self.painted = [host], list[C]()
        """The host, and the host again once its frames are laid."""
        self.count = 0
        """How many frames there are to paint."""
        self.laid = 0
        """How many are in the document, or on their way there."""
        self._installation = installation or Installation.here()
        self._work: Work | None = None
        self._resolved: Resolved | None = None
        self._frames: Frames | None = None
        self._reader: ClipReader | None = None
        self._job: ClipJob | None = None
        self._laying: Generator[None, None, None] | None = None
        self._summary = Summary()

    @property
    def host(self) -> C:
        return self.hosts[0]

    @property
    def place(self) -> tuple[int, int]:
        """Which of how many frames is under way, counted from 1."""
        return min(self.count, self.done + 1), self.count

    @property
    def done(self) -> int:
        """How many frames are painted."""
        return 0 if self._job is None else self._job.painted

    @property
    def progress(self) -> Progress:
        """How far the painting is."""
        return STARTING if self._job is None else self._job.progress

    @property
    def fraction(self) -> float:
        """How much of the whole run is done, 0 to 1."""
        if self._laying is not None:
            return _PAINTED + (1 - _PAINTED) * self.laid / max(1, self.done)
        if self._job is None:
            return _READ * self._read / max(1, self.count)
        return _READ + (_PAINTED - _READ) * self._job.progress.fraction

    @property
    def text(self) -> str:
        """What is going on, and how long still, in one line of the person's language."""
        if self.waiting:
            told = Text("Waiting for your brush")
        elif self._laying is not None:
            told = Text("Adding frame {number} of {count}", number=self.laid, count=self.done)
        elif self._job is None:
            number = min(self.count, self._read + 1)
            told = Text("Reading frame {number} of {count}", number=number, count=self.count)
        else:
            told = self._job.progress.describe()
        return tr(told)

    @property
    def waiting(self) -> bool:
        """Whether all is painted and waits for the person to let go of the brush."""
        return not self.over and self._laying is None and self._ended

    @property
    def begun(self) -> bool:
        """Whether there are frames by now that can be kept."""
        return self.done > 0

    @property
    def unpainted(self) -> bool:
        """Whether it was kept before a frame was painted, so that there is no new layer."""
        return isinstance(self.error, NothingPainted)

    @property
    def silent(self) -> bool:
        """Whether the worker has said nothing for long."""
        return not self.over and self._job is not None and self._job.silent

    @property
    def took(self) -> str:
        """How long it took, and where, in a sentence; empty where nobody knows."""
        return self._summary.took

    @property
    def reports(self) -> list[str]:
        """What the worker had to say of how it painted, each in a sentence."""
        told = self._summary.told
        if self.painted and self.laid < self.count:
            short = Text(
                "{number} of {count} frames were painted.", number=self.laid, count=self.count
            )
            told.insert(0, tr(short))
        return told

    @property
    def notes(self) -> list[str]:
        """What is otherwise than the person may expect, each in a sentence."""
        return list(self.host.notes)

    def start(self) -> None:
        """Look at the clip, and begin to read it.

        Raises:
            ImpastoError: there is nothing to paint on, in words for a person; the run is over.
        """
        try:
            self._begin()
        except ImpastoError as error:
            self._fail(error)
            raise

    def advance(self, wait: float = 0.0) -> bool:
        """Go on for about ``wait`` seconds; True when the run is over, well or not."""
        if not self.over:
            try:
                self._step(wait)
            except ImpastoError as error:
                self._fail(error)
        return self.over

    def keep(self) -> None:
        """Stop here: the frames that are painted become the new layer."""
        if self.over or self.kept or self._ended:
            return
        self.kept = True
        if self._job is None:
            self._fail(nothing_painted())
        else:
            self._job.keep()

    def restart(self) -> None:
        """End the worker, which is silent, and start another, which goes on with the clip."""
        if self._job is not None and not self.over:
            self.kept = False
            self._job.restart()

    def cancel(self) -> None:
        """End now; the document stays as it is. Nothing happens where the run is over."""
        if not self.over:
            self._end()

    @property
    def _read(self) -> int:
        """How many frames are read."""
        return 0 if self._reader is None else self._reader.count

    @property
    def _ended(self) -> bool:
        """Whether no more will be painted, and what there is is to be laid."""
        return self._job is not None and (self._job.result is not None or self.error is not None)

    def _begin(self) -> None:
        host = self.host
        self.count = len(host.numbers)
        self._resolved = host.resolve(self.settings)
        settings, pictures, _ = self._resolved
        extents = host.extent()
        self._work = work_of(extents, settings, pictures)
        settings = placed(settings, extents, self._work)
        self._resolved = self._resolved._replace(settings=replace(settings, snapshots=0))
        self._frames = Frames.made(self._installation)
        self._reader = ClipReader(host, self._work.box, self._frames)

    def _step(self, wait: float) -> None:
        if not self.host.wanted:
            raise ImpastoError("The picture was closed before the painting was done.")
        if self._job is None:
            self._read_on()
        elif not self._ended:
            self._paint_on(wait)
        elif self._laying is not None or self.host.idle:
            self._lay_on()

    def _read_on(self) -> None:
        """Read some frames, and ask for the painting once all are there."""
        assert self._reader is not None, "it has begun"
        end = time.monotonic() + _AT_ONCE
        while not self._reader.step():
            # While a host reads it may let timers run, and one of them cancel.
            if self.over or time.monotonic() > end:
                return
        if not self.over:
            self._ask()

    def _ask(self) -> None:
        """Have the frames painted that were read."""
        assert self._reader is not None and self._resolved is not None
        request = self._reader.request(self._resolved, self.host.steady)
        self._job = ClipJob(request, self._installation)

    def _paint_on(self, wait: float) -> None:
        assert self._job is not None
        try:
            if self._job.advance(wait):
                self._summary.add(self._job.result or {})
        except ImpastoError as error:
            # What hours of work have painted is not lost with the frame that can't be.
            if not self.done or isinstance(error, NothingPainted):
                raise
            self.error = error

    def _lay_on(self) -> None:
        """Lay some frames."""
        if self._laying is None:
            assert self._resolved is not None and self._work is not None
            name, target = self._resolved.name, self._work.target
            self._laying = self.host.lay(
                self.settings, name, target, Lazily(self.done, self._layer)
            )
        end = time.monotonic() + _AT_ONCE
        while not self.over:
            try:
                next(self._laying)
            except StopIteration:
                self._finish()
                return
            if time.monotonic() > end:
                return

    def _layer(self, number: int) -> Pixels:
        """A painted frame, read from its file."""
        assert self._reader is not None and self._work is not None
        self.laid = number + 1
        return self._reader.painted(number).crop(self._work.target.inside(self._work.box))

    def _finish(self) -> None:
        if self.over:
            return
        self.painted.append(self.host)
        resolved = self._resolved
        assert resolved is not None
        names = frozenset(getattr(self.settings, name) for name in resolved.pictures)
        note_pictures(Gallery(self._installation), self.settings, lambda path: path not in names)
        self._end()

    def _fail(self, error: ImpastoError) -> None:
        self.error = self.error or error
        self._end()

    def _end(self) -> None:
        """Let go of everything; nothing is left on the disk, nor half in the document."""
        self.over = True
        if self._reader is not None:
            self._reader.close()
        if self._laying is not None:
            self._laying.close()
        if self._job is not None:
            self._job.close()
        if self._frames is not None:
            self._frames.close()
