"""What is painted ahead: a dialog that rests begins its painting, before anybody asks for it.

What grows is seen over the preview. The run that asks for the same takes it over, as far as it is;
whatever else is asked for ends it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Generic

from ..client.job import Job
from ..contract.errors import ImpastoError
from ..contract.methods import METHODS
from ..contract.pixels import Pixels
from ..contract.settings import Settings
from ..storage.paths import Installation
from .estimates import seconds
from .growth import Growth
from .history import History
from .painting import GLIMPSES, Asked, Came
from .power import on_battery
from .preview import LivePreview
from .run import H
from .small import LONG_SIDE
from .switch import Switch
from .view import View

REST = 0.4
"""Seconds without a change after which a dialog rests."""

LONG = 120.0
"""Seconds that a painting may be expected to take for all of it to be painted ahead."""


class Ahead(Generic[H]):
    """Belongs to a session. Nothing here waits for the worker."""

    def __init__(
        self,
        find: Callable[[], H | None],
        preview: LivePreview,
        installation: Installation,
        done: Callable[[Came, Settings, View], object],
        spare: Callable[[], bool] = on_battery,
        patience: float | None = None,
    ) -> None:
        """Wait for the dialog to rest.

        Args:
            find: what would be painted from first, to be read once; None where that would disturb
                somebody who draws. May raise ImpastoError.
            preview: over which it is seen.
            installation: whose worker paints, and whose switch says whether it does.
            done: told what a painting has come to, how it was painted and what is seen of it.
            spare: whether the machine is to be spared now.
            patience: seconds of an estimate from which on no more is painted ahead than a preview
                could show; by default :data:`LONG`.
        """
        self.switch = Switch(installation)
        self._find, self._preview, self._done, self._spare = find, preview, done, spare
        self._installation = installation
        self._since = time.monotonic()
        self._for: object = None
        """What the preview had asked for when the dialog began to rest."""
        self._spent = False
        """Whether this rest has had its painting: each has one at most."""
        self._due = False
        """Whether it will have one, as far as can be told."""
        self._from: tuple[H, Settings] | None = None
        """What it is painted from, and how."""
        self._reading: Generator[None, None, Asked] | None = None
        """Reads that, little by little."""
        self._amid = False
        """Whether a host reads just now."""
        self._asked: Asked | None = None
        self._settings = Settings()
        """As the dialog says them."""
        self._job: Job | None = None
        self._growth: Growth | None = None
        self._seen: Pixels | None = None
        """The last picture of it."""
        self._over = False
        """Whether that is the whole, done."""
        self._share = 0.0
        """How much of it was painted."""
        self._briefly = False
        self._patience = patience
        self.halted = False
        """Whether no more of it is painted before it is asked for, as that takes long."""
        self._turn = 0
        """Another number each time that something else is wanted."""

    @property
    def under_way(self) -> bool:
        """Whether something is painted ahead now."""
        return self._job is not None and self._job.result is None

    @property
    def begun(self) -> bool:
        """Whether steps of it are taken."""
        return self._job is not None and self._job.progress.step > 0

    @property
    def done(self) -> float:
        """How much of the painting is there by now, in tenths: as coarse as estimates are."""
        return math.floor(10 * self._share) / 10

    @property
    def soon(self) -> bool:
        """Whether something may be painted ahead as soon as the dialog has rested for long enough,
        or is."""
        return self.under_way or self._due or self._reading is not None

    def put(self, on: bool) -> None:
        """Switch it on or off, for all dialogs from now on; off, nothing is painted any more."""
        self.switch.put(on)
        self.wait()

    def wait(self) -> None:
        """Something else is wanted: begin anew once the dialog rests."""
        self._drop()
        self._since, self._spent = time.monotonic(), False

    def tick(self, settings: Settings | None) -> None:
        """Begin, or go on. To be called again and again while no run is under way.

        Args:
            settings: what the dialog says; None while that is nothing to paint with.
        """
        if self._preview.asked is not self._for:
            self._for = self._preview.asked
            self.wait()
        self._due = settings is not None and self._could(settings)
        if self._job is not None:
            self._advance(self._job)
        elif self._reading is not None:
            self._try(self._read_on)
        elif settings is not None and self._due and time.monotonic() - self._since >= REST:
            self._spent = True
            if not self._spare():
                self._try(lambda: self._begin(settings))

    def take(self, asked: Asked) -> Job | None:
        """The job of a run that asks for something; None where that is not what is painted ahead.

        What is painted ahead belongs to the run then, or has ended.
        """
        self._spent, self.halted = True, False
        if asked != self._asked:
            self._drop()
            return None
        job, self._job, self._asked = self._job, None, None
        if job is not None:
            job.want()
        return job

    def end(self) -> None:
        """A run has ended: what was seen of it before it was asked for is of use no more."""
        if self._growth is not None and not self._growth.finished:
            self._drop()

    def close(self) -> None:
        """The dialog is gone."""
        self._drop()
        self._spent = True

    def _could(self, settings: Settings) -> bool:
        """Whether there is a preview, and none that is the painting."""
        if self._spent or not self.switch.on or self._preview.waiting or self._for is None:
            return False
        return METHODS[settings.method].cost.in_steps

    def _begin(self, settings: Settings) -> None:
        turn, host = self._turn, self._find()
        if host is None:
            self.wait()
        elif turn == self._turn:
            self._from = host, settings
            self._reading = Asked.in_parts(host, settings, GLIMPSES)

    def _read_on(self) -> None:
        """Read another part, and ask for the painting after the last one."""
        reading, turn = self._reading, self._turn
        assert reading is not None and self._from is not None, "it has begun"
        if self._amid:
            return
        if not self._from[0].idle:
            self.wait()
            return
        self._amid = True
        try:
            next(reading)
        except StopIteration as ended:
            # While a host reads it may let timers run, and somebody want something else.
            if turn == self._turn:
                self._reading = None
                self._ask(ended.value, *self._from)
        finally:
            self._amid = False

    def _ask(self, asked: Asked, host: H, settings: Settings) -> None:
        history = History(self._installation)
        patience = LONG if self._patience is None else self._patience
        self._briefly = seconds(history, settings, [host.extent()]) > patience
        self._asked, self._settings = asked, settings
        self._over = False
        self._growth = self._preview.grow(asked.work, settings)
        self._job = Job(replace(asked.request, ahead=True), self._installation)

    def _advance(self, job: Job) -> None:
        """What goes wrong is not said: whoever asks for the painting meets it again."""
        if job.result is None:
            self._try(job.advance)
        if self._job is job and self._growth is not None:
            self._share = 1.0 if job.result is not None else job.progress.fraction
            self._show(job, self._growth)
            if self._briefly and job.result is None and self._as_fine_as_the_preview(job):
                job.close()
                self._job, self.halted = None, True

    def _show(self, job: Job, growth: Growth) -> None:
        progress, result = job.progress, job.result
        picture, box = progress.picture, progress.box
        # The last picture may come before the word that it is the last.
        seen = picture is self._seen and (self._over or result is None)
        if picture is None or box is None or seen:
            return
        self._seen, self._over = picture, result is not None
        growth.lay(picture, box, progress.step)
        if result is not None and self._asked is not None and growth.finished and growth.view:
            self._done(Came(self._asked, result, progress), self._settings, growth.view)

    def _as_fine_as_the_preview(self, job: Job) -> bool:
        """Whether what comes next is finer than a preview shows."""
        assert self._asked is not None, "there is a job"
        picture, steps = job.progress.picture, self._asked.request.settings.steps
        finer = picture is not None and picture.extent.long_side > LONG_SIDE
        return finer or job.progress.step >= steps

    def _try(self, act: Callable[[], object]) -> None:
        try:
            act()
        except Exception as error:
            import logging  # here, as a host that starts imports this file

            known = isinstance(error, ImpastoError)
            logging.getLogger(__name__).info("not painted ahead", exc_info=not known)
            self._drop()

    def _drop(self) -> None:
        """End it, and show the preview again."""
        if self._job is not None:
            self._job.close()
        self._turn += 1
        self._share, self.halted = 0.0, False
        self._job = self._asked = self._growth = self._reading = self._from = None
        self._preview.forget_growth()
