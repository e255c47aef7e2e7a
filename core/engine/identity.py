"""What tells a request from all others, so that what came of it need not be painted again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from core.bridge import VERSION
from core.bridge.contract import label_styles
from core.bridge.contract.request import Request
from core.bridge.contract.settings import KNOBS, Settings
from core.bridge.contract.weighted import PATHS, weighted, written
from core.bridge.storage.regular import is_regular, open_regular
from core.features import known
from core.system import digest
from core.system.recent import Recent

_PIECE = 1 << 20

_seen: Recent[str] = Recent(256)


def of(request: Request) -> str:
    """A digest of all that a painting depends on, but for the machine: of the pixels, of every
    knob, and of what is in the files that knobs name, wherever they lie.

    Raises:
        BadInput: one of these files can't be read.
    """
    named = absolute(request.settings)
    settings = named.of_painting()
    pictures = {name: pixels.identity for name, pixels in sorted(request.pictures.items())}
    files = {place: of_file(path) for place, path in files_of(named, pictures)}
    for place in files:
        settings.pop(place, None)  # a file that was moved is the same file
    selection = None if request.selection is None else request.selection.identity
    network = known.by_name(request.settings.network).weights.digest
    return digest.of(
        VERSION, request.content.identity, selection, pictures, settings, files, network
    )


def files_of(settings: Settings, given: Collection[str] = ()) -> Iterator[tuple[str, Path]]:
    """The files that settings name, but for knobs that are ``given`` otherwise, each with the place
    where it is named.
    """
    for knob in KNOBS:
        value = getattr(settings, knob.name)
        if knob.kind == "file" and value and knob.name not in given:
            yield knob.name, Path(value)
    for path in weighted(settings.mix, PATHS):
        yield f"mix {path}", Path(path)
    for color, path in label_styles.read(settings.label_styles).items():
        yield f"label {color}", Path(path)


def absolute(settings: Settings) -> Settings:
    """The same settings with every file and folder named in full, for whoever is elsewhere."""
    named: dict[str, str] = {
        knob.name: str(Path(value).absolute())
        for knob in KNOBS
        if knob.kind in ("file", "folder") and (value := getattr(settings, knob.name))
    }
    mixed, labels = weighted(settings.mix, PATHS), label_styles.read(settings.label_styles)
    if mixed:
        named["mix"] = written({str(Path(path).absolute()): w for path, w in mixed.items()})
    if labels:
        full = {color: str(Path(path).absolute()) for color, path in labels.items()}
        named["label_styles"] = label_styles.written(full)
    if is_regular(Path(settings.network)):
        named["network"] = str(Path(settings.network).absolute())
    return Settings.from_mapping({**settings.as_mapping(), **named})


def of_file(path: Path) -> str:
    """The sha256 of a file's bytes; they are read once as long as the file is not touched."""

    def read() -> str:
        total = hashlib.sha256()
        with open_regular(path) as file:
            while piece := file.read(_PIECE):
                total.update(piece)
        return total.hexdigest()

    try:
        found = os.stat(path)  # noqa: PTH116 - of a name in any form
    except (OSError, ValueError):
        return read()  # which says what is wrong
    return _seen.get((path.absolute(), found.st_mtime_ns, found.st_size), read)
