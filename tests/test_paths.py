"""Where the worker's socket lies, whatever the prefix is and whoever else is there."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bridge.client.launcher import start_worker
from core.bridge.storage.paths import Installation
from core.setup import worker

if sys.platform == "win32":
    pytest.skip("Windows has named pipes", allow_module_level=True)


@pytest.fixture
def far(tmp_path: Path, installation: Installation) -> Iterator[Installation]:
    """An installation whose path is longer than a socket's may be."""
    own = Installation(tmp_path / ("far" * 40))
    own.prefix.mkdir()
    own.environment.symlink_to(installation.environment)
    own.weights.symlink_to(installation.weights)
    own.manifest.write_text("{}")
    yield own
    shutil.rmtree(own.socket_folder(), ignore_errors=True)


def test_the_socket_of_a_long_prefix_has_a_short_path_in_a_private_folder(
    far: Installation,
) -> None:
    address = Path(far.address())
    assert len(os.fsencode(address)) <= 100
    assert stat.S_IMODE(address.parent.stat().st_mode) == 0o700
    assert far.key_file().parent == far.prefix / "run"
    assert address.parent != Installation(far.prefix / "other").socket_folder()


def test_every_process_knows_the_same_whatever_its_temporary_folder(
    far: Installation, tmp_path: Path
) -> None:
    program = "import sys, pathlib; from core.bridge.storage.paths import Installation; "
    program += "print(Installation(pathlib.Path(sys.argv[1])).address())"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(far.prefix)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(folder)},
        )
        for folder in (tmp_path, "/tmp", "/var/tmp", "/")
    ]
    told = {process.communicate()[0].strip() for process in started}
    assert told == {far.address()}


@pytest.mark.parametrize("squatter", ["folder", "link", "file"])
def test_who_takes_its_name_stops_nobody(far: Installation, tmp_path: Path, squatter: str) -> None:
    """After a restart emptied the temporary folder; with rights to look into it."""
    folder = far.socket_folder()
    folder.rmdir()
    assert far.socket_folder() == folder, "an empty place is taken again"
    folder.rmdir()
    if squatter == "folder":
        if os.geteuid() != 0:
            pytest.skip("needs a second user")
        folder.mkdir(mode=0o777)
        os.chown(folder, 65534, 65534)
    elif squatter == "link":
        (tmp_path / "trap").mkdir()
        folder.symlink_to(tmp_path / "trap")
    else:
        folder.touch()
    another = far.socket_folder()
    assert another != folder
    assert (another.lstat().st_uid, stat.S_IMODE(another.lstat().st_mode)) == (os.getuid(), 0o700)
    assert far.socket_folder() == another
    folder.rmdir() if squatter == "folder" else folder.unlink()


def test_a_worker_is_reached_there(far: Installation) -> None:
    process = start_worker(far)
    try:
        while (said := worker.greeting(far)) is None:
            assert process.poll() is None, far.log.read_text()
            time.sleep(0.1)
        assert said["pid"] == process.pid
        assert worker.dismiss(far)
        assert process.wait(60) == 0
    finally:
        process.kill()
