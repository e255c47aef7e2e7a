"""Files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bridge.storage.whole import check_whole, name_whole, open_whole, write_whole

LONGEST = "n" * 251 + ".png"
"""255 bytes, the most that file systems take."""

posix = pytest.mark.skipif(sys.platform == "win32", reason="mode bits and links are POSIX")


@contextlib.contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Whom write protection stops: the superuser is another one for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def anyones() -> Iterator[Path]:
    """A folder that an ordinary user reaches and may write."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    folder.chmod(0o777)
    shutil.rmtree(folder)


@contextlib.contextmanager
def umask(bits: int) -> Iterator[None]:
    before = os.umask(bits)
    try:
        yield
    finally:
        os.umask(before)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def bits(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_there_with_its_bytes_and_nothing_is_left_over(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.bin", b"one")
    write_whole(tmp_path / "a.bin", (bytes([n]) for n in range(3)))
    assert (tmp_path / "a.bin").read_bytes() == b"\0\1\2"
    assert names(tmp_path) == ["a.bin"]


def test_who_takes_names_only_writes_whole_as_well(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    with name_whole(path) as named:
        assert (named.parent, named.suffix) == (tmp_path, ".png")
        named.write_bytes(b"first")
        assert not path.exists()
    assert path.read_bytes() == b"first"
    with pytest.raises(KeyError), name_whole(path) as named:
        named.write_bytes(b"half")
        raise KeyError
    assert path.read_bytes() == b"first"
    assert names(tmp_path) == ["picture.png"]


def test_a_name_may_be_as_long_as_the_system_takes(tmp_path: Path) -> None:
    check_whole(tmp_path / LONGEST)
    write_whole(tmp_path / LONGEST, b"x")
    assert names(tmp_path) == [LONGEST]
    for call in (check_whole, lambda path: write_whole(path, b"x")):
        with pytest.raises(OSError) as caught:
            call(tmp_path / f"n{LONGEST}")
        assert caught.value.strerror == "its name is too long"
    assert names(tmp_path) == [LONGEST]


@posix
class TestMode:
    def test_a_new_file_follows_the_umask(self, tmp_path: Path) -> None:
        for mask, mode in ((0o022, 0o644), (0o077, 0o600)):
            with umask(mask):
                write_whole(tmp_path / f"{mode}", b"x")
            assert bits(tmp_path / f"{mode}") == mode

    @pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
    def test_what_was_there_lends_its_bits(self, tmp_path: Path, mode: int) -> None:
        path = tmp_path / "a.png"
        path.touch()
        path.chmod(mode)
        with umask(0o022):
            write_whole(path, b"x")
        assert bits(path) == mode

    def test_private_files_are_private_whatever_was_there(self, tmp_path: Path) -> None:
        path = tmp_path / "a.json"
        path.touch()
        path.chmod(0o666)
        write_whole(path, b"x", mode=0o600)
        assert bits(path) == 0o600

    def test_nobody_reads_along_before_a_private_file_is_whole(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        path.touch()
        path.chmod(0o600)
        with umask(0), open_whole(path) as file:
            assert stat.S_IMODE(os.fstat(file.fileno()).st_mode) == 0o600

    @pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="needs chown")
    def test_the_owner_stays_where_that_is_allowed(self, tmp_path: Path) -> None:
        path = tmp_path / "a.png"
        path.touch()
        os.chown(path, 65534, 65534)
        write_whole(path, b"x")
        assert (path.stat().st_uid, path.stat().st_gid) == (65534, 65534)

    def test_a_write_protected_file_is_not_replaced(self, anyones: Path) -> None:
        path = anyones / "a.png"
        with an_ordinary_user():
            path.write_bytes(b"precious")
            path.chmod(0o444)
            for call in (check_whole, lambda path: write_whole(path, b"x")):
                with pytest.raises(PermissionError):
                    call(path)
        assert path.read_bytes() == b"precious"


@posix
class TestLinks:
    def test_the_target_is_replaced_and_the_link_stays(self, tmp_path: Path) -> None:
        (tmp_path / "disk").mkdir()
        target, link = tmp_path / "disk" / "real.png", tmp_path / "link.png"
        target.touch()
        target.chmod(0o600)
        link.symlink_to(Path("disk") / "real.png")
        write_whole(link, b"new")
        assert link.is_symlink()
        assert target.read_bytes() == b"new"
        assert bits(target) == 0o600
        assert names(tmp_path) == ["disk", "link.png"]

    def test_a_link_to_nothing_makes_its_target(self, tmp_path: Path) -> None:
        (tmp_path / "link.png").symlink_to("later.png")
        write_whole(tmp_path / "link.png", b"x")
        assert (tmp_path / "later.png").read_bytes() == b"x"

    def test_a_link_in_a_circle_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "a").symlink_to("b")
        (tmp_path / "b").symlink_to("a")
        with pytest.raises(OSError, match="a link that leads to itself"):
            write_whole(tmp_path / "a", b"x")

    def test_one_planted_at_the_unfinished_name_is_not_followed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also by somebody who knew the random name before."""
        monkeypatch.setattr(os, "urandom", lambda count: bytes(count))
        (tmp_path / "precious").write_bytes(b"precious")
        (tmp_path / ".impasto-000000000000").symlink_to("precious")
        with pytest.raises(FileExistsError):
            write_whole(tmp_path / "a.png", b"x")
        assert (tmp_path / "precious").read_bytes() == b"precious"
        assert not (tmp_path / "a.png").exists()


@posix
@pytest.mark.parametrize("kind", ["device", "fifo", "folder"])
def test_what_is_no_regular_file_stays(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "out.png"
    if kind == "device":
        path.symlink_to(os.devnull)
    elif kind == "fifo":
        os.mkfifo(path)
    else:
        path.mkdir()
    for call in (check_whole, lambda path: write_whole(path, b"x")):
        with pytest.raises(OSError, match=r"it is not a regular file|it is a folder"):
            call(path)
    assert not Path(os.path.realpath(path)).is_file()


@posix
class TestReasons:
    def test_a_folder_that_can_not_be_written(self, anyones: Path) -> None:
        anyones.chmod(0o555)
        with an_ordinary_user():
            for call in (check_whole, lambda path: write_whole(path, b"x")):
                with pytest.raises(PermissionError) as caught:
                    call(anyones / "a.png")
                assert caught.value.strerror == "it is write-protected, or its folder is"
                assert caught.value.filename == str(anyones / "a.png")

    def test_a_folder_that_becomes_read_only_meanwhile(self, anyones: Path) -> None:
        with (
            an_ordinary_user(),
            pytest.raises(PermissionError) as caught,
            open_whole(anyones / "a.png") as file,
        ):
            file.write(b"x")
            os.seteuid(0) if os.getuid() == 0 else None
            anyones.chmod(0o555)
            os.seteuid(65534) if os.getuid() == 0 else None
        assert caught.value.filename == str(anyones / "a.png")

    def test_a_folder_that_goes_meanwhile(self, tmp_path: Path) -> None:
        (tmp_path / "gone").mkdir()
        with (
            pytest.raises(FileNotFoundError, match="its folder is gone"),
            open_whole(tmp_path / "gone" / "a.png"),
        ):
            shutil.rmtree(tmp_path / "gone")

    def test_a_full_disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(_: int) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        (tmp_path / "a.png").write_bytes(b"old")
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError) as caught:
            write_whole(tmp_path / "a.png", b"new")
        assert caught.value.strerror == "the disk is full"
        assert caught.value.filename == str(tmp_path / "a.png")
        assert (tmp_path / "a.png").read_bytes() == b"old"
        assert names(tmp_path) == ["a.png"]

    def test_an_error_of_the_callers_own_stays_what_it_is(self, tmp_path: Path) -> None:
        for error in (OSError("no encoder"), FileNotFoundError(errno.ENOENT, "no", "/profile")):
            with pytest.raises(OSError) as caught, open_whole(tmp_path / "a.png"):
                raise error
            assert caught.value is error
        assert names(tmp_path) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_whatever_interrupts_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    (tmp_path / "a.png").write_bytes(b"old")
    with pytest.raises(error), open_whole(tmp_path / "a.png") as file:
        file.write(b"half")
        raise error
    assert (tmp_path / "a.png").read_bytes() == b"old"
    assert names(tmp_path) == ["a.png"]


def _write_often(path: Path, letter: bytes) -> None:
    for _ in range(100):
        write_whole(path, letter * 100_000)


def test_two_who_write_at_once_never_mix(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_often, args=(path, one)) for one in (b"a", b"b")]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        if path.exists():
            data = path.read_bytes()
            seen.add((len(data), len(set(data))))
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert seen <= {(100_000, 1)}
    assert names(tmp_path) == ["a.png"]


@posix
def test_a_process_that_is_interrupted_while_it_writes_leaves_nothing(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, time\n"
        "from core.bridge.storage.whole import open_whole\n"
        "with open_whole(pathlib.Path(sys.argv[1])) as file:\n"
        "    file.write(b'half')\n"
        "    print(flush=True)\n"
        "    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.png")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert len(names(tmp_path)) == 1
        process.send_signal(signal.SIGINT)
        assert process.wait() != 0
    assert names(tmp_path) == []
