"""The page about Impasto, with the real uninstall and the real set-up behind it."""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import pytest

from core.bridge import VERSION
from core.bridge.i18n.texts import speak, tr
from core.bridge.session.installing.about import About, Act, Face
from core.bridge.session.installing.choices import choices
from core.bridge.session.installing.need import Need, needed
from core.bridge.session.installing.page import SetupPage, Stage
from core.bridge.session.installing.sizes import Sizes
from core.bridge.session.installing.starting import script_for
from core.bridge.storage.locking import only_one
from core.bridge.storage.paths import POINTER, Installation
from core.setup import kritarc
from core.setup.prefix import CHECKOUT
from core.setup.record import Record, write_manifest
from tests.setups import almost, imported
from tests.workers import alive, ready

posix = pytest.mark.skipif(sys.platform == "win32", reason="links as POSIX has them")
KEPT = Path(__file__).parent / "kept" / "0.1.0"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of somebody without Krita and GIMP but for a folder of each."""
    folder = tmp_path / "home"
    (folder / ".local/share/krita/pykrita").mkdir(parents=True)
    (folder / ".config/GIMP/3.0/plug-ins").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable, raising=False)
    return folder


@pytest.fixture
def own(installation: Installation, home: Path) -> Installation:
    """An installation in its usual place, whole but for what is linked."""
    made = almost(installation, Installation(home / ".local/share/impasto"))
    write_manifest(made, Record.load(made), CHECKOUT, {"torch": "2.15", "weights": {}})
    # But for the times that runs took, of which those of this machine are there already.
    others = shutil.ignore_patterns("history.json")
    shutil.copytree(KEPT / "user", made.user, ignore=others, dirs_exist_ok=True)
    return made


@pytest.fixture
def plugins(home: Path) -> list[Path]:
    """Both plug-ins as a person has imported them."""
    folders = [home / ".local/share/krita/pykrita", home / ".config/GIMP/3.0/plug-ins"]
    kritarc.enable(home / ".config/kritarc", "impasto")
    return [imported(kind, folder) for kind, folder in zip(("krita", "gimp"), folders, strict=True)]


def until_over(page: About) -> Face:
    for _ in range(3000):
        page.look()
        if page.face is not Face.REMOVING:
            return page.face
        time.sleep(0.02)
    raise AssertionError("it does not end")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@posix
def test_it_says_where_things_are_and_how_large(own: Installation) -> None:
    told = {"licences": {"vgg19": "CC BY 4.0", "adain": "MIT", "centerface": "MIT"}}
    health = {"torch": "2.15.0", "devices": {"cuda": "NVIDIA H200", "cpu": "16 threads"}, **told}
    write_manifest(own, Record(), CHECKOUT, health)
    page = About(own, CHECKOUT / "install.py")
    assert str(page.title) == f"Impasto {VERSION}"
    assert str(page.rows()[2][1]).startswith("more than")
    for _ in range(2000):
        page.look()
    rows = {str(name): str(value) for name, value in page.rows()}
    assert rows["Where"] == str(own.prefix)
    assert rows["Your styles, presets"] == str(own.user)
    assert rows["Computes on"] == "cuda (NVIDIA H200), PyTorch 2.15.0"
    assert rows["Trained networks"] == "vgg19: CC BY 4.0; adain, centerface: MIT"
    assert rows["Log"] == str(own.log.parent)
    assert rows["On the disk"].endswith("MB"), "what is linked lies elsewhere"
    speak("de")
    assert [tr(name) for name, _ in page.rows()][:2] == ["Wo", "Ihre Stile, Voreinstellungen"]


def test_of_an_older_installation_it_says_what_is_known(tmp_path: Path) -> None:
    own = Installation(tmp_path)
    for text in ('{"version": "0.1.0", "device": "cpu"}', '{"devices": [3], "licences": "x"}', "{"):
        own.manifest.write_text(text)
        rows = {str(name): str(value) for name, value in About(own, None).rows()}
        assert rows["Computes on"] in ("cpu", "auto")
        assert "Trained networks" not in rows


@posix
def test_a_folder_is_added_up_in_small_steps_and_each_file_once(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number % 4}").mkdir(exist_ok=True)
        (tmp_path / f"{number % 4}" / f"{number}").write_bytes(bytes(1000))
    (tmp_path / "0" / "linked").hardlink_to(tmp_path / "1" / "1")
    (tmp_path / "0" / "led").symlink_to(tmp_path)
    sizes = Sizes(tmp_path)
    steps = 0
    while not sizes.whole:
        sizes.look(0.0)
        steps += 1
    link = (tmp_path / "0" / "led").lstat().st_size
    assert sizes.counted == 40_000 + link
    assert steps > 20


@posix
def test_all_of_it_goes_but_what_is_a_persons_own(
    own: Installation, plugins: list[Path], home: Path
) -> None:
    """The install.py that does it lies in one of the plug-ins that go."""
    before = contents(own.user)
    page = About(own, plugins[0] / "setup" / "install.py")
    page.ask()
    asked = str(page.introduction)
    assert str(own.prefix) in asked and str(own.user) in asked
    assert own.manifest.is_file() and all(plugin.is_dir() for plugin in plugins)
    page.keep()
    assert page.face is Face.FACTS
    page.ask()
    page.remove()
    assert until_over(page) is Face.GONE, page.error
    assert str(own.user) in str(page.introduction)
    assert not any(plugin.exists() for plugin in plugins)
    assert not kritarc.is_enabled(home / ".config/kritarc", "impasto")
    gone = {str(own.user / "history.json")}
    gone |= {name for name in before if "/last used/" in name}
    kept = {name: data for name, data in before.items() if name not in gone}
    assert contents(own.prefix) == kept
    assert len(kept) == 5


def test_what_can_be_done_now_is_decided_here_and_enter_does_no_harm(
    tmp_path: Path,
) -> None:
    page = About(Installation(tmp_path), CHECKOUT / "install.py")
    assert [*page.buttons] == [Act.LOG, Act.REPAIR, Act.UNINSTALL, Act.CLOSE]
    page.ask()
    assert [*page.buttons] == [Act.REMOVE, Act.KEEP]
    for page.face in (Face.REMOVING, Face.GONE):
        assert [*page.buttons] == [Act.CLOSE]
    page.face = Face.FAILED
    assert [*page.buttons] == [Act.REMOVE, Act.CLOSE]
    assert str(page.buttons[Act.REMOVE]) == "Try again"
    # What made it is gone, and so is what could mend it or take it away.
    assert [*About(Installation(tmp_path), None).buttons] == [Act.LOG, Act.CLOSE]


@posix
def test_a_running_worker_is_asked_to_leave(own: Installation, plugins: list[Path]) -> None:
    pid = ready(own)
    page = About(own, plugins[1] / "setup" / "install.py")
    page.ask()
    page.remove()
    assert until_over(page) is Face.GONE, page.error
    assert not alive(pid)


def test_nobody_is_asked_while_a_painting_is_under_way(tmp_path: Path) -> None:
    page = About(Installation(tmp_path), CHECKOUT / "install.py", lambda: True)
    page.ask()
    assert page.face is Face.FACTS
    assert "A painting is under way" in str(page.note)


@posix
def test_what_can_not_be_removed_is_one_sentence_in_a_persons_language(
    own: Installation, plugins: list[Path]
) -> None:
    """A set-up is at work there: it holds the prefix."""
    page = About(own, plugins[0] / "setup" / "install.py")
    with only_one(own.setup_lock):
        page.ask()
        page.remove()
        assert until_over(page) is Face.FAILED
    assert str(page.note).startswith("Another install.py is at work in")
    assert own.manifest.is_file() and all(plugin.is_dir() for plugin in plugins)
    speak("de")
    assert tr(page.note).startswith("Eine andere Einrichtung arbeitet in")
    page.remove()
    assert until_over(page) is Face.GONE


# --- repair -------------------------------------------------------------------------------------


@posix
def test_repair_mends_what_is_damaged_and_leaves_the_rest(
    own: Installation, plugins: list[Path]
) -> None:
    before = contents(own.user)
    shown = SetupPage(own, plugins[0] / "setup/install.py", choices(""), repair=True)
    assert (shown.need, shown.stage) == (Need.REPAIR, Stage.OFFER)
    assert (str(shown.title), str(shown.button)) == ("Repair Impasto", "Repair")
    assert str(shown.choices[0].label) == "the same as until now"
    assert shown.choices[0].options == ()
    shown.install()
    while shown.stage is Stage.RUNNING:
        shown.look()
        time.sleep(0.02)
    assert shown.stage is Stage.READY, shown.error
    assert needed(own) is None
    after = contents(own.user)
    assert {name for name in before if after.get(name) != before[name]} == set()
    assert "CC BY 4.0" in json.loads(own.manifest.read_text())["licences"].values()


@posix
def test_a_repair_that_fails_is_told_though_nothing_is_missing(
    own: Installation, plugins: list[Path]
) -> None:
    shown = SetupPage(own, plugins[0] / "setup/install.py", choices(""), repair=True)
    (own.prefix / "tmp").write_text("in the way")
    shown.install()
    while shown.stage is Stage.RUNNING:
        shown.look()
        time.sleep(0.02)
    assert shown.stage is Stage.FAILED
    assert own.manifest.is_file()


def test_the_script_is_the_plugins_own_or_that_of_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Installation(tmp_path / "prefix")
    assert script_for(own) is None
    own.prefix.mkdir()
    Record(checkout=str(CHECKOUT)).save(own)
    assert script_for(own) == CHECKOUT / "install.py"
    Record(checkout=str(tmp_path / "gone")).save(own)
    assert script_for(own) is None
    plugin = imported("gimp", tmp_path / "plug-ins")
    monkeypatch.setattr(
        "core.bridge.session.installing.need.carried.__defaults__",
        (plugin / "bridge" / POINTER.name,),
    )
    assert script_for(own) == plugin / "setup" / "install.py"
