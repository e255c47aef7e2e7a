"""Hosts that several files of tests run in."""

from __future__ import annotations

from .gimps import gimp, job
from .kritas import fine_krita, krita, sessions

__all__ = ["fine_krita", "gimp", "job", "krita", "sessions"]
