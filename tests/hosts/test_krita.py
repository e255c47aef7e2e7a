"""Krita, the real one: a session is driven once in each root, then each claim is looked at."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from PIL import Image

from core.bridge import wire
from core.bridge.client import dial, greet
from core.bridge.paths import Installation
from core.setup import kritarc, plugins
from core.setup.hosts import Host
from tests.hosts.roots import REPOSITORY, find_roots

ROOTS = find_roots("krita")
SESSION_SECONDS = 400
PHOTO, STYLE = "astronaut.png", "brush work.png"
EXTENT = (120, 100)
Report = dict[str, Any]


@pytest.fixture(scope="module", params=ROOTS or [None], ids=lambda r: r.name if r else "no-krita")
def session(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    installation: Installation,
) -> Iterator[tuple[Report, Path]]:
    """What one Krita told, and the folder with its photographs."""
    if request.param is None:
        reason = "no Krita here, nor in the roots that IMPASTO_HOST_ROOTS names"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    home = tmp_path_factory.mktemp("krita")
    own = _private(installation, home / "impasto")
    folder = home / "session"
    _lay_out(home, own, folder)
    # Krita asks one that runs already to open its files, which it finds in the temporary folder.
    temporary = home / "tmp"
    temporary.mkdir()
    process = request.param.start(
        ["krita", "--nosplash"],
        home=home,
        mounts=[installation.environment.resolve(), installation.weights.resolve()],
        environment={"IMPASTO_SESSION": str(folder), "TMPDIR": str(temporary)},
    )
    try:
        output, _ = process.communicate(timeout=SESSION_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        output, _ = process.communicate()
    if not (folder / "finished").exists():
        pytest.fail(f"Krita did not get to the end of the session:\n{output[-4000:]}")
    keep = os.environ.get("IMPASTO_SCREENSHOTS")
    if keep:
        shutil.copytree(folder, Path(keep) / request.param.name, dirs_exist_ok=True)
    yield json.loads((folder / "report.json").read_text("utf-8")), folder
    _end_worker(own)


def _private(installation: Installation, prefix: Path) -> Installation:
    """The same engine under a prefix of its own: a worker that no other test shares or kills."""
    prefix.mkdir()
    own = Installation(prefix)
    own.environment.symlink_to(installation.environment.resolve())
    own.weights.symlink_to(installation.weights.resolve())
    shutil.copy(installation.manifest, own.manifest)
    return own


def _lay_out(home: Path, own: Installation, folder: Path) -> None:
    """What a user has after install.py, and beside it the plug-in that drives the session."""
    settings = home / ".config" / "kritarc"
    data = home / ".local" / "share" / "krita" / "pykrita"
    plugins.install(Host("krita", "Krita", "", data, settings), REPOSITORY, own)
    driver = data / "impasto_session"
    driver.mkdir()
    here = Path(__file__).parent
    shutil.copy(here / "krita_start.py", driver / "__init__.py")
    for name in ("krita_session.py", "krita_cases.py"):
        shutil.copy(here / name, driver)
    (data / "impasto_session.desktop").write_text(
        "[Desktop Entry]\nType=Service\nServiceTypes=Krita/PythonPlugin\n"
        "X-KDE-Library=impasto_session\nName=Impasto's session\n"
    )
    kritarc.enable(settings, "impasto_session")
    folder.mkdir()
    photo = Image.fromarray(skimage.data.astronaut()[20:320, 60:420])
    photo.resize(EXTENT, Image.Resampling.LANCZOS).save(folder / PHOTO)
    Image.fromarray(_brush_work()).save(folder / STYLE)
    given = {
        "photo": str(folder / PHOTO),
        "style": str(folder / STYLE),
        "prefix": str(own.prefix),
        "log": str(own.log),
        "only": os.environ.get("IMPASTO_KRITA_CASES", "").split(),
    }
    (folder / "session.json").write_text(json.dumps(given))


def _brush_work() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Bent stripes in strong colours: nothing like the photograph."""
    y, x = np.mgrid[0:160, 0:200] / 10.0
    waves = [np.sin(x + 2 * np.sin(y / 2) + phase) for phase in (0.0, 1.0, 4.0)]
    return np.uint8(127 + 120 * np.stack(waves, axis=-1))


def _end_worker(own: Installation) -> None:
    connection = dial(own)
    if connection is not None and greet(connection):
        wire.send(connection, "leave", {})
        connection.close()


def test_x(session: tuple[Report, Path]) -> None:
    report, folder = session
    broken = {name: told["broke"] for name, told in report.items() if "broke" in told}
    assert not broken
