"""A system's hosts as an AppImage runs them: from a folder of its own, led there by variables.

What an AppImage has: all of it mounted in one folder; a start that says where that is, and puts its
libraries, its Python and its data before the system's. What stays out: the file with its own
mount, and another system's libraries in it. Here they are the system's own, by another path.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .roots import PATH, Root

_START = """\
#!/bin/sh
export APPDIR={mounted} APPIMAGE="$0" ARGV0="$0" OWD="$PWD"
usr="$APPDIR/usr"
libraries="$(echo "$usr"/lib/*-linux-gnu)"
export LD_LIBRARY_PATH="$libraries:$usr/lib" PATH="$usr/bin:$PATH"
export PYTHONHOME="$usr" PYTHONPATH="$usr/lib/python3/dist-packages"
export QT_PLUGIN_PATH="$libraries/qt5/plugins"
export XDG_DATA_DIRS="$usr/share:/usr/local/share:/usr/share"
exec "$usr/bin/{program}" "$@"
"""
"""The first line is what the AppImage's own program sets, the others what the starts of several
hosts do. Krita itself adds MLT_... and FONTCONFIG_PATH where it sees APPIMAGE."""


_QT = """\
[Paths]
Prefix = ..
Plugins = {libraries}/qt5/plugins
Qml2Imports = {libraries}/qt5/qml
"""


@dataclass(frozen=True)
class AppImage(Root):
    """A root of which one program is an AppImage, in a person's own folder of programs."""

    program: str = "krita"

    @property
    def name(self) -> str:
        return f"{super().name}-appimage"

    def start(
        self,
        command: Sequence[str],
        *,
        home: Path,
        mounts: Sequence[Path] = (),
        environment: Mapping[str, str] | None = None,
        display: bool = True,
    ) -> subprocess.Popen[str]:
        """Start a command for which the program is the AppImage. Arguments as in a root."""
        file = home / "Applications" / self.program
        file.parent.mkdir(exist_ok=True)
        mounted = shlex.quote(str(_mounted(home)))
        file.write_text(_START.format(mounted=mounted, program=self.program))
        file.chmod(0o755)
        return super().start(
            command,
            home=home,
            mounts=mounts,
            environment={**(environment or {}), "PATH": f"{file.parent}:{PATH}"},
            display=display,
        )

    def _mount(self, mounts: Sequence[Path]) -> list[str]:
        usr = f"{self.path}/usr"
        mounted = _mounted(mounts[0])
        # Krita looks for its Python's packages where Debian has none.
        shape = mounted.with_name("shape")
        for folder in Path(usr, "lib").glob("python3.*"):
            packages = shape / "lib" / folder.name / "site-packages"
            packages.parent.mkdir(parents=True, exist_ok=True)
            if not packages.is_symlink():
                packages.symlink_to("../python3/dist-packages")
        libraries = next(Path(usr, "lib").glob("*-linux-gnu"))
        (shape / "bin").mkdir(exist_ok=True)
        (shape / "bin/qt.conf").write_text(_QT.format(libraries=libraries.relative_to(usr)))
        inside = shlex.quote(f"{self.path}{mounted}/usr")
        layers = shlex.quote(f"lowerdir={shape}:{usr}")
        lines = [f"mkdir -p {inside}", f"mount -t overlay overlay -o {layers} {inside}"]
        # The system has no Krita of its own.
        hidden = [f"{usr}/share/krita", *map(str, libraries.glob("krita*"))]
        lines += [f"mount -t tmpfs none {shlex.quote(folder)}" for folder in hidden]
        return [*super()._mount(mounts), *lines]


def _mounted(home: Path) -> Path:
    return home / ".mount_kritaAbCdEf"
