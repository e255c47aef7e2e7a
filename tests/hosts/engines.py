"""The engine as each host's tests have it: installed once, with a worker that is theirs alone."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.bridge.session.switch import Switch
from core.bridge.storage.paths import Installation
from core.setup import worker
from tests.workers import take_measurements


def private(installation: Installation, prefix: Path) -> Installation:
    """The same engine under a prefix of its own, whose worker no other test shares or ends."""
    prefix.mkdir()
    own = Installation(prefix)
    own.environment.symlink_to(installation.environment.resolve())
    own.weights.symlink_to(installation.weights.resolve())
    own.gallery.symlink_to(installation.gallery.resolve())
    shutil.copy(installation.manifest, own.manifest)
    take_measurements(installation, own)
    # What is begun by itself would be counted among what a test has begun.
    Switch(own).put(False)
    return own


def end_worker(own: Installation) -> None:
    """Send home the worker that a host has started, if there is one."""
    worker.dismiss(own)
