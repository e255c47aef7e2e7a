"""Sends what libraries print while they decode to the log."""

from __future__ import annotations

import io
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

_log = logging.getLogger(__name__)


@contextmanager
def quiet() -> Iterator[None]:
    """Send what libtiff and OpenEXR write to stdout and stderr in the block to the log."""
    with _one_at_a_time, tempfile.TemporaryFile() as heard:
        kept = [os.dup(number) for number in (1, 2)]
        for number in (1, 2):
            os.dup2(heard.fileno(), number)
        try:
            with redirect_stdout(io.StringIO()):
                yield
        finally:
            for number, own in zip((1, 2), kept, strict=True):
                os.dup2(own, number)
                os.close(own)
            heard.seek(0)
            if words := heard.read(4096).decode("utf-8", "replace").strip():
                _log.info("a decoder says: %s", words)


_one_at_a_time = threading.Lock()
