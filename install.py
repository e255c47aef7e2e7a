"""Install Impasto for this user: ``python3 install.py``. ``--help`` names the other commands.

Nothing but the standard library is needed. This file keeps to words that any Python understands,
so that an old one can say that it is too old, and have a newer one do it; the work is done in
core/setup.
"""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - whoever runs this has the Python they have
    if sys.version_info >= (3, 7):  # noqa: UP036
        from core.setup import elder

        elder.restart(sys.argv)
    sys.exit(
        "Impasto needs Python 3.10 or newer, and this is %d.%d: run it with a newer one, "  # noqa: UP031
        "for example 'python3.12 install.py'." % sys.version_info[:2]
    )

from core.terminal import signals

if __name__ == "__main__":
    # Before all else is imported, which takes long enough to press Ctrl-C.
    with signals.handled(signals.leave("Stopped: nothing was begun.")):
        from core.setup.command import main

        sys.exit(main())
