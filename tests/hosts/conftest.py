"""Hosts that several files of tests run in."""

from __future__ import annotations

from .gimps import gimp, job
from .kritas import krita

__all__ = ["gimp", "job", "krita"]
