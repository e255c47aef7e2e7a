"""Earlier installations: found wherever they are, used, or what is a person's own taken along."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from core.bridge import VERSION
from core.bridge.contract.errors import ImpastoError
from core.bridge.session.gallery import Gallery
from core.bridge.session.installing.choices import choices
from core.bridge.session.installing.page import SetupPage, Stage
from core.bridge.session.last_used import LastUsed
from core.bridge.session.presets import Presets
from core.bridge.storage import elsewhere
from core.bridge.storage.elsewhere import Found, bring, found, use
from core.bridge.storage.paths import Installation, pointed
from core.bridge.storage.platform import Platform, pretend
from core.setup.prefix import CHECKOUT

KEPT = Path(__file__).parent / "kept" / "0.1.0"
ZOE = "/home/zoë/.local/share/impasto"


def lay(prefix: Path, version: str = VERSION, own: bool = False) -> Path:
    """A prefix with what finding it depends on."""
    prefix.mkdir(parents=True, exist_ok=True)
    if version:
        (prefix / "installed.json").write_text(json.dumps({"version": version}))
    if own:
        shutil.copytree(KEPT / "user", prefix / "user")
        for file in (prefix / "user").rglob("*.json"):
            was, now = (json.dumps(f"{home}/")[1:-1] for home in (ZOE, prefix))
            file.write_text(file.read_text("utf-8").replace(was, now), "utf-8")
    return prefix


def plugin_of(prefix: Path, folder: Path) -> None:
    pointer = folder / "impasto/bridge/installation.json"
    pointer.parent.mkdir(parents=True)
    pointer.write_text(json.dumps({"prefix": str(prefix), "host": "gimp"}))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With an accent and a blank in it, as a user's name may have."""
    return tmp_path / "Zoë Müller"


def test_where_nothing_is_nothing_is_found(home: Path) -> None:
    for system in ("linux", "darwin", "win32"):
        with pretend(Platform(system, home, {})):
            assert found(Installation(home / "impasto")) == []


def test_each_place_that_one_may_have_been_put_to_is_looked_at(home: Path) -> None:
    by_pointer = lay(home / "my disk/impasto", "0.0.9")
    plugin_of(by_pointer, home / ".config/GIMP/3.2/plug-ins")
    default = lay(home / ".local/share/impasto")
    flatpak = lay(home / ".var/app/org.kde.krita/data/impasto", "", own=True)
    snap = lay(home / "snap/krita/current/.local/share/impasto")
    lay(home / ".var/app/org.gimp.GIMP/data/impasto", "")  # of which nothing is there
    with pretend(Platform("linux", home, {})):
        assert found(Installation(home / "new")) == [
            Found(default, VERSION, False),
            Found(by_pointer, "0.0.9", False),
            Found(snap, VERSION, False),
            Found(flatpak, "", True),
        ]
        assert default not in [one.prefix for one in found(Installation(default))]
    # Inside a Flatpak the usual place is another one.
    inside = {"XDG_DATA_HOME": str(home / ".var/app/org.kde.krita/data")}
    with pretend(Platform("linux", home, inside)):
        assert default in [one.prefix for one in found(Installation(flatpak))]


def test_on_windows_also_what_the_stores_python_has_written_where_nobody_looks(home: Path) -> None:
    local = home / "AppData/Local"
    package = "Packages/PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0"
    redirected = lay(local / package / "LocalCache/Local/Impasto", own=True)
    roaming = lay(home / "AppData/Roaming/Impasto")
    with pretend(Platform("win32", home, {"LOCALAPPDATA": str(local)})):
        assert [one.prefix for one in found(Installation(local / "Impasto"))] == [
            roaming,
            redirected,
        ]


def test_what_is_a_persons_own_comes_along_and_leads_to_where_it_is_now(
    home: Path, tmp_path: Path
) -> None:
    source = Installation(lay(home / "old", own=True))
    target = Installation(tmp_path / "new place")
    before = {file: file.read_bytes() for file in source.user.rglob("*") if file.is_file()}
    bring(source, target)
    assert {file: file.read_bytes() for file in before} == before, "the first stays as it is"
    night = Presets(target).load("Night at sea")
    assert night.style == str(target.user / "styles" / "Méer_ night.png")
    assert Path(night.style).is_file()
    assert night.mix == f"{target.user / 'styles' / 'oak_leaf.png'}=0.5"
    assert LastUsed(target, "krita").settings("stylize") == night
    favourite, other = Gallery(target).styles()
    assert (favourite.favourite, other.used > 0) == (True, True)


def test_what_is_there_already_stays_and_what_is_damaged_comes_as_it_is(
    home: Path, tmp_path: Path
) -> None:
    source, target = Installation(lay(home / "old", own=True)), Installation(tmp_path / "new")
    (source.user / "presets" / "Plain.json").write_text('{"steps":')
    (target.user / "presets").mkdir(parents=True)
    mine = target.user / "presets" / "Night at sea.json"
    mine.write_text('{"steps": 9}')
    bring(source, target)
    assert mine.read_text() == '{"steps": 9}'
    assert (target.user / "presets" / "Plain.json").read_text() == '{"steps":'
    (tmp_path / "file").write_text("")
    with pytest.raises(ImpastoError, match="can't be taken along"):
        bring(source, Installation(tmp_path / "file"))


# --- the page -----------------------------------------------------------------------------------


@pytest.fixture
def pointer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That of a plug-in which was imported."""
    file = tmp_path / "plug-in" / "installation.json"
    file.parent.mkdir()
    file.write_text('{"host": "krita"}')
    monkeypatch.setattr(elsewhere, "POINTER", file)
    return file


def page(prefix: Path) -> SetupPage:
    return SetupPage(Installation(prefix), CHECKOUT / "install.py", choices(""))


def test_the_first_page_offers_the_one_that_is_there_and_it_is_used_at_once(
    home: Path, tmp_path: Path, pointer: Path
) -> None:
    there = lay(home / ".var/app/org.kde.krita/data/impasto")
    with pretend(Platform("linux", home, {})):
        shown = page(tmp_path / "new")
        assert [str(place.label) for place in shown.places] == [
            f"Impasto {VERSION} in {there}",
            "a new one",
        ]
        assert str(shown.button) == "Use it"
        rows = {str(name): str(value) for name, value in shown.rows()}
        assert rows["Where to"] == str(there)
        assert rows["How much"] == "nothing: all of it is there"
        shown.placed = 1
        assert str(shown.button) == "Install"
        assert str(tmp_path / "new") in [str(value) for _, value in shown.rows()]
        shown.placed = 0
        shown.install()
        assert shown.stage is Stage.READY
    assert pointed(pointer) == there
    assert json.loads(pointer.read_text())["host"] == "krita"


def test_whoever_has_begun_here_goes_on_here_whatever_lies_elsewhere(
    home: Path, tmp_path: Path, pointer: Path
) -> None:
    """Also where it was whole once: who mends it does not want another one."""
    there = lay(home / ".var/app/org.kde.krita/data/impasto", own=True)
    begun = lay(tmp_path / "begun", "")
    (begun / "steps.json").write_text("{}")
    with pretend(Platform("linux", home, {})):
        shown = page(begun)
        assert [str(place.label) for place in shown.places] == [
            f"the one that is not whole, in {begun}",
            f"Impasto {VERSION} in {there}",
            f"a new one, with your styles and presets from {there}",
        ]
        assert str(shown.button) == "Install"
        shown.placed = 1
        assert str(shown.button) == "Use it"


def test_one_that_is_newer_than_the_plugin_is_not_offered_but_what_is_in_it(
    home: Path, tmp_path: Path, pointer: Path
) -> None:
    newer = lay(home / ".local/share/impasto", "99.0", own=True)
    with pretend(Platform("linux", home, {})):
        labels = [str(place.label) for place in page(tmp_path / "new").places]
    assert labels == [f"a new one, with your styles and presets from {newer}", "a new one"]


def test_what_is_a_persons_own_is_there_before_the_setup_begins(
    home: Path, tmp_path: Path, pointer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = lay(home / ".local/share/impasto", "", own=True)
    (tmp_path / "new").mkdir()
    with pretend(Platform("linux", home, {"PATH": ""}, "krita", "/nowhere")):
        shown = page(tmp_path / "new")
        monkeypatch.setattr("core.bridge.session.installing.machine._BESIDE_PATH", ())
        shown.install()
    assert "There is no Python here" in str(shown.note)
    own = Installation(tmp_path / "new")
    assert Presets(own).names() == Presets(Installation(old)).names() == ["Night at sea", "Plain"]
    assert pointed(pointer) is None, "the plug-in's own place is the usual one"


def test_a_plugin_that_can_not_be_written_is_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elsewhere, "POINTER", tmp_path / "none" / "\0")
    (tmp_path / "none").write_text("")
    monkeypatch.setattr(elsewhere, "POINTER", tmp_path / "none" / "installation.json")
    with pytest.raises(ImpastoError, match="can't be written"):
        use(home)
