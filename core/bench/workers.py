"""Starts a worker for the benchmark, apart from the one that the hosts use."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.paths import Installation
from core.setup.worker import dismiss


@contextlib.contextmanager
def private(installation: Installation) -> Iterator[Installation]:
    """An installation with the same environment and weights, whose worker is not running yet.

    Raises:
        ImpastoError: nothing is installed, or this system makes no symbolic links.
    """
    if not installation.manifest.is_file():
        raise ImpastoError(
            "Impasto is not installed in {folder}, so there is no worker to measure: run "
            "'python3 install.py', or leave preview and start out with --only.",
            folder=installation.prefix,
        )
    with tempfile.TemporaryDirectory(prefix="impasto-") as scratch:
        own = Installation(Path(scratch))
        try:
            own.environment.symlink_to(installation.environment, target_is_directory=True)
            own.weights.symlink_to(installation.weights, target_is_directory=True)
        except OSError as error:
            raise ImpastoError(
                "A worker can't be measured apart from yours ({reason}): leave preview and start "
                "out with --only.",
                reason=error.strerror,
            ) from error
        own.manifest.write_bytes(installation.manifest.read_bytes())
        if installation.convolutions.is_file():
            # Or each worker would measure first which are the quickest, as only the first does.
            own.convolutions.write_bytes(installation.convolutions.read_bytes())
        try:
            yield own
        finally:
            dismiss(own)
