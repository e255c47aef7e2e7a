"""The page that a dialog shows without an engine, with the real set-up behind it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.bridge import VERSION
from core.bridge.contract.standing import AGAIN, Standing
from core.bridge.i18n.text import Text
from core.bridge.session.installing import machine, process
from core.bridge.session.installing.choices import Choice, choices
from core.bridge.session.installing.need import SETUP, Need, carried, needed
from core.bridge.session.installing.page import SetupPage, Stage, size
from core.bridge.session.installing.process import Installing
from core.bridge.storage.locking import only_one
from core.bridge.storage.paths import POINTER, Installation, data_folder
from core.bridge.storage.platform import Platform, pretend
from core.setup import bootstrap, plugins
from core.setup.command import _parser
from core.setup.package import package
from core.setup.prefix import CHECKOUT
from tests.setups import almost, earlier, imported

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and links as POSIX has them")

UNREACHED = {
    # Nobody listens on port 9 here, and no file of the user's settings may help out.
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_FIND_LINKS": "",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_RETRIES": "1",
    "PIP_NO_CACHE_DIR": "1",
    "UV_NO_CACHE": "1",
}
"""Variables of somebody who reaches no package index."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of somebody who has no other Impasto anywhere."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path / "home"


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """GIMP's plug-in as a person has unpacked it."""
    return imported("gimp", tmp_path / "plug-ins")


@pytest.fixture
def own(installation: Installation, tmp_path: Path) -> Installation:
    """An installation that lacks little, so that a set-up is done soon."""
    return almost(installation, Installation(tmp_path / "prefix"))


KEPT = Path(__file__).parent / "kept" / "0.1.0"


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def script(plugin: Path) -> Path:
    found = carried(plugin / "bridge" / POINTER.name)
    assert found is not None
    return found


def page(installation: Installation, plugin: Path) -> SetupPage:
    return SetupPage(installation, script(plugin), choices(""))


def until(page: SetupPage, holds: Callable[[], bool]) -> None:
    """Wait for something that holds while it is under way, or once that is over."""
    while not holds():
        running = page.stage is Stage.RUNNING
        page.look()
        assert running or holds(), page.error
        time.sleep(0.02)


def at_rest(page: SetupPage) -> Stage:
    until(page, lambda: page.stage is not Stage.RUNNING)
    return page.stage


# --- the file -----------------------------------------------------------------------------------


def test_the_files_are_the_same_to_the_byte_wherever_they_are_written(tmp_path: Path) -> None:
    one, two = package(CHECKOUT, tmp_path / "one"), package(CHECKOUT, tmp_path / "two")
    assert [file.name for file in one] == [
        f"impasto-krita-{VERSION}.zip",
        f"impasto-gimp-{VERSION}.zip",
    ]
    assert [file.read_bytes() for file in one] == [file.read_bytes() for file in two]


def test_a_file_holds_plugin_bridge_and_setup_and_nothing_that_is_left_lying_about(
    tmp_path: Path,
) -> None:
    for file in package(CHECKOUT, tmp_path):
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
            entries = {entry.filename: entry for entry in archive.infolist()}
        assert names == sorted(names)
        assert {"impasto/", "impasto/bridge/__init__.py", "impasto/setup/install.py"} < set(names)
        assert not [name for name in names if "__pycache__" in name or "/." in name]
        assert "impasto/setup/krita_plugin/" not in names
        if "krita" in file.name:
            assert {"impasto.desktop", "impasto.action", "impasto/__init__.py"} < set(names)
        else:
            assert entries["impasto/impasto.py"].external_attr >> 16 == 0o100755
        assert {entry.date_time for entry in entries.values()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_pip_comes_along_for_a_python_that_has_none(plugin: Path, tmp_path: Path) -> None:
    """As Debian's, and those of Flatpak's runtimes, where nobody can add one."""
    (wheel,) = (plugin / SETUP).glob("pip-*.whl")
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() in bootstrap.pin("pip")
    none = "import sys; sys.modules['pip'] = sys.modules['ensurepip'] = None; "
    ask = f"sys.path[0] = {str(plugin / SETUP)!r}; from core.setup import bootstrap; "
    environment = {**os.environ, "PATH": str(tmp_path)}

    def said(*command: str) -> str:
        return subprocess.check_output([*command], env=environment, text=True).strip()

    command = json.loads(
        said(sys.executable, "-c", f"{none}{ask}import json; print(json.dumps(bootstrap.pip()))")
    )
    assert command == [sys.executable, str(wheel / "pip")]
    assert said(*command, "--version").startswith(f"pip {wheel.name.split('-')[1]} from {wheel}")


def test_a_plugin_that_install_py_has_copied_carries_no_setup(tmp_path: Path) -> None:
    assert carried(tmp_path / "impasto" / "bridge" / POINTER.name) is None


def test_an_imported_plugin_belongs_to_the_users_own_prefix_and_goes_with_it(plugin: Path) -> None:
    """Whatever that is at the moment: the file knows of no home."""
    assert plugins.owner(plugin.parent) == data_folder().resolve()
    assert plugins.owner(plugin.parent.parent) is None
    plugins.remove(plugin.parent, None)
    assert not plugin.exists()


# --- what is needed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "need"),
    [
        (None, Need.ENGINE),
        ("0.0.9", Need.UPDATE),
        (VERSION, None),
        ("99.1.0", Need.PLUGIN),
        ("", Need.UPDATE),
    ],
)
def test_versions_tell_what_is_needed(
    tmp_path: Path, version: str | None, need: Need | None
) -> None:
    installation = Installation(tmp_path)
    if version is not None:
        installation.manifest.write_text(json.dumps({"version": version}))
    assert needed(installation) is need


def test_an_older_plugin_is_told_to_be_replaced_and_offers_nothing(
    tmp_path: Path, plugin: Path
) -> None:
    installation = Installation(tmp_path / "prefix")
    installation.prefix.mkdir()
    installation.manifest.write_text('{"version": "99.1.0"}')
    shown = page(installation, plugin)
    assert shown.stage is Stage.STUCK
    assert "99.1.0" in str(shown.introduction) and VERSION in str(shown.introduction)


def test_a_card_is_offered_first_and_its_size_is_told() -> None:
    first, second = choices("NVIDIA GeForce RTX 4070")
    assert (str(first.label), first.options) == ("NVIDIA GeForce RTX 4070", ("--torch", "auto"))
    assert second.options == ("--torch", "cpu")
    assert first.takes is not None and second.takes is not None
    assert first.takes.fetched > second.takes.fetched
    with pretend(Platform("linux")):
        options = [choice.options[1] for choice in choices("")]
    assert options == ["auto", "cpu", "locked"]
    with pretend(Platform("win32")):
        assert [choice.options[1] for choice in choices("")] == ["auto", "cpu"]
    with pretend(Platform("darwin")):
        assert len(choices("")) == 1


def how_much(offered: tuple[Choice, ...], tmp_path: Path, plugin: Path) -> list[str]:
    shown, told = SetupPage(Installation(tmp_path / "prefix"), script(plugin), offered), []
    for number in range(len(shown.choices)):
        shown.chosen = number
        told += [str(value) for name, value in shown.rows() if str(name) == "How much"]
    return told


def test_what_depends_on_a_server_that_may_not_be_reached_is_told_both_ways(
    tmp_path: Path, plugin: Path
) -> None:
    """Where that is, install.py takes the usual build, and that has CUDA's libraries on Linux."""
    with pretend(Platform("linux", tmp_path)):
        found_out, processor, nvidia = how_much(choices(""), tmp_path, plugin)
        (card, _) = how_much(choices("a card"), tmp_path, plugin)
    assert "600 MB" in found_out and "can't be reached, 3.3 GB" in found_out
    assert "600 MB" in processor and "reached" not in processor
    assert "3.3 GB" in nvidia and "reached" not in nvidia
    assert nvidia == card
    for system in ("win32", "darwin"):
        with pretend(Platform(system, tmp_path)):
            assert not [told for told in how_much(choices(""), tmp_path, plugin) if "3.3" in told]


def test_for_a_card_whose_build_nobody_has_measured_no_size_is_made_up(
    tmp_path: Path, plugin: Path
) -> None:
    with pretend(Platform("linux", tmp_path)):
        found_out, processor, _ = how_much(choices("", another=True), tmp_path, plugin)
    assert found_out.startswith("several GB")
    assert "600 MB" in processor


@posix
def test_cards_of_other_makers_are_found_where_uv_looks(tmp_path: Path) -> None:
    """uv takes another build for them by itself."""

    def device(name: str, kind: str, maker: str) -> None:
        (tmp_path / "devices" / name).mkdir(parents=True)
        (tmp_path / "devices" / name / "class").write_text(f"{kind}\n")
        (tmp_path / "devices" / name / "vendor").write_text(f"{maker}\n")

    def found(system: str = "linux") -> bool:
        with pretend(Platform(system, tmp_path, {"PATH": str(tmp_path / "bin")})):
            return machine.another_card(tmp_path / "devices")

    assert not found()
    device("0000:00:00.0", "0x060000", "0x8086")  # a bridge of Intel's
    device("0000:01:00.0", "0x030000", "0x1002")  # a card of AMD's, without ROCm
    assert not found()
    device("0000:00:02.0", "0x030000", "0x8086")
    assert found() and not found("win32")
    shutil.rmtree(tmp_path / "devices")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "rocm_agent_enumerator").write_text("#!/bin/sh\n")
    (tmp_path / "bin" / "rocm_agent_enumerator").chmod(0o755)
    assert found()


@pytest.mark.parametrize(
    ("host", "menu"),
    [
        ("krita", "Filter > Style Transfer…"),
        ("gimp", "Filters > Artistic > Neural Style Transfer…"),
    ],
)
def test_while_it_is_under_way_a_person_reads_where_to_find_it(
    tmp_path: Path, plugin: Path, monkeypatch: pytest.MonkeyPatch, host: str, menu: str
) -> None:
    (tmp_path / POINTER.name).write_text(json.dumps({"host": host}))
    monkeypatch.setattr("core.bridge.storage.paths.POINTER", tmp_path / POINTER.name)
    own = Installation(tmp_path / "prefix")
    own.setup_lock.parent.mkdir()
    own.setup_lock.touch()
    with only_one(own.setup_lock):
        shown = page(own, plugin)
        assert shown.stage is Stage.RUNNING
        assert menu in str(shown.note)


@pytest.mark.parametrize("card", ["", "a card"])
def test_every_choice_is_one_that_install_py_takes(card: str) -> None:
    for choice in choices(card):
        assert _parser().parse_args(["install", *choice.options]).torch == choice.options[1]


def test_the_card_is_read_from_its_driver(tmp_path: Path) -> None:
    assert machine.nvidia(tmp_path) == ""
    (tmp_path / "0000:01:00.0").mkdir()
    (tmp_path / "0000:01:00.0" / "information").write_text("Model: \t NVIDIA H200\nIRQ: 16\n")
    assert machine.nvidia(tmp_path) == "NVIDIA H200"


@posix
def test_on_windows_the_card_is_told_by_its_drivers_program(tmp_path: Path) -> None:
    with pretend(Platform("win32", tmp_path, {"PATH": str(tmp_path)})):
        assert machine.nvidia() == ""
        program = tmp_path / "nvidia-smi"
        program.write_text("#!/bin/sh\necho 'NVIDIA GeForce RTX 4070'\n")
        program.chmod(0o755)
        assert machine.nvidia() == "NVIDIA GeForce RTX 4070"
        program.write_text("#!/bin/sh\necho 'has failed'; exit 9\n")
        assert machine.nvidia() == ""


def test_sizes_are_read_at_a_glance() -> None:
    assert [size(n) for n in (0, 3_400_000, 1_250_000_000)] == ["0 MB", "3 MB", "1.2 GB"]


@posix
def test_a_python_that_has_all_is_preferred_to_one_that_may_just_run_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def program(name: str, status: str) -> None:
        (tmp_path / name).write_text(f"#!/bin/sh\n{status}\n")
        (tmp_path / name).chmod(0o755)

    program("python3", "exit 1")
    program("python3.13", 'case "$3" in *ssl*) exit 1;; esac')
    monkeypatch.setattr(machine, "_BESIDE_PATH", ())
    path, nowhere = {"PATH": str(tmp_path)}, str(tmp_path / "nowhere")
    with pretend(Platform(sys.platform, tmp_path, path, "/usr/bin/krita", nowhere)):
        assert machine.python() == str(tmp_path / "python3.13")
        program("python3.12", "exit 0")
        assert machine.python() == str(tmp_path / "python3.12")
        program("python3.12", "exit 1")
        program("python3.13", "exit 1")
        assert machine.python() is None


# --- the set-up ---------------------------------------------------------------------------------


@posix
def test_what_was_interrupted_becomes_whole(own: Installation, plugin: Path) -> None:
    shown = page(own, plugin)
    assert str(shown.button) == "Install"
    assert str(own.prefix) in [str(value) for _, value in shown.rows()]
    shown.install()
    shares, told = [0.0], set()
    while shown.stage is Stage.RUNNING:
        shown.look()
        shares.append(shown.share)
        told.add(shown.describe().partition(" ·")[0])
        time.sleep(0.02)
    assert at_rest(shown) is Stage.READY, shown.error
    assert shares == sorted(shares)
    assert {"Building the engine", "Trying it out"} <= told
    assert own.version() == VERSION
    # The environment has an engine of its own now, made of the files that came with the plug-in.
    where = [str(own.python), "-I", "-c", "import core; print(core.__file__)"]
    engine = subprocess.run(where, capture_output=True, text=True, check=True).stdout.strip()
    assert engine.startswith(str(own.environment))
    again = page(own, plugin)
    assert again.stage is Stage.READY


@posix
def test_where_an_earlier_one_was_offered_too_the_new_one_is_ready_as_soon_as_it_is_whole(
    own: Installation, plugin: Path, home: Path
) -> None:
    earlier(home)
    shown = page(own, plugin)
    assert len(shown.places) > 1 and shown.chooses
    shown.placed = 1
    assert not shown.chooses, "there is nothing to fetch"
    shown.placed = 0
    shown.install()
    assert at_rest(shown) is Stage.READY, shown.error


@posix
def test_no_network_is_one_sentence_and_the_next_try_goes_on(
    installation: Installation, tmp_path: Path, plugin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Installation(tmp_path / "prefix")
    for name, value in UNREACHED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOME", str(tmp_path))
    shown = page(own, plugin)
    shown.install()
    at_rest(shown)
    assert "\n" not in str(shown.note)
    assert "index" in str(shown.note)
    assert "install.py" not in str(shown.note)
    assert str(shown.button) == "Try again"
    assert needed(own) is Need.ENGINE
    assert page(own, plugin).stage is Stage.OFFER, "whoever opens the page anew is offered it anew"
    shown.install()
    assert shown.error is None
    shown.cancel()
    assert at_rest(shown) is not Stage.READY


def test_a_full_disk_is_told_before_anything_is_begun(
    tmp_path: Path, plugin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "room", lambda _: 1_000_000_000)
    shown = page(Installation(tmp_path / "prefix"), plugin)
    shown.install()
    assert at_rest(shown) is Stage.FAILED
    assert "1.0 GB free" in str(shown.note)
    assert not (tmp_path / "prefix").exists()


@posix
def test_a_folder_of_somebody_else_is_told(tmp_path: Path, plugin: Path) -> None:
    (tmp_path / "prefix").mkdir()
    (tmp_path / "prefix" / "thesis.odt").touch()
    shown = page(Installation(tmp_path / "prefix"), plugin)
    shown.install()
    assert at_rest(shown) is Stage.FAILED
    assert "not empty and not Impasto's" in str(shown.note)
    assert [file.name for file in (tmp_path / "prefix").iterdir()] == ["thesis.odt"]


@posix
def test_cancelled_in_the_middle_it_is_not_whole_and_ends(own: Installation, plugin: Path) -> None:
    shown = page(own, plugin)
    shown.install()
    until(shown, lambda: "Building" in shown.describe())
    shown.cancel()
    assert at_rest(shown) is Stage.OFFER
    assert "Stopped" in str(shown.note)
    assert str(shown.button) == "Try again"
    assert needed(own) is Need.ENGINE
    with only_one(own.setup_lock) as free:
        assert free
    shown.install()
    assert at_rest(shown) is Stage.READY


@posix
@pytest.mark.parametrize("hosts", [1, 2])
def test_a_window_that_is_closed_leaves_it_going_and_another_one_follows_it(
    own: Installation, plugin: Path, hosts: int
) -> None:
    first = page(own, plugin)
    first.install()
    if hosts == 2:
        until(first, lambda: own.standing.exists())
        process._begun.clear()  # as in a host that has begun none
    second = page(own, plugin)
    assert second.stage is Stage.RUNNING
    second.install()  # asked for once more, it is still the same one
    assert at_rest(second) is Stage.READY
    assert at_rest(first) is Stage.READY


@posix
def test_another_window_can_end_it_as_well(own: Installation, plugin: Path) -> None:
    first = page(own, plugin)
    first.install()
    until(first, lambda: "Building" in first.describe())
    process._begun.clear()  # as in another host
    second = page(own, plugin)
    second.cancel()
    at_rest(second)
    assert second.error is None
    assert at_rest(first) is Stage.FAILED
    assert "Stopped" in str(first.note)


@posix
def test_one_that_is_killed_is_told_and_not_whole(own: Installation, plugin: Path) -> None:
    shown = page(own, plugin)
    shown.install()
    until(shown, lambda: "Building" in shown.describe())
    process._begun[own.prefix][0].kill()
    assert at_rest(shown) is Stage.FAILED
    assert "ended early" in str(shown.note)
    assert needed(own) is Need.ENGINE


def test_a_sentence_for_a_terminal_is_one_for_a_window_here(tmp_path: Path, plugin: Path) -> None:
    own = Installation(tmp_path / "prefix")
    own.setup_lock.parent.mkdir()
    own.setup_lock.touch()
    with only_one(own.setup_lock):
        shown = page(own, plugin)
    said = Text("It has no {what}: get one, then {again}.", what="pip", again=AGAIN)
    said = Text("{reason} Details: {log}", reason=said, log="install.log")
    own.standing.parent.mkdir()
    own.standing.write_text(Standing("packages", error=said).line())
    assert at_rest(shown) is Stage.FAILED
    assert str(shown.note) == "It has no pip: get one, then try again. Details: install.log"


@posix
def test_an_older_engine_is_updated_by_the_same_page(own: Installation, plugin: Path) -> None:
    own.manifest.write_text('{"version": "0.0.9"}')
    # But for the times that runs took, of which those of this machine are there already.
    others = shutil.ignore_patterns("history.json")
    shutil.copytree(KEPT / "user", own.user, ignore=others, dirs_exist_ok=True)
    (own.user / "what is this").write_bytes(b"\x00\xff")
    before = contents(own.user)
    shown = page(own, plugin)
    assert (shown.need, str(shown.button)) == (Need.UPDATE, "Update")
    shown.install()
    assert at_rest(shown) is Stage.READY
    assert own.version() == VERSION
    assert len(before) > 7
    assert contents(own.user) == before


def test_lines_of_an_earlier_one_say_nothing_of_the_one_under_way(
    tmp_path: Path, plugin: Path
) -> None:
    own = Installation(tmp_path / "prefix")
    own.standing.parent.mkdir(parents=True)
    own.standing.write_text(Standing("engine", 0.5, error=Text("It failed.")).line())
    own.setup_lock.touch()
    with only_one(own.setup_lock):
        following = Installing(own, script(plugin))
        assert following.running and following.standing is None and following.error is None
        own.standing.write_text(Standing("engine", 0.5).line() + '{"half": ')
        following.look()
        assert following.standing == Standing("engine", 0.5)
