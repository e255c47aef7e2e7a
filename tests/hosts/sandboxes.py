"""A system's hosts as Flatpak runs them: by bubblewrap, as Flatpak does, in the same layout.

What a sandbox has: the system's /usr and /etc, read-only; an /app; a /tmp and a /run of its own;
processes of its own; the network; of the person's home, the application's own folder. What stays
out: Flatpak's filter of system calls, its portals, and the runtime's libraries, which are Debian's.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .roots import INSTRUCTIONS, Root, on_screen

_USER = "1000"
_RUNTIME = f"/run/user/{_USER}"

_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
"""Of this machine, beside its name servers: both are what Flatpak takes from outside, too."""

_TOLD = 'file="$1"; shift; "$@" >"$file" 2>&1; status=$?; cat "$file"; exit "$status"'
"""What a command tells goes by a file: a sandbox stays as long as there is a worker in it, and
would hold a pipe open after its host has ended."""

_INFO = """\
[Application]
name={app}
runtime=runtime/org.freedesktop.Platform/x86_64/25.08

[Context]
shared=network;ipc;
sockets=x11;
devices=dri;
"""


@dataclass(frozen=True)
class Sandbox:
    """One application of a root in its sandbox; starts commands as a :class:`Root` does.

    Attributes:
        root: the system it is taken from.
        app: Flatpak's name of it.
    """

    root: Root
    app: str

    @property
    def name(self) -> str:
        return f"{self.root.name}-flatpak"

    def own(self, home: Path) -> Path:
        """The application's folder, which is all that it sees of a home."""
        return home / ".var/app" / self.app

    def start(
        self,
        command: Sequence[str],
        *,
        home: Path,
        mounts: Sequence[Path] = (),
        environment: Mapping[str, str] | None = None,
        display: bool = True,
    ) -> subprocess.Popen[str]:
        """Start a command in the sandbox. Arguments as :meth:`Root.start`'s.

        A further folder stands for a file that a person has opened from in there.
        """
        own = self.own(home)
        for folder in ("data", "config", "cache/tmp", ".local/state"):
            (own / folder).mkdir(parents=True, exist_ok=True)
        info = home / "flatpak-info"
        info.write_text(_INFO.format(app=self.app))
        variables = {
            "HOME": str(home),
            "XDG_DATA_HOME": str(own / "data"),
            "XDG_CONFIG_HOME": str(own / "config"),
            "XDG_CACHE_HOME": str(own / "cache"),
            "XDG_STATE_HOME": str(own / ".local/state"),
            "XDG_RUNTIME_DIR": _RUNTIME,
            "XDG_DATA_DIRS": "/app/share:/usr/share",
            "TMPDIR": "/var/tmp",
            "PATH": "/app/bin:/usr/bin",
            "PYTHONPATH": "/app/lib/python3/dist-packages",
            "FLATPAK_ID": self.app,
            "container": "flatpak",
            "LANG": "C.UTF-8",
            **{name: os.environ[name] for name in INSTRUCTIONS if name in os.environ},
            **(environment or {}),
        }
        inner = ["dbus-run-session", "--", *command]
        if display:
            inner = on_screen(inner)
        told = ["sh", "-c", _TOLD, "sh", str(home / "told")]
        return subprocess.Popen(
            [*told, "bwrap", *self._layout(own, info, mounts), "--", *inner],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def _layout(self, own: Path, info: Path, mounts: Sequence[Path]) -> Iterator[str]:
        yield from ("--unshare-user", "--unshare-pid", "--uid", _USER, "--gid", _USER)
        yield from ("--ro-bind", f"{self.root.path}/usr", "/usr")
        for name in ("bin", "sbin", "lib", "lib64"):
            yield from ("--symlink", f"usr/{name}", f"/{name}")
        yield from ("--ro-bind", f"{self.root.path}/etc", "/etc")
        for file in ("/etc/resolv.conf", "/etc/hosts", str(_CERTIFICATES)):
            yield from ("--ro-bind-try", file, file)
        for name in ("block", "bus", "class", "dev", "devices"):
            yield from ("--ro-bind", f"/sys/{name}", f"/sys/{name}")
        yield from ("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp")
        yield from ("--dir", "/app/bin", "--perms", "0700", "--dir", _RUNTIME)
        yield from ("--ro-bind", str(info), "/.flatpak-info")
        yield from ("--bind", str(own / "cache/tmp"), "/var/tmp", "--bind", str(own), str(own))
        for path in mounts:
            yield from ("--bind", str(path), str(path))
