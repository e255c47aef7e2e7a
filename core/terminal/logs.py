"""The log file: everything a person does not need to see, for the day something goes wrong."""

from __future__ import annotations

import logging
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path

from core.bridge.storage.logfile import opener

MAX_BYTES = 1_000_000
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def to_file(path: Path) -> bool:
    """Send all logging to ``path``, which is kept small by moving it aside once.

    Returns:
        Whether that can be written; nothing is logged where it can't.
    """
    found = file_handler(path, _FORMAT, MAX_BYTES)
    logging.basicConfig(level=logging.INFO, handlers=[found or logging.NullHandler()])
    # Decoders warn of what is odd in a file: that is no word for a person.
    logging.captureWarnings(True)
    return found is not None


def file_handler(path: Path, form: str, max_bytes: int = 0) -> logging.Handler | None:
    """What writes a log that only its owner can read; None where that can't be opened.

    Args:
        path: of the log.
        form: of its lines.
        max_bytes: how large it becomes before it is moved aside; 0 for any size.
    """
    try:
        handler = _Private(
            path, maxBytes=max_bytes, backupCount=1, encoding="utf-8", errors="backslashreplace"
        )
    except OSError:
        return None
    handler.setFormatter(logging.Formatter(form))
    return handler


class _Private(RotatingFileHandler):
    """A log that nobody else reads and that fails, on a full disk as well, without a word."""

    def _open(self) -> TextIOWrapper:
        file = open(self.baseFilename, "ab", opener=opener)  # noqa: SIM115
        return TextIOWrapper(file, self.encoding, self.errors)

    def handleError(self, record: logging.LogRecord) -> None:
        """Where the log can't be written there is no place for the reason."""
