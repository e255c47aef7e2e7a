"""A worker that dies must not take Krita along."""

from __future__ import annotations

import signal


def survive_broken_pipes() -> None:
    """Let a write to a worker that is gone be an error, as in every Python of its own.

    Krita starts its Python without signal handlers: there, the system's default holds, which
    ends the whole process. Systems without SIGPIPE need nothing.
    """
    broken = getattr(signal, "SIGPIPE", None)
    if broken is not None and signal.getsignal(broken) == signal.SIG_DFL:
        signal.signal(broken, signal.SIG_IGN)
