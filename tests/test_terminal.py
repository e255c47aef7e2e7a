"""The command ``impasto`` as a process: signals, terminals, and streams that take nothing."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from core.bridge.storage.paths import Installation
from tests import pictures
from tests.moments import at_import
from tests.pictures import saved

if sys.platform == "win32":
    pytest.skip("signals and terminals of POSIX", allow_module_level=True)

import fcntl
import pty
import termios

COMMAND = [sys.executable, "-m", "core.cli"]
FAST = ["--method", "instant", "--size", "64", "--device", "cpu"]
SLOW = ["--steps", "10000", "--size", "64", "--device", "cpu"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    saved(pictures.photograph(), tmp_path / "photo.png")
    saved(pictures.strokes(), tmp_path / "style.png")
    return tmp_path


def stylize(folder: Path, *more: str) -> list[str]:
    """A command line that paints ``out.png``."""
    command = [*COMMAND, "stylize", str(folder / "photo.png")]
    return [*command, "--style", str(folder / "style.png"), "-o", str(folder / "out.png"), *more]


def shell(command: list[str], redirections: str) -> subprocess.CompletedProcess[str]:
    """Run with the streams that a shell sets up."""
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirections}', "sh", *command],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def assert_painted(folder: Path) -> None:
    assert Image.open(folder / "out.png").size == (96, 80)
    assert sorted(path.name for path in folder.iterdir()) == ["out.png", "photo.png", "style.png"]


# --- streams ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "redirections", [">&-", ">/dev/full", "2>/dev/full", "<&- >&- 2>&-", "| true"]
)
def test_a_stream_that_takes_nothing_is_no_failure(folder: Path, redirections: str) -> None:
    result = shell(stylize(folder, *FAST), redirections)
    assert (result.returncode, result.stderr) == (0, "")
    assert_painted(folder)


@pytest.mark.parametrize("redirections", [">&-", ">/dev/full"])
def test_json_that_nobody_can_read_is_a_failure_that_names_the_picture(
    folder: Path, redirections: str
) -> None:
    result = shell(stylize(folder, *FAST, "--json"), redirections)
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "stdout takes no more" in result.stderr
    assert f"{folder / 'out.png'} is written" in result.stderr
    assert_painted(folder)


def test_json_that_is_read_is_json(folder: Path) -> None:
    result = shell(stylize(folder, *FAST, "--json"), "")
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout)["size"] == 64


@pytest.mark.parametrize("redirections", [">&-", ">/dev/full"])
def test_other_commands_that_write_files_do_not_mind_either(
    folder: Path, redirections: str
) -> None:
    picture, out = str(folder / "photo.png"), str(folder / "out.png")
    result = shell([*COMMAND, "segment", picture, "-o", out], redirections)
    assert (result.returncode, result.stderr) == (0, "")
    assert_painted(folder)


def test_help_for_a_full_disk_is_one_line(folder: Path) -> None:
    result = shell([*COMMAND, "--help"], ">/dev/full")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1


def test_a_name_that_no_encoding_holds_is_printed(folder: Path) -> None:
    odd = os.fsencode(folder) + b"/caf\xe9.png"
    os.rename(folder / "photo.png", odd)  # noqa: PTH104
    style = os.fsencode(folder / "style.png")
    command = [*map(os.fsencode, COMMAND), b"stylize", odd, b"--style", style, b"-o"]
    for output, status in ((os.fsencode(folder) + b"/\xff.png", 0), (b"/none/\xff.png", 1)):
        result = subprocess.run(
            [*command, output, *map(os.fsencode, FAST)],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONUTF8": "1"},
        )
        said = result.stderr if status else result.stdout
        assert result.returncode == status, result.stderr
        assert len((result.stdout + result.stderr).splitlines()) == 1
        assert b"\\udcff.png" in said


# --- the log ------------------------------------------------------------------------------------


@pytest.fixture
def elsewhere(tmp_path: Path, installation: Installation) -> Installation:
    """An installation with the same engine, and a log of its own."""
    own = Installation(tmp_path / "prefix")
    own.prefix.mkdir()
    own.environment.symlink_to(installation.environment)
    own.weights.symlink_to(installation.weights)
    return own


@pytest.mark.parametrize("obstacle", ["folder", "file", "full", "pipe", "nothing"])
def test_a_log_that_can_not_be_written_is_no_failure(
    tmp_path: Path, elsewhere: Installation, obstacle: str
) -> None:
    log = elsewhere.log
    if obstacle == "file":
        log.parent.touch()
    elif obstacle != "nothing":
        log.parent.mkdir()
    if obstacle == "folder":
        log.mkdir()
    elif obstacle == "full":
        log.symlink_to("/dev/full")
    elif obstacle == "pipe":
        os.mkfifo(log)
    saved(pictures.photograph(), tmp_path / "photo.png")
    command = [str(elsewhere.environment / "bin/python"), "-m", "core.cli", "segment"]
    command += [str(tmp_path / "photo.png"), "-o", str(tmp_path / "out.png")]
    result = shell(command, "")
    assert (result.returncode, result.stderr) == (0, "")
    assert (tmp_path / "out.png").is_file()
    missing = shell([*command[:-3], "none.png", *command[-2:]], "")
    assert missing.returncode == 1
    assert "There is no file none.png" in missing.stderr
    assert len(missing.stderr.splitlines()) == 1
    if obstacle == "nothing":
        assert "There is no file none.png" in log.read_text()
        assert log.stat().st_mode & 0o777 == 0o600
        assert log.parent.stat().st_mode & 0o777 == 0o700


# --- a terminal ---------------------------------------------------------------------------------


class Terminal:
    """A process on a terminal of its own, and all that it showed."""

    def __init__(self, command: list[str], columns: int = 80, **variables: str) -> None:
        self._ours, its_end = pty.openpty()
        fcntl.ioctl(its_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        environment: Mapping[str, str] = {**os.environ, **variables}
        self.process = subprocess.Popen(
            command,
            stdin=its_end,
            stdout=its_end,
            stderr=its_end,
            env=environment,
            start_new_session=True,
        )
        os.close(its_end)
        self.shown = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def wait_for(self, words: bytes, times: int = 1) -> None:
        while self.shown.count(words) < times:
            assert self._read(), self.shown

    def wait(self) -> int:
        """The exit status."""
        while self._read():
            pass
        os.close(self._ours)
        return self.process.wait()

    def _read(self) -> bool:
        assert select.select([self._ours], [], [], 120)[0], "it says nothing any more"
        try:
            more = os.read(self._ours, 4096)
        except OSError:  # EIO: nobody has the other end any more
            return False
        self.shown += more
        return bool(more)


def screen(shown: bytes, columns: int) -> list[str]:
    """What stands on a terminal that knows no escape sequence, line by line."""
    lines: list[list[str]] = [[]]
    column = 0
    for letter in shown.decode():
        if letter == "\r":
            column = 0
        elif letter == "\n":
            lines.append([])
            column = 0
        else:
            if column == columns:  # it wraps
                lines.append([])
                column = 0
            row = lines[-1]
            row.extend(" " * (column + 1 - len(row)))
            row[column] = letter
            column += 1
    return ["".join(row).rstrip() for row in lines]


@pytest.mark.parametrize(("columns", "term"), [(8, "dumb"), (20, "dumb"), (80, "xterm")])
def test_progress_stays_on_one_line_of_any_terminal(folder: Path, columns: int, term: str) -> None:
    with Terminal(stylize(folder, *SLOW), columns, TERM=term, COLUMNS="") as terminal:
        terminal.wait_for(b"Step"[: columns - 4])
        terminal.wait_for(b"\r", terminal.shown.count(b"\r") + 20)
        assert b"\033" not in terminal.shown
        assert len(screen(terminal.shown, columns)) == 1
        terminal.process.send_signal(signal.SIGINT)
        assert terminal.wait() == 130
    last = "".join(screen(terminal.shown, columns))
    assert last == "impasto: interrupted; nothing was written."


def test_a_narrow_terminal_shows_how_far_it_is_and_what_it_does(folder: Path) -> None:
    with Terminal(stylize(folder, *SLOW), 20) as terminal:
        terminal.wait_for(b"% Step 3")


# --- signals ------------------------------------------------------------------------------------

STATUS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}


@pytest.mark.parametrize("number", STATUS, ids=lambda number: number.name)
def test_a_request_to_end_while_it_paints_is_one_line(folder: Path, number: signal.Signals) -> None:
    with Terminal(stylize(folder, *SLOW)) as terminal:
        terminal.wait_for(b"Step 3")
        terminal.process.send_signal(number)
        assert terminal.wait() == STATUS[number]
    assert screen(terminal.shown, 80) == ["impasto: interrupted; nothing was written.", ""]
    assert sorted(path.name for path in folder.iterdir()) == ["photo.png", "style.png"]


@pytest.mark.parametrize(
    ("module", "number"),
    [
        ("argparse", signal.SIGINT),
        ("core.commands.stylize", signal.SIGTERM),
        ("numpy", signal.SIGINT),
        ("torch", signal.SIGINT),
        ("torch", signal.SIGTERM),
    ],
)
def test_a_request_to_end_in_the_first_moments_is_one_line(
    folder: Path, tmp_path: Path, module: str, number: signal.Signals
) -> None:
    result = at_import(module, number, stylize(folder, *FAST), tmp_path)
    assert result.returncode == STATUS[number]
    assert re.fullmatch(r"impasto: interrupted(; nothing was written)?\.\n", result.stderr)
    assert not (folder / "out.png").exists()


def test_what_nohup_has_ignored_stays_ignored(folder: Path) -> None:
    command = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *stylize(folder, *SLOW)]
    with Terminal(command) as terminal:
        terminal.wait_for(b"Step 3")
        terminal.process.send_signal(signal.SIGHUP)
        terminal.wait_for(b"Step 9")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == 143
