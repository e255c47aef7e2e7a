"""The drawn styles as files, drawn by as many processes as there are cores."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

from core.bridge.storage.whole import open_whole
from core.styles.drawn.known import STYLES
from core.terminal import streams


def draw_all(folder: Path, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Draw every style anew.

    Args:
        folder: gets a JPEG of each, by its name.
        meanwhile: called while the other processes draw.

    Raises:
        OSError: a file can't be written.
        BrokenProcessPool: a process that draws was ended.
    """
    # Forked, a process would have locks of threads that it does not have.
    context = get_context("spawn")
    count = min(os.cpu_count() or 1, len(STYLES))
    pool = ProcessPoolExecutor(count, context, initializer=_leave_ctrl_c_to_the_first)
    try:
        tasks = {name: pool.submit(_draw, name, folder / f"{name}.jpg") for name in STYLES}
        meanwhile()
        for number, (name, task) in enumerate(tasks.items(), 1):
            task.result()
            streams.say(f"drawn {name}, {number} of {len(tasks)}")
    finally:
        pool.shutdown(cancel_futures=True)


def save(image: Image.Image, path: Path) -> None:
    """Write a picture of the gallery, whole or not at all. Raises OSError."""
    with open_whole(path) as file:
        image.save(file, "JPEG", quality=92)


def _draw(name: str, path: Path) -> None:
    save(STYLES[name](), path)


def _leave_ctrl_c_to_the_first() -> None:
    """A terminal sends Ctrl-C to each process; the first one says what it led to."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
