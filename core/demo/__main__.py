"""``python -m core.demo``: see :mod:`core.demo.astronaut`."""

from __future__ import annotations

import sys

from core.terminal import signals

if __name__ == "__main__":
    # Before all else is imported, which takes long enough to press Ctrl-C.
    with signals.handled(signals.leave("impasto: interrupted; nothing was written.")):
        from core.demo import astronaut

        sys.exit(astronaut.main())
