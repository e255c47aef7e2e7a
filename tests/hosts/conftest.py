"""Hosts that several files of tests run in."""

from __future__ import annotations

from .gimps import gimp, job

__all__ = ["gimp", "job"]
