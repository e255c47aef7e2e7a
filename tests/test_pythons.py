"""Which Python carries the engine, where it comes from, and what an old one does."""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.paths import Installation
from core.bridge.storage.platform import Platform, pretend
from core.setup import bootstrap, environment, process, pythons
from core.setup.console import Console
from core.setup.prefix import CHECKOUT
from core.setup.uv import Uv

posix = pytest.mark.skipif(sys.platform == "win32", reason="programs here are shell scripts")

GOOD = Platform("linux", Path("/home/zoë"), program="python3", base="/usr", version=(3, 12))

WINDOWS = replace(GOOD, system="win32", home=Path(r"C:\Users\Zoë Müller"))
STORE = replace(WINDOWS, base=r"C:\Program Files\WindowsApps\Python.3.12")


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation that has its uv, with no Python to fetch and none on PATH."""
    installation = Installation(tmp_path / "prefix")
    program = bootstrap.place(installation.prefix / "uv")
    program.parent.mkdir(parents=True)
    ours = shutil.which("uv", path=str(Path(sys.executable).parent))
    assert ours is not None
    program.symlink_to(ours)
    downloads = tmp_path / "downloads.json"
    downloads.write_text("{}")
    monkeypatch.setenv("UV_PYTHON_DOWNLOADS_JSON_URL", str(downloads))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return installation


def stand_in(file: Path) -> Path:
    """A program that is the Python below that of these tests, under another name."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\nexec {sys.base_prefix}/bin/python3 "$@"\n')
    file.chmod(0o755)
    return file


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        (GOOD, ""),
        (replace(GOOD, version=(3, 9)), "older than Python 3.10"),
        (replace(GOOD, version=(3, 15)), "newer than Python 3.14"),
        (replace(GOOD, bits=32), "32-bit"),
        (replace(GOOD, kind="pypy"), "pypy"),
        (replace(GOOD, ssl=False), "no ssl"),
        (WINDOWS, ""),
        (replace(WINDOWS, base=r"C:\Users\Zoë Müller\Python312"), ""),
        (STORE, "the Microsoft Store's"),
        (replace(WINDOWS, bits=32), "32-bit"),
        (replace(GOOD, system="darwin", version=(3, 9)), "older than Python 3.10"),
    ],
)
def test_a_python_that_can_not_carry_the_engine_is_told_why(platform: Platform, words: str) -> None:
    with pretend(platform):
        fault = pythons.ours().fault()
    assert words in str(fault or "")
    assert bool(words) == (fault is not None)


def test_condas_python_carries_it_but_on_windows(tmp_path: Path) -> None:
    (tmp_path / "conda-meta").mkdir()
    for system, fails in ((GOOD, False), (WINDOWS, True)):
        with pretend(replace(system, base=str(tmp_path))):
            assert ("conda" in str(pythons.ours().fault())) is fails


def test_this_python_carries_it_and_answers_for_itself() -> None:
    assert pythons.ours().fault() is None
    asked = pythons.ask(sys.executable)
    assert asked is not None
    assert replace(asked, program="") == replace(pythons.ours(), program="")
    assert pythons.ask(str(CHECKOUT)) is None


@posix
def test_one_that_fits_is_taken_as_it_is(prefix: Installation) -> None:
    console = Console(io.StringIO())
    with pretend(replace(GOOD, variables=os.environ)):
        assert pythons.choose(prefix, Uv(prefix, console), console) == "python3"


@posix
def test_the_stores_python_is_refused_before_it_writes_where_nobody_looks(
    prefix: Installation,
) -> None:
    console = Console(io.StringIO())
    with (
        pretend(STORE),
        pytest.raises(ImpastoError, match=r"the Microsoft Store's.*python\.org") as caught,
    ):
        pythons.choose(prefix, Uv(prefix, console), console)
    assert "\n" not in str(caught.value)


@posix
def test_where_none_can_be_fetched_one_of_this_machine_is_taken_and_told(
    prefix: Installation, tmp_path: Path
) -> None:
    said = io.StringIO()
    uv, bad = Uv(prefix, Console(said)), replace(GOOD, bits=32)
    words = r"python3 is a 32-bit program, and no other can be"
    with pretend(bad), pytest.raises(ImpastoError, match=words):
        pythons.choose(prefix, uv, Console(said))
    stand_in(tmp_path / "bin" / "python3")
    with pretend(bad):
        chosen = pythons.choose(prefix, uv, Console(said))
    facts = pythons.ask(chosen)
    assert facts is not None and facts.fault() is None
    assert "python3 is a 32-bit program: Python 3.13 is fetched" in said.getvalue()
    version = "{}.{}".format(*sys.version_info)
    assert f"Python 3.13 can't be fetched, so Python {version} in" in said.getvalue()


@pytest.mark.skipif(sys.platform != "linux", reason="what is packed here is a shell script")
@pytest.mark.parametrize("right", [True, False])
def test_a_python_is_fetched_where_its_hash_is_right(
    prefix: Installation, tmp_path: Path, right: bool
) -> None:
    """The archive's place is not in reach here: a file stands for it."""
    packed = tmp_path / "python.tar.gz"
    with tarfile.open(packed, "w:gz") as tar:
        for name in ("python3.13", "python3", "python"):
            tar.add(stand_in(tmp_path / name), f"python/bin/{name}")
        (tmp_path / "lib").mkdir()
        data = tmp_path / "lib" / f"_sysconfigdata__linux_{platform.machine()}-linux-gnu.py"
        header = "# system configuration generated and used by the sysconfig module\n"
        data.write_text(header + "build_time_vars = {}\n")
        tar.add(tmp_path / "lib", "python/lib/python3.13")
    machine = platform.machine()
    entry = {
        **{"name": "cpython", "os": "linux", "libc": "gnu", "build": "20260101"},
        **{"major": 3, "minor": 13, "patch": 5, "prerelease": "", "variant": None},
        "arch": {"family": machine, "variant": None},
        "url": packed.as_uri(),
        "sha256": hashlib.sha256(packed.read_bytes()).hexdigest() if right else "0" * 64,
    }
    key = f"cpython-3.13.5-linux-{machine}-gnu"
    (tmp_path / "downloads.json").write_text(json.dumps({key: entry}))
    console = Console(io.StringIO())
    uv = Uv(prefix, console)
    if right:
        with pretend(replace(GOOD, version=(3, 15))):
            program = pythons.choose(prefix, uv, console)
        assert Path(program).is_relative_to(prefix.prefix / "python")
        environment.create(prefix, uv, program)
        assert environment.works(prefix)
    else:
        newer = replace(GOOD, version=(3, 15))
        with pretend(newer), pytest.raises(ImpastoError, match="no other can be fetched or found"):
            pythons.choose(prefix, uv, console)


@posix
def test_an_environment_whose_python_became_another_is_made_anew(prefix: Installation) -> None:
    """As /usr/bin/python3 does with a new release of a system, or of a Flatpak's runtime."""
    uv = Uv(prefix, Console(io.StringIO()))
    environment.create(prefix, uv, sys.executable)
    assert environment.works(prefix)
    (of_the_old,) = prefix.environment.glob("lib/python3.*")
    of_the_old.rename(of_the_old.with_name("python3.9"))
    assert not environment.works(prefix)


def old_python() -> str:
    """One before 3.10 that this machine happens to have; empty where it has none."""
    found = [shutil.which(f"python3.{minor}") for minor in (9, 8, 7)]
    versions = Path(os.environ.get("PYENV_ROOT") or "/root/.pyenv") / "versions"
    found += [str(program) for program in sorted(versions.glob("3.[789].*/bin/python"))]
    for program in found:
        # A name may have no Python behind it.
        if program and subprocess.run([program, "-c", ""], capture_output=True).returncode == 0:
            return program
    return ""


@posix
@pytest.mark.skipif(not old_python(), reason="there is no Python before 3.10 here")
def test_an_old_python_has_a_newer_one_do_it(tmp_path: Path) -> None:
    none = tmp_path / "none"
    none.mkdir()

    def version(path: str) -> subprocess.CompletedProcess[str]:
        settings = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "HOME": str(none)}
        return subprocess.run(
            [old_python(), str(CHECKOUT / "install.py"), "--version"],
            env={**os.environ, **settings, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    alone = version(str(none))
    assert alone.returncode == 1
    assert alone.stderr.startswith("Impasto needs Python 3.10 or newer, and this is 3.")
    assert len(alone.stderr.splitlines()) == 1
    stand_in(tmp_path / "bin" / "python3.10")
    assert version(f"{tmp_path / 'bin'}:/usr/bin:/bin").stdout.startswith("Impasto ")


# --- AppImages ----------------------------------------------------------------------------------


@posix
def test_nothing_of_an_appimage_reaches_what_we_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the variables that an AppImage's start sets, each of which would break this Python."""
    mounted = tmp_path / ".mount_kritaAbCdEf"
    (mounted / "usr/lib/python3.10").mkdir(parents=True)
    (mounted / "usr/lib/python3.10/json.py").write_text("raise SystemExit(3)")
    stand_in(mounted / "usr/bin/python3").write_text("#!/bin/sh\nexit 3\n")
    inside = {
        "LD_LIBRARY_PATH": f"{mounted}/usr/lib:{mounted}/usr/lib/x86_64-linux-gnu",
        "PYTHONHOME": f"{mounted}/usr",
        "PYTHONPATH": f"{mounted}/usr/lib/python3.10",
        "QT_PLUGIN_PATH": f"{mounted}/usr/plugins",
        "GI_TYPELIB_PATH": f"{mounted}/usr/lib/girepository-1.0",
        "PATH": f"{mounted}/usr/bin:{os.environ['PATH']}",
        "XDG_DATA_DIRS": f"{mounted}/usr/share:/usr/share",
        "FONTCONFIG_PATH": f"{mounted}/etc/fonts",
        "APPDIR": str(mounted),
        "APPIMAGE": str(tmp_path / "krita.appimage"),
    }
    for name, value in inside.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("IMPASTO_EMPTY", "")
    told = process.output(
        [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"]
    )
    assert told is not None, "it would not even start"
    seen = json.loads(told)
    assert not {name for name, value in seen.items() if str(mounted) in value}
    assert not {"LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "APPIMAGE"} & seen.keys()
    assert seen["XDG_DATA_DIRS"] == "/usr/share"
    assert "FONTCONFIG_PATH" not in seen
    assert seen["IMPASTO_EMPTY"] == ""
    assert shutil.which("python3", path=seen["PATH"]) != str(mounted / "usr/bin/python3")
