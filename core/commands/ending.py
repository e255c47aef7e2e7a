"""How a command ends: its exit status, and one line where it is not the end that was wanted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from core.bridge.contract.errors import ImpastoError, Paused, Stopped
from core.commands.terminal import Bar
from core.terminal import signals, streams

_log = logging.getLogger(__name__)


def status_of(run: Callable[[], None], log: Path | None) -> int:
    """Run something to its end.

    Args:
        run: what is run; interrupted, it cleans up behind itself.
        log: where its errors are told in full; None where there is no log.

    Returns:
        0; 1 with one line said; 130 when Ctrl-C came, and 143 after SIGTERM.
    """
    try:
        with signals.handled(signals.interrupt):
            run()
    except Paused as paused:
        return _end(str(paused), signals.status())
    except Stopped:
        return _end("interrupted; nothing was written.", signals.status())
    except KeyboardInterrupt:
        return _end("interrupted.", signals.status())
    except ImpastoError as error:
        _log.info("refused", exc_info=True)
        return _end(str(error), 1)
    except Exception as error:
        _log.exception("failed")
        name = type(error).__name__
        if log is None:
            return _end(f"failed ({name}: {error}), and the log can't be written.", 1)
        return _end(f"failed ({name}): the reason is in {log}", 1)
    return 0


def _end(line: str, status: int) -> int:
    Bar.clear()
    streams.tell(f"impasto: {line}")
    return status
