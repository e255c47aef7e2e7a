"""install.py: what it finds, copies, refuses and takes away; without downloading anything."""

from __future__ import annotations

import ast
import io
import json
import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.bridge import VERSION
from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.geometry import Extent
from core.bridge.contract.settings import Settings
from core.bridge.session.history import History
from core.bridge.session.last_used import LastUsed
from core.bridge.storage.locking import only_one
from core.bridge.storage.paths import Installation
from core.bridge.storage.platform import Platform
from core.setup import environment, kritarc, plugins
from core.setup.console import Console
from core.setup.hosts import FoundHost, Places, find
from core.setup.prefix import CHECKOUT, alone, require_ours
from core.setup.record import Record, fingerprint, write_manifest
from core.setup.steps import Setup, Step
from core.setup.uninstall import uninstall
from core.terminal import logs
from tests.moments import at_import

posix = pytest.mark.skipif(sys.platform == "win32", reason="programs here are shell scripts")


@pytest.fixture
def prefix(tmp_path: Path) -> Installation:
    """An installation of which nothing is there yet but its folder."""
    folder = tmp_path / "prefix"
    folder.mkdir()
    return Installation(folder)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def console() -> Console:
    return Console(io.StringIO())


def program(folder: Path, name: str, text: str) -> None:
    """A program that prints ``text``."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\necho '{text}'\n")
    (folder / name).chmod(0o755)


def run_install(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """install.py as a user starts it."""
    return subprocess.run(
        [sys.executable, str(CHECKOUT / "install.py"), *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def no_index(home: Path) -> dict[str, str]:
    """Variables of somebody who reaches no package index."""
    return {
        "HOME": str(home),
        # Nobody listens on port 9 here, and no file of the user's settings may help out.
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_FIND_LINKS": "",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_RETRIES": "1",
        "PIP_NO_CACHE_DIR": "1",
    }


def assert_one_clear_line(result: subprocess.CompletedProcess[str], *words: str) -> None:
    """It failed, with a single line on stderr that holds these words, and no traceback."""
    assert result.returncode != 0, result.stdout
    assert "Traceback" not in result.stdout + result.stderr
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1, result.stderr
    for word in words:
        assert word in lines[0]


# --- Python -------------------------------------------------------------------------------------


def test_an_old_python_can_read_install_py() -> None:
    source = (CHECKOUT / "install.py").read_text("utf-8")
    tree = ast.parse(source, feature_version=(3, 4))
    # The check stands before the first import of ours, which an old Python could not read.
    kinds = [type(node) for node in tree.body]
    first_of_ours = next(
        i
        for i, node in enumerate(tree.body)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core")
    )
    assert kinds.index(ast.If) < first_of_ours
    assert "__future__" not in source


def test_neither_pip_nor_ensurepip_is_one_line_that_names_the_package(tmp_path: Path) -> None:
    # Debian's python3 without python3-venv and python3-pip.
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import sys\nsys.modules['ensurepip'] = sys.modules['pip'] = None\n"
    )
    result = run_install("--prefix", str(tmp_path / "p"), PYTHONPATH=str(site), PATH=str(site))
    assert_one_clear_line(result, "ensurepip", "apt install python3-venv")
    assert not Installation(tmp_path / "p").manifest.exists()


# --- the prefix ---------------------------------------------------------------------------------


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").touch()
    for command in ("install", "uninstall"):
        result = run_install(command, "--prefix", str(tmp_path))
        assert_one_clear_line(result, "not empty and not Impasto's", "--prefix")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.odt"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' names are letters")
def test_a_name_that_is_no_letters_is_one_line_and_still_found_by_the_doctor(
    tmp_path: Path,
) -> None:
    prefix = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    result = run_install("--prefix", prefix, PYTHONUTF8="1")
    assert_one_clear_line(
        result, "caf\\udce9 has bytes in its name that are no letters", "--prefix"
    )
    doctor = run_install("doctor", "--prefix", prefix, PYTHONUTF8="1")
    assert doctor.stderr == ""
    assert "caf\\udce9: run" in doctor.stdout


def test_a_record_holds_any_name(prefix: Installation, tmp_path: Path) -> None:
    checkout = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    Record(checkout=checkout, plugins=[checkout]).save(prefix)
    assert Record.load(prefix) == Record(checkout=checkout, plugins=[checkout])
    assert fingerprint(checkout) == fingerprint(checkout) != fingerprint(str(tmp_path))


@posix
def test_logs_are_the_users_alone_also_those_that_were_not(prefix: Installation) -> None:
    log = prefix.install_log
    log.parent.mkdir(mode=0o755)
    log.write_text("before\n")
    log.chmod(0o644)
    handler = logs.file_handler(log, "%(message)s")
    assert handler is not None
    handler.emit(logging.makeLogRecord({"msg": "a name with \udce9"}))
    handler.close()
    assert log.read_text() == "before\na name with \\udce9\n"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700


@posix
@pytest.mark.parametrize("obstacle", ["folder", "file", "pipe", "full"])
def test_a_log_that_can_not_be_written_stops_no_setup(
    prefix: Installation, home: Path, obstacle: str
) -> None:
    log = prefix.install_log
    if obstacle == "file":
        log.parent.touch()
    else:
        log.parent.mkdir()
        if obstacle == "folder":
            log.mkdir()
        elif obstacle == "pipe":
            os.mkfifo(log)
        else:
            log.symlink_to("/dev/full")
    result = run_install("--prefix", str(prefix.prefix), **no_index(home))
    assert_one_clear_line(result, "The package index can't be reached")


@posix
@pytest.mark.parametrize("redirections", [">&-", ">/dev/full", "| true"])
def test_a_stdout_that_takes_nothing_stops_no_setup(
    prefix: Installation, home: Path, redirections: str
) -> None:
    command = [sys.executable, str(CHECKOUT / "install.py"), "--prefix", str(prefix.prefix)]
    result = subprocess.run(
        ["sh", "-c", f'"$@" {redirections}', "sh", *command],
        env={**os.environ, **no_index(home)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert result.stderr.startswith("The package index can't be reached")
    assert len(result.stderr.splitlines()) == 1


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("module", ["argparse", "core.setup.steps", "pip"])
def test_a_request_to_end_is_one_line(
    tmp_path: Path, home: Path, number: signal.Signals, module: str
) -> None:
    """In the first moments, and while another program is at work."""
    command = [sys.executable, str(CHECKOUT / "install.py"), "--prefix", str(tmp_path / "p")]
    if module != "pip":
        result = at_import(module, number, command, tmp_path, **no_index(home))
        told, status = result.stderr, result.returncode
    else:
        with subprocess.Popen(
            command, env={**os.environ, **no_index(home)}, stderr=subprocess.PIPE, text=True
        ) as process:
            while not (tmp_path / "p" / "tmp" / "uv").exists() and process.poll() is None:
                time.sleep(0.01)
            process.send_signal(number)
            assert process.stderr is not None
            told = process.stderr.read()
        status = process.returncode
    assert status == 128 + number
    assert len(told.splitlines()) == 1
    assert told.startswith("Stopped")


def test_a_prefix_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run_install("--prefix", str(tmp_path / "file" / "prefix"))
    assert_one_clear_line(result, "can't be written", "--prefix")


def test_two_at_once_are_refused(prefix: Installation) -> None:
    with alone(prefix):
        result = run_install("--prefix", str(prefix.prefix))
    assert_one_clear_line(result, "Another install.py is at work")
    with only_one(prefix.prefix / "lock") as free:
        assert free


def test_a_half_made_prefix_is_ours(prefix: Installation) -> None:
    prefix.environment.mkdir()
    require_ours(prefix)


def test_a_full_disk_is_told_before_anything_is_downloaded(
    prefix: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 3_000_000_000})
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    environment.require_space(prefix, 2.5)
    with pytest.raises(ImpastoError, match=r"3\.0 GB free.*10\.0 GB.*--prefix"):
        environment.require_space(prefix, 10.0)


@posix
@pytest.mark.parametrize(
    ("number", "words"),
    [("ENOSPC", "The disk is full"), ("EROFS", "is read-only"), ("EACCES", "can't be written")],
)
def test_a_disk_that_takes_nothing_is_one_line_wherever_that_shows(
    tmp_path: Path, number: str, words: str
) -> None:
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import errno, os\nmake = os.mkdir\n"
        "def mkdir(path, *rest, **more):\n"
        "    if os.path.basename(path) == 'tmp':\n"
        f"        raise OSError(errno.{number}, os.strerror(errno.{number}), path)\n"
        "    make(path, *rest, **more)\n"
        "os.mkdir = mkdir\n"
    )
    result = run_install("--prefix", str(tmp_path / "p"), PYTHONPATH=str(site))
    assert_one_clear_line(result, words)
    assert "report it" not in result.stderr


def test_no_network_ends_the_setup_in_one_line(tmp_path: Path, home: Path) -> None:
    prefix = tmp_path / "p"
    result = run_install(
        "--prefix",
        str(prefix),
        **no_index(home),
    )
    assert_one_clear_line(result, "The package index can't be reached", "install.log")
    assert "NewConnectionError" in (prefix / "logs" / "install.log").read_text("utf-8")
    assert not Installation(prefix).manifest.exists()


# --- steps --------------------------------------------------------------------------------------


class FakeSetup(Setup):
    """A set-up of steps that only take notes."""

    def __init__(
        self,
        installation: Installation,
        console: Console,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("core.setup.hosts.find", lambda _: ([], []))
        super().__init__(installation, Record.load(installation), console)
        self.ran: list[str] = []
        self.fails = ""
        self.gone = ""
        self.wanted = {"one": "1", "two": "1", "three": "1"}

    def _steps(self, command: str) -> list[Step]:
        return [
            Step(name, name, wanted, self._checks(name), self._runs(name))
            for name, wanted in self.wanted.items()
        ]

    def _checks(self, name: str) -> Callable[[], bool]:
        return lambda: self.gone != name

    def _runs(self, name: str) -> Callable[[], None]:
        def run() -> None:
            assert not self._installation.manifest.exists()
            if self.fails == name:
                raise KeyboardInterrupt
            self.ran.append(name)

        return run

    def _look(self) -> dict[str, object]:
        return {"broken": {}, "devices": {"cpu": ""}, "torch": "2"}


def test_an_interrupted_setup_is_not_whole_and_resumes(
    prefix: Installation, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = FakeSetup(prefix, console, monkeypatch)
    setup.fails = "two"
    with pytest.raises(KeyboardInterrupt):
        setup.run()
    assert not prefix.manifest.exists()
    again = FakeSetup(prefix, console, monkeypatch)
    again.run()
    assert again.ran == ["two", "three"]
    assert json.loads(prefix.manifest.read_text())["version"] == VERSION


def test_a_step_runs_again_when_its_input_or_its_outcome_has_changed(
    prefix: Installation, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    FakeSetup(prefix, console, monkeypatch).run()
    same = FakeSetup(prefix, console, monkeypatch)
    same.run()
    assert same.ran == []
    upgraded = FakeSetup(prefix, console, monkeypatch)
    upgraded.wanted["two"] = "2"
    upgraded.gone = "three"
    upgraded.run()
    assert upgraded.ran == ["two", "three"]


@pytest.mark.parametrize(
    ("command", "more"),
    [("install", set()), ("test", {"tests", "cluster"}), ("demo", {"demo"})],
)
def test_what_only_tests_or_demo_need_is_installed_for_them(
    prefix: Installation,
    console: Console,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    more: set[str],
) -> None:
    monkeypatch.setattr("core.setup.hosts.find", lambda _: ([], []))
    steps = Setup(prefix, Record(), console)._steps(command)
    usual = {"environment", "packages", "engine", "supplies", "plugins"}
    assert {step.name for step in steps} == usual | more
    asked = Setup(prefix, Record(cluster=True), console)._steps(command)
    assert {step.name for step in asked} == usual | more | {"cluster"}


def test_a_broken_engine_leaves_no_manifest(
    prefix: Installation, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    setup = FakeSetup(prefix, console, monkeypatch)
    monkeypatch.setattr(
        setup, "_look", lambda: {"broken": {"torch": "no libc"}, "devices": {}, "torch": ""}
    )
    with pytest.raises(ImpastoError, match="torch can't be loaded"):
        setup.run()
    assert not prefix.manifest.exists()


def test_a_device_that_is_not_there_is_refused(
    prefix: Installation, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    Record(device="cuda").save(prefix)
    with pytest.raises(ImpastoError, match="There is no cuda device here: run"):
        FakeSetup(prefix, console, monkeypatch).run()
    assert not prefix.manifest.exists()


def test_choices_are_kept_and_a_spoilt_record_is_an_empty_one(prefix: Installation) -> None:
    Record("cpu", device="cpu", hosts=["gimp"], steps={"one": "1"}).save(prefix)
    assert Record.load(prefix) == Record("cpu", "cpu", ["gimp"], steps={"one": "1"})
    (prefix.prefix / "steps.json").write_text('{"steps"')
    assert Record.load(prefix) == Record()


def test_a_choice_of_the_processor_outlives_an_upgrade(prefix: Installation) -> None:
    """Of the time when --cpu and --no-cpu were all there was."""
    file = prefix.prefix / "steps.json"
    file.write_text('{"cpu": true, "device": "auto"}')
    assert Record.load(prefix).torch == "cpu"
    file.write_text('{"cpu": false, "device": "auto"}')
    assert Record.load(prefix).torch == "auto"


def test_a_build_that_is_none_is_refused_before_anything_is_touched(prefix: Installation) -> None:
    before = Record(torch="locked", steps={"environment": "1"})
    before.save(prefix)
    result = run_install("--torch", "cu1266", "--prefix", str(prefix.prefix))
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].startswith(
        "install.py: error: argument --torch: there is no build 'cu1266' of PyTorch: take auto,"
    )
    assert Record.load(prefix) == before


def test_a_fingerprint_follows_names_and_contents_and_nothing_left_lying(tmp_path: Path) -> None:
    folder = tmp_path / ".of a checkout" / "__pycache__"
    folder.mkdir(parents=True)
    (folder / "a.py").write_text("1")
    first = fingerprint(folder)
    for name in (
        "__pycache__/a.pyc",
        ".ipynb_checkpoints/a.py",
        ".mypy_cache/3.10/a.json",
        "a.py~",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    assert fingerprint(folder) == first
    (folder / "a.py").write_text("2")
    second = fingerprint(folder)
    (folder / "a.py").rename(folder / "b.py")
    assert len({first, second, fingerprint(folder)}) == 3


# --- hosts --------------------------------------------------------------------------------------


def places(home: Path, system: str = "linux", **variables: str) -> Places:
    return Places(Platform(system, home, {"PATH": str(home / "bin"), **variables}))


def test_no_host_is_found_on_a_bare_machine(home: Path) -> None:
    assert find(["krita", "gimp"], places(home)) == ([], [])


@posix
def test_programs_are_found_on_path_and_asked_for_their_version(home: Path) -> None:
    program(home / "bin", "krita", "krita 5.2.9")
    program(home / "bin", "gimp-3.0", "GNU Image Manipulation Program version 3.0.4")
    hosts, notes = find(["krita", "gimp"], places(home))
    assert notes == []
    assert hosts == [
        FoundHost(
            "krita",
            "Krita",
            "5.2.9",
            home / ".local/share/krita/pykrita",
            home / ".config/kritarc",
        ),
        FoundHost("gimp", "GIMP", "3.0.4", home / ".config/GIMP/3.0/plug-ins"),
    ]
    assert [host.kind for host in find(["gimp"], places(home))[0]] == ["gimp"]


def test_each_profile_of_gimp_3_counts_and_that_of_2_does_not(home: Path) -> None:
    for version in ("2.10", "3.0", "3.2"):
        (home / ".config/GIMP" / version).mkdir(parents=True)
    (home / ".var/app/org.gimp.GIMP/config/GIMP/3.2").mkdir(parents=True)
    hosts, _ = find(["gimp"], places(home))
    assert [(host.name, host.version) for host in hosts] == [
        ("GIMP", "3.0"),
        ("GIMP", "3.2"),
        ("GIMP (flatpak)", "3.2"),
    ]


@posix
def test_a_gimp_that_would_still_take_over_old_settings_is_left_to_do_so(home: Path) -> None:
    program(home / "bin", "gimp-3.2", "GNU Image Manipulation Program version 3.2.6")
    (home / ".config/GIMP/3.0").mkdir(parents=True)
    hosts, notes = find(["gimp"], places(home))
    assert [host.version for host in hosts] == ["3.0"]
    assert len(notes) == 1
    assert "GIMP 3.2.6 has not been started yet" in notes[0]


@posix
def test_gimp_2_is_told_to_be_too_old(home: Path) -> None:
    program(home / "bin", "gimp", "GNU Image Manipulation Program version 2.10.34")
    hosts, notes = find(["gimp"], places(home))
    assert hosts == []
    assert "2.10.34 is too old" in notes[0]


def test_flatpaks_folders_count(home: Path) -> None:
    (home / ".var/app/org.kde.krita/data/krita").mkdir(parents=True)
    (host,) = find(["krita"], places(home))[0]
    assert host.plugins == home / ".var/app/org.kde.krita/data/krita/pykrita"
    assert host.settings == home / ".var/app/org.kde.krita/config/kritarc"


def test_a_sandbox_sees_its_own_folders_once(home: Path) -> None:
    base = home / ".var/app/org.kde.krita"
    (base / "data/krita").mkdir(parents=True)
    inside = places(home, XDG_DATA_HOME=str(base / "data"), XDG_CONFIG_HOME=str(base / "config"))
    (host,) = find(["krita"], inside)[0]
    assert host.plugins == base / "data/krita/pykrita"
    assert host.settings == base / "config/kritarc"


def test_windows_and_macos_have_places_of_their_own(home: Path) -> None:
    for folder in ("R/krita", "R/GIMP/3.0", "Library/Application Support/krita"):
        (home / folder).mkdir(parents=True)
    (home / "Library/Application Support/GIMP/3.2").mkdir(parents=True)
    windows = places(home, "win32", APPDATA=str(home / "R"), LOCALAPPDATA=str(home / "L"))
    krita, gimp = find(["krita", "gimp"], windows)[0]
    assert (krita.plugins, krita.settings) == (home / "R/krita/pykrita", home / "L/kritarc")
    assert gimp.plugins == home / "R/GIMP/3.0/plug-ins"
    krita, gimp = find(["krita", "gimp"], places(home, "darwin"))[0]
    assert krita.plugins == home / "Library/Application Support/krita/pykrita"
    assert krita.settings == home / "Library/Preferences/kritarc"
    assert gimp.plugins == home / "Library/Application Support/GIMP/3.2/plug-ins"


# --- kritarc ------------------------------------------------------------------------------------

KRITARC = """\
ColorTheme=Krita dark

[Hotkeys][a b]
Key[$i]=%1, x;y

[python]
enable_batch_exporter=true
enable_Impasto=false

[theme]
Theme=Krita bright
"""


def test_kritarc_gets_one_line_and_loses_it_again(tmp_path: Path) -> None:
    file = tmp_path / "kritarc"
    file.write_text(KRITARC)
    kritarc.enable(file, "impasto")
    assert kritarc.is_enabled(file, "impasto")
    added = set(file.read_text().splitlines()) - set(KRITARC.splitlines())
    assert added == {"enable_impasto=true"}
    assert file.read_text().index("enable_impasto") > file.read_text().index("[python]")
    assert file.read_text().index("enable_impasto") < file.read_text().index("[theme]")
    kritarc.enable(file, "impasto")
    assert file.read_text().count("enable_impasto") == 1
    kritarc.disable(file, "impasto")
    assert file.read_text() == KRITARC


@pytest.mark.parametrize(
    "before",
    [
        "",
        "A=1\n",
        "A=1",
        "[general]\r\nA=1\r\n",
        "[g]\nname=\udce4\n",
        "[g]\nenable_impasto=true\n",
    ],
)
def test_kritarc_without_our_group_comes_back_as_it_was(tmp_path: Path, before: str) -> None:
    file = tmp_path / "kritarc"
    file.write_bytes(os.fsencode(before))
    assert not kritarc.is_enabled(file, "impasto")
    kritarc.enable(file, "impasto")
    assert kritarc.is_enabled(file, "impasto")
    kritarc.disable(file, "impasto")
    after = os.fsdecode(file.read_bytes()) if file.exists() else ""
    assert after.rstrip("\r\n") == before.rstrip("\r\n")


def test_kritarc_switched_off_by_hand_is_switched_on_in_place(tmp_path: Path) -> None:
    file = tmp_path / "kritarc"
    file.write_text("[python]\nenable_impasto=false\nenable_x=true\n")
    kritarc.enable(file, "impasto")
    assert file.read_text() == "[python]\nenable_impasto=true\nenable_x=true\n"


# --- plug-ins -----------------------------------------------------------------------------------


def hosts_of(home: Path) -> list[FoundHost]:
    return [
        FoundHost("krita", "Krita", "5.2.9", home / "share/krita/pykrita", home / "kritarc"),
        FoundHost("gimp", "GIMP", "3.0.4", home / "GIMP/3.0/plug-ins"),
    ]


@pytest.mark.parametrize("index", [0, 1], ids=["krita", "gimp"])
def test_a_plugin_is_copied_whole_replaced_whole_and_removed(
    home: Path, prefix: Installation, index: int
) -> None:
    host = hosts_of(home)[index]
    assert not plugins.current(host, CHECKOUT, prefix)
    plugins.install(host, CHECKOUT, prefix)
    assert plugins.current(host, CHECKOUT, prefix)
    assert plugins.owner(host.plugins) == prefix.prefix
    folder = host.plugins / "impasto"
    assert (folder / "bridge/client/job.py").is_file()
    assert not list(host.plugins.parent.glob(".impasto*"))
    if host.kind == "gimp":
        assert os.access(folder / "impasto.py", os.X_OK)
    else:
        assert (host.plugins / "impasto.desktop").is_file()
        assert kritarc.is_enabled(home / "kritarc", "impasto")

    (folder / "from_an_older_version.py").touch()
    assert not plugins.current(host, CHECKOUT, prefix)
    plugins.install(host, CHECKOUT, prefix)
    assert plugins.current(host, CHECKOUT, prefix)
    (folder / "__pycache__").mkdir()
    assert plugins.current(host, CHECKOUT, prefix)
    assert not plugins.current(host, CHECKOUT, Installation(home / "elsewhere"))

    (host.plugins / "foreign.py").touch()
    plugins.remove(host.plugins, host.settings)
    assert [p.name for p in host.plugins.iterdir()] == ["foreign.py"]
    assert host.settings is None or not kritarc.is_enabled(host.settings, "impasto")


def test_the_copied_bridge_knows_its_prefix_and_needs_no_package(
    home: Path, prefix: Installation
) -> None:
    host = hosts_of(home)[1]
    plugins.install(host, CHECKOUT, prefix)
    code = (
        f"import sys; sys.path.insert(0, {str(host.plugins / 'impasto')!r})\n"
        "from bridge.client import job\n"
        "from bridge.session import painting\n"
        "from bridge.storage.paths import Installation\n"
        "print(Installation.here().prefix, 'core' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{prefix.prefix} False"


@posix
def test_a_folder_that_cannot_be_written_is_one_sentence(home: Path, prefix: Installation) -> None:
    host = hosts_of(home)[1]
    host.plugins.parent.parent.mkdir(parents=True)
    host.plugins.parent.touch()
    with pytest.raises(ImpastoError, match=r"can't be copied to .*plug-ins"):
        plugins.install(host, CHECKOUT, prefix)


# --- doctor and uninstall -----------------------------------------------------------------------


def test_doctor_on_nothing_says_so_and_makes_nothing(tmp_path: Path, home: Path) -> None:
    result = run_install("doctor", "--prefix", str(tmp_path / "none"), HOME=str(home))
    assert result.returncode == 1
    assert "is not installed in" in result.stdout
    assert "python3 install.py" in result.stdout
    assert not (tmp_path / "none").exists()
    (tmp_path / "theirs").mkdir()
    run_install("doctor", "--prefix", str(tmp_path / "theirs"), HOME=str(home))
    assert not any((tmp_path / "theirs").iterdir())


def test_doctor_knows_half_an_installation(prefix: Installation, home: Path) -> None:
    prefix.environment.mkdir()
    result = run_install("doctor", "--prefix", str(prefix.prefix), HOME=str(home))
    assert result.returncode == 1
    assert "only half installed" in result.stdout


def test_uninstall_takes_what_is_ours_and_leaves_the_rest(
    home: Path, prefix: Installation, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    krita, gimp = hosts_of(home)
    monkeypatch.setattr("core.setup.hosts.find", lambda _: ([krita, gimp], []))
    plugins.install(krita, CHECKOUT, prefix)
    plugins.install(gimp, CHECKOUT, Installation(home / "another"))
    forgotten = FoundHost("gimp", "GIMP", "3.2.6", home / "moved/plug-ins")
    plugins.install(forgotten, CHECKOUT, prefix)
    record = Record(plugins=[str(forgotten.plugins)])
    record.save(prefix)
    write_manifest(prefix, record, CHECKOUT)
    prefix.weights.mkdir()
    (prefix.weights / "vgg19.safetensors").touch()
    (prefix.prefix / "painting.png").touch()
    (prefix.user / "presets").mkdir(parents=True)

    uninstall(prefix, console)
    assert {p.name for p in prefix.prefix.iterdir()} == {"painting.png", "user"}
    assert (prefix.user / "presets").is_dir(), "a person's own"
    assert not (krita.plugins / "impasto").exists()
    assert not kritarc.is_enabled(home / "kritarc", "impasto")
    assert (gimp.plugins / "impasto").exists()
    assert not (forgotten.plugins / "impasto").exists()

    (prefix.prefix / "painting.png").unlink()
    shutil.rmtree(prefix.user)
    Record().save(prefix)
    History(prefix).record(Settings(), [Extent(512, 384)], 20.0)
    LastUsed(prefix, "krita").remember(Settings())
    uninstall(prefix, console)
    assert not prefix.prefix.exists()


def test_a_word_too_many_is_refused(tmp_path: Path) -> None:
    result = run_install("doctor", "--prefix", str(tmp_path / "p"), "--", "-k", "x")
    assert_one_clear_line(result, "one argument too many")
    result = run_install("--hosts", "photoshop")
    assert result.returncode == 2
    assert "no host 'photoshop'" in result.stderr
    result = run_install("--hosts", ",")
    assert result.returncode == 2
    assert "name krita, gimp or both" in result.stderr


def test_what_a_person_keeps_does_not_hinder_the_next_installation(prefix: Installation) -> None:
    (prefix.user / "styles").mkdir(parents=True)
    require_ours(prefix)
    (prefix.prefix / "painting.png").touch()
    with pytest.raises(ImpastoError, match="not empty and not Impasto's"):
        require_ours(prefix)
