"""The gallery as a dialog offers it: what is found of it, how it is called, what comes to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ..i18n.texts import tr
from .gallery import BUILT_IN, ENDINGS, HOST_ENDINGS, OWN, SHIPPED, Gallery, Style
from .renditions import Renditions, needed

PATTERNS = tuple(f"*{ending}" for ending in sorted(ENDINGS | HOST_ENDINGS))
"""What a chooser of files shows: the pictures that can be styles."""

FILTERS: Mapping[str, Callable[[Style], bool]] = {
    "All": lambda _: True,
    "Favourites": lambda style: style.favourite,
    "Last used": lambda style: style.used > 0,
    "Your own": lambda style: style.source == OWN,
    "Built in": lambda style: style.source == BUILT_IN,
}
"""What a person may look through, by its name."""


class Taken(NamedTuple):
    """What came of pictures that were to be added: the new styles, and the first error."""

    styles: Sequence[Style]
    error: Exception | None


def offered(gallery: Gallery, built_in: bool = True) -> list[Style]:
    """What there is to choose from, favourites first.

    Args:
        gallery: where they are.
        built_in: whether those are among them that pastiche knows by heart.
    """
    found = [*gallery.styles(), *(gallery.built_in() if built_in else [])]
    return sorted(found, key=lambda style: not style.favourite)


def found(style: Style, words: str, among: str = "All") -> bool:
    """Whether a style is called so, in any order of the words, and is of one of the FILTERS."""
    called = title(style).casefold()
    return FILTERS[among](style) and all(word in called for word in words.casefold().split())


def first_found(styles: Iterable[Style], words: str, among: str = "All") -> Style | None:
    """What Enter chooses in the search; None where nothing is sought, or found."""
    fits = (style for style in styles if found(style, words, among))
    return next(fits, None) if words.strip() else None


def title(style: Style) -> str:
    """What a person reads: the names of their own pictures are as they gave them."""
    return tr(style.name.capitalize()) if style.source in (SHIPPED, BUILT_IN) else style.name


def can_be_favourite(style: Style) -> bool:
    """Whether it is of the gallery: a picture that is only named somewhere is not."""
    return style.source in (OWN, SHIPPED, BUILT_IN)


def can_go(style: Style) -> bool:
    """Whether it is the person's own, and can be taken out of the gallery."""
    return style.source == OWN


def add(gallery: Gallery, renditions: Renditions, paths: Iterable[Path]) -> Taken:
    """Take files, and all pictures of folders, into the gallery, as many as can be.

    What only the host can read comes as the host shows it.
    """
    styles: list[Style] = []
    error: Exception | None = None
    for path in paths:
        for file in _inside(path):
            try:
                styles += _put(gallery, renditions, file)
            except Exception as wrong:  # of a host's reader anything may come
                error = error or wrong
    return Taken(styles, error)


def _put(gallery: Gallery, renditions: Renditions, path: Path) -> list[Style]:
    if path.is_dir():
        return gallery.add_folder(path)
    if not needed(str(path)):
        return [gallery.add(path)]
    picture = Path(renditions.readable(str(path))).read_bytes()
    return [gallery.add_bytes(path.stem, picture)]


def _inside(path: Path) -> list[Path]:
    """What to take in: a file, or of a folder the files that only a host reads and then itself."""
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else []
    except OSError:
        return [path]  # the gallery says so
    foreign = [file for file in inside if needed(file.name) and file.is_file()]
    others = any(file.suffix.lower() in ENDINGS for file in inside)
    return [*foreign, *([path] if others or not foreign else [])]
