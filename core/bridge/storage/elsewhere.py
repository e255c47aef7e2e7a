"""Installations in other places than the one at hand: found, so that nobody loses what is theirs.

An earlier one may lie where an older set-up, another host's plug-in or another package of the same
host has put it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..contract.errors import ImpastoError
from . import outside
from .own import read_json, write, write_json
from .paths import POINTER, Installation, data_folder, pointed
from .platform import Platform, here
from .regular import is_folder
from .whole import reason

_POINTER = "impasto/bridge/installation.json"
"""Of a plug-in, in the folder where its host looks for plug-ins."""


@dataclass(frozen=True)
class Found:
    """One of them.

    Attributes:
        prefix: where it is.
        version: of what is whole there; empty where nothing is.
        own: a person's own things are there.
    """

    prefix: Path
    version: str
    own: bool


def found(installation: Installation) -> list[Found]:
    """Those that this user can reach, beside this one: whole ones first."""
    there: dict[Path, Found] = {}
    for prefix in _candidates(here()):
        other = Installation(prefix)
        if _same(prefix, installation.prefix) or any(_same(prefix, known) for known in there):
            continue
        one = Found(prefix, other.version(), _has_own(other))
        if one.version or one.own:
            there[prefix] = one
    return sorted(there.values(), key=lambda one: not one.version)


def bring(source: Installation, target: Installation) -> None:
    """Copy a person's own from one installation to another. What the other has already stays, and
    so does the first as it is; paths into the one lead into the other from then on.

    Raises:
        ImpastoError: it can't be copied.
    """
    try:
        for file in sorted(source.user.rglob("*")):
            place = target.user / file.relative_to(source.user)
            if place.exists() or not file.is_file() or ".broken" in file.suffixes:
                continue
            if file.suffix == ".json":
                write(place, _led(file, source.prefix, target.prefix))
            else:
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copyfile(file, place)
    except OSError as error:
        raise ImpastoError(
            "What is yours in {folder} can't be taken along: {reason}.",
            folder=source.user,
            reason=reason(error),
        ) from error


def use(prefix: Path) -> None:
    """Have this plug-in belong to an installation from now on.

    Raises:
        ImpastoError: its folder can't be written.
    """
    try:
        write_json(POINTER, {**read_json(POINTER), "prefix": str(prefix)})
    except OSError as error:
        raise ImpastoError(
            "{path} can't be written: {reason}.", path=POINTER, reason=reason(error)
        ) from error


def _candidates(platform: Platform) -> Iterator[Path]:
    """Where one may be, the likeliest first; what is not there is none."""
    yield data_folder()
    for folder in _plugin_folders(platform):
        if (prefix := pointed(folder / _POINTER)) is not None:
            yield prefix
    home = platform.home
    if platform.windows:
        yield platform.folder("APPDATA", "AppData/Roaming") / "Impasto"
        # Where Windows puts what the Microsoft Store's Python writes into AppData.
        yield from _glob(platform.data, "Packages/PythonSoftwareFoundation.*/LocalCache/*/Impasto")
        return
    yield home / ".local/share/impasto"
    yield from _glob(home, ".var/app/*/data/impasto")
    yield from _glob(home, "snap/*/current/.local/share/impasto")


def _plugin_folders(platform: Platform) -> Iterator[Path]:
    """Where hosts look for plug-ins."""
    home = platform.home
    if platform.windows:
        roaming = platform.folder("APPDATA", "AppData/Roaming")
        yield roaming / "krita/pykrita"
        yield from _glob(roaming, "GIMP/3.*/plug-ins")
        return
    yield platform.data / "krita/pykrita"
    settings = platform.data if platform.mac else platform.folder("XDG_CONFIG_HOME", ".config")
    yield from _glob(settings, "GIMP/3.*/plug-ins")
    yield from _glob(home, ".var/app/*/data/krita/pykrita")
    yield from _glob(home, ".var/app/*/config/GIMP/3.*/plug-ins")


def _glob(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError):
        return one == other


def _has_own(installation: Installation) -> bool:
    """But for what the set-up itself notes of a machine."""
    user = installation.user
    return is_folder(user) and any(
        True
        for name in ("styles", "presets", "last used", "gallery.json")
        if (user / name).exists()
    )


def _led(file: Path, was: Path, now: Path) -> bytes:
    """A file of ours, its paths into one installation leading into the other."""
    data = file.read_bytes()
    try:
        told = outside.parse(data)
    except ValueError:
        return data  # it is damaged, and set aside by whoever writes it next
    return json.dumps(_replaced(told, f"{was}", f"{now}"), indent=1).encode()


def _replaced(told: Any, was: str, now: str) -> Any:
    if isinstance(told, str):
        for part in ("/", "\\"):
            told = told.replace(f"{was}{part}", f"{now}{part}")
        return told
    if isinstance(told, dict):
        return {_replaced(k, was, now): _replaced(v, was, now) for k, v in told.items()}
    if isinstance(told, list):
        return [_replaced(each, was, now) for each in told]
    return told
