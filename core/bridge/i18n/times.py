"""Spans of time in words."""

from __future__ import annotations

import time

from .texts import tr


def span(seconds: float) -> str:
    """A span as one reads it at a glance, the same in every language: 4 s, 12 min, 2.5 h."""
    if seconds < 90:
        return f"{round(seconds)} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def clock(seconds: float) -> str:
    """Minutes and seconds as a clock shows them, with hours where there are any: 12:05, 1:00:00."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def about(seconds: float) -> str:
    """An estimate as a person says it, no finer than it is meant: ``about 40 s``."""
    if seconds < 1:
        return tr("under 1 s")
    if seconds < 90:
        return tr(
            "about {time} s", time=round(seconds) if seconds < 20 else 10 * round(seconds / 10)
        )
    if seconds < 5400:
        return tr("about {time} min", time=round(seconds / 60))
    return tr("about {time} h", time=round(seconds / 3600, 1))


def moment(at: float) -> str:
    """When something was, in seconds since 1970: the time of today, or the day and the time."""
    then, now = time.localtime(at), time.localtime()
    return time.strftime("%H:%M:%S" if then[:3] == now[:3] else "%Y-%m-%d %H:%M", then)
