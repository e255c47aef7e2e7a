"""Take away all that an installation put anywhere, and nothing else."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.standing import REMOVE_AGAIN
from core.bridge.storage.paths import Installation
from core.bridge.storage.platform import here
from core.setup import hosts, plugins, worker
from core.setup.console import Console
from core.setup.prefix import CHECKOUT, IMPORTED, OURS
from core.setup.record import Record


def uninstall(installation: Installation, console: Console) -> None:
    """Remove what is ours below the prefix of an installation, then the plug-ins that belong to it.

    Raises:
        ImpastoError: something can't be removed.
    """
    if worker.dismiss(installation):
        console.say("the running worker was asked to leave")
    # One that was imported holds the very install.py that runs, by which to try again.
    recorded = Record.load(installation).plugins
    try:
        # The mark that it is whole goes before anything it stands for.
        installation.manifest.unlink(missing_ok=True)
        if installation.prefix.is_dir():
            _remove_prefix(installation, console)
        else:
            console.say(f"nothing is installed in {installation.prefix}")
    except OSError as error:
        raise ImpastoError(
            "{path} can't be removed ({reason}): end Krita and GIMP, make it writable, then "
            "{again}.",
            path=error.filename,
            reason=error.strerror,
            again=REMOVE_AGAIN,
        ) from error
    _remove_plugins(installation, recorded, console)


def _remove_plugins(installation: Installation, recorded: list[str], console: Console) -> None:
    found, _ = hosts.find(hosts.KINDS)
    there = {host.plugins: host for host in found}
    ours = [Path(folder) for folder in recorded]
    # Wherever its host looks for it: one with folders of its own is found by nothing else.
    own = [CHECKOUT.parents[1]] if IMPORTED else []
    for folder in sorted({*there, *ours, *own}):
        host = there.get(folder)
        inside = host.box.prefix if host and host.box else None
        belongs = plugins.owner(folder, inside)
        if belongs == installation.prefix or (belongs and belongs == inside and folder in ours):
            try:
                plugins.remove(folder, host.settings if host else None)
            except OSError as error:
                raise ImpastoError(
                    "The engine is gone, but the plug-in in {folder} can't be removed "
                    "({reason}): end Krita and GIMP, then delete that folder.",
                    folder=folder / plugins.PLUGIN,
                    reason=error.strerror or error,
                ) from error
            console.say(f"removed the plug-in in {folder}")
            if inside is not None and (begun := Installation(inside)).environment.exists():
                worker.dismiss(begun)
                _remove_prefix(begun, console)
        elif belongs is not None:
            console.say(f"left the plug-in in {folder}: it belongs to {belongs}")


def _remove_prefix(installation: Installation, console: Console) -> None:
    # May lie in the system's temporary folder.
    elsewhere = [] if here().windows else [installation.socket_folder()]
    for path in [*elsewhere, *(installation.prefix / name for name in OURS)]:
        console.progress(f"removing {path}")
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        installation.user.rmdir()  # where nothing but past runs and what was used last was in it
    if installation.user.is_dir():
        console.say(f"left your own styles and presets in {installation.user}")
    if any(path != installation.user for path in installation.prefix.iterdir()):
        console.say(f"left in {installation.prefix} what is not Impasto's")
    elif not installation.user.is_dir():
        installation.prefix.rmdir()
        console.say(f"removed {installation.prefix}")
