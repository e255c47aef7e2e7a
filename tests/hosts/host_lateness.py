"""How late a host's own timer is, and what Python did meanwhile; loaded inside the hosts.

No test judges by it, as it depends on what else the machine does. Processor time of the thread that
draws tells what is the plug-in's own doing.
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections import Counter
from typing import Any, NamedTuple

EVERY = 5
"""Milliseconds from one tick of the timer to the next."""

LATE = 0.06
"""Seconds without a tick after which it is noted what Python is at."""

_WORST = 5


class _Gap(NamedTuple):
    """Seconds between two ticks, and of the thread's processor time."""

    passed: float
    busy: float


class Lateness:
    """Is ticked by the host's timer, in the thread that draws."""

    def __init__(self) -> None:
        self._phase = ""
        self._gaps: dict[str, list[_Gap]] = {}
        self._at: dict[str, Counter[str]] = {}
        self._last = _Gap(time.monotonic(), time.thread_time())
        self._thread = threading.get_ident()
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def phase(self, name: str) -> None:
        """What follows is counted by this name."""
        self.tick()
        self._phase = name

    def tick(self) -> bool:
        """Called by the timer; True, as GLib's goes on by that."""
        now = _Gap(time.monotonic(), time.thread_time())
        gap = _Gap(now.passed - self._last.passed, now.busy - self._last.busy)
        self._gaps.setdefault(self._phase, []).append(gap)
        self._last = now
        return True

    def end(self) -> dict[str, Any]:
        """Of each phase the longest gaps, in milliseconds, and for how many of them Python was seen
        at what in long ones."""
        self._over.set()
        worst = {
            phase: [
                [round(1000 * each) for each in gap] for gap in sorted(gaps)[: -_WORST - 1 : -1]
            ]
            for phase, gaps in self._gaps.items()
        }
        return {"gaps": worst, "at": {phase: dict(seen) for phase, seen in self._at.items()}}

    def _watch(self) -> None:
        told, began = 0.0, time.monotonic()
        while not self._over.wait(0.01):
            last, before, began = self._last.passed, began, time.monotonic()
            if began - last < LATE:
                continue
            frame = sys._current_frames().get(self._thread)
            stack = traceback.extract_stack(frame)[-4:] if frame else []
            at = " > ".join(f"{each.name}:{each.lineno}" for each in stack) or "no Python"
            since = last if last != told else before
            told = last
            self._at.setdefault(self._phase, Counter())[at] += round(1000 * (began - since))
