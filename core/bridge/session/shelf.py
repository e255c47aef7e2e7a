"""The gallery as a dialog offers it: what is found of it, how it is called, what comes to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ..contract.categories import CATEGORIES
from ..contract.errors import ImpastoError
from ..i18n.texts import tr
from .gallery import BUILT_IN, ENDINGS, HOST_ENDINGS, OWN, SHIPPED, Gallery, Style
from .remedies import explained
from .renditions import Renditions, needed

PATTERNS = tuple(f"*{ending}" for ending in sorted(ENDINGS | HOST_ENDINGS))
"""What a chooser of files shows: the pictures that can be styles."""

ALL = "All"


def _of(category: str) -> Callable[[Style], bool]:
    """Whether a style comes with Impasto and is of a category."""
    return lambda style: style.source != OWN and style.name in CATEGORIES[category]


FILTERS: Mapping[str, Callable[[Style], bool]] = {
    ALL: lambda _: True,
    "Favourites": lambda style: style.favourite,
    "Last used": lambda style: style.used > 0,
    "Your own": lambda style: style.source == OWN,
    **{category: _of(category) for category in CATEGORIES},
}
"""What a person may look through, by its name."""

_EMPTY = {
    "Favourites": "No style is a favourite yet: click the star on one.",
    "Last used": "Nothing was painted yet: choose a style under All.",
}
_NONE_YET = "Nothing here yet: add pictures with +, or drop them here."
_NONE_HERE = "No style of this kind has this name: look under All."
_NO_SUCH = "No style has this name: try another word, or add a picture with +."


EVERYTHING = frozenset({OWN, SHIPPED, BUILT_IN})
"""Where styles come from."""

PICTURES = EVERYTHING - {BUILT_IN}
"""Where those come from that are pictures."""

REFERENCES = frozenset({OWN})
"""Where pictures come from that a sketch can be coloured like: those that come with Impasto are
textures, in which nothing has the colours of a thing."""


class Shelf:
    """What there is to choose from, and what a person does to it."""

    def __init__(
        self,
        gallery: Gallery,
        renditions: Renditions,
        failed: Callable[[ImpastoError], object],
        sources: Collection[str] = EVERYTHING,
    ) -> None:
        """Make it.

        Args:
            gallery: where the styles are.
            renditions: of pictures that only the host can read.
            failed: called with what is wrong.
            sources: where those come from that are offered.
        """
        self.gallery = gallery
        self._renditions = renditions
        self.failed = failed
        self._sources = sources

    def offered(self) -> list[Style]:
        """All of them, favourites first; read anew, as the other host may have changed them."""
        every = [*self.gallery.styles(), *self.gallery.built_in()]
        found = [style for style in every if style.source in self._sources]
        return sorted(found, key=lambda style: not style.favourite)

    def add(self, paths: Iterable[Path], added: Callable[[Style], object]) -> None:
        """Take in files, and all pictures of folders, as many as can be.

        What only the host can read comes as the host shows it. ``added`` is called with the last
        one; after that the first error is told, so that nothing follows that might hide it.
        """
        last: Style | None = None
        errors: list[Exception] = []
        for file in (file for path in paths for file in _inside(path)):
            try:
                last = self._put(file)
            except Exception as error:
                errors.append(error)
        if last is not None:
            added(last)
        if errors:
            # What goes wrong in a host's reader may be anything.
            self.failed(explained(errors[0]))

    def add_picture(self, name: str, png: bytes, added: Callable[[Style], object]) -> None:
        """Take in a picture that is no file; ``added`` is called with the style."""
        try:
            style = self.gallery.add_bytes(name, png)
        except ImpastoError as error:
            self.failed(error)
        else:
            added(style)

    def favour(self, style: Style, favourite: bool) -> Style | None:
        """Mark a style as a favourite, or no longer.

        A picture that is not of the gallery comes in first. Returns the style as it is by now; None
        where that fails, which is told.
        """
        try:
            kept = style if style.source in EVERYTHING else self._put(style.path)
        except Exception as error:
            self.failed(explained(error))
            return None
        self.gallery.favour(kept, favourite)
        return replace(kept, favourite=favourite)

    def remove(self, style: Style) -> bool:
        """Take one of the person's own away; False where that fails."""
        try:
            self.gallery.remove(style)
        except ImpastoError as error:
            self.failed(error)
            return False
        return True

    def _put(self, path: Path) -> Style:
        """The last one of what comes in."""
        if path.is_dir():
            return self.gallery.add_folder(path)[-1]
        if not needed(str(path)):
            return self.gallery.add(path)
        picture = Path(self._renditions.readable(str(path))).read_bytes()
        return self.gallery.add_bytes(path.stem, picture)


def found(style: Style, words: str, among: str = ALL) -> bool:
    """Whether a style is called so, in any order of the words, and is of one of the FILTERS."""
    called = title(style).casefold()
    return FILTERS[among](style) and all(word in called for word in words.casefold().split())


def first_found(styles: Iterable[Style], words: str, among: str = ALL) -> Style | None:
    """What Enter chooses in the search; None where nothing is sought, or found."""
    fits = (style for style in styles if found(style, words, among))
    return next(fits, None) if words.strip() else None


def nothing(styles: Iterable[Style], words: str, among: str = ALL) -> str:
    """What to say, and what to do, where none of the styles is found; empty where some are."""
    every = list(styles)
    if any(found(style, words, among) for style in every):
        return ""
    if not words.strip():
        return tr(_EMPTY.get(among, _NONE_YET))
    return tr(_NONE_HERE if any(found(style, words) for style in every) else _NO_SUCH)


def title(style: Style) -> str:
    """What a person reads: the names of their own pictures are as they gave them."""
    return tr(style.name.capitalize()) if style.source in (SHIPPED, BUILT_IN) else style.name


def described(style: Style) -> str:
    """What a style is called, where it comes from and whether it is marked, in lines."""
    origin = tr("Your own") if can_go(style) else tr("Comes with Impasto")
    favourite = [tr("Favourite")] if style.favourite else []
    return "\n".join([title(style), origin, *favourite, tr("The star or * marks a favourite.")])


def can_go(style: Style) -> bool:
    """Whether it is the person's own, and can be taken out of the gallery."""
    return style.source == OWN


def _inside(path: Path) -> list[Path]:
    """What to take in: a file, or of a folder the files that only a host reads and then itself."""
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else []
    except OSError:
        return [path]  # the gallery says so
    foreign = [file for file in inside if needed(file.name) and file.is_file()]
    others = any(file.suffix.lower() in ENDINGS for file in inside)
    return [*foreign, *([path] if others or not foreign else [])]
