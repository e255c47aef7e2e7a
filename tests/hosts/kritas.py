"""Krita, the real one: driven once in each root, then each claim is looked at."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
import skimage.data
from PIL import Image

from core.bridge.storage.paths import Installation
from core.setup import kritarc, plugins
from core.setup.hosts import FoundHost

from .engines import end_worker, private
from .foreign import write_foreign
from .roots import REPOSITORY, Root, find_roots, on_screen
from .sandboxes import Sandbox

ROOTS: list[Root | None] = [*find_roots("krita")]
SESSION_SECONDS = 3000
"""All cases take 4 minutes on two idle cores."""
_NO_SCREEN, _ATTEMPTS = "could not connect to display", 3
"""What Krita says where xvfb-run has begun it before its screen answers, as happens now and then,
and how often it is begun."""
_SIGNALLED = 128
"""A shell whose Krita died by a signal ends with more than this."""
PHOTO, STYLE = "astronaut.png", "brush work.png"
EXTENT = (120, 100)
Report = dict[str, Any]


class Krita(NamedTuple):
    """What one Krita told, and the folder with its photographs."""

    report: Report
    folder: Path

    def told(self, name: str) -> Report:
        """What a case told; a case that broke fails whoever asks for it."""
        answer: Report = self.report[name]
        assert "broke" not in answer, answer["broke"]
        return answer


class Sessions:
    """Each Krita is driven once, in whatever order the tests ask for them.

    pytest ends a fixture of one root when a test wants another's, and would begin it anew for a
    test that comes later and wants the first again: ten minutes each.
    """

    def __init__(self, installation: Installation, folders: pytest.TempPathFactory) -> None:
        self._installation, self._folders = installation, folders
        self._driven: dict[tuple[str, Root], Krita] = {}

    def of(
        self,
        root: Root | None,
        name: str,
        cases: Sequence[str],
        environment: Mapping[str, str],
        screen: str,
    ) -> Krita:
        """Krita in a root, after its session of that name; no cases are all of them."""
        if root is None:
            reason = "no Krita here, nor in the roots that IMPASTO_HOST_ROOTS names"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        if (name, root) not in self._driven:
            home = self._folders.mktemp(name)
            own = private(self._installation, home / "impasto")
            try:
                krita = _driven(root, home, own, cases, environment, screen)
            finally:
                end_worker(own)
            self._driven[name, root] = krita
        return self._driven[name, root]


@pytest.fixture(scope="session")
def sessions(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Sessions:
    return Sessions(installation, tmp_path_factory)


_each_root = pytest.fixture(
    scope="session", params=ROOTS or [None], ids=lambda r: r.name if r else "no-krita"
)


@_each_root
def krita(request: pytest.FixtureRequest, sessions: Sessions) -> Krita:
    """The real Krita, driven once through all cases."""
    cases = os.environ.get("IMPASTO_KRITA_CASES", "").split()
    return sessions.of(request.param, "krita", cases, {}, "1280x800")


@_each_root
def fine_krita(request: pytest.FixtureRequest, sessions: Sessions) -> Krita:
    """Krita on a small screen with twice as many pixels each way, looked at only."""
    twice = {"QT_SCALE_FACTOR": "2"}
    return sessions.of(request.param, "fine", ["look"], twice, "1920x1080")


def _driven(
    root: Root,
    home: Path,
    own: Installation,
    cases: Sequence[str],
    environment: Mapping[str, str],
    screen: str,
) -> Krita:
    folder = home / "session"
    _lay_out(places(home), own, folder, cases)
    # Krita asks one that runs already to open its files, which it finds in the temporary folder.
    temporary = home / "tmp"
    temporary.mkdir()
    variables = {"IMPASTO_SESSION": str(folder), "TMPDIR": str(temporary), **environment}
    died: set[str] = set()
    engine = [own.environment, own.weights, own.gallery]
    mounts = [folder.resolve() for folder in engine if folder.exists()]
    while True:
        code, output = run_krita(root, home, mounts, variables, screen)
        if (folder / "finished").exists():
            break
        name, crash = _read(folder / "under-way"), _read(folder / "crash.txt")
        told = f"Krita ended early in the case '{name}' ({code}):\n{output[-4000:]}\n{crash}"
        if code <= _SIGNALLED or not name or name in died:
            pytest.fail(told)
        died.add(name)
        warnings.warn(f"{told}\nThe case begins anew.", pytest.PytestWarning, stacklevel=1)
    keep = os.environ.get("IMPASTO_SCREENSHOTS")
    if keep:
        shutil.copytree(folder, Path(keep, root.name, home.name), dirs_exist_ok=True)
    return Krita(json.loads((folder / "report.json").read_text("utf-8")), folder)


def run_krita(
    root: Root | Sandbox,
    home: Path,
    mounts: Sequence[Path],
    variables: Mapping[str, str],
    screen: str = "1280x800",
) -> tuple[int, str]:
    """Krita until it ends: its exit status, and what it printed.

    Args:
        root: the system, or the sandbox, it is in.
        home: of the person.
        mounts: what else it needs to see.
        variables: of its environment.
        screen: its size.
    """
    output = ""
    for _ in range(_ATTEMPTS):
        process = root.start(
            on_screen(["krita", "--nosplash"], screen),
            home=home,
            mounts=mounts,
            environment=variables,
            display=False,
        )
        try:
            output, _ = process.communicate(timeout=SESSION_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            output, _ = process.communicate()
        if _NO_SCREEN not in output:
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)  # the screen may still be there
    return process.returncode, output


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""


def _lay_out(at: Places, own: Installation, folder: Path, cases: Sequence[str]) -> None:
    """What a user has after install.py, and beside it the plug-in that drives the session."""
    plugins.install(FoundHost("krita", "Krita", "", at.plugins, at.settings), REPOSITORY, own)
    folder.mkdir()
    lay_out_session(at, own, folder, cases)


class Places(NamedTuple):
    """Where a Krita looks for its plug-ins, and for its settings."""

    plugins: Path
    settings: Path


def places(home: Path, root: Root | Sandbox | None = None) -> Places:
    """Those below a home, or below the part of it that a sandbox sees."""
    if isinstance(root, Sandbox):
        own = root.own(home)
        return Places(own / "data/krita/pykrita", own / "config/kritarc")
    return Places(home / ".local/share/krita/pykrita", home / ".config/kritarc")


def add_plugin(at: Places, name: str, parts: Mapping[str, str]) -> None:
    """Put a plug-in of a test's own there, and switch it on.

    Args:
        at: where to.
        name: of the plug-in.
        parts: the file beside this one that each of its files is a copy of.
    """
    folder = at.plugins / name
    folder.mkdir(parents=True)
    for file, source in parts.items():
        shutil.copy(Path(__file__).parent / source, folder / file)
    (at.plugins / f"{name}.desktop").write_text(
        "[Desktop Entry]\nType=Service\nServiceTypes=Krita/PythonPlugin\n"
        f"X-KDE-Library={name}\nName={name}\n"
    )
    kritarc.enable(at.settings, name)


def lay_out_session(at: Places, own: Installation, folder: Path, cases: Sequence[str]) -> None:
    """The plug-in that drives a session, and the pictures it needs."""
    here = Path(__file__).parent
    parts = [part.name for part in (*here.glob("krita_*.py"), *here.glob("host_*.py"))]
    start = {"__init__.py": "krita_start.py"}
    add_plugin(at, "impasto_session", {**{n: n for n in parts if n not in start.values()}, **start})
    photo = Image.fromarray(skimage.data.astronaut()[20:320, 60:420])
    photo.resize(EXTENT, Image.Resampling.LANCZOS).save(folder / PHOTO)
    large = Image.fromarray(skimage.data.astronaut())
    large.resize((800, 600), Image.Resampling.LANCZOS).save(folder / "large.png")
    Image.new("RGB", EXTENT, "white").save(folder / "blank.png")
    Image.fromarray(_brush_work()).save(folder / STYLE)
    write_foreign(folder)
    given = {
        "photo": str(folder / PHOTO),
        "large": str(folder / "large.png"),
        "blank": str(folder / "blank.png"),
        "style": str(folder / STYLE),
        "prefix": str(own.prefix),
        "log": str(own.log),
        "only": cases,
    }
    (folder / "session.json").write_text(json.dumps(given))


def _brush_work() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Bent stripes in strong colours: nothing like the photograph."""
    y, x = np.mgrid[0:160, 0:200] / 10.0
    waves = [np.sin(x + 2 * np.sin(y / 2) + phase) for phase in (0.0, 1.0, 4.0)]
    return np.uint8(127 + 120 * np.stack(waves, axis=-1))


def picture(encoded: str, channels: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    data = np.frombuffer(base64.b64decode(encoded), np.uint8)
    return data.reshape(EXTENT[1], EXTENT[0], channels).astype(np.int16)


def one_layer(outcome: Report) -> Report:
    """The only new layer of a run that went well."""
    assert outcome["failed"] == []
    assert outcome["ended"] == 1
    assert len(outcome["new"]) == 1
    layer: Report = outcome["new"][0]
    assert layer["visible"]
    assert layer["type"] == "paintlayer"
    return layer


def coverage(told: Report) -> np.ndarray[Any, np.dtype[np.float64]]:
    """How much of each pixel a preview's layer covers."""
    width, height = told["size"]
    data = np.frombuffer(base64.b64decode(told["rgba"]), np.uint8)
    return data.reshape(height, width, 4)[..., 3] / 255.0


def shown(told: Report) -> np.ndarray[Any, np.dtype[np.int16]]:
    """A picture that a case told, RGB."""
    width, height = told["size"]
    data = np.frombuffer(base64.b64decode(told["rgba"]), np.uint8)
    return data.reshape(height, width, 4)[..., :3].astype(np.int16)
