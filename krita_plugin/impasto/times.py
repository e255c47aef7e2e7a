"""Spans of time for a person."""

from __future__ import annotations


def short_time(seconds: float) -> str:
    """A span of time as one reads it at a glance: 4 s, 12 min, 3 h."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
