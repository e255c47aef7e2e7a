"""The real GIMPs that tests run in: a profile with the plug-in, and scripts started inside."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from PIL import Image

from core.bridge.storage.paths import Installation

from .engines import end_worker, private
from .roots import REPOSITORY, Root, find_roots, on_screen
from .sandboxes import Sandbox

HERE = Path(__file__).parent
PATIENCE = 1800
"""Seconds a whole GIMP session of many runs may take on a slow machine."""

Report = dict[str, Any]

NOWHERE: list[object] = [None]
"""What a fixture is for where there is no GIMP."""


@dataclass(frozen=True)
class Gimp:
    """One version of GIMP in one root, or in a sandbox."""

    root: Root | Sandbox
    version: str

    def __str__(self) -> str:
        return f"{self.version} in {self.root.name}"


def gimps() -> list[Gimp]:
    """All there are here."""
    return [
        Gimp(root, version)
        for version in ("3.0", "3.2")
        for root in find_roots(f"gimp-console-{version}")
    ]


def there(param: object) -> Gimp:
    """The GIMP that a fixture is for, where there is any."""
    if not isinstance(param, Gimp):
        if os.environ.get("CI") == "true":
            pytest.fail("no GIMP 3 here, nor in IMPASTO_HOST_ROOTS")
        pytest.skip("no GIMP 3 here, nor in IMPASTO_HOST_ROOTS")
    return param


@pytest.fixture(scope="session", params=gimps() or NOWHERE, ids=str)
def gimp(request: pytest.FixtureRequest) -> Gimp:
    return there(request.param)


@pytest.fixture(scope="session")
def job(
    gimp: Gimp, installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Job]:
    folder = tmp_path_factory.mktemp("gimp")
    # In a root a worker sees only what was mounted for it: this one is of this session.
    own = private(installation, folder / "impasto")
    yield Job(gimp, own, folder)
    end_worker(own)


def _sides(noise: int) -> np.ndarray:
    """A picture of 256x256 px, red on the left and blue on the right, with a grain."""
    colors = np.full((256, 256, 3), noise // 2, np.uint8)
    colors[:, :128, 0] = colors[:, 128:, 2] = 255 - noise
    grain = np.random.default_rng(0).integers(0, noise + 1, (64, 64, 1)).repeat(4, 0).repeat(4, 1)
    return (colors + grain).clip(0, 255).astype(np.uint8)


class Job:
    """A profile with the plug-in in it, pictures, and GIMP started on one of the scripts."""

    def __init__(
        self,
        gimp: Gimp,
        installation: Installation,
        folder: Path,
        *,
        home: Path | None = None,
        profile: Path | None = None,
    ) -> None:
        """Lay it out.

        Args:
            gimp: which one.
            installation: the engine's.
            folder: a place for the pictures, and for what GIMP tells.
            home, profile: by default below that folder.
        """
        self.gimp = gimp
        self.installation = installation
        self.folder = folder
        self.home = home or folder / "home"
        self.pictures = Path(os.environ.get("IMPASTO_TEST_PICTURES") or folder) / f"gimp-{gimp}"
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.profile = profile or folder / "profile"
        self.plugin = self.profile / "plug-ins" / "impasto"
        shutil.copytree(REPOSITORY / "gimp_plugin" / "impasto", self.plugin)
        shutil.copytree(REPOSITORY / "core" / "bridge", self.plugin / "bridge")
        pointer = self.plugin / "bridge" / "installation.json"
        pointer.write_text(json.dumps({"prefix": str(installation.prefix)}), "utf-8")
        settings = "(show-welcome-dialog no)\n(check-updates no)\n"
        (self.profile / "gimprc").write_text(settings, "utf-8")
        pictures = {
            "photograph": skimage.data.astronaut()[20:140, 150:310],
            "large": skimage.data.astronaut()[:384],
            "style": skimage.data.coffee()[:256, 100:356],
            "other_style": skimage.data.immunohistochemistry()[:256, :256],
            "sides": _sides(noise=90),
            "sides_labels": _sides(noise=0),
        }
        for name, pixels in pictures.items():
            Image.fromarray(pixels).save(folder / f"{name} picture.png")

    def run(
        self,
        script: str,
        windows: bool = False,
        environment: Mapping[str, str] | None = None,
        screen: str = "1280x800",
    ) -> Report:
        """Run a script inside GIMP and return its report.

        Args:
            script: a module beside this one.
            windows: whether GIMP shows any.
            environment: further variables, which also name the pictures that are taken.
            screen: its size in pixels.
        """
        name = "-".join([script, *(environment or {}).values()])
        report, orders = self.folder / f"{name}.json", self.folder / f"{name}-orders.json"
        names = {
            name: str(self.folder / f"{name} picture.png")
            for name in ("photograph", "large", "style", "other_style", "sides", "sides_labels")
        }
        names |= {
            "report": str(report),
            "orders": str(orders),
            "prefix": str(self.installation.prefix),
            "plugin": str(self.plugin),
            "pictures": str(self.pictures),
        }
        orders.write_text(json.dumps(names), "utf-8")
        program = ["gimp"] if windows else ["gimp-console"]
        # The scripts beside this one, and the plug-in's own modules.
        paths = [str(HERE), str(self.plugin)]
        code = f"import sys; sys.path[:0] = {paths}; import {script}"
        process = self.gimp.root.start(
            on_screen(
                [
                    f"{program[0]}-{self.gimp.version}",
                    *(["--no-splash"] if windows else ["--no-interface", "--no-data"]),
                    "--batch-interpreter=python-fu-eval",
                    f"--batch={code}",
                    "--quit",
                ],
                screen,
            ),
            home=self.home,
            mounts=self._mounts(),
            environment={
                "GIMP3_DIRECTORY": str(self.profile),
                "IMPASTO_TEST_ORDERS": str(orders),
                "PYTHONDONTWRITEBYTECODE": "1",
                "IMPASTO_TEST_CASES": os.environ.get("IMPASTO_TEST_CASES", ""),
                **(environment or {}),
            },
            display=False,
        )
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
        (self.folder / f"{name}.log").write_text(output, "utf-8")
        assert report.is_file(), f"GIMP ended without a report:\n{output[-4000:]}"
        return json.loads(report.read_text("utf-8"))

    def forget_last_values(self) -> None:
        """Let the next dialog come up with what it is given."""
        shutil.rmtree(self.profile / "plug-in-settings", ignore_errors=True)

    def _mounts(self) -> list[Path]:
        prefix = self.installation.prefix
        linked = {path.resolve() for path in prefix.iterdir() if path.is_symlink()}
        return [self.folder, self.pictures, prefix, *sorted(linked)]


def of(report: Report, name: str) -> Report:
    """A case's part of the report, its traceback a failure."""
    said = report[name]
    assert "traceback" not in said, said["traceback"]
    return said


def assert_one_layer_more(said: Report) -> None:
    """What holds for every run that succeeds, whatever the image."""
    assert said["status"] == "success", said["message"]
    before, after = said["before"], said["after"]
    new = [layer for layer in after["layers"] if layer[0] == said["id"]]
    assert len(new) == 1
    old = [layer for layer in after["layers"] if layer[0] != said["id"]]
    assert old == before["layers"], "another layer than the new one was touched"
    assert after["selection"] == before["selection"]
    assert after["size"] == before["size"]
    assert said["position"] == said["original_position"] - 1
    assert said["parent"] == said["original_parent"]
    assert said["selected"] == [said["id"]]
    assert said["visible"] and said["opacity"] == 100
    assert said["name"].startswith("style picture")
    assert said["alpha_error"] <= 1
    assert said["change"] > 8, "nothing looks painted"
    assert said["colors"] > 20
