"""Styles: read from a request, told apart, and what was measured of them kept between runs."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.methods import SELECTION
from core.bridge.contract.pixels import Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.weighted import PATHS, weighted
from core.bridge.i18n.text import Text
from core.pixels import files
from core.pixels.highlights import within
from core.pixels.imaging import Picture, to_picture
from core.system.recent import Recent
from core.system.tensors import keep, read_kept

_log = logging.getLogger(__name__)

MIN_SIDE = 32
"""Shortest side of a style in pixels: below it the deep layers have nothing to measure."""

Measured = Mapping[str, Tensor]
"""Statistics by name, on the CPU."""


@dataclass(frozen=True)
class Style:
    """A picture to paint like, not read yet.

    Attributes:
        path: of its file.
        given: pixels that stand in for the file; None where there are none.
        weight: its part of the mixture it belongs to, whose weights sum to 1.
        enough: long side in pixels from which on a file's picture may be read smaller than it is.
    """

    path: str
    given: Pixels | None = None
    weight: float = 1.0
    enough: int | None = None

    def read(self) -> Picture:
        """Decode it. Raises BadInput where it is no picture to paint like."""
        given = self.given
        if given is None:
            style = files.read(Path(self.path), self.enough).picture()
        else:
            style = to_picture(given)
        label = self.path if given is None else Text("the given picture")
        width, height = style.extent
        if min(style.extent) < MIN_SIDE:
            raise BadInput(
                "The style {name} is {width}x{height} px: choose one of at least {least} px on "
                "each side.",
                name=label,
                width=width,
                height=height,
                least=MIN_SIDE,
            )
        if not bool((style.alpha > 0).any()):
            raise BadInput(
                "The style {name} is transparent everywhere: choose another.", name=label
            )
        return within(style.filled())

    @property
    def identity(self) -> str:
        """What tells it from all other pictures, without decoding it."""
        if self.given is not None:
            return f"{self.given.header()} {hashlib.sha256(self.given.data).hexdigest()}"
        path = Path(self.path)
        try:
            found = path.stat()
        except OSError:
            return f"{path}"  # reading it will say what is wrong
        told = f"{files.VERSION} {path.resolve()} {found.st_mtime_ns} {found.st_size}"
        return told if self.enough is None else f"{told} {self.enough}"


def picture(request: Request, name: str) -> Style:
    """The picture of a ``file`` setting, alone."""
    given = request.pictures.get(name)
    return Style(getattr(request.settings, name), given, enough=enough(request))


def enough(request: Request) -> int | None:
    """How long a style's longer side needs to be; None where only a part of it may be wanted.

    Twice what is painted leaves the last reduction to the one that all styles go through. Powers of
    two, so that contents of about a size share what was measured.
    """
    if request.has_picture("style_labels"):
        return None
    longest = max(request.content.extent.long_side, *(request.preview or (0,)))
    return 1 << (2 * longest - 1).bit_length()


def mixture(request: Request, name: str) -> tuple[Style, ...]:
    """The styles of a region: its setting's own, and what ``mix`` adds to the selection's.

    Args:
        request: that names them.
        name: ``style`` for the selection; ``background_style``, which is never mixed.

    Raises:
        BadInput: the mixture's text is malformed, or there are labels, drawn for one style.
    """
    first = picture(request, name)
    others = weighted(request.settings.mix, PATHS) if name == SELECTION else {}
    if others and request.has_picture("style_labels"):
        raise BadInput(
            "Labels belong to one style picture, so that several can't be mixed with them: leave "
            "out mix or the labels."
        )
    total = 1 + sum(others.values())
    more = (
        replace(first, path=path, given=None, weight=w / total) for path, w in others.items() if w
    )
    return replace(first, weight=1 / total), *more


class Memory:
    """Statistics of styles seen before, in memory and in a folder that outlives the worker."""

    def __init__(self, folder: Path | None, limit: int = 256) -> None:
        """Keep at most ``limit`` of them, of some kilobytes each; no folder, only in memory."""
        self._folder, self._limit = folder, limit
        self._recent: Recent[Measured] = Recent(limit)

    def recall(self, key: str, measure: Callable[[], Measured]) -> Measured:
        """The statistics of a key, which says all they depend on; measured where not known."""
        return self._recent.get(key, lambda: self._from_folder(key, measure))

    def _from_folder(self, key: str, measure: Callable[[], Measured]) -> Measured:
        if self._folder is None:
            return measure()
        path = self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}.safetensors"
        try:
            found: Measured = read_kept(path).tensors
            os.utime(path)  # the files used last stay
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            _log.warning("%s is measured anew: %s", path, error)
        else:
            return found
        found = measure()
        try:
            self._save(found, path)
        except (OSError, ValueError) as error:
            _log.warning("%s can't be kept: %s", path, error)
        return found

    def _save(self, measured: Measured, path: Path) -> None:
        path.parent.mkdir(exist_ok=True)
        keep(path, measured)
        kept = sorted(path.parent.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
        for old in kept[self._limit :]:
            old.unlink(missing_ok=True)
