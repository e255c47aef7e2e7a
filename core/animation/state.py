"""Where a clip's painting stands between two frames, in files beside them.

The next frame is tied to the floats that were painted of the last one, and not to what was rounded
into its file: what goes on is the same to the last bit as what was never interrupted. Which states
are still needed, those say who write them.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from core.bridge.contract.geometry import Box
from core.bridge.storage.whole import unwritable
from core.motion.steady import Painted
from core.system import tensors
from core.system.done import FOLDER

_log = logging.getLogger(__name__)


class States:
    """The states of a clip's painting, by the digests of their frames."""

    def __init__(self, folder: Path) -> None:
        """Of a folder of painted frames, which exists."""
        self._folder = folder / FOLDER
        self._ours = set[Path]()

    def keep(
        self, digest: str, regions: Mapping[str, Painted], beside: Collection[str] = ()
    ) -> None:
        """Keep the regions of a frame. Raises ImpastoError where they can't be written.

        Args:
            digest: of the frame.
            regions: as they were painted.
            beside: digests of other frames whose states stay. The rest of ours goes; what is not
                ours may be of a shot that is painted elsewhere.
        """
        path = self._path(digest)
        held, told = {}, {}
        for number, (key, painted) in enumerate(regions.items()):
            told[str(number)] = json.dumps([key, list(painted.box)])
            held[f"{number} work"] = painted.work
            if painted.whole is not None:
                held[f"{number} whole"] = painted.whole
        try:
            self._folder.mkdir(exist_ok=True)
            tensors.keep(path, held, told)
        except OSError as error:
            raise unwritable(path, error) from error
        stay = {path, *map(self._path, beside)}
        self._ours -= stay
        self.clear()
        self._ours = stay

    def clear(self) -> None:
        """None of ours is needed any more."""
        for old in self._ours:
            with suppress(OSError):
                old.unlink()
        self._ours = set()

    def passed(self, digest: str) -> None:
        """Take over what was kept of a frame by a run before this one."""
        self._ours.add(self._path(digest))

    def found(self, digest: str) -> dict[str, Painted] | None:
        """The regions of a frame; None where they are not kept any more."""
        path = self._path(digest)
        try:
            kept = tensors.read_kept(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            _log.warning("%s can't be read: %s", path, error)
            return None
        self._ours.add(path)
        regions = {}
        for number, told in kept.told.items():
            key, box = json.loads(told)
            work, whole = kept.tensors[f"{number} work"], kept.tensors.get(f"{number} whole")
            regions[key] = Painted(Box(*box), work, whole)
        return regions

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest[:32]}.safetensors"
