"""The pictures to train on: small, square, and all in memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.i18n.text import Text
from core.pixels import files
from core.pixels.imaging import cut, resize
from core.terminal import streams

HELD_OUT = 0.1
"""Share of each class that is held out for tests."""

MEMORY = 8e9
"""The most bytes that all pixels may take."""

Say = Callable[[float, Text], None]
"""Called with the progress of some work, 0 to 1, and what the work is."""


@dataclass(frozen=True)
class Pictures:
    """Pixels, uint8 of shape (count, 3, size, size), and the class of each, shape (count,)."""

    pixels: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, places: Tensor) -> Pictures:
        """The pictures at some places."""
        return Pictures(self.pixels[places], self.labels[places])


@dataclass(frozen=True)
class Data:
    """The pictures to learn from, those held out, and the names of the classes."""

    learnt: Pictures
    held: Pictures
    classes: tuple[str, ...]

    def digest(self) -> str:
        """Sha256 of pixels and labels, which tells whether data are the same."""
        total = hashlib.sha256()
        for part in (self.learnt, self.held):
            total.update(part.pixels.numpy().data)
            total.update(part.labels.numpy().data)
        return total.hexdigest()


def check_memory(count: int, size: int) -> None:
    """Raise BadInput if so many pictures of that side do not fit into the memory."""
    needed = 3.0 * count * size * size
    if needed > MEMORY:
        raise BadInput(
            "{count} pictures of {size} px take {gigabytes} GB of memory: choose a smaller --size, "
            "or fewer pictures.",
            count=count,
            size=size,
            gigabytes=f"{needed / 1e9:.0f}",
        )


def read(paths: Sequence[Path], labels: Sequence[int], size: int, say: Say) -> Pictures:
    """Read files. Those that are no pictures are skipped, and reported.

    Each picture is resized to the short side ``size`` and cut to the square in its middle.
    """
    check_memory(len(paths), size)
    found: list[Tensor] = []
    kept: list[int] = []
    skipped: list[str] = []
    with ThreadPoolExecutor() as pool:
        squares = pool.map(lambda path: _square(path, size), paths)

        for number, (square, label) in enumerate(zip(squares, labels, strict=True), start=1):
            told = Text("reading picture {number} of {count}", number=number, count=len(paths))
            say(number / len(paths), told)
            if square is None:
                skipped.append(paths[number - 1].name)
            else:
                found.append(square)
                kept.append(label)
    if skipped:
        more = ", ..." if len(skipped) > 3 else ""
        names = ", ".join(skipped[:3]) + more
        streams.say(
            f"Skipped {len(skipped)} of {len(paths)} files, as they are no pictures: {names}"
        )
    pixels = torch.stack(found) if found else torch.zeros(0, 3, size, size, dtype=torch.uint8)
    return Pictures(pixels, torch.tensor(kept, dtype=torch.int64))


def _square(path: Path, size: int) -> Tensor | None:
    try:
        color = files.read(path).picture().filled().color
    except BadInput:
        return None
    height, width = color.shape[-2:]
    short = min(height, width)
    small = resize(
        color, Extent(max(size, width * size // short), max(size, height * size // short))
    )
    height, width = small.shape[-2:]
    middle = cut(small, Box((width - size) // 2, (height - size) // 2, size, size))
    return middle[0].mul(255).round_().to(torch.uint8).contiguous()


def split(pictures: Pictures, classes: Sequence[str], seed: int, where: object) -> Data:
    """Hold out a share of each class, at least one picture.

    Args:
        pictures: all of them.
        classes: their names.
        seed: of the choice.
        where: the source of the pictures, for messages.

    Raises:
        BadInput: a class has fewer than two pictures.
    """
    counts = Counter(pictures.labels.tolist())
    for label, name in enumerate(classes):
        if counts[label] < 2:
            which = f"the class '{name}' in {where}" if len(classes) > 1 else str(where)
            raise BadInput(
                "There are {count} pictures in {which}: at least two are needed, one to learn "
                "from and one to be tested by.",
                count=counts[label],
                which=which,
            )
    generator = torch.Generator().manual_seed(seed)
    learnt, held = [], []
    for label in range(len(classes)):
        places = (pictures.labels == label).nonzero()[:, 0]
        places = places[torch.randperm(len(places), generator=generator)]
        share = max(1, round(HELD_OUT * len(places)))
        held.append(places[:share])
        learnt.append(places[share:])
    return Data(pictures.take(torch.cat(learnt)), pictures.take(torch.cat(held)), tuple(classes))
