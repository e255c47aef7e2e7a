"""Pictures that the engine can't read and a host can: opened there, and handed on as PNG.

A rendition is kept until its file changes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

from ..contract import label_styles
from ..contract.errors import BadInput
from ..contract.settings import KNOBS, Settings
from ..contract.weighted import PATHS, weighted, written
from ..i18n.text import Text
from ..storage.own import file_name
from ..storage.paths import Installation
from ..storage.regular import is_regular
from ..storage.whole import name_whole, unwritable
from .foreign import genuine
from .gallery import ENDINGS, HOST_ENDINGS

KEPT = 100
"""Renditions that are kept, the newest."""


def needed(path: str) -> bool:
    """Whether only a host can read a file, by its ending."""
    ending = PurePath(path).suffix.lower()
    return ending in HOST_ENDINGS and ending not in ENDINGS


class Renditions:
    """The renditions of one host."""

    def __init__(
        self, installation: Installation, host: str, render: Callable[[Path, Path], bool]
    ) -> None:
        """Make it.

        Args:
            installation: where they lie.
            host: what a person calls it.
            render: writes the picture in the first file into the second, as PNG; False where the
                host can't read it. Raises BadInput where that shows nothing, and OSError where it
                can't be written. It is given only what is :func:`.foreign.genuine`.
        """
        self._host = host
        self._folder = installation.renditions
        self._render = render
        self._refused: dict[Path, Text] = {}
        """What the host could not read, not to be tried again at every move of a knob."""

    def known(self, path: Path) -> Path:
        """The file that shows a picture, without making one: the rendition where there is one."""
        if not needed(str(path)):
            return path
        try:
            place = self._place(path)
        except BadInput:
            return path
        return place if is_regular(place) else path

    def readable(self, path: str) -> str:
        """The file that the engine is to read for a picture: itself, or a rendition.

        Raises:
            BadInput: the host can't read it either.
            ImpastoError: the rendition can't be written.
        """
        if not needed(path):
            return path
        place = self._place(Path(path))
        if place in self._refused:
            raise BadInput.of(self._refused[place])
        if not is_regular(place):
            self._make(Path(path), place)
        return str(place)

    def rendered(self, settings: Settings) -> Settings:
        """The same settings with files that the engine can read. Raises as :meth:`readable`."""
        values = settings.as_mapping()
        for knob in KNOBS:
            if knob.kind == "file":
                values[knob.name] = self.readable(values[knob.name])
        mixed = weighted(settings.mix, PATHS)
        if any(map(needed, mixed)):
            values["mix"] = written({self.readable(name): mixed[name] for name in mixed})
        labelled = label_styles.read(settings.label_styles)
        if any(map(needed, labelled.values())):
            files = {color: self.readable(path) for color, path in labelled.items()}
            values["label_styles"] = label_styles.written(files)
        return Settings.from_mapping(values)

    def _place(self, file: Path) -> Path:
        """Where the rendition of a file as it is now lies. Raises BadInput."""
        try:
            found = file.stat()
        except OSError as error:
            raise BadInput(
                "{path} can't be read: {reason}.", path=file, reason=error.strerror
            ) from error
        if not is_regular(file):  # a pipe would be waited for
            raise BadInput("{path} is not a file: choose a picture.", path=file)
        import hashlib  # here, as a host that starts imports this file

        state = f"{file.resolve()} {found.st_mtime_ns} {found.st_size}"
        digest = hashlib.sha256(state.encode(errors="surrogateescape")).hexdigest()[:16]
        return self._folder / digest / f"{file_name(file.stem)}.png"

    def _make(self, file: Path, place: Path) -> None:
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with name_whole(place) as unfinished:
                if not (genuine(file) and self._render(file, unfinished)):
                    raise BadInput(
                        "{host} can't read {path}: save it as a PNG, then choose that.",
                        host=self._host,
                        path=file,
                    )
        except BadInput as error:
            self._refused[place] = error.text
            raise
        except OSError as error:
            raise unwritable(place, error) from error
        self._forget_old()

    def _forget_old(self) -> None:
        kept = sorted(self._folder.iterdir(), key=lambda at: at.stat().st_mtime, reverse=True)
        import shutil  # here, as above

        for place in kept[KEPT:]:
            shutil.rmtree(place, ignore_errors=True)
