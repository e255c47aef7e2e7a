"""The styles a person can choose from: a folder of pictures that both hosts share.

A person's own lie in the installation's ``user`` folder and outlive it; the ones that come with
Impasto lie in its ``gallery`` folder.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from ..contract.errors import BadInput, ImpastoError
from ..contract.pastiches import NAMES
from ..storage.own import file_name, read_json, write, write_json
from ..storage.paths import Installation
from ..storage.regular import is_no_file, is_regular
from ..storage.whole import unwritable

ENDINGS = frozenset(
    {
        *(".png", ".jpg", ".jpeg", ".jfif", ".webp", ".tif", ".tiff", ".bmp", ".gif"),
        *(".avif", ".heic", ".heif", ".jp2", ".tga", ".exr"),
    }
)

_LAYERED = (".kra", ".krz", ".xcf", ".ora", ".psd", ".exr", ".jxl", ".svg", ".svgz", ".pdf")
_RAW = (
    ".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".kdc", ".mef", ".mrw",
    ".nef", ".nrw", ".orf", ".pef", ".raf", ".raw", ".rw2", ".sr2", ".srf", ".srw", ".x3f",
)  # fmt: skip
HOST_ENDINGS = frozenset(_LAYERED + _RAW)
"""Pictures that a host may read where the engine does not: layered, vector, and raw ones."""

OWN, SHIPPED, BUILT_IN = "own", "shipped", "built in"

PASTICHES = "pastiche"
"""The folder inside the gallery that shows what pastiche's own styles look like, by their names."""

RESTING = 150
"""Milliseconds after which the pointer rests at one of its pictures, and does not only pass by."""


@dataclass(frozen=True)
class Style:
    """A picture to paint like.

    Attributes:
        name: what a person reads.
        path: its file.
        source: ``own``, ``shipped``, or ``built in``: the method pastiche knows it by heart.
        favourite: whether it was marked so.
        used: when it was painted with last, in seconds since 1970; 0 never.
    """

    name: str
    path: Path
    source: str
    favourite: bool = False
    used: float = 0.0


@dataclass(frozen=True)
class _Notes:
    """What is remembered of styles, by their paths."""

    favourites: list[str]
    used: dict[str, float]

    @classmethod
    def read(cls, file: Path) -> _Notes:
        return cls.of(read_json(file))

    @classmethod
    def of(cls, found: dict[str, Any]) -> _Notes:
        """What there is of these in a mapping; the rest may be anything."""
        favourites, used = found.get("favourites"), found.get("used")
        paths = favourites if isinstance(favourites, list) else []
        times = used.items() if isinstance(used, dict) else ()
        return cls(
            [path for path in paths if isinstance(path, str)],
            {path: when for path, when in times if type(when) in (int, float)},
        )

    def write(self, file: Path) -> None:
        """A folder that can't be written must not stop anybody from painting."""
        try:
            write_json(file, asdict(self), _are_notes)
        except OSError:
            import logging  # here, as a host that starts imports this file

            logging.getLogger(__name__).warning("%s can't be written", file, exc_info=True)


def _are_notes(found: dict[str, Any]) -> bool:
    """Whether nothing of it would be left out."""
    return asdict(_Notes.of(found)) == {"favourites": [], "used": {}, **found}


class Gallery:
    """Reads the folders anew at each call, as the other host may have changed them."""

    def __init__(self, installation: Installation) -> None:
        self._own = installation.user / "styles"
        self._shipped = installation.gallery
        self._file = installation.user / "gallery.json"

    def styles(self) -> list[Style]:
        """All of them: favourites first, then the ones used last, then by name."""
        notes = _Notes.read(self._file)
        found = [
            Style(
                _title(path),
                path,
                source,
                str(path) in notes.favourites,
                notes.used.get(str(path), 0.0),
            )
            for folder, source in ((self._own, OWN), (self._shipped, SHIPPED))
            for path in _pictures(folder)
        ]
        return sorted(found, key=lambda s: (not s.favourite, -s.used, s.name.casefold()))

    def built_in(self) -> list[Style]:
        """Pastiche's own styles, as far as there are pictures of them."""
        favourites = _Notes.read(self._file).favourites
        shown = [(name, self.pastiche(name)) for name in NAMES]
        return [
            Style(name, path, BUILT_IN, str(path) in favourites)
            for name, path in shown
            if path.is_file()
        ]

    def pastiche(self, name: str) -> Path:
        """The picture that shows one of pastiche's own styles; may be missing."""
        return self._shipped / PASTICHES / f"{name}.jpg"

    def add(self, path: Path) -> Style:
        """Copy a picture's file into the gallery.

        Raises:
            BadInput: it is none that can be a style.
            ImpastoError: it can't be copied.
        """
        if path.suffix.lower() not in ENDINGS:
            raise BadInput(
                "{file} is not a picture: choose a PNG or a JPEG, for example.", file=path.name
            )
        if is_no_file(path):
            raise BadInput("{path} is not a file: choose a picture's.", path=path)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise BadInput(
                "{path} can't be read: {reason}.", path=path, reason=error.strerror
            ) from error
        return self._put(path.stem, path.suffix.lower(), data)

    def add_folder(self, folder: Path) -> list[Style]:
        """Copy all pictures of a folder. Raises as :meth:`add`."""
        found = [self.add(path) for path in _pictures(folder)]
        if not found:
            raise BadInput("There is no picture in {folder}: choose another folder.", folder=folder)
        return found

    def add_bytes(self, name: str, png: bytes) -> Style:
        """Take in a picture that is no file, encoded as PNG. Raises ImpastoError."""
        return self._put(name, ".png", png)

    def remove(self, style: Style) -> None:
        """Take one of the person's own away. Raises ImpastoError where it can't."""
        if style.source != OWN:
            raise BadInput(
                "{name} comes with Impasto and stays: it can't be removed.", name=style.name
            )
        try:
            style.path.unlink(missing_ok=True)
        except OSError as error:
            raise ImpastoError(
                "{path} can't be removed: {reason}.", path=style.path, reason=error.strerror
            ) from error

    def favour(self, style: Style, favourite: bool = True) -> None:
        """Mark a style as a favourite, or no longer."""
        notes = _Notes.read(self._file)
        others = [path for path in notes.favourites if path != str(style.path)]
        favourites = [*others, str(style.path)] if favourite else others
        replace(notes, favourites=favourites).write(self._file)

    def touch(self, *paths: Path) -> None:
        """Note that pictures were painted with now, whether they are of the gallery or not."""
        notes = _Notes.read(self._file)
        used = {**notes.used, **{str(path): time.time() for path in paths}}
        newest = sorted(used.items(), key=lambda item: item[1], reverse=True)[:200]
        replace(notes, used=dict(newest)).write(self._file)

    def _put(self, name: str, ending: str, data: bytes) -> Style:
        stem, path = file_name(name), self._own / f"{file_name(name)}{ending}"
        number = 2
        try:
            while path.exists() and not (path.is_file() and path.read_bytes() == data):
                path = self._own / f"{stem} {number}{ending}"
                number += 1
            write(path, data)
        except OSError as error:
            raise unwritable(path, error) from error
        return Style(_title(path), path, OWN)


def _pictures(folder: Path) -> list[Path]:
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        return []
    return [path for path in inside if _is_picture(path)]


def _is_picture(path: Path) -> bool:
    """Whether a file can be offered: a pipe would be waited for, and a host can't show the name
    of a file that is no text."""
    if path.suffix.lower() not in ENDINGS or path.name.startswith(".") or not is_regular(path):
        return False
    return not any("\ud800" <= letter <= "\udfff" for letter in path.name)


def _title(path: Path) -> str:
    return path.stem.replace("_", " ")
