"""Put the plug-ins into the hosts' folders, whole or not at all, and take them out again."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.standing import AGAIN
from core.bridge.storage.paths import POINTER, Installation, data_folder, pointed
from core.setup import carried, kritarc
from core.setup.hosts import FoundHost
from core.setup.record import source_files

PLUGIN = "impasto"


def install(host: FoundHost, checkout: Path, installation: Installation) -> None:
    """Copy the plug-in to where the host looks for it, and switch it on.

    Out of a sandbox no engine can be started, so in there it is as one that a person imported.

    Raises:
        ImpastoError: the folder can't be written, or a part of it can't be fetched.
    """
    wanted = contents(host.kind, checkout, None if host.box else installation)
    folder = host.plugins / PLUGIN
    fresh, stale = (_beside(host, state) for state in ("new", "old"))
    try:
        for leftover in (fresh, stale):
            shutil.rmtree(leftover, ignore_errors=True)
        for name, data in wanted.items():
            file = fresh / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        if host.kind == "gimp":
            (fresh / PLUGIN / f"{PLUGIN}.py").chmod(0o755)
        host.plugins.mkdir(parents=True, exist_ok=True)
        if folder.is_symlink():
            folder.unlink()
        if folder.exists():
            folder.rename(stale)
        for entry in fresh.iterdir():
            entry.replace(host.plugins / entry.name)
        for leftover in (fresh, stale):
            shutil.rmtree(leftover, ignore_errors=True)
        if host.settings is not None:
            kritarc.enable(host.settings, PLUGIN)
    except OSError as error:
        raise ImpastoError(
            "The plug-in can't be copied to {folder} ({reason}): make the folder writable and "
            "end {host}, then {again}.",
            folder=host.plugins,
            reason=error.strerror,
            host=host.name,
            again=AGAIN,
        ) from error


def current(host: FoundHost, checkout: Path, installation: Installation) -> bool:
    """Whether exactly this checkout's plug-in is there, and switched on."""
    wanted = _own_files(host.kind, checkout, None if host.box else installation)
    there = {
        str(file.relative_to(host.plugins).as_posix()): file
        for file in source_files(host.plugins / PLUGIN)
        if not carried.is_pip(file.relative_to(host.plugins / PLUGIN).as_posix())
    }
    beside = {name: host.plugins / name for name in wanted if "/" not in name}
    there.update({name: file for name, file in beside.items() if file.is_file()})
    if host.settings is not None and not kritarc.is_enabled(host.settings, PLUGIN):
        return False
    return wanted.keys() == there.keys() and all(
        there[name].read_bytes() == data for name, data in wanted.items()
    )


def owner(folder: Path, inside: Path | None = None) -> Path | None:
    """The prefix that the plug-in in this folder of plug-ins belongs to; None: there is none.

    Args:
        folder: of plug-ins.
        inside: the prefix of the sandbox that it is in, if it is in one.
    """
    pointer = folder / PLUGIN / "bridge" / POINTER.name
    # One that a person imported names none: it has the user's own.
    own = inside or data_folder().resolve()
    return pointed(pointer) or (own if pointer.is_file() else None)


def remove(folder: Path, settings: Path | None) -> None:
    """Take the plug-in out of a folder of plug-ins, and its entry out of the host's settings."""
    if settings is not None:
        kritarc.disable(settings, PLUGIN)
    for name in (f"{PLUGIN}.desktop", f"{PLUGIN}.action"):
        (folder / name).unlink(missing_ok=True)
    shutil.rmtree(folder / PLUGIN)
    # Folders that were made for the plug-in: an empty profile would keep GIMP from taking over
    # the settings of an older version.
    with contextlib.suppress(OSError):
        folder.rmdir()
        folder.parent.rmdir()


def contents(kind: str, checkout: Path, installation: Installation | None) -> dict[str, bytes]:
    """Every file of the plug-in by its name in the folder of plug-ins.

    Args:
        kind: of host.
        checkout: where they come from.
        installation: whose plug-in it is; None for the user's own, wherever that may be: it is
            fetched by what goes along.

    Raises:
        ImpastoError: what goes along can't be had.
    """
    files = _own_files(kind, checkout, installation)
    if installation is None:
        name, data = carried.pip()
        files[f"{PLUGIN}/{name}"] = data
    return files


def _own_files(kind: str, checkout: Path, installation: Installation | None) -> dict[str, bytes]:
    """All of these but the pip, which is not ours."""
    source = checkout / f"{kind}_plugin"
    bridge = checkout / "core" / "bridge"
    files = {
        file.relative_to(source).as_posix(): file.read_bytes()
        for name in (PLUGIN, f"{PLUGIN}.desktop", f"{PLUGIN}.action")
        if (source / name).exists()
        for file in source_files(source / name)
    }
    for file in source_files(bridge):
        files[f"{PLUGIN}/bridge/{file.relative_to(bridge).as_posix()}"] = file.read_bytes()
    prefix = {} if installation is None else {"prefix": str(installation.prefix)}
    pointer = json.dumps({**prefix, "host": kind}) + "\n"
    files[f"{PLUGIN}/bridge/{POINTER.name}"] = pointer.encode()
    if installation is None:
        files.update(
            {f"{PLUGIN}/{name}": data for name, data in carried.contents(checkout).items()}
        )
    return files


def _beside(host: FoundHost, state: str) -> Path:
    """A folder on the same disk as the plug-ins, where no host looks for any."""
    return host.plugins.parent / f".{PLUGIN}-{state}"
