"""One file for each host that a person imports: the plug-in, the bridge and this set-up.

The engine is not in it: the plug-in's first dialog runs the set-up, which fetches the rest. What it
fetches with is: many a Python has no pip, in Flatpak's runtimes above all, where nobody can add it.
"""

from __future__ import annotations

import functools
import io
import tempfile
import zipfile
from pathlib import Path

from core.bridge import VERSION
from core.bridge.contract.errors import ImpastoError
from core.bridge.session.installing.need import SETUP
from core.bridge.storage.whole import reason, write_whole
from core.setup import bootstrap, plugins, process
from core.setup.hosts import KINDS
from core.setup.reasons import explain
from core.setup.record import source_files

CARRIED = (
    "install.py",
    "pyproject.toml",
    "requirements.txt",
    "tests/requirements.txt",
    "README.md",
    "LICENSE",
    "core",
)
"""What of a checkout install.py needs to make an engine of it."""

_BORN = (1980, 1, 1, 0, 0, 0)
"""The first day there is for a zip: the files' own are those of whoever checked them out."""

_GIMPS_OWN = f"{plugins.PLUGIN}/{plugins.PLUGIN}.py"
"""What GIMP starts: it takes only what may be run."""

_FILE, _PROGRAM, _FOLDER = 0o100644, 0o100755, 0o040755


def package(checkout: Path, folder: Path) -> list[Path]:
    """Write ``impasto-HOST-VERSION.zip`` for each host; the same bytes from the same checkout.

    Raises:
        ImpastoError: the folder can't be written, or the pip to go along can't be fetched.
    """
    return [_write(kind, checkout, folder) for kind in KINDS]


def _write(kind: str, checkout: Path, folder: Path) -> Path:
    file = folder / f"impasto-{kind}-{VERSION}.zip"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(file, _zipped(_contents(kind, checkout)))
    except OSError as error:
        raise ImpastoError(
            "{path} can't be written: {reason}.", path=file, reason=reason(error)
        ) from error
    return file


def _contents(kind: str, checkout: Path) -> dict[str, bytes]:
    files = plugins.contents(kind, checkout, None)
    for name in CARRIED:
        for file in source_files(checkout / name):
            inside = file.relative_to(checkout).as_posix()
            files[f"{plugins.PLUGIN}/{SETUP}/{inside}"] = file.read_bytes()
    name, data = _pip()
    files[f"{plugins.PLUGIN}/{SETUP}/{name}"] = data
    return files


@functools.cache
def _pip() -> tuple[str, bytes]:
    """The wheel of the lock's pip, which any Python can run as it is, with its file's name.

    Raises:
        ImpastoError: it can't be fetched.
    """
    pip = bootstrap.pip()
    if not pip:
        raise ImpastoError(
            "A pip has to go along, and this Python has none to fetch it with: run 'install.py "
            "package' with a complete Python."
        )
    with tempfile.TemporaryDirectory(prefix="impasto-") as scratch:
        folder, lines = Path(scratch), list[str]()
        if process.run(bootstrap.download(pip, folder, "pip"), on_line=lines.append) != 0:
            raise ImpastoError("{reason}", reason=explain("\n".join(lines), folder))
        (wheel,) = folder.glob("pip-*.whl")
        return wheel.name, wheel.read_bytes()


def _zipped(files: dict[str, bytes]) -> bytes:
    """As they are, not compressed: another zlib would make other bytes of them."""
    # Krita's importer takes a package for one by the entry of its folder.
    folders = {f"{parent.as_posix()}/" for name in files for parent in Path(name).parents}
    entries = {**files, **dict.fromkeys(folders - {"./"}, b"")}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(entries):
            entry = zipfile.ZipInfo(name, _BORN)
            entry.create_system = 3  # with the modes of POSIX, whatever system this is
            mode = _FOLDER if name.endswith("/") else _PROGRAM if name == _GIMPS_OWN else _FILE
            entry.external_attr = mode << 16 | (0x10 if name.endswith("/") else 0)
            archive.writestr(entry, entries[name])
    return written.getvalue()
