"""What a person used last in a host: the settings of each task, and what became of a painting.

A file for each host, as pictures may be named in its own way there. GIMP keeps last values of its
own, for its Repeat and its Reset.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..contract.dropped import dropped
from ..contract.errors import BadInput
from ..contract.knobs import COLORIZE, STYLIZE
from ..contract.settings import Settings
from ..storage.own import read_json, write_json
from ..storage.paths import Installation
from .gallery import Gallery
from .styles import pictures

_TASK, _OUTPUT, _TRIES = "task", "output", "on your picture"


class LastUsed:
    """Reads its file anew at each call, as a second window may have changed it."""

    def __init__(self, installation: Installation, host: str) -> None:
        """``host``: its name, as a file's."""
        self._file = installation.user / "last used" / f"{host}.json"

    def settings(self, task: str = "") -> Settings | None:
        """Those of the last run, of a task or of the last one; None where there is none."""
        try:
            return Settings.remembered(self._of(task))
        except BadInput:
            return None

    def lost(self, task: str) -> BadInput | None:
        """What to say where not all of those could be taken over; None where all could."""
        if not (names := dropped(self._of(task))):
            return None
        return BadInput(
            "What you used last is from another version of Impasto: what it says of {settings} "
            "could not be taken over.",
            settings=", ".join(names),
        )

    def output(self) -> str:
        """What became of the last painting; empty where there is none."""
        kind = read_json(self._file).get(_OUTPUT)
        return kind if isinstance(kind, str) else ""

    def tries(self) -> bool:
        """Whether the gallery shows each style on the picture itself."""
        return read_json(self._file).get(_TRIES) is not False

    def remember_tries(self, on: bool) -> None:
        """The gallery shows this from now on."""
        self._change({_TRIES: on})

    def remember(self, settings: Settings) -> None:
        """A run with these begins."""
        task = COLORIZE if settings.sketch else STYLIZE
        self._change({_TASK: task, task: settings.as_mapping()})

    def remember_output(self, kind: str) -> None:
        """A painting becomes this."""
        self._change({_OUTPUT: kind})

    def _of(self, task: str) -> object:
        kept = read_json(self._file)
        wanted = task or kept.get(_TASK, STYLIZE)
        return kept.get(wanted) if isinstance(wanted, str) else None

    def _change(self, values: dict[str, Any]) -> None:
        """A folder that can't be written must not stop anybody from painting."""
        try:
            write_json(self._file, {**read_json(self._file), **values})
        except OSError:
            import logging  # here, as a host that starts imports this file

            logging.getLogger(__name__).warning("%s can't be written", self._file, exc_info=True)


def note_pictures(
    gallery: Gallery, settings: Settings, is_file: Callable[[str], bool] = bool
) -> None:
    """Note that the pictures of settings were painted with now.

    Args:
        gallery: which puts them first from now on.
        settings: of the painting.
        is_file: tells them from what is no file to the host.
    """
    gallery.touch(*(Path(path) for path in pictures(settings) if is_file(path)))
