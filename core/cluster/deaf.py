"""What a process of ``--workers`` loads first: Ctrl-C is for who asked for its work, and calls it
off by Dask's own ways. A terminal sends it to all of them.
"""

from __future__ import annotations

import signal


def dask_setup(_worker: object) -> None:
    """Called by Dask in the process's main thread, before anything is painted."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
