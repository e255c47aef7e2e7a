"""From Krita's own menu to a painting with the pointer, also where Krita lies in a sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from core.bridge import VERSION
from core.bridge.storage.paths import Installation
from core.setup import kritarc
from core.setup.package import package
from tests.setups import almost, earlier

from .engines import end_worker
from .kritas import Places, Report, add_plugin, lay_out_session, places, run_krita
from .roots import REPOSITORY, Root, find_roots
from .sandboxes import Sandbox

_FOUND = find_roots("krita")
EVERYWHERE: list[Root | Sandbox | None] = [
    *_FOUND,
    *(Sandbox(root, "org.kde.krita") for root in _FOUND[-1:]),
]


class Arrived(NamedTuple):
    """What was told from the import to a painting, and of which installation."""

    report: Report
    own: Installation
    at: Places
    earlier: Path
    boxed: bool


@pytest.fixture(
    scope="module", params=EVERYWHERE or [None], ids=lambda r: r.name if r else "no-krita"
)
def arrived(
    request: pytest.FixtureRequest,
    installation: Installation,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Arrived]:
    root = request.param
    if root is None:
        if os.environ.get("CI"):
            pytest.fail("no Krita here, nor in the roots that IMPASTO_HOST_ROOTS names")
        pytest.skip("no Krita here, nor in the roots that IMPASTO_HOST_ROOTS names")
    home = tmp_path_factory.mktemp("new")
    at = places(home, root)
    own = almost(installation, Installation(at.plugins.parents[1] / "impasto"))
    other = earlier(home)
    folder = at.plugins.parents[1] / "session"
    folder.mkdir()
    _import(root, home, at, folder)
    lay_out_session(at, own, folder, ["arrived", "repaired", "removed"])
    mounts = [own.weights.resolve(), own.gallery.resolve(), Path(sys.prefix), Path(sys.base_prefix)]
    code, output = run_krita(root, home, mounts, {"IMPASTO_SESSION": str(folder)})
    keep = os.environ.get("IMPASTO_SCREENSHOTS")
    if keep:
        subprocess.run(["cp", "-r", str(folder), str(Path(keep, f"{root.name}-new"))], check=True)
    assert (folder / "finished").exists(), (code, output[-4000:])
    told = json.loads((folder / "report.json").read_text("utf-8"))
    yield Arrived(told, own, at, other, isinstance(root, Sandbox))
    end_worker(own)


def _import(root: Root | Sandbox, home: Path, at: Places, folder: Path) -> None:
    """A first Krita in which the file is imported, and switched on, with the pointer alone."""
    (file,) = (f for f in package(REPOSITORY, home / "downloads") if "krita" in f.name)
    opened = home / file.name
    file.replace(opened)
    (folder / "file.json").write_text(json.dumps({"name": file.name}))
    parts = ["krita_importing.py", "krita_mouse.py"]
    add_plugin(at, "importing", {**{n: n for n in parts[1:]}, "__init__.py": parts[0]})
    # All that is shown to a sandbox of the home is the file that the person opens.
    mounts = [opened] if isinstance(root, Sandbox) else []
    _, output = run_krita(root, home, mounts, {"IMPASTO_SESSION": str(folder)})
    assert (folder / "imported.json").exists(), output[-4000:]
    told = json.loads((folder / "imported.json").read_text("utf-8"))
    assert "broke" not in told, told["broke"]
    assert "Impasto" in told["asked"]
    assert (at.plugins / "impasto/setup/install.py").is_file()
    kritarc.disable(at.settings, "importing")
    assert kritarc.is_enabled(at.settings, "impasto")


def of(arrived: Arrived, case: str = "arrived") -> Report:
    told: Report = arrived.report[case]
    assert "broke" not in told, told["broke"]
    return told


def test_the_first_dialog_is_a_page_that_says_what_will_be_fetched(
    arrived: Arrived,
) -> None:
    told = of(arrived)
    assert told["dialogs"] == 0
    offer = " ".join(told["offer"])
    assert "Impasto needs its engine" in offer
    assert str(arrived.own.prefix) in offer
    assert "to fetch" in offer
    assert told["offer"][-1] == "Install"


def test_an_earlier_installation_is_offered_where_it_can_be_seen(arrived: Arrived) -> None:
    told = of(arrived)
    if arrived.boxed:
        assert "places" not in told, "it is outside"
        return
    assert told["places"] == [
        f"the one that is not whole, in {arrived.own.prefix}",
        f"Impasto {VERSION} in {arrived.earlier}",
        f"a new one, with your styles and presets from {arrived.earlier}",
    ]
    assert "nothing: all of it is there" in told["earlier"]
    assert told["earlier"][-1] == "Use it"


def test_cancelled_in_the_middle_nothing_is_whole_and_it_can_be_tried_again(
    arrived: Arrived,
) -> None:
    told = of(arrived)
    assert not told["whole_when_cancelled"]
    assert any(text.startswith("Stopped.") for text in told["cancelled"])
    assert told["cancelled"][-1] == "Try again"


def test_a_window_that_was_closed_finds_it_under_way(arrived: Arrived) -> None:
    assert of(arrived)["reopened"][0] == "RUNNING"


def test_then_the_preview_appears_and_a_painting_is_made(arrived: Arrived) -> None:
    told = of(arrived)
    assert (told["needed_then"], told["version"]) == (None, VERSION)
    assert told["preview"]
    assert len(told["layers"]) == 2
    assert arrived.report["uncaught"]["errors"] == []


def test_an_engine_that_can_not_be_started_is_mended_by_the_same_page(
    arrived: Arrived,
) -> None:
    told = of(arrived, "repaired")
    assert "Set up again…" in told["buttons"], told["said"]
    assert told["stage"] == "OFFER"
    assert told["whole"]


def test_the_dialog_leads_to_a_page_that_takes_all_of_it_away(
    arrived: Arrived,
) -> None:
    told, prefix = of(arrived, "removed"), arrived.own.prefix
    assert str(prefix) in told["facts"] and str(prefix / "user") in told["facts"]
    assert str(prefix / "user") in " ".join(told["question"])
    assert told["kept"] == ["FACTS", True], "asked, nothing is done yet"
    assert not any(told["dialogs"]), "what would start the worker again is closed before"
    assert told["gone"][0] == "GONE", told["gone"]
    assert set(told["left"]) <= {"user"}
    assert not told["plugin"]
    assert not kritarc.is_enabled(arrived.at.settings, "impasto")
    assert arrived.report["uncaught"]["errors"] == []
