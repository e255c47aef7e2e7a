"""The plug-in in the real GIMP, with the real worker and the real networks."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import skimage.data
from PIL import Image

from core.bridge.knobs import COLORIZE, STYLIZE
from core.bridge.paths import Installation
from core.bridge.settings import knobs

from .roots import REPOSITORY, Root, find_roots

HERE = Path(__file__).parent
PATIENCE = 600
"""Seconds a whole GIMP session of many runs may take on a slow machine."""

Report = dict[str, Any]


@dataclass(frozen=True)
class Gimp:
    """One version of GIMP in one root."""

    root: Root
    version: str

    def __str__(self) -> str:
        return f"{self.version} in {self.root.name}"


def _gimps() -> list[object]:
    return [
        Gimp(root, version)
        for version in ("3.0", "3.2")
        for root in find_roots(f"gimp-console-{version}")
    ]


@pytest.fixture(scope="module", params=_gimps() or ["none"], ids=str)
def gimp(request: pytest.FixtureRequest) -> Gimp:
    if not isinstance(request.param, Gimp):
        if os.environ.get("CI") == "true":
            pytest.fail("no GIMP 3 here, nor in IMPASTO_HOST_ROOTS")
        pytest.skip("no GIMP 3 here, nor in IMPASTO_HOST_ROOTS")
    return request.param


@pytest.fixture(scope="module")
def job(
    gimp: Gimp, installation: Installation, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Job]:
    folder = tmp_path_factory.mktemp("gimp")
    made = Job(gimp, installation, folder)
    made.dismiss_worker()
    yield made
    made.dismiss_worker()


class Job:
    """A profile with the plug-in in it, pictures, and GIMP started on one of the scripts."""

    def __init__(self, gimp: Gimp, installation: Installation, folder: Path) -> None:
        self.gimp = gimp
        self.installation = installation
        self.folder = folder
        self.pictures = Path(os.environ.get("IMPASTO_TEST_PICTURES") or folder) / f"gimp-{gimp}"
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.profile = folder / "profile"
        self.plugin = self.profile / "plug-ins" / "impasto"
        shutil.copytree(REPOSITORY / "gimp_plugin" / "impasto", self.plugin)
        shutil.copytree(REPOSITORY / "core" / "bridge", self.plugin / "bridge")
        pointer = self.plugin / "bridge" / "installation.json"
        pointer.write_text(json.dumps({"prefix": str(installation.prefix)}), "utf-8")
        settings = "(show-welcome-dialog no)\n(check-updates no)\n"
        (self.profile / "gimprc").write_text(settings, "utf-8")
        pictures = {
            "photograph": skimage.data.astronaut()[20:140, 150:310],
            "style": skimage.data.coffee()[:256, 100:356],
            "other_style": skimage.data.immunohistochemistry()[:256, :256],
        }
        for name, pixels in pictures.items():
            Image.fromarray(pixels).save(folder / f"{name} picture.png")

    def run(self, script: str, windows: bool = False) -> Report:
        """Run a script inside GIMP and return its report."""
        report, orders = self.folder / f"{script}.json", self.folder / f"{script}-orders.json"
        names = {
            name: str(self.folder / f"{name} picture.png")
            for name in ("photograph", "style", "other_style")
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
        code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import {script}"
        process = self.gimp.root.start(
            [
                f"{program[0]}-{self.gimp.version}",
                *(["--no-splash"] if windows else ["--no-interface", "--no-data"]),
                "--batch-interpreter=python-fu-eval",
                f"--batch={code}",
                "--quit",
            ],
            home=self.folder / "home",
            mounts=self._mounts(),
            environment={
                "GIMP3_DIRECTORY": str(self.profile),
                "IMPASTO_TEST_ORDERS": str(orders),
                "PYTHONDONTWRITEBYTECODE": "1",
                "IMPASTO_TEST_CASES": os.environ.get("IMPASTO_TEST_CASES", ""),
            },
        )
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
        (self.folder / f"{script}.log").write_text(output, "utf-8")
        assert report.is_file(), f"GIMP ended without a report:\n{output[-4000:]}"
        return json.loads(report.read_text("utf-8"))

    def _mounts(self) -> list[Path]:
        prefix = self.installation.prefix
        linked = {path.resolve() for path in prefix.iterdir() if path.is_symlink()}
        return [self.folder, self.pictures, prefix, *sorted(linked)]

    def dismiss_worker(self) -> None:
        """End a worker of another session: in a root, it sees only what was mounted for it."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().decode().split("\0")
            except (OSError, UnicodeDecodeError):
                continue
            if words[0] == str(self.installation.python) and "core.worker" in words:
                os.kill(int(folder.name), signal.SIGTERM)


@pytest.fixture(scope="module")
def cases(job: Job) -> Report:
    """What one gimp-console said of all runs without a dialog."""
    return job.run("gimp_cases")


@pytest.fixture(scope="module")
def session(job: Job, cases: Report) -> Report:
    """What one GIMP with windows said, after the console has left the worker warm."""
    return job.run("gimp_session", windows=True)


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


LABELS = {
    "impasto-stylize": "Neural Style Transfer…",
    "impasto-colorize": "Colour Sketch from Reference…",
}
TASKS = {"impasto-stylize": STYLIZE, "impasto-colorize": COLORIZE}


@pytest.mark.parametrize("name", LABELS)
def test_registration(cases: Report, name: str) -> None:
    said = of(cases, "registration")[name]
    assert said["label"] == LABELS[name]
    assert said["menus"] == ["<Image>/Filters/Artistic", "<Image>/Filters/Development/Python-Fu"]
    assert said["types"] == "*"
    assert said["blurb"]
    assert said["returns"] == ["layer"]


@pytest.mark.parametrize("name", LABELS)
def test_arguments_are_the_knobs(cases: Report, name: str) -> None:
    said = of(cases, "registration")[name]
    types = {
        "file": "GFile",
        "folder": "GFile",
        "text": "gchararray",
        "choice": "gchararray",
        "int": "gint",
        "float": "gdouble",
        "flag": "gboolean",
    }
    expected = {knob.option: types[knob.kind] for knob in knobs(TASKS[name])}
    names = list(said["arguments"])
    assert names[:3] == ["run-mode", "image", "drawables"]
    assert {name: said["arguments"][name] for name in names[3:]} == expected
    for knob in knobs(TASKS[name]):
        assert said["helps"][knob.option] == knob.help
        if knob.kind not in ("file", "folder"):
            assert said["defaults"][knob.option] == knob.default


def test_feathered_selection(cases: Report) -> None:
    said = of(cases, "feathered_selection")
    assert_one_layer_more(said)
    x, y, width, height = said["box"]
    assert 28 <= x <= 40 and 8 <= y <= 20
    assert 80 <= width <= 104 and 70 <= height <= 94
    assert said["alpha_levels"] > 50, "the feather is lost"
    assert said["type"] == "rgba-image"


def test_warm_worker_serves_the_next_run(cases: Report) -> None:
    first, second = of(cases, "feathered_selection"), of(cases, "once_more")
    assert_one_layer_more(second)
    assert len(second["workers"]) == 1
    assert second["workers"] == first["workers"]
    assert second["seconds"] < first["seconds"]
    assert second["mean"] == first["mean"], "the same seed gave another picture"


def test_whole_layer_where_nothing_is_selected(cases: Report) -> None:
    said = of(cases, "whole_layer")
    assert_one_layer_more(said)
    assert said["box"] == [0, 0, 160, 120]
    assert said["alpha_levels"] == 1


def test_painterly(cases: Report) -> None:
    assert_one_layer_more(of(cases, "painterly"))


def test_background_style_paints_the_whole_layer(cases: Report) -> None:
    said = of(cases, "two_styles")
    assert said["status"] == "success", said["message"]
    assert said["box"] == [0, 0, 160, 120]
    assert said["name"] == "style picture + other_style picture"
    assert said["alpha_error"] <= 1 and said["alpha_levels"] == 1


def test_selection_over_the_edge_of_a_layer_off_the_corner(cases: Report) -> None:
    said = of(cases, "over_the_edge")
    assert_one_layer_more(said)
    x, y, width, height = said["box"]
    assert (x, y) == (45, 30)
    assert x + width <= 45 + 160 and y + height <= 30 + 120
    assert width < 80 and height < 80


def test_layer_larger_than_the_canvas(cases: Report) -> None:
    said = of(cases, "larger_than_the_canvas")
    assert_one_layer_more(said)
    assert said["box"] == [0, 0, 100, 70]


def test_transparent_layer_keeps_its_alpha(cases: Report) -> None:
    said = of(cases, "transparent_layer")
    assert_one_layer_more(said)
    assert said["alpha_levels"] > 50


def test_layer_mask_hides_the_painted_too(cases: Report) -> None:
    said = of(cases, "layer_mask")
    assert_one_layer_more(said)
    assert said["mask_copied"]


def test_inside_a_group(cases: Report) -> None:
    said = of(cases, "inside_a_group")
    assert said["status"] == "success", said["message"]
    assert said["parent"] is not None and said["parent"] == said["original_parent"]
    assert said["position"] == said["original_position"] - 1


def test_group_layer(cases: Report) -> None:
    assert_one_layer_more(of(cases, "group_layer"))


def test_hidden_layer(cases: Report) -> None:
    assert_one_layer_more(of(cases, "hidden_layer"))


def test_every_kind_of_image(cases: Report) -> None:
    said = of(cases, "every_kind_of_image")
    reference = said["rgb u8-non-linear"]["mean"]
    for name, run in said.items():
        if name.startswith("indexed"):
            # Few colours are all that an indexed image has.
            run["colors"] = max(run["colors"], 21)
        assert_one_layer_more(run)
        if name.startswith("rgb"):
            off = max(abs(a - b) for a, b in zip(run["mean"], reference, strict=True))
            assert off < 4, f"{name} came out in other colours than 8 bits do"
    assert {run["type"] for run in said.values()} == {
        "rgba-image",
        "graya-image",
        "indexeda-image",
    }


def test_what_is_read_is_written_back(cases: Report) -> None:
    for name, said in of(cases, "read_and_written_back").items():
        base, precision = name.split(" ")
        channels = "GA" if base == "gray" else "RGBA"
        eight = base != "adobe" and precision in ("u8-non-linear", "u8-perceptual")
        assert said["read_as"] == [channels, "u8" if eight else "f32", False], name
        assert said["off"] < 2e-5, f"{name} changes on its way by {said['off']}"
        if precision[:2] in ("u8", "u1"):
            assert said["same"], f"{name} is not written back as it was read"


def test_progress_grows_to_the_end(cases: Report) -> None:
    told = of(cases, "progress")["told"]
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert len(set(fractions)) > 5
    assert any("left" in text for _, text in told)


def test_a_layer_removed_meanwhile(cases: Report) -> None:
    said = of(cases, "removed_while_painting")
    assert "removed while it was being painted" in said["message"]
    assert said["layers"] == 0


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("no style", "no style yet: choose a picture"),
        ("style no picture", "orders.json"),
        ("several layers", "Several layers are selected"),
        ("no layer", "No layer is selected"),
        ("layer mask", "choose a layer"),
        ("selection as layer", "choose a layer"),
        ("off the canvas", "no pixels on the canvas"),
        ("selection elsewhere", "selection lies outside the active layer"),
        ("floating selection", "anchor it"),
    ],
)
def test_refusals_say_what_to_do(cases: Report, what: str, words: str) -> None:
    status, message, layer = of(cases, "refusals")[what]
    assert status == "execution-error"
    assert words in message
    assert "Traceback" not in message and layer is None


def test_a_style_that_is_not_there(cases: Report) -> None:
    """GIMP itself refuses a file that does not exist, before the plug-in is asked."""
    status, message, _ = of(cases, "refusals")["style missing"]
    assert status == "calling-error"
    assert "'style'" in message


def test_refusals_change_nothing(cases: Report) -> None:
    assert of(cases, "refusals")["unchanged"]


def test_cancel_in_the_middle(cases: Report) -> None:
    said = of(cases, "cancelled")
    assert said["run"]["status"] != "success"
    assert said["run"]["after"] == said["run"]["before"]
    assert_one_layer_more(said["next"])
    assert said["same_worker"]
    assert said["next_seconds"] < 15, "the worker went on with a job that nobody wants"


def test_a_worker_that_dies(cases: Report, job: Job) -> None:
    said = of(cases, "worker_killed")
    assert said["run"]["status"] == "execution-error"
    assert str(job.installation.log) in said["run"]["message"]
    assert said["run"]["after"] == said["run"]["before"]
    assert said["new_worker"]
    assert_one_layer_more(said["next"])


def test_dialog_paints(session: Report) -> None:
    assert_one_layer_more(of(session, "dialog_and_undo"))


def test_one_undo_takes_it_away_and_redo_brings_it_back(session: Report) -> None:
    said = of(session, "dialog_and_undo")
    assert said["undone"]
    assert said["after_undo"] == said["before"]
    assert said["redone"]


def test_repeat_uses_the_last_values(session: Report) -> None:
    said = of(session, "last_values")
    assert said["status"] == "success", said["message"]
    assert len(said["names"]) == 2


def test_dialog_without_a_style_says_so(session: Report) -> None:
    said = of(session, "dialog_without_style")
    assert said["status"] == "execution-error"
    assert "no style yet" in said["message"]
    assert said["after"] == said["before"]


def test_dialog_cancelled(session: Report) -> None:
    said = of(session, "dialog_cancelled")
    assert said["status"] == "cancel"
    assert said["after"] == said["before"]


def test_cancel_in_the_window(session: Report) -> None:
    said = of(session, "cancelled_in_the_window")
    assert said["cancelled"], "GIMP's Cancel was not found, or did not end the plug-in"
    assert said["status"] != "success"
    assert said["after"] == said["before"]


def test_screens_were_photographed(session: Report, job: Job) -> None:
    for name in (
        "dialog",
        "dialog-advanced",
        "no-style",
        "painted",
        "progress",
        "menu-artistic",
        "menu-python-fu",
    ):
        with Image.open(job.pictures / f"{name}.png") as picture:
            assert picture.size == (1280, 800)
