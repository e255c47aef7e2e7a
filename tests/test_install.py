"""install.py: what it finds, copies, refuses and takes away; without downloading anything."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
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
import zipfile
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
from core.setup import environment, kritarc, lock, plugins
from core.setup.console import Console
from core.setup.hosts import FoundHost, Places, find
from core.setup.pip import Downloads, Pip, site_packages
from core.setup.prefix import CHECKOUT, alone, install_log, require_ours
from core.setup.reasons import explain
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


def test_no_venv_module_is_one_line_that_names_the_package(tmp_path: Path) -> None:
    # Debian's python3 without python3-venv has venv, but no ensurepip.
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text("import sys\nsys.modules['ensurepip'] = None\n")
    result = run_install("--prefix", str(tmp_path / "p"), PYTHONPATH=str(site))
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
    log = install_log(prefix)
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
    log = install_log(prefix)
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
@pytest.mark.parametrize("module", ["argparse", "core.setup.steps", "venv"])
def test_a_request_to_end_is_one_line(
    tmp_path: Path, home: Path, number: signal.Signals, module: str
) -> None:
    """In the first moments, and while another program is at work."""
    command = [sys.executable, str(CHECKOUT / "install.py"), "--prefix", str(tmp_path / "p")]
    if module != "venv":
        result = at_import(module, number, command, tmp_path, **no_index(home))
        told, status = result.stderr, result.returncode
    else:
        with subprocess.Popen(
            command, env={**os.environ, **no_index(home)}, stderr=subprocess.PIPE, text=True
        ) as process:
            while not (tmp_path / "p" / "environment").exists() and process.poll() is None:
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
    ("command", "more"), [("install", set()), ("test", {"tests"}), ("demo", {"demo"})]
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
    Record(cpu=True, device="cpu", hosts=["gimp"], steps={"one": "1"}).save(prefix)
    assert Record.load(prefix) == Record(True, "cpu", ["gimp"], {"one": "1"}, [])
    (prefix.prefix / "steps.json").write_text('{"steps"')
    assert Record.load(prefix) == Record()


def test_a_fingerprint_follows_names_and_contents_and_no_bytecode(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    first = fingerprint(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").touch()
    assert fingerprint(tmp_path) == first
    (tmp_path / "a.py").write_text("2")
    second = fingerprint(tmp_path)
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({first, second, fingerprint(tmp_path)}) == 3


# --- packages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.txt", "tests/requirements.txt"])
def test_every_line_of_a_lock_is_pinned_and_hashed_and_names_no_host(name: str) -> None:
    pins = lock.read(CHECKOUT / name)
    assert len(pins) > 10
    assert all("--hash=sha256:" in pin.text for pin in pins)
    assert "://" not in (CHECKOUT / name).read_text("utf-8")


def test_the_cpu_environment_leaves_cuda_out_and_nothing_else() -> None:
    pins = lock.read(CHECKOUT / "requirements.txt")
    kept = {pin.name for pin in pins if not pin.gpu_only}
    assert kept >= {"numpy", "opencv-python-headless", "pillow", "safetensors", "sympy", "pip"}
    assert not any("nvidia" in name or "cuda" in name or "torch" in name for name in kept)
    assert {pin.name for pin in pins if pin.torch} == {"torch", "torchvision"}


def make_package(site: Path, name: str) -> Path:
    (site / name).mkdir(parents=True)
    (site / name / "__init__.py").write_text("x = 1\n")
    info = site / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {name}\n")
    (info / "RECORD").write_text(
        f"{name}/__init__.py,sha256=x,6\n{name}/__pycache__/__init__.pyc,,\n{info.name}/RECORD,,\n"
    )
    return info


def test_a_package_that_was_cut_short_is_installed_again(prefix: Installation) -> None:
    site = prefix.environment / "lib/python3.11/site-packages"
    good, cut, bare = (make_package(site, name) for name in ("good", "cut", "bare"))
    assert environment.whole(prefix)
    (site / "cut" / "__init__.py").write_text("x\n")
    (bare / "RECORD").unlink()
    (site / "~ood").mkdir()
    assert not environment.whole(prefix)
    assert sorted(environment.mend(prefix)) == ["bare", "cut"]
    assert environment.whole(prefix)
    assert good.exists()
    assert not cut.exists()
    assert not (site / "~ood").exists()


PIP_SAYS = {
    "wrong hash": (
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE. If ...\n"
        "    numpy==2.4.6 from file:///x/numpy-2.4.6.whl (from -r lock (line 3)):\n"
        "        Expected sha256 aa\n"
        "             Got        bb\n",
        ["numpy==2.4.6", "hash is wrong"],
    ),
    "no network": (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(\"<x>: "
        "Failed to establish a new connection: [Errno 111] Connection refused\")': /simple/numpy/\n"
        "ERROR: Could not find a version that satisfies the requirement numpy==2.4.6\n"
        "ERROR: No matching distribution found for numpy==2.4.6\n",
        ["can't be reached", "network", "again"],
    ),
    "full disk": (
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n",
        ["disk is full", "--prefix"],
    ),
    "no wheel": (
        "ERROR: Could not find a version that satisfies the requirement torch==2.15.0\n"
        "ERROR: No matching distribution found for torch==2.15.0\n",
        ["no ready-made torch", "3.10 to 3.14"],
    ),
    "uv without network": (
        "error: Request failed after 3 retries\n  Caused by: Failed to fetch: `x`\n"
        "  Caused by: dns error\n",
        ["can't be reached"],
    ),
    "certificate": (
        "Could not fetch URL: There was a problem confirming the ssl certificate: SSLError(...)\n",
        ["certificate", "proxy"],
    ),
    "a company's certificate": (
        "WARNING: Retrying after connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: "
        "CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in "
        "certificate chain (_ssl.c:1006)'))': /simple/pip/\n",
        ["'pip config set global.cert FILE'"],
    ),
    "a clock that is wrong": (
        "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
        "failed: certificate is not yet valid (_ssl.c:1006)'))\n",
        ["set this machine's clock"],
    ),
    "no ssl": (
        "WARNING: pip is configured with locations that require TLS/SSL, however the ssl module in "
        "Python is not available.\nCould not fetch URL https://x/simple/pip/: There was a problem "
        "confirming the ssl certificate: HTTPSConnectionPool(host='x', port=443): Max retries "
        "exceeded with url: /simple/pip/ (Caused by SSLError(\"Can't connect to HTTPS URL because "
        'the SSL module is not available.")) - skipping\n'
        "ERROR: No matching distribution found for pip==25.1\n",
        [f"This Python ({sys.executable}) has no ssl", "run install.py with another"],
    ),
    "a proxy that wants a password": (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect "
        "to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication Required'))': "
        "/simple/numpy/\nERROR: No matching distribution found for numpy==2.4.6\n",
        ["The proxy wants a name and a password", "HTTPS_PROXY", "NAME:PASSWORD@HOST:PORT"],
    ),
    "a plain proxy that wants a password": (
        "ERROR: HTTP error 407 while getting http://x/a.whl\npip._vendor.requests.exceptions."
        "HTTPError: 407 Client Error: Proxy Authentication Required for url: http://x/a.whl\n",
        ["The proxy wants a name and a password"],
    ),
    "uv's proxy": (
        "error: Failed to fetch: `https://x/torch/`\n  Caused by: error sending request\n"
        "  Caused by: HTTP status client error (407 Proxy Authentication Required)\n",
        ["The proxy wants a name and a password"],
    ),
    "an antivirus": (
        "ERROR: Could not install packages due to an OSError: [WinError 225] Operation did not "
        "complete successfully because the file contains a virus: 'C:\\\\x\\\\y.dll'\n",
        ["The antivirus", "have it leave", "alone"],
    ),
    "a refused access": (
        "ERROR: Could not install packages due to an OSError: [WinError 5] Access is denied: "
        "'C:\\\\x\\\\y.pyd'\nCheck the permissions.\n",
        ["y.pyd", "end Krita, GIMP", "antivirus"],
    ),
    "a file in use": (
        "ERROR: Could not install packages due to an OSError: [WinError 32] The process cannot "
        "access the file because it is being used by another process: 'C:\\\\x\\\\y.dll'\n",
        ["y.dll", "end Krita, GIMP"],
    ),
    "a folder of the superuser's": (
        "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: "
        "'/home/me/impasto/environment/lib/x.py'\nConsider using the `--user` option.\n",
        ["/home/me/impasto/environment/lib/x.py", "is yours"],
    ),
    "a long path": (
        "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: "
        "'C:\\\\x.h'\nHINT: This error might have occurred since this system does not have "
        "Windows Long Path support enabled.\n",
        ["longer than Windows takes", "--prefix C:\\Impasto"],
    ),
    "a long path that nobody calls so": (
        "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: "
        f"'C:\\{'x' * 260}'\n",
        ["longer than Windows takes"],
    ),
    "a full quota": ("OSError: [Errno 122] Disk quota exceeded: 'x'\n", ["disk is full"]),
    "a login that is missing": (
        "ERROR: HTTP error 401 while getting https://x/simple/numpy/\n",
        ["refuses (error 401)", "'index-url'"],
    ),
    "a busy index": (
        "ERROR: HTTP error 503 while getting https://x/simple/numpy/\n",
        ["error 503", "wait a little"],
    ),
    "a slow network": (
        "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='x', "
        "port=443): Read timed out.\n",
        ["can't be reached", "network"],
    ),
    "something else": ("Collecting x\nERROR: the moon is in the way\n", ["moon is in the way"]),
}


@pytest.mark.parametrize("case", PIP_SAYS)
def test_what_pip_says_becomes_one_sentence(case: str, tmp_path: Path) -> None:
    said, words = PIP_SAYS[case]
    sentence = explain(said, tmp_path)
    assert "\n" not in sentence
    for word in words:
        assert word in sentence


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
    # What was done is not done again.
    assert list(json.loads((prefix / "steps.json").read_text())["steps"]) == ["environment"]


def test_a_wrong_hash_installs_nothing(
    prefix: Installation, console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix.environment.symlink_to(sys.prefix)
    (prefix.prefix / "tmp").mkdir()
    with zipfile.ZipFile(tmp_path / "impasto_wrong-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("impasto_wrong.py", "")
        info = "impasto_wrong-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: x\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    requirements = tmp_path / "lock.txt"
    requirements.write_text(f"impasto-wrong==1.0 --hash=sha256:{'0' * 64}\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ImpastoError, match=r"impasto-wrong.*its hash is wrong") as caught:
        Pip(prefix, console, tmp_path / "log").install_lock(requirements)
    assert "\n" not in str(caught.value)
    assert importlib.util.find_spec("impasto_wrong") is None


@posix
def test_another_pytorch_for_the_cpu_than_the_first_is_refused(
    prefix: Installation, console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its index is not in reach here: a folder stands for it, with a build of no contents."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix.environment], check=True)
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    assert uv is not None
    (prefix.environment / "bin" / "uv").symlink_to(uv)
    site = site_packages(prefix)
    (site / "uv").symlink_to(Path(next(iter(importlib.import_module("uv").__path__))))
    (prefix.prefix / "tmp").mkdir()
    index = tmp_path / "index" / "torch"
    index.mkdir(parents=True)
    wheel = index / "torch-2.15.0+cpu-py3-none-any.whl"
    info = "torch-2.15.0+cpu.dist-info"

    def build(contents: str) -> None:
        with zipfile.ZipFile(wheel, "w") as file:
            file.writestr("torch.py", contents)
            told = "Metadata-Version: 2.1\nName: torch\nVersion: 2.15.0+cpu\n"
            file.writestr(f"{info}/METADATA", told)
            file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            file.writestr(f"{info}/RECORD", "")
        link = f'<a href="{wheel.name.replace("+", "%2B")}#sha256={digest()}">{wheel.name}</a>'
        (index / "index.html").write_text(f"<!DOCTYPE html><html><body>{link}</body></html>")

    def digest() -> str:
        return hashlib.sha256(wheel.read_bytes()).hexdigest()

    requirements, kept = tmp_path / "torch.txt", tmp_path / "kept.txt"
    requirements.write_text("torch==2.15.0\n")

    def install() -> None:
        source = ("--default-index", index.parent.as_uri())
        Pip(prefix, console, tmp_path / "log").install_cpu_torch(requirements, kept, source)

    build("one = 1")
    install()
    assert f"torch==2.15.0+cpu \\\n    --hash=sha256:{digest()}\n" in kept.read_text()
    assert (site / "torch.py").read_text() == "one = 1"
    (site / "torch.py").unlink()
    shutil.rmtree(site / info)
    shutil.rmtree(tmp_path / "cache")
    build("two = 2")
    with pytest.raises(ImpastoError, match=r"its hash is wrong"):
        install()
    assert not (site / "torch.py").exists()
    requirements.write_text("torch>=2.15.0\n")
    install()  # other pins, other hashes
    assert (site / "torch.py").read_text() == "two = 2"


@posix
@pytest.mark.parametrize(
    ("settings", "right", "by_uv"),
    [
        ("global.timeout='9'\n:env:.cache-dir='x'\n", True, True),
        ("global.timeout='9'\nglobal.index-url='x'\n", True, False),
        ("", False, False),
        (None, True, False),
    ],
)
def test_packages_come_by_uv_unless_pip_knows_better(
    prefix: Installation,
    console: Console,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: str | None,
    right: bool,
    by_uv: bool,
) -> None:
    """pip is missing here, so that what it is asked for fails."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix.environment], check=True)
    site = site_packages(prefix)
    (site / "uv").symlink_to(Path(next(iter(importlib.import_module("uv").__path__))))
    uv = shutil.which("uv", path=str(Path(sys.executable).parent))
    assert uv is not None
    (prefix.environment / "bin" / "uv").symlink_to(uv)
    (prefix.prefix / "tmp").mkdir()
    wheel = tmp_path / "index" / "paint" / "paint-1.0-py3-none-any.whl"
    wheel.parent.mkdir(parents=True)
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("paint.py", "x = 1")
        told = "Metadata-Version: 2.1\nName: paint\nVersion: 1.0\n"
        file.writestr("paint-1.0.dist-info/METADATA", told)
        file.writestr("paint-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr("paint-1.0.dist-info/RECORD", "")
    link = f'<!DOCTYPE html><html><body><a href="{wheel.name}">{wheel.name}</a></body></html>'
    (wheel.parent / "index.html").write_text(link)
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest() if right else "0" * 64
    requirements = tmp_path / "lock.txt"
    requirements.write_text(f"paint==1.0 --hash=sha256:{digest}\n")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_DEFAULT_INDEX", wheel.parent.parent.as_uri())
    monkeypatch.setattr("core.setup.process.output", lambda _: settings)
    pip = Pip(prefix, console, tmp_path / "log")
    if by_uv:
        pip.install_lock(requirements)
    else:
        with pytest.raises(ImpastoError, match="No module named pip"):
            pip.install_lock(requirements)
    assert (site / "paint.py").exists() == by_uv


def test_downloads_are_told_in_megabytes_and_percent(tmp_path: Path) -> None:
    downloads = Downloads(tmp_path)
    assert "looking up" in downloads.describe()
    downloads.take("  Downloading torch-2.15.0-cp311-cp311-manylinux_2_28_x86_64.whl (800.0 MB)")
    downloads.take("Progress 200000000 of 800000000")
    assert "torch: 200 of 800 MB (25%), 200 MB so far" in downloads.describe()
    downloads.take("  Downloading numpy-2.4.6-cp311-cp311-manylinux_2_28_x86_64.whl (20.0 MB)")
    downloads.take("Progress 10000000 of 20000000")
    assert "numpy: 10 of 20 MB (50%), 810 MB so far" in downloads.describe()
    by_uv = Downloads(tmp_path)
    for line in ("Downloading ruff (10.0MiB)", "Downloading numpy (20.0MiB)", " Downloaded ruff"):
        by_uv.take(line)
    assert "2 packages: 10 of 31 MB, " in by_uv.describe()
    downloads.take("Installing collected packages: numpy, torch")
    make_package(tmp_path, "numpy")
    assert "1 of 2 packages" in downloads.describe()


# --- hosts --------------------------------------------------------------------------------------


def places(home: Path, system: str = "linux", **variables: str) -> Places:
    return Places(system, home, {"PATH": str(home / "bin"), **variables})


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
