"""What a worker does: the functions that are sent to it by name.

One process paints one thing at a time, on networks and with statistics of styles that it keeps.
PyTorch is loaded when something is painted: it takes seconds, in which nothing would be answered.
"""

from __future__ import annotations

import functools
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.bridge import VERSION
from core.bridge.contract.errors import BadInput, ImpastoError, NoRoom, Stopped
from core.bridge.contract.request import Progress
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.cluster.orders import LOOK, PICTURE, STRETCH, Answer
from core.terminal import logs

if TYPE_CHECKING:
    from core.engine.errands import Reader
    from core.engine.networks import Networks

_log = logging.getLogger(__name__)

_alone = threading.Lock()

_OFTEN = 1.0
"""Seconds between two words on how far a painting is."""


def do(kind: str, text: str) -> str:
    """Do what an order says, and give the text of its :class:`Answer`."""
    told = json.loads(text)
    link = _Link(told["topic"])
    try:
        if told["version"] != VERSION:
            raise BadInput(
                "The worker at {worker} has Impasto {theirs}, and this is {ours}: install the same "
                "version everywhere.",
                worker=link.address,
                theirs=VERSION,
                ours=told["version"],
            )
        if kind == LOOK:
            return Answer(_look(told, link)).text()
        with _alone:
            link.ask()  # it may have waited for long
            return Answer(_WORK[kind](told, link)).text()
    except Stopped:
        return Answer({}, failed="stopped", stopped=True).text()
    except ImpastoError as error:
        return Answer({}, failed=str(error), full=isinstance(error, NoRoom)).text()
    except Exception as error:
        _log.exception("failed")
        name = type(error).__name__
        return Answer(
            {}, failed=f"failed ({name}): the reason is in the log of the worker at {link.address}"
        ).text()


class _Link:
    """The way back to whoever asked, of a task at work."""

    def __init__(self, topic: str) -> None:
        from distributed import get_worker

        self._worker = get_worker()
        self._key, self._topic = self._worker.get_current_task(), topic
        self._last, self._frames = 0.0, 0
        self.address: str = self._worker.address
        self.threads: int = self._worker.state.nthreads

    def stopped(self) -> bool:
        """Whether nobody wants it any more: it was called off, or who asked is gone."""
        task = self._worker.state.tasks.get(self._key)
        return task is None or task.state != "executing"

    def ask(self) -> None:
        """Raises Stopped where nobody wants it."""
        if self.stopped():
            raise Stopped("The job was cancelled.")

    def say(self, **what: object) -> None:
        """Tell something that JSON can say."""
        self._worker.log_event(self._topic, json.dumps({"key": self._key, **what}))

    def follow(self, progress: Progress) -> None:
        """Tell how far a painting is, not too often."""
        now = time.monotonic()
        if now - self._last >= _OFTEN:
            self._last = now
            self.say(fraction=progress.fraction)

    def skipped(self) -> None:
        """A frame was there."""
        self.painted()

    def painted(self) -> None:
        """A frame was painted, or was there."""
        self._frames += 1
        self.say(frames=self._frames)


def _look(told: Mapping[str, Any], link: _Link) -> dict[str, Any]:
    """Whether the worker sees a file that was written for it to see."""
    path = Path(told["path"])
    try:
        seen = path.read_text("ascii") == told["inside"]
    except (OSError, ValueError):
        seen = False
    return {"seen": seen, "worker": link.address, "threads": link.threads}


def _picture(told: Mapping[str, Any], link: _Link) -> dict[str, Any]:
    """Paint a picture of a batch."""
    from core.engine.errands import Errand

    mask = told["mask"]
    errand = Errand(
        Path(told["picture"]),
        Path(told["output"]),
        Settings.from_mapping(told["settings"]),
        None if mask is None else Path(mask),
    )
    looked = _reader().look(errand)
    if looked.digest != told["digest"]:
        raise BadInput(
            "The worker at {worker} sees another {picture}, mask or style than this machine: let "
            "both see the same disk under the same names.",
            worker=link.address,
            picture=errand.picture,
        )
    if looked.done:  # by a worker that was lost before it could say so
        return {"seconds": 0.0, "notes": [], "lost": []}
    lost = looked.lost()
    report = looked.paint(_networks(), link.follow, link.stopped)
    notes: Any = report.get("notes", ())
    return {"seconds": report["seconds"], "notes": [str(note) for note in notes], "lost": lost}


def _stretch(told: Mapping[str, Any], link: _Link) -> dict[str, Any]:
    """Paint a part of a clip."""
    from core.animation import stretches

    part = stretches.read(told)
    return {"painted": part.paint(_networks(), link, link.stopped), "frames": part.count}


_WORK: Mapping[str, Callable[[Mapping[str, Any], _Link], dict[str, Any]]] = {
    PICTURE: _picture,
    STRETCH: _stretch,
}


@functools.cache
def _networks() -> Networks:
    """Those of this process."""
    from core.engine.networks import Networks
    from core.system import heap

    installation = Installation.here()
    logs.to_file(installation.log)
    heap.keep()
    return Networks.of(installation)


@functools.cache
def _reader() -> Reader:
    from core.engine.errands import Reader

    return Reader()
