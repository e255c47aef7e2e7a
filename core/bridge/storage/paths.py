"""Where an installation keeps its things."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from ..contract.errors import ImpastoError
from .own import read_json
from .platform import here
from .short import keep_private, short_folder

POINTER = Path(__file__).parents[1] / "installation.json"
"""Beside the copy of the bridge in a plug-in's folder: which prefix it belongs to."""

_HOSTS = {"krita": "Krita", "gimp": "GIMP"}

_SOCKET = "worker.sock"
_SOCKET_LIMIT = 100
"""Bytes of a socket's path that every system takes (macOS 104, Linux 108)."""


def data_folder() -> Path:
    """The user's data folder for the platform, with Impasto's name."""
    platform = here()
    common = platform.variables.get("SNAP_USER_COMMON")
    if platform.system == "linux" and common and platform.variables.get("SNAP_NAME") in _HOSTS:
        return Path(common) / "impasto"  # a Snap's other folders are copied at each of its updates
    return platform.data / ("Impasto" if platform.windows or platform.mac else "impasto")


def host_name() -> str:
    """The host whose plug-in this copy of the bridge belongs to; empty where it is none's."""
    return _HOSTS.get(str(read_json(POINTER).get("host")), "")


def pointed(pointer: Path) -> Path | None:
    """The prefix that a file like :data:`POINTER` names; None where it is missing or damaged."""
    prefix = read_json(pointer).get("prefix")
    return Path(prefix) if isinstance(prefix, str) and prefix and "\0" not in prefix else None


@dataclass(frozen=True)
class Installation:
    """The folders and files under one prefix."""

    prefix: Path

    @classmethod
    def here(cls) -> Installation:
        """The installation this copy of the bridge belongs to."""
        chosen = pointed(POINTER)
        if chosen is not None:
            return cls(chosen)
        above = cls(Path(sys.prefix).parent)
        return above if above.environment == Path(sys.prefix) else cls(data_folder())

    @property
    def environment(self) -> Path:
        return self.prefix / "environment"

    @property
    def python(self) -> Path:
        return self.environment / ("Scripts/python.exe" if here().windows else "bin/python")

    @property
    def weights(self) -> Path:
        return self.prefix / "weights"

    @property
    def styles(self) -> Path:
        """What was measured of styles; may be removed at any time."""
        return self.prefix / "styles"

    @property
    def libraries(self) -> Path:
        """What was found out about folders of pictures; may be removed at any time."""
        return self.prefix / "libraries"

    @property
    def convolutions(self) -> Path:
        """Which algorithm of a convolution is the quickest here; may be removed at any time."""
        return self.prefix / "convolutions.json"

    @property
    def renditions(self) -> Path:
        """What hosts made of files that the engine can't read; may be removed at any time."""
        return self.prefix / "renditions"

    @property
    def gallery(self) -> Path:
        """The styles that come with Impasto."""
        return self.prefix / "gallery"

    @property
    def user(self) -> Path:
        """A person's own: styles they added, presets. Stays when Impasto goes, but for the times
        that past runs took."""
        return self.prefix / "user"

    @property
    def log(self) -> Path:
        return self.prefix / "logs" / "impasto.log"

    @property
    def install_log(self) -> Path:
        """All that the set-up ran, and what that said."""
        return self.prefix / "logs" / "install.log"

    @property
    def setup_lock(self) -> Path:
        """Held by the set-up that is under way."""
        return self.prefix / "lock"

    @property
    def standing(self) -> Path:
        """How far the set-up is that is under way, or how the last one ended."""
        return self.prefix / "logs" / "setup.jsonl"

    @property
    def stop(self) -> Path:
        """Where it is, the set-up that is under way ends: made by whoever wants that."""
        return self.prefix / "logs" / "setup.stop"

    @property
    def steps(self) -> Path:
        """What install.py has done here, and where it lies: there as soon as one has begun."""
        return self.prefix / "steps.json"

    @property
    def manifest(self) -> Path:
        """Written last and removed first: where it is, the installation is whole."""
        return self.prefix / "installed.json"

    def device(self) -> str:
        """The device chosen when it was installed; ``auto`` where none was."""
        chosen = read_json(self.manifest).get("device")
        return chosen if isinstance(chosen, str) else "auto"

    def version(self) -> str:
        """The version that is installed; empty where that is not known."""
        version = read_json(self.manifest).get("version")
        return version if isinstance(version, str) else ""

    def run_folder(self) -> Path:
        """The private folder (0700) of the worker's key and lock; made where missing.

        Raises:
            ImpastoError: the folder belongs to someone else.
        """
        folder = self.prefix / "run"
        self.prefix.mkdir(parents=True, exist_ok=True)
        if not keep_private(folder):
            raise ImpastoError(
                "{folder} belongs to another user: remove it and try again.", folder=folder
            )
        return folder

    def socket_folder(self) -> Path:
        """The private folder of the worker's socket: the run folder where a path in it is short
        enough, else one below the system's temporary folder.

        Raises:
            ImpastoError: there can be none.
        """
        folder = self.run_folder()
        if len(os.fsencode(folder / _SOCKET)) <= _SOCKET_LIMIT:
            return folder
        return short_folder(folder / "socket", _SOCKET_LIMIT - len(f"/{_SOCKET}"))

    def address(self) -> str:
        """What the worker listens on: a socket's path, on Windows a named pipe."""
        if here().windows:
            return rf"\\.\pipe\impasto-{self._digest()}"
        return str(self.socket_folder() / _SOCKET)

    def key_file(self) -> Path:
        return self.run_folder() / "key"

    def lock_file(self) -> Path:
        return self.run_folder() / "lock"

    def worker_file(self) -> Path:
        """Which process the worker is."""
        return self.run_folder() / "worker.json"

    def clips_folder(self) -> Path:
        """The private folder of clips that hosts have painted, one folder each; made where missing.

        Raises:
            ImpastoError: it belongs to someone else.
        """
        folder = self.run_folder() / "clips"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def _digest(self) -> str:
        import hashlib  # here, as above

        return hashlib.sha256(os.fsencode(self.prefix)).hexdigest()[:12]
