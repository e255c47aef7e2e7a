"""Whether a person wants paintings to be begun before they are asked for; of both hosts."""

from __future__ import annotations

from ..storage.own import read_json, write_json
from ..storage.paths import Installation

LABEL = "Paint ahead"
HELP = (
    "Paint while the knobs rest, so that Paint has less to do. Never on battery, and only as far "
    "as the preview shows where all of it would take more than two minutes."
)

HALTED = "This takes longer than two minutes: Paint goes on from this sketch."
"""Said where no more is painted ahead, though the painting is not done."""

_ON = "on"


class Switch:
    """Stands where it was put last, by whichever dialog; on at first."""

    def __init__(self, installation: Installation) -> None:
        self._file = installation.user / "last used" / "paint ahead.json"
        self.on = read_json(self._file).get(_ON) is not False

    def put(self, on: bool) -> None:
        """Switch it. A folder that can't be written must not stop anybody."""
        self.on = on
        try:
            write_json(self._file, {_ON: on})
        except OSError:
            import logging  # here, as a host that starts imports this file

            logging.getLogger(__name__).warning("%s can't be written", self._file, exc_info=True)
