"""A folder of pictures, and an index of it that is kept: what each looks like to a sketch."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import Pixels
from core.bridge.storage.regular import is_folder, is_regular
from core.pixels import files
from core.pixels.imaging import Picture, array, fit, to_picture
from core.sketches import retrieval, sketch
from core.system.stopping import ShouldStop, ask
from core.system.tensors import keep, read_kept

_log = logging.getLogger(__name__)

FORMAT = "2"
"""Of the index and of the descriptors in it: one of another format is made anew."""


class Found(NamedTuple):
    """A picture of the folder, and how much it is like the sketch, -1..1."""

    path: Path
    likeness: float


class Stamp(NamedTuple):
    """What tells a file from itself after a change."""

    modified: int
    size: int


@dataclass(frozen=True)
class Entry:
    """What is known of a file.

    Attributes:
        stamp: of the file when it was looked at.
        descriptor: None where it is no picture to paint from.
    """

    stamp: Stamp
    descriptor: Tensor | None


class Library:
    """The pictures of a folder and of those in it."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        """Say where.

        Args:
            folder: with the pictures.
            kept: the private folder for indices; None looks at every picture anew each time.
        """
        self._folder = folder
        name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()
        self._index = None if kept is None else kept / f"{name}.safetensors"

    def rank(
        self,
        ink: Tensor,
        on_look: Callable[[int, int], None] = lambda done, of: None,
        should_stop: ShouldStop = lambda: False,
    ) -> list[Found]:
        """The pictures, the one most like the sketch first.

        Args:
            ink: the sketch's, 0..1, shape (1, 1, height, width).
            on_look: told how many of how many changed files were looked at.
            should_stop: asked before each; what was looked at by then is kept.

        Raises:
            BadInput: there is no such folder, or no picture to paint from in it.
            Stopped: ``should_stop`` said so.
        """
        entries = self._entries(on_look, should_stop)
        known = {name: entry.descriptor for name, entry in entries.items()}
        usable = {name: found for name, found in known.items() if found is not None}
        if not usable:
            raise BadInput(
                "The library {folder} holds no picture to colour from: put photographs or "
                "paintings there (PNG, JPEG ...).",
                folder=self._folder,
            )
        scores = retrieval.likeness(retrieval.describe(ink), torch.stack(list(usable.values())))
        found = [
            Found(self._folder / name, round(float(score), 4))
            for name, score in zip(usable, scores, strict=True)
        ]
        return sorted(found, key=lambda one: (-one.likeness, one.path))

    def _entries(
        self, on_look: Callable[[int, int], None], should_stop: ShouldStop
    ) -> dict[str, Entry]:
        """Of every file there is now; the kept index is brought up to date."""
        if not is_folder(self._folder):
            raise BadInput("There is no folder {path}: check its name.", path=self._folder)
        before = self._load()
        stamps = dict(_pictures(self._folder))
        entries = {name: before[name] for name in stamps if name in before}
        entries = {name: one for name, one in entries.items() if one.stamp == stamps[name]}
        changed = [name for name in stamps if name not in entries]
        try:
            for done, name in enumerate(changed):
                ask(should_stop)
                on_look(done, len(changed))
                entries[name] = Entry(stamps[name], _look(self._folder / name))
        finally:
            if changed or entries.keys() != before.keys():
                self._keep(entries)
        return {name: entries[name] for name in stamps}

    def _load(self) -> dict[str, Entry]:
        """The kept index; empty where there is none, or none that can be used."""
        if self._index is None or not self._index.exists():
            return {}
        try:
            tensors, told = read_kept(self._index)
            if told.get("format") != FORMAT:
                return {}
            return {
                name: Entry(Stamp(*stamp), one if usable else None)
                for (name, stamp, usable), one in zip(
                    json.loads(told["files"]), tensors["descriptors"], strict=True
                )
            }
        except (OSError, ValueError, KeyError) as error:
            _log.warning("the index %s is made anew: %s", self._index, error)
            return {}

    def _keep(self, entries: dict[str, Entry]) -> None:
        """Write the index, readable for its owner alone: file names tell of a person."""
        if self._index is None:
            return
        none = torch.zeros(retrieval.SHAPE)
        found = [none if one.descriptor is None else one.descriptor for one in entries.values()]
        descriptors = torch.stack(found).half() if found else none[None][:0].half()
        names = json.dumps(
            [(name, one.stamp, one.descriptor is not None) for name, one in entries.items()]
        )
        told = {"format": FORMAT, "files": names}
        try:
            keep(self._index, {"descriptors": descriptors}, told, private=True)
        except (OSError, ValueError) as error:
            _log.warning("the index %s can't be kept: %s", self._index, error)


def _pictures(folder: Path) -> Iterator[tuple[str, Stamp]]:
    """Name and stamp of every file that a reader of pictures takes, by its ending."""
    readable = files.endings()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if hidden or path.suffix.lower() not in readable or not is_regular(path):
            continue
        try:
            found = path.stat()
        except OSError as error:
            _log.warning("%s is passed over: %s", path, error)
            continue
        yield name.as_posix(), Stamp(found.st_mtime_ns, found.st_size)


def _look(path: Path) -> Tensor | None:
    """A picture's descriptor; None, and a line in the log, where it is none to paint from."""
    try:
        picture = _small(files.read(path, enough=4 * retrieval.SIDE).pixels)
    except BadInput as error:
        _log.warning("passed over: %s", error)
        return None
    if sketch.is_drawing(picture) or _flat(picture):
        _log.info("%s is passed over: a drawing or a mask has nothing to paint from", path)
        return None
    return retrieval.describe(retrieval.edges(picture)).half()


def _flat(picture: Picture) -> bool:
    """Whether neighbours are nearly all alike, as in masks and labels (0.93 to 0.97 of them).

    Of photographs up to 0.56 are, of a clock on a plain wall 0.86.
    """
    step = picture.color.diff(dim=-1).abs().amax(dim=1)
    return float((step < 1.5 / 255).float().mean()) > 0.9


def _small(pixels: Pixels) -> Picture:
    """The picture at the size it is looked at; shrunk before its values become floats."""
    extent = fit(pixels.extent, retrieval.SIDE)
    if extent == pixels.extent:
        return to_picture(pixels)
    values = cv2.resize(array(pixels), tuple(extent), interpolation=cv2.INTER_AREA)
    data = np.ascontiguousarray(values).tobytes()
    return to_picture(Pixels(Extent(*extent), pixels.format, data))
