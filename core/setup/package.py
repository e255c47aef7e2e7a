"""One file for each host that a person imports: the plug-in, the bridge and this set-up.

The engine is not in it: the plug-in's first dialog runs the set-up, which fetches the rest.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from core.bridge import VERSION
from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.whole import reason, write_whole
from core.setup import plugins
from core.setup.hosts import KINDS

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
        write_whole(file, _zipped(plugins.contents(kind, checkout, None)))
    except OSError as error:
        raise ImpastoError(
            "{path} can't be written: {reason}.", path=file, reason=reason(error)
        ) from error
    return file


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
