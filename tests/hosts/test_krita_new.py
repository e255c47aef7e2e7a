"""Krita's own importer takes the file, and from there it is a matter of the mouse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bridge import VERSION
from core.bridge.storage.paths import Installation
from core.setup import kritarc
from core.setup.package import package
from tests.setups import almost

from .engines import end_worker
from .kritas import ROOTS, Report, lay_out_session, run_krita
from .roots import REPOSITORY, Root

IMPORTING = """
import json, os, traceback
from pathlib import Path
from krita import Krita
try:
    from PyQt5 import QtCore, QtWidgets
except ImportError:
    from PyQt6 import QtCore, QtWidgets

def work():
    if Krita.instance().activeWindow() is None:
        QtCore.QTimer.singleShot(200, work)
        return
    told = {}
    try:
        from plugin_importer.plugin_importer import PluginImporter
        from plugin_importer.plugin_importer_extension import PluginImporterExtension
        given = json.loads(Path(os.environ["IMPASTO_SESSION"], "file.json").read_text())
        extension = PluginImporterExtension(Krita.instance())
        folder = extension.get_resources_dir()
        plugins = PluginImporter(given["file"], folder, lambda _: True).import_all()
        extension.activate_plugins(plugins)
        told["imported"] = [plugin["ui_name"] for plugin in plugins]
    except Exception:
        told["broke"] = traceback.format_exc()
    Path(os.environ["IMPASTO_SESSION"], "imported.json").write_text(json.dumps(told))
    quit()

def quit():
    # Krita forgets it while it still starts.
    QtWidgets.QApplication.quit()
    QtCore.QTimer.singleShot(500, quit)

QtCore.QTimer.singleShot(500, work)
"""
"""A plug-in that does what Tools > Scripts > Import Python Plugin from File does with a file."""


@pytest.fixture(scope="module", params=ROOTS or [None], ids=lambda r: r.name if r else "no-krita")
def arrived(
    request: pytest.FixtureRequest,
    installation: Installation,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Report, Path]]:
    """What was told from the import to a painting, and the home it happened in."""
    root = request.param
    if not isinstance(root, Root):
        if os.environ.get("CI"):
            pytest.fail("no Krita here, nor in the roots that IMPASTO_HOST_ROOTS names")
        pytest.skip("no Krita here, nor in the roots that IMPASTO_HOST_ROOTS names")
    home = tmp_path_factory.mktemp("new")
    own = almost(installation, Installation(home / ".local/share/impasto"))
    folder = home / "session"
    folder.mkdir()
    _import(root, home, folder)
    lay_out_session(home, own, folder, ["arrived", "repaired", "removed"])
    mounts = [own.weights.resolve(), own.gallery.resolve(), Path(sys.prefix)]
    code, output = run_krita(root, home, mounts, {"IMPASTO_SESSION": str(folder)})
    assert (folder / "finished").exists(), (code, output[-4000:])
    keep = os.environ.get("IMPASTO_SCREENSHOTS")
    if keep:
        subprocess.run(["cp", "-r", str(folder), str(Path(keep, f"{root.name}-new"))], check=True)
    told = json.loads((folder / "report.json").read_text("utf-8"))
    yield told, home
    end_worker(own)


def _import(root: Root, home: Path, folder: Path) -> None:
    """A first Krita in which the file is imported, and switched on."""
    (file,) = (f for f in package(REPOSITORY, home / "downloads") if "krita" in f.name)
    (folder / "file.json").write_text(json.dumps({"file": str(file)}))
    data = home / ".local/share/krita/pykrita"
    (data / "importing").mkdir(parents=True)
    (data / "importing/__init__.py").write_text(IMPORTING)
    (data / "importing.desktop").write_text(
        "[Desktop Entry]\nType=Service\nServiceTypes=Krita/PythonPlugin\n"
        "X-KDE-Library=importing\nName=Importing\n"
    )
    kritarc.enable(home / ".config/kritarc", "importing")
    _, output = run_krita(root, home, [], {"IMPASTO_SESSION": str(folder)})
    assert (folder / "imported.json").exists(), output[-4000:]
    told = json.loads((folder / "imported.json").read_text("utf-8"))
    assert told == {"imported": ["Impasto"]}
    assert (data / "impasto/setup/install.py").is_file()
    kritarc.disable(home / ".config/kritarc", "importing")
    assert kritarc.is_enabled(home / ".config/kritarc", "impasto")


def of(arrived: tuple[Report, Path], case: str = "arrived") -> Report:
    told: Report = arrived[0][case]
    assert "broke" not in told, told["broke"]
    return told


def test_the_first_dialog_is_a_page_that_says_what_will_be_fetched(
    arrived: tuple[Report, Path],
) -> None:
    told, home = of(arrived), arrived[1]
    assert told["dialogs"] == 0
    offer = " ".join(told["offer"])
    assert "Impasto needs its engine" in offer
    assert str(home / ".local/share/impasto") in offer
    assert "to fetch" in offer
    assert told["offer"][-1] == "Install"


def test_cancelled_in_the_middle_nothing_is_whole_and_it_can_be_tried_again(
    arrived: tuple[Report, Path],
) -> None:
    told = of(arrived)
    assert not told["whole_when_cancelled"]
    assert any(text.startswith("Stopped.") for text in told["cancelled"])
    assert told["cancelled"][-1] == "Try again"


def test_a_window_that_was_closed_finds_it_under_way(arrived: tuple[Report, Path]) -> None:
    assert of(arrived)["reopened"][0] == "RUNNING"


def test_then_the_preview_appears_and_a_painting_is_made(arrived: tuple[Report, Path]) -> None:
    told = of(arrived)
    assert (told["needed_then"], told["version"]) == (None, VERSION)
    assert told["preview"]
    assert len(told["layers"]) == 2
    assert arrived[0]["uncaught"]["errors"] == []


def test_an_engine_that_can_not_be_started_is_mended_by_the_same_page(
    arrived: tuple[Report, Path],
) -> None:
    told = of(arrived, "repaired")
    assert "Set up again…" in told["buttons"], told["said"]
    assert told["stage"] == "OFFER"
    assert told["whole"]


def test_the_dialog_leads_to_a_page_that_takes_all_of_it_away(
    arrived: tuple[Report, Path],
) -> None:
    told, home = of(arrived, "removed"), arrived[1]
    prefix = home / ".local/share/impasto"
    assert str(prefix) in told["facts"] and str(prefix / "user") in told["facts"]
    assert str(prefix / "user") in " ".join(told["question"])
    assert told["kept"] == ["FACTS", True], "asked, nothing is done yet"
    assert not any(told["dialogs"]), "what would start the worker again is closed before"
    assert told["gone"][0] == "GONE", told["gone"]
    assert set(told["left"]) <= {"user"}
    assert not told["plugin"]
    assert not kritarc.is_enabled(home / ".config/kritarc", "impasto")
    assert arrived[0]["uncaught"]["errors"] == []
