"""The paintings of ``impasto batch``, one after another."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.bridge.contract.errors import ImpastoError, NoRoom, Paused, Stopped
from core.bridge.contract.methods import METHODS, SELECTION
from core.bridge.contract.settings import Settings
from core.commands.pairs import Pair
from core.commands.series import Series
from core.terminal import streams

if TYPE_CHECKING:
    from core.engine.errands import Errand
    from core.engine.networks import Networks
    from core.system.stopping import ShouldStop

_log = logging.getLogger(__name__)


class Counted(NamedTuple):
    """How many were painted, were there already, and failed."""

    painted: int
    there: int
    failed: int


class Tally:
    """What is said of a batch, and counted."""

    def __init__(self, count: int) -> None:
        self.series = Series(count)
        self._count = count
        self._painted = self._there = self._failed = 0
        self._said: set[str] = set()

    @property
    def counted(self) -> Counted:
        return Counted(self._painted, self._there, self._failed)

    def was_there(self) -> None:
        """A painting was there."""
        self._there += 1
        self.series.skipped()

    def painted(self, output: Path, seconds: object, notes: Sequence[object]) -> None:
        """One was painted."""
        self._painted += 1
        self.series.clear()
        streams.say(f"{output}: {seconds} s")
        for note in notes:
            streams.say(f"{output}: {note}")
        self.series.painted()

    def failed(self, output: Path, why: object) -> None:
        """One can't be painted."""
        self._failed += 1
        self.series.clear()
        self.series.painted()
        streams.tell(f"impasto: {output.name}: {why}")

    def once(self, sentences: Sequence[str]) -> None:
        """What is true of several pictures is said of the first."""
        for sentence in sentences:
            if sentence not in self._said:
                self._said.add(sentence)
                self.series.clear()
                streams.tell(f"impasto: {sentence}")

    def stopped(self) -> Paused:
        """What is raised when Ctrl-C was pressed."""
        return Paused(
            "interrupted: {done} of {count} are painted. The same command goes on.",
            done=self._painted + self._there,
            count=self._count,
        )

    def no_room(self, error: NoRoom) -> NoRoom:
        """What is raised when a disk is full: all that follow would be painted in vain."""
        self.series.clear()
        return NoRoom(
            "{why} {done} of {count} are painted: make room, and the same command goes on.",
            why=error,
            done=self._painted + self._there,
            count=self._count,
        )


def paint(
    errands: Sequence[Errand], networks: Networks, told: Tally, should_stop: ShouldStop
) -> None:
    """Paint them all, in this process.

    Raises:
        Paused: ``should_stop`` said so.
        NoRoom: the disk is full.
    """
    from core.engine.errands import Reader
    from core.system import stopping

    reader = Reader()
    for errand in errands:
        try:
            stopping.ask(should_stop)
            looked = reader.look(errand)
            if looked.done:
                told.was_there()
                continue
            told.once(looked.lost())
            report = looked.paint(networks, told.series.follow, should_stop)
        except Stopped as error:
            raise told.stopped() from error
        except NoRoom as error:
            raise told.no_room(error) from error
        except ImpastoError as error:
            told.failed(errand.output, error)
        except Exception as error:
            _log.exception("%s failed", errand.output)
            told.failed(errand.output, f"failed ({type(error).__name__}): the reason is in the log")
        else:
            notes: Sequence[object] = report.get("notes", ())  # type: ignore[assignment]
            told.painted(errand.output, report["seconds"], notes)
    told.series.clear()


def styled(settings: Settings, style: str) -> Settings:
    """The settings with a style for what is selected."""
    knob = METHODS[settings.method].knobs[SELECTION]
    return Settings.from_mapping({**settings.as_mapping(), knob: style})


def errands(asked: Sequence[Pair], settings: Settings, masks: dict[str, Path]) -> list[Errand]:
    """What is to be painted, of every pair."""
    from core.engine.errands import Errand

    return [
        Errand(
            pair.picture, pair.output, styled(settings, pair.style), masks.get(pair.picture.stem)
        )
        for pair in asked
    ]
