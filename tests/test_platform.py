"""What is done otherwise on Windows and on a Mac, by the facts of machines that are not here."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.session.installing import machine, starting
from core.bridge.storage.paths import Installation, data_folder
from core.bridge.storage.platform import Platform, here, of_store, pretend
from core.setup import sources
from core.setup.hosts import Places, find
from core.setup.reasons import explain

posix = pytest.mark.skipif(sys.platform == "win32", reason="programs here are shell scripts")

ZOE = "Zoë Müller-O'Neill"
"""A name with an accent, a space and a quote in it."""


def windows(home: Path, **variables: str) -> Platform:
    local = {"LOCALAPPDATA": str(home / "AppData/Local"), "APPDATA": str(home / "AppData/Roaming")}
    return Platform("win32", home, {**local, **variables})


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return folder / name


def test_this_machine_is_told_as_it_is_and_another_one_only_meanwhile() -> None:
    assert here().system == sys.platform
    with pretend(Platform("darwin")):
        assert here().mac
        with pretend(Platform("win32")):
            assert here().windows
        assert here().mac
    assert here().system == sys.platform


def test_each_system_has_a_place_for_what_is_the_users(tmp_path: Path) -> None:
    home = tmp_path / ZOE
    for platform, place, python in (
        (windows(home), "AppData/Local/Impasto", "Scripts/python.exe"),
        (Platform("win32", home, {}), "AppData/Local/Impasto", "Scripts/python.exe"),
        (Platform("darwin", home, {}), "Library/Application Support/Impasto", "bin/python"),
        (Platform("linux", home, {}), ".local/share/impasto", "bin/python"),
        (Platform("linux", home, {"XDG_DATA_HOME": str(home / "d")}), "d/impasto", "bin/python"),
    ):
        with pretend(platform):
            assert data_folder() == home / place
            assert Installation(data_folder()).python == home / place / "environment" / python


def test_windows_names_its_workers_pipe_however_long_the_path_is(tmp_path: Path) -> None:
    long = tmp_path.joinpath(*[ZOE * 3] * 5)
    with pretend(windows(tmp_path)):
        one, other = Installation(long).address(), Installation(long / "x").address()
    assert one.startswith(r"\\.\pipe\impasto-") and one.isascii() and len(one) < 60
    assert one != other


def test_a_users_name_with_accents_is_no_hindrance_to_finding_hosts(tmp_path: Path) -> None:
    home = tmp_path / ZOE
    (home / "AppData/Roaming/krita").mkdir(parents=True)
    (home / "AppData/Roaming/GIMP/3.2").mkdir(parents=True)
    krita, gimp = find(["krita", "gimp"], Places(windows(home)))[0]
    assert krita.plugins == home / "AppData/Roaming/krita/pykrita"
    assert gimp.plugins == home / "AppData/Roaming/GIMP/3.2/plug-ins"


@pytest.mark.parametrize(
    ("folder", "theirs"),
    [
        (
            r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.2544.0_x64",
            True,
        ),
        (rf"C:\Users\{ZOE}\AppData\Local\Microsoft\WindowsApps\python3.exe", True),
        (rf"C:\Users\{ZOE}\AppData\Local\Programs\Python\Python312", False),
        (r"C:\My WindowsApps here\Python312", False),
    ],
)
def test_the_stores_python_is_known_by_its_folder(folder: str, theirs: bool) -> None:
    assert of_store(folder) is theirs


@posix
def test_the_stores_python_runs_the_setup_only_where_there_is_no_other(tmp_path: Path) -> None:
    """It answers as any other does; what it writes into AppData lies where nobody looks."""
    store = program(tmp_path / "WindowsApps", "python3", "exit 0")
    folders = f"{store.parent}:{tmp_path / 'bin'}"
    at_work = replace(windows(tmp_path, PATH=folders), program="krita.exe", base=str(tmp_path))
    with pretend(at_work):
        assert machine.python() == str(store)
        other = program(tmp_path / "bin", "python3.12", "exit 0")
        assert machine.python() == str(other)


@posix
def test_apples_python_is_not_started_where_that_would_open_a_window(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    apples = program(tmp_path / "bin", "python3", f"touch {tmp_path / 'asked'}")
    monkeypatch.setattr(machine, "_APPLES", str(apples))
    monkeypatch.setattr(machine, "_BESIDE_PATH", ())
    monkeypatch.setattr(machine, "APPLES_TOOLS", (tmp_path / "tools",))
    mac = Platform("darwin", tmp_path, {"PATH": str(apples.parent)}, "krita", "/nowhere")
    with pretend(mac):
        assert machine.python() is None
        assert not (tmp_path / "asked").exists()
        (tmp_path / "tools").mkdir()
        assert machine.python() == str(apples)
    assert (tmp_path / "asked").exists()


@posix
def test_a_setup_is_ended_with_all_that_it_runs_where_nobody_can_be_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows' own program for that gets what it needs; it is a script here."""
    program(tmp_path / "bin", "taskkill", f'echo "$@" > "{tmp_path}/told"; kill -9 "$4"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    with subprocess.Popen(["sleep", "60"]) as sleeping:
        with pretend(windows(tmp_path)):
            starting.end(sleeping.pid)
        assert sleeping.wait(10) == -9
    assert (tmp_path / "told").read_text() == f"/T /F /PID {sleeping.pid}\n"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("[WinError 225] Operation did not complete: the file contains a virus", "antivirus"),
        (
            "[WinError 32] The process cannot access the file: 'C:\\\\Impasto\\\\torch.dll'",
            "have an",
        ),
        ("[WinError 206] The filename or extension is too long", "longer than Windows takes"),
        (
            f"[Errno 2] No such file or directory: 'C:\\\\{'long' * 70}'",
            "longer than Windows takes",
        ),
    ],
)
def test_what_windows_says_of_locks_viruses_and_long_paths(said: str, words: str) -> None:
    prefix = Path(rf"C:\Users\{ZOE}\AppData\Local\Impasto")
    sentence = str(explain(said, prefix))
    assert words in sentence and "\n" not in sentence


def test_systems_with_certificates_of_their_own_are_asked_for_them(tmp_path: Path) -> None:
    for platform in (windows(tmp_path), Platform("darwin", tmp_path, {})):
        with pretend(platform):
            assert sources.variables({}, {})["UV_SYSTEM_CERTS"] == "true"
