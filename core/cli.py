"""The command ``impasto``: the engine without a host."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from core.terminal import signals


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns its exit status, see :func:`core.commands.ending.status_of`."""
    # Before all else is imported, which takes long enough to press Ctrl-C.
    with signals.handled(signals.leave("impasto: interrupted; nothing was written.")):
        from core.commands import command

        return command.main(arguments)


if __name__ == "__main__":
    sys.exit(main())
