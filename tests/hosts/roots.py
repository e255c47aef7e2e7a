"""Where the real hosts are: this machine's own, and system roots that hold others.

``IMPASTO_HOST_ROOTS`` names folders (separated like PATH) made by debootstrap with GIMP and Krita
in them; a command runs in one by chroot, with the paths it needs mounted at the same place.
"""

from __future__ import annotations

import itertools
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

INSTRUCTIONS = ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA", "MKL_ENABLEINSTRUCTIONS")
"""By these a worker computes as on an older processor, where somebody who measures asks for it."""

_SCREENS = itertools.count(100 + os.getpid() % 1000 * 50)
"""Numbers of virtual screens, of which each process has its own: xvfb-run looks for a free one, but
two that look at once find the same, and so does one that looks while another is being closed."""


def on_screen(command: Sequence[str], size: str = "1280x800") -> list[str]:
    """A command that runs on a virtual screen of its own."""
    screen = ["-n", str(next(_SCREENS)), "-s", f"-screen 0 {size}x24"]
    return ["xvfb-run", "-a", *screen, *command]


PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
"""Where a system's programs lie."""


@dataclass(frozen=True)
class Root:
    """A system with hosts in it; ``/`` is this machine itself."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name or "native"

    def has(self, program: str) -> bool:
        if self.path == Path("/"):
            return shutil.which(program) is not None
        return (self.path / "usr/bin" / program).exists()

    def start(
        self,
        command: Sequence[str],
        *,
        home: Path,
        mounts: Sequence[Path] = (),
        environment: Mapping[str, str] | None = None,
        display: bool = True,
    ) -> subprocess.Popen[str]:
        """Start a command with a screen and a session bus of its own.

        Args:
            command: program and arguments, as seen inside the root.
            home: a folder that becomes HOME, and holds a private XDG_RUNTIME_DIR.
            mounts: further folders it needs to see at their own paths.
            environment: variables beside a minimal set.
            display: whether to give it a virtual screen of 1280x800.
        """
        runtime = home / "runtime"
        runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
        variables = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "PATH": PATH,
            "LANG": "C.UTF-8",
            **{name: os.environ[name] for name in INSTRUCTIONS if name in os.environ},
            **(environment or {}),
        }
        inner = ["dbus-run-session", "--", *command]
        if display:
            inner = on_screen(inner)
        if self.path == Path("/"):
            outer, variables = inner, {**os.environ, **variables}
        else:
            outer = ["unshare", "--mount", "sh", "-ec", self._enter(inner, [home, *mounts])]
        return subprocess.Popen(
            outer,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def _enter(self, command: Sequence[str], mounts: Sequence[Path]) -> str:
        """A shell script that mounts, in a mount namespace that goes with it, and enters."""
        enter = f"exec chroot {shlex.quote(str(self.path))} {shlex.join(command)}"
        return "\n".join([*self._mount(mounts), enter])

    def _mount(self, mounts: Sequence[Path]) -> list[str]:
        """The script's lines that mount; the home is the first of the folders."""
        lines = [f"mount -t proc proc {self.path}/proc", f"mount --rbind /dev {self.path}/dev"]
        python = Path(sys.base_prefix)
        # The system's own Python is in every root already, and may not be shadowed.
        needed = [*mounts, REPOSITORY] + ([] if python == Path("/usr") else [python])
        for path in needed:
            inside = f"{self.path}{path}"
            lines.append(f"mkdir -p {shlex.quote(inside)}")
            lines.append(f"mount --bind {shlex.quote(str(path))} {shlex.quote(inside)}")
        return lines


def find_roots(program: str) -> list[Root]:
    """The roots that hold ``program`` (``gimp-console-3.0``, ``krita`` ...)."""
    named = [Path(p) for p in os.environ.get("IMPASTO_HOST_ROOTS", "").split(os.pathsep) if p]
    return [root for root in map(Root, [Path("/"), *named]) if root.has(program)]
