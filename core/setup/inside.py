"""What an application in a sandbox has to compute with: asked of a Python in there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from core.bridge import VERSION
from core.bridge.storage.paths import Installation
from core.setup import environment, process
from core.setup.hosts import Box
from core.setup.pythons import NEWEST, OLDEST

_QUESTION = """
import configparser, ctypes, glob, json, sys
from importlib.util import find_spec
info = configparser.ConfigParser(strict=False, interpolation=None)
info.read("/.flatpak-info")
def loads(name):
    try:
        return bool(ctypes.CDLL(name))
    except OSError:
        return False
print(json.dumps({
    "python": list(sys.version_info[:2]),
    "ssl": find_spec("_ssl") is not None,
    "network": "network" in info.get("Context", "shared", fallback="").split(";"),
    "nvidia": bool(glob.glob("/dev/nvidia[0-9]*")) and loads("libcuda.so.1"),
    "render": bool(glob.glob("/dev/dri/render*")),
}))
"""

_UPDATE = "open its filter, and its page does it"

Finding = tuple[bool, str]
"""Whether it is well, and what was found."""


def findings(box: Box) -> Iterator[Finding]:
    """What there is in a sandbox: a Python, the network, a GPU, and an engine."""
    command = box.command("python3", "-I", "-c", _QUESTION)
    if command is None:
        yield True, f"nobody outside can look into a {box.kind.capitalize()}"
        return
    if box.version is None:
        yield True, f"{box.app} is not installed any more; only its folders are there"
        return
    facts = _asked(command)
    if facts is None:
        yield False, f"there is no Python in there, or {' '.join(command[:2])} does not start it"
        return
    version = tuple(facts["python"])
    name = "Python {}.{}".format(*version)
    if OLDEST <= version <= NEWEST and facts["ssl"]:
        yield True, name
    else:
        yield False, f"{name} can't carry the engine: update {box.app} with 'flatpak update'"
    if not facts["network"]:
        yield (
            False,
            "it has no network, by which the engine is fetched: run 'flatpak override --user "
            f"--share=network {box.app}'",
        )
    yield True, _graphics(facts)
    yield from _engine(box)


def _asked(command: list[str]) -> dict[str, Any] | None:
    try:
        found = json.loads((process.output(command) or "").strip().splitlines()[-1])
    except (ValueError, IndexError):
        return None
    keys = {"python", "ssl", "network", "nvidia", "render"}
    return found if isinstance(found, dict) and keys <= found.keys() else None


def _graphics(facts: dict[str, Any]) -> str:
    if facts["nvidia"]:
        return "an NVIDIA card, with its libraries"
    if facts["render"]:
        return "a graphics card, but no NVIDIA card with its libraries"
    return "no graphics card: it computes on the processor"


def _engine(box: Box) -> Iterator[Finding]:
    """The installation in there, by the Python that it has."""
    installation = Installation(box.prefix)
    if not installation.manifest.is_file():
        begun = installation.environment.exists()
        state = "only a part of an engine" if begun else "no engine yet"
        yield True, f"{state} in {box.prefix}: {_UPDATE}"
        return
    there = installation.version()
    if there != VERSION:
        yield False, f"its engine is {there}, this folder has {VERSION}: {_UPDATE}"
    health = environment.probe(installation, box.command)
    if health is None or health.get("broken") or "torch" not in health:
        yield False, f"the engine in {box.prefix} can't be started: {_UPDATE}"
        return
    devices = ", ".join(f"{name} ({what})" for name, what in health["devices"].items())
    yield True, f"engine {there} in {box.prefix}, PyTorch {health['torch']} on {devices}"
