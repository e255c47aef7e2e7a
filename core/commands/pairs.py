"""Which picture is painted in which style, and to which file."""

from __future__ import annotations

import os
import string
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from core.bridge.contract.errors import BadInput
from core.bridge.storage.regular import exists, files_in, is_folder

COMBINED = {
    "all": "every picture in every style",
    "each": "the first picture in the first style, the second in the second, and so on",
}
"""How pictures and styles come together."""

_FIELDS = ("picture", "style", "number")


class Pair(NamedTuple):
    """A painting to be made.

    Attributes:
        picture: to paint on.
        style: a picture's file, or names that the method knows.
        output: the file to write.
        row, column: its place on a contact sheet.
    """

    picture: Path
    style: str
    output: Path
    row: int
    column: int


def pictures_of(named: Sequence[Path], endings: frozenset[str]) -> list[Path]:
    """The files that are named, and of each folder its pictures by name, not those in its folders.

    Raises:
        BadInput: there is no such file, or no picture in a folder.
    """
    found: list[Path] = []
    for path in named:
        if not is_folder(path):
            if not exists(path):
                raise BadInput("There is no file {path}: check its name.", path=path)
            found.append(path)
            continue
        inside = [each for each in files_in(path) if each.suffix.lower() in endings]
        if not inside:
            raise BadInput("There is no picture in {folder}: choose another folder.", folder=path)
        found += inside
    return found


def pairs(
    pictures: Sequence[Path],
    styles: Sequence[str],
    combined: str,
    folder: Path,
    pattern: str,
    ending: str,
    writable: frozenset[str],
) -> list[Pair]:
    """Every painting, in the order in which they are painted.

    Args:
        pictures: to paint on.
        styles: to paint them in.
        combined: one of :data:`COMBINED`.
        folder: to write to.
        pattern: of the files' names, with ``{picture}``, ``{style}`` and ``{number}``.
        ending: of the files; empty is the picture's own if that is ``writable``, else ``.png``.
        writable: endings that can be written.

    Raises:
        BadInput: the pattern is none, two files would have one name, or pictures and styles are not
            as many where each has its own.
    """
    if combined == "each" and len(pictures) != len(styles):
        raise BadInput(
            "There are {pictures} pictures and {styles} styles: name as many, or leave out "
            "--combine each.",
            pictures=len(pictures),
            styles=len(styles),
        )
    places = (
        [(row, 0, row) for row in range(len(pictures))]
        if combined == "each"
        else [
            (row, column, column) for row in range(len(pictures)) for column in range(len(styles))
        ]
    )
    found = []
    for number, (row, column, at) in enumerate(places, 1):
        picture, style = pictures[row], styles[at]
        own = picture.suffix if picture.suffix.lower() in writable else ".png"
        shown = picture.stem.lstrip(".")  # a painting is not hidden where its picture is
        name = _named(pattern, shown, _short(style), number) + (ending or own)
        found.append(Pair(picture, style, folder / name, row, column))
    _check_apart(found)
    return found


def _short(style: str) -> str:
    """A style as a part of a file's name."""
    stem = Path(style).stem or style
    return "".join(letter if letter.isalnum() or letter in " -_.()+" else "_" for letter in stem)


def _named(pattern: str, picture: str, style: str, number: int) -> str:
    try:
        fields = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
        if not fields <= set(_FIELDS):
            raise ValueError(fields)
        name = pattern.format(picture=picture, style=style, number=number)
    except (ValueError, LookupError, AttributeError):
        name = ""
    if not name or name.startswith(".") or {"/", "\\", "\0", os.sep} & set(name):
        raise BadInput(
            "--name is a pattern of file names with {fields}, not '{pattern}'.",
            fields=", ".join(f"{{{field}}}" for field in _FIELDS),
            pattern=pattern,
        )
    return name


def _check_apart(found: Sequence[Pair]) -> None:
    taken = Counter(os.path.normcase(pair.output) for pair in found)
    for pair in found:
        if taken[os.path.normcase(pair.output)] > 1:
            raise BadInput(
                "Several paintings would be named {name}: add {field} to --name.",
                name=pair.output.name,
                field="{number}",
            )
