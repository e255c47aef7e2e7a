"""Find the Krita and the GIMP of this user, and where their plug-ins go."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from core.bridge.storage.platform import Platform, here
from core.setup import process

KINDS = ("krita", "gimp")


@dataclass(frozen=True)
class Box:
    """A sandbox: what runs in there sees other programs, libraries and folders than we do.

    Attributes:
        kind: ``flatpak`` or ``snap``.
        app: its name there.
        data, config: the folders that stand for the user's own in there.
        prefix: of the installation in there, if there is one.
        version: of the application; empty where it is not told, None where only folders are left.
    """

    kind: str
    app: str
    data: Path
    config: Path
    prefix: Path
    version: str | None = None

    def command(self, program: str, *arguments: str) -> list[str] | None:
        """What runs a program in there; None where nobody outside can."""
        if self.kind != "flatpak":
            return None
        return ["flatpak", "run", f"--command={program}", self.app, *arguments]


@dataclass(frozen=True)
class FoundHost:
    """One place where a host looks for plug-ins.

    Attributes:
        kind: ``krita`` or ``gimp``.
        name: what to call it in front of a person.
        version: as the program says it; empty where only its folder was found.
        plugins: the folder that plug-ins lie in.
        settings: Krita's kritarc, which switches plug-ins on; None for GIMP, which needs none.
        box: the sandbox it lives in; None where it has the system to itself.
    """

    kind: str
    name: str
    version: str
    plugins: Path
    settings: Path | None = None
    box: Box | None = None

    def describe(self) -> str:
        return f"{self.name} {self.version or '(only its folder)'}"


@dataclass(frozen=True)
class Places:
    """The programs in reach, on the platform that this is."""

    platform: Platform = field(default_factory=here)

    def program(self, *names: str) -> Path | None:
        """The first of these programs: by name on PATH, or as a path with variables in it."""
        for name in names:
            path = re.sub(r"%(.*?)%", lambda match: self.platform.variables.get(match[1], ""), name)
            if found := shutil.which(path, path=self.platform.variables.get("PATH", "")):
                return Path(found)
        return None

    def ask(self, program: Path, *arguments: str) -> str:
        """The version a program tells; empty where it tells none."""
        said = process.output([str(program), *arguments], timeout=60.0) or ""
        found = re.search(r"\d+\.\d+(\.\d+)*", said)
        return found[0] if found else ""

    def sandboxed(self, identifier: str) -> str | None:
        """The version of an app that flatpak holds; None where it holds none of that name."""
        flatpak = self.program("flatpak")
        if flatpak is None:
            return None
        plainly = process.environment(LC_ALL="C")  # it translates the names of what it tells
        said = process.output([str(flatpak), "info", identifier], 60.0, plainly)
        if said is None:
            return None
        found = re.search(r"^\s*Version: (\S+)", said, re.MULTILINE)
        return found[1] if found else ""


def find(kinds: Iterable[str], places: Places | None = None) -> tuple[list[FoundHost], list[str]]:
    """The hosts in reach, and what a person should know about those that can't be served."""
    places = places or Places()
    hosts: list[FoundHost] = []
    notes: list[str] = []
    for kind in kinds:
        found, more = (_find_krita if kind == "krita" else _find_gimp)(places)
        hosts += found
        notes += more
    # Inside a sandbox its own folders are the user's as well.
    once: dict[Path, FoundHost] = {}
    for host in hosts:
        once.setdefault(host.plugins, host)
    return list(once.values()), notes


def _find_krita(places: Places) -> tuple[list[FoundHost], list[str]]:
    if places.platform.windows:
        data = places.platform.folder("APPDATA", "AppData/Roaming") / "krita"
        settings = places.platform.folder("LOCALAPPDATA", "AppData/Local") / "kritarc"
        names = ["krita", r"%ProgramFiles%\Krita (x64)\bin\krita.exe"]
    elif places.platform.mac:
        data = places.platform.home / "Library/Application Support/krita"
        settings = places.platform.home / "Library/Preferences/kritarc"
        names = ["krita", "/Applications/krita.app/Contents/MacOS/krita"]
    else:
        data = places.platform.folder("XDG_DATA_HOME", ".local/share") / "krita"
        settings = places.platform.folder("XDG_CONFIG_HOME", ".config") / "kritarc"
        names = ["krita"]
    hosts: list[FoundHost] = []
    program = places.program(*names)
    version = places.ask(program, "--version") if program else ""
    if program or data.is_dir():
        hosts.append(FoundHost("krita", "Krita", version, data / "pykrita", settings))
    notes: list[str] = []
    for box in _boxes(places, "org.kde.krita", "krita"):
        data = box.data / "krita"
        if box.version is not None or data.is_dir():
            name, kritarc = f"Krita ({box.kind})", box.config / "kritarc"
            version = box.version or ""
            hosts.append(FoundHost("krita", name, version, data / "pykrita", kritarc, box))
            notes += _of_snaps(name, box)
    return hosts, notes


def _find_gimp(places: Places) -> tuple[list[FoundHost], list[str]]:
    names = ["gimp-3.2", "gimp-3.0", "gimp-3", "gimp"]
    if places.platform.windows:
        profiles = places.platform.folder("APPDATA", "AppData/Roaming") / "GIMP"
        for folder in (r"%ProgramFiles%\GIMP 3", r"%LOCALAPPDATA%\Programs\GIMP 3"):
            names += [rf"{folder}\bin\gimp-console-{v}.exe" for v in ("3.2", "3.0", "3")]
    elif places.platform.mac:
        profiles = places.platform.home / "Library/Application Support/GIMP"
        names += ["/Applications/GIMP.app/Contents/MacOS/gimp"]
    else:
        profiles = places.platform.folder("XDG_CONFIG_HOME", ".config") / "GIMP"
    versions = {
        places.ask(program, "--version") for name in names if (program := places.program(name))
    }
    hosts, notes = _gimp_profiles("GIMP", profiles, versions - {""})
    for box in _boxes(places, "org.gimp.GIMP", "gimp"):
        name, theirs = f"GIMP ({box.kind})", {box.version} if box.version else set()
        found, more = _gimp_profiles(name, box.config / "GIMP", theirs, box)
        hosts += found
        notes += more + (_of_snaps(name, box) if found else [])
    return hosts, notes


def _boxes(places: Places, flatpak: str, snap: str) -> list[Box]:
    """Where flatpak and snap keep an app's own home."""
    if places.platform.system != "linux":
        return []
    flatpaks, snaps = (
        places.platform.home / ".var/app" / flatpak,
        places.platform.home / "snap" / snap,
    )
    data, version = flatpaks / "data", places.sandboxed(flatpak)
    # Snap copies all that is in `current` whenever the application is updated.
    current, common = snaps / "current", snaps / "common"
    return [
        Box("flatpak", flatpak, data, flatpaks / "config", data / "impasto", version),
        Box("snap", snap, current / ".local/share", current / ".config", common / "impasto"),
    ]


def _of_snaps(name: str, box: Box) -> list[str]:
    """What a person should know of a host in a Snap."""
    if box.kind != "snap":
        return []
    return [
        f"{name}: its plug-in fetches an engine of its own into {box.prefix}, for the processor "
        "where the Snap sees no graphics card; nobody has tried it, so if its first page fails "
        "take the Flatpak or your system's package instead."
    ]


def _gimp_profiles(
    name: str, profiles: Path, versions: set[str], box: Box | None = None
) -> tuple[list[FoundHost], list[str]]:
    """One host for each version of GIMP 3 that has, or may be given, a profile folder."""
    have = {folder.name for folder in profiles.glob("*.*") if re.match(r"\d+\.\d+$", folder.name)}
    told = {".".join(version.split(".")[:2]): version for version in sorted(versions)}
    hosts, notes = [], []
    for series in sorted(have | set(told), key=lambda text: [int(n) for n in text.split(".")]):
        version = told.get(series, "")
        if not series.startswith("3."):
            if version:
                notes.append(
                    f"{name} {version} is too old for Impasto: it needs GIMP 3.0 or newer."
                )
        elif series not in have and have:
            # A folder made by us would keep GIMP from taking over the settings of the version
            # before, which it does once, when it starts and has no folder yet.
            notes.append(
                f"{name} {version} has not been started yet: start it once, then run "
                "'python3 install.py' again."
            )
        else:
            folder = profiles / series / "plug-ins"
            hosts.append(FoundHost("gimp", name, version or series, folder, box=box))
    return hosts, notes
