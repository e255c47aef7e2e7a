"""The paintings of ``impasto batch``, one after another."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from core.bridge.contract.errors import ImpastoError, Paused, Stopped
from core.bridge.contract.methods import METHODS, SELECTION
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.commands.pairs import Pair
from core.commands.series import Series
from core.terminal import streams

if TYPE_CHECKING:
    from core.engine.networks import Networks
    from core.pixels.files import File
    from core.system.stopping import ShouldStop

_log = logging.getLogger(__name__)


class Counted(NamedTuple):
    """How many were painted, were there already, and failed."""

    painted: int
    there: int
    failed: int


class Batch:
    """The paintings of a batch, one after another."""

    def __init__(
        self,
        asked: Sequence[Pair],
        settings: Settings,
        masks: dict[str, Path],
        networks: Networks,
    ) -> None:
        from core.system.done import Done

        self._asked, self._settings, self._masks = asked, settings, masks
        self._networks = networks
        self._done = Done(asked[0].output.parent)
        self._series = Series(len(asked))
        self._told: set[str] = set()
        self._read: tuple[Path, File, Pixels | None] | None = None

    def paint(self, should_stop: ShouldStop) -> Counted:
        """Paint them all. Raises Paused."""
        painted = there = failed = 0
        for pair in self._asked:
            try:
                made = self._paint(pair, should_stop)
            except Stopped as error:
                raise Paused(
                    "interrupted: {done} of {count} are painted. The same command goes on.",
                    done=painted + there,
                    count=len(self._asked),
                ) from error
            except ImpastoError as error:
                failed += 1
                self._failed(pair, str(error))
            except Exception as error:
                _log.exception("%s failed", pair.output)
                failed += 1
                self._failed(pair, f"failed ({type(error).__name__}): the reason is in the log")
            else:
                painted, there = painted + made, there + (not made)
        self._series.clear()
        return Counted(painted, there, failed)

    def _paint(self, pair: Pair, should_stop: ShouldStop) -> bool:
        """Paint one; False where it was there. Raises as :func:`core.engine.job.paint`."""
        from core.engine import identity
        from core.engine import job as engine
        from core.engine.laying import laid_over
        from core.pixels import files
        from core.system import stopping

        stopping.ask(should_stop)
        content, selection = self._pictures(pair.picture)
        request = Request(content.pixels, styled(self._settings, pair.style), selection)
        name, digest = pair.output.name, identity.of(request)
        if self._done.has(name, digest):
            self._series.skipped()
            return False
        for sentence in (content.unseen, files.check_writable(content, pair.output)):
            self._tell_once(sentence)
        painting = engine.paint(request, self._networks, self._series.follow, should_stop)
        self._done.forget(name)
        files.write(laid_over(content, painting, request.settings), pair.output)
        self._series.clear()
        try:
            self._done.note(name, digest)
        except OSError as error:
            _log.warning("that %s is done can't be noted: %s", pair.output, error)
        streams.say(f"{pair.output}: {painting.report['seconds']} s")
        for note in painting.report.get("notes", []):  # type: ignore[attr-defined]
            streams.say(f"{pair.output}: {note}")
        self._series.painted()
        return True

    def _pictures(self, path: Path) -> tuple[File, Pixels | None]:
        """A content and its mask, which are read once for all styles."""
        from core.pixels import files

        if self._read is None or self._read[0] != path:
            content, mask = files.read(path), self._masks.get(path.stem)
            selection = None if mask is None else files.read_mask(mask, content.pixels.extent)
            self._read = path, content, selection
        return self._read[1:]

    def _failed(self, pair: Pair, why: str) -> None:
        self._series.clear()
        self._series.painted()
        streams.tell(f"impasto: {pair.output.name}: {why}")

    def _tell_once(self, sentence: str) -> None:
        if sentence and sentence not in self._told:
            self._told.add(sentence)
            self._series.clear()
            streams.tell(f"impasto: {sentence}")


def styled(settings: Settings, style: str) -> Settings:
    """The settings with a style for what is selected."""
    knob = METHODS[settings.method].knobs[SELECTION]
    return Settings.from_mapping({**settings.as_mapping(), knob: style})
