"""``python -m core.commands.supplies PREFIX``: what an installation holds besides packages.

The styles of its gallery are drawn while the weights are downloaded and converted. Each process
that draws imports this file, so PyTorch is imported where it is used.
"""

from __future__ import annotations

import sys
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from core.bridge.contract.errors import ImpastoError
from core.bridge.session.gallery import PASTICHES
from core.bridge.storage.paths import Installation
from core.commands import gallery
from core.terminal import logs, signals, streams


def main() -> int:
    streams.prepare()
    installation = Installation(Path(sys.argv[1]))
    logs.to_file(installation.log)
    try:
        with signals.handled(signals.interrupt):
            gallery.draw_styles(installation.gallery, lambda: _fetch(installation.weights))
            gallery.show_pastiches(installation.gallery / PASTICHES, installation.weights)
    except KeyboardInterrupt:
        return signals.status()
    except OSError as error:
        streams.tell(f"Weights and styles can't be written: {error}.")
        return 1
    except BrokenProcessPool:
        streams.tell(
            "A process that draws styles was ended, as for want of memory: end other programs, "
            "then run 'python3 install.py' again."
        )
        return 1
    except ImpastoError as error:
        streams.tell(str(error))
        return 1
    return 0


def _fetch(folder: Path) -> None:
    from core.features.weights.fetch import fetch

    fetch(folder)


if __name__ == "__main__":
    sys.exit(main())
