"""The data sets to train on: torchvision's CIFAR-10 and Caltech-101, and the user's folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.errors import BadInput, ImpastoError
from core.bridge.i18n.text import Text
from core.bridge.storage.regular import is_folder
from core.train.pictures import Data, Pictures, Say, check_memory, read, split

Thing = TypeVar("Thing")


def load(name: str, kept: Path, size: int, seed: int, say: Say, *, classes: bool) -> Data:
    """Read the pictures of a data set or a folder.

    Args:
        name: ``cifar10``, ``caltech101``, or a folder's path.
        kept: the folder for downloaded data sets.
        size: side in pixels that each picture is brought to.
        seed: of the choice of what is held out.
        say: called with the progress.
        classes: True if a folder's subfolders are classes. Otherwise the folder is searched at any
            depth, and all pictures are one class.

    Raises:
        BadInput: the folder is missing, or has too few pictures or classes.
        ImpastoError: a download failed.
    """
    if name == "cifar10":
        return _cifar10(kept, size, say)
    if name == "caltech101":
        # BACKGROUND_Google is no class: it has what a search engine found for any words.
        return _labelled(_caltech101(kept, say), size, seed, say, without="BACKGROUND_Google")
    folder = Path(name)
    if not is_folder(folder):
        raise BadInput(
            "There is no folder {folder}: give one, or cifar10 or caltech101.", folder=folder
        )
    if classes:
        return _labelled(folder, size, seed, say)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return split(read(paths, [0] * len(paths), size, say), ("all",), seed, folder)


def _labelled(folder: Path, size: int, seed: int, say: Say, without: str = "") -> Data:
    """The data of a folder that has a folder for each class."""
    from torchvision.datasets import ImageFolder

    try:
        # Every file is read: names do not tell which are pictures.
        found = ImageFolder(folder, is_valid_file=lambda _: True, allow_empty=True)
    except FileNotFoundError:
        found = None
    names = [name for name in found.classes if name != without] if found else []
    if len(names) < 2:
        raise BadInput(
            "A classifier tells at least two classes apart, and {folder} has {count} folders of "
            "pictures: make one for each class.",
            folder=folder,
            count=len(names),
        )
    places = {found.class_to_idx[name]: place for place, name in enumerate(names)}
    items = [(Path(path), places[label]) for path, label in found.samples if label in places]
    pictures = read([path for path, _ in items], [label for _, label in items], size, say)
    return split(pictures, names, seed, folder)


def _cifar10(kept: Path, size: int, say: Say) -> Data:
    """60000 pictures of 32 px in 10 classes, of which 10000 are held out (Krizhevsky 2009).

    Its files are pickles. torchvision checks them against its own hashes before it opens them.
    """
    from torchvision.datasets import CIFAR10

    def part(train: bool) -> tuple[Pictures, list[str]]:
        found = _downloaded("CIFAR-10", lambda: CIFAR10(kept, train=train, download=True))
        check_memory(len(found.data), size)
        pixels = torch.from_numpy(found.data).permute(0, 3, 1, 2)
        pixels = torch.cat([_resized(some, size) for some in torch.split(pixels, 1000)])
        return Pictures(pixels, torch.tensor(found.targets)), found.classes

    say(0, Text("reading CIFAR-10, which comes from the internet the first time (170 MB)"))
    learnt, classes = part(train=True)
    held, _ = part(train=False)
    return Data(learnt, held, tuple(classes))


def _resized(pixels: Tensor, size: int) -> Tensor:
    if pixels.shape[-1] == size:
        return pixels.contiguous()
    found = functional.interpolate(pixels.float(), (size, size), mode="bicubic", antialias=True)
    return found.round_().clamp_(0, 255).to(torch.uint8)


def _caltech101(kept: Path, say: Say) -> Path:
    """The folder of 8677 pictures in 101 classes (Fei-Fei et al. 2004).

    torchvision downloads them. They are not read by torchvision, which would need SciPy for the
    outlines.
    """
    from torchvision.datasets import Caltech101

    say(0, Text("reading Caltech-101, which comes from the internet the first time (137 MB)"))
    found = _downloaded("Caltech-101", lambda: Caltech101(kept, download=True))
    return Path(found.root) / "101_ObjectCategories"


def _downloaded(name: str, load: Callable[[], Thing]) -> Thing:
    try:
        return load()
    except (OSError, RuntimeError) as error:
        raise ImpastoError(
            "{name} can't be downloaded ({reason}): connect to the internet, or train on a folder.",
            name=name,
            reason=error,
        ) from error
