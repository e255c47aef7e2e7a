"""What uv is asked to install: from where, with which hashes, and what is said where it fails."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from core.bridge.contract.errors import ImpastoError
from core.bridge.storage.paths import Installation
from core.bridge.storage.platform import Platform, pretend
from core.setup import bootstrap, environment, lock, sources, variant
from core.setup.console import Console
from core.setup.downloads import Downloads
from core.setup.packages import Packages
from core.setup.prefix import CACHE, CHECKOUT
from core.setup.reasons import explain
from core.setup.record import Record, write_manifest
from core.setup.steps import Setup
from core.setup.uv import Uv

posix = pytest.mark.skipif(sys.platform == "win32", reason="links to files are a privilege there")


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    """An installation that has its uv, in the surroundings of somebody with no settings at all."""
    installation = Installation(tmp_path / "prefix")
    program = bootstrap.place(installation.prefix / "uv")
    program.parent.mkdir(parents=True)
    ours = shutil.which("uv", path=str(Path(sys.executable).parent))
    assert ours is not None
    program.symlink_to(ours)
    (installation.prefix / "tmp").mkdir()
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")  # where a developer has no uv
    return installation


@pytest.fixture
def uv(prefix: Installation) -> Uv:
    return Uv(prefix, Console(io.StringIO()))


@pytest.fixture
def packages(prefix: Installation, uv: Uv) -> Packages:
    """Those of an environment that has none."""
    environment.create(prefix, uv, sys.executable)
    return Packages(prefix, Uv(prefix, Console(io.StringIO())))  # which has not asked pip yet


def build(folder: Path, name: str, version: str, contents: str) -> str:
    """A wheel of one module in an index of its own; returns its hash."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    wheel = folder / name / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr(f"{name}.py", contents)
        told = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        file.writestr(f"{info}/METADATA", told)
        file.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"{info}/RECORD", f"{name}.py,,{len(contents)}\n{info}/RECORD,,\n")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    link = f'<a href="{wheel.name.replace("+", "%2B")}#sha256={digest}">{wheel.name}</a>'
    page = f"<!DOCTYPE html><html><body>{link}</body></html>"
    (folder / name / "index.html").write_text(page)
    return digest


def wheel_of_uv(folder: Path, script: str) -> str:
    """A wheel of the lock's version of uv, which is a script here; returns its pin."""
    version = bootstrap.pin().split()[0].partition("==")[2]
    wheel = folder / f"uv-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr(f"uv-{version}.data/scripts/uv", f"#!/bin/sh\n{script}\n")
        told = f"Metadata-Version: 2.1\nName: uv\nVersion: {version}\n"
        file.writestr(f"uv-{version}.dist-info/METADATA", told)
        file.writestr(f"uv-{version}.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        file.writestr(f"uv-{version}.dist-info/RECORD", "")
    return f"uv=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"


@pytest.mark.parametrize(
    "name", ["requirements.txt", "core/cluster/requirements.txt", "tests/requirements.txt"]
)
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
    assert not environment.whole(prefix)
    assert sorted(environment.mend(prefix)) == ["bare", "cut"]
    assert environment.whole(prefix)
    assert good.exists()
    assert not cut.exists()


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
    "an empty index": (
        "ERROR: Could not find a version that satisfies the requirement uv==0.13.8\n"
        "ERROR: No matching distribution found for uv==0.13.8\n",
        ["can't be reached, or is empty"],
    ),
    "no version that uv knows": (
        "error: No solution found when resolving dependencies\n  cause: Because there is no "
        "version of torch==2.15.0 and you require torch==2.15.0, we can conclude that ...\n",
        ["no ready-made torch", "3.10 to 3.14"],
    ),
    "a package that uv finds nowhere": (
        "error: No solution found when resolving dependencies\n  cause: Because torchvision was "
        "not found in the package registry and you require torchvision==0.29.2, ...\n",
        ["no ready-made torchvision"],
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
    sentence = str(explain(said, tmp_path))
    assert "\n" not in sentence
    for word in words:
        assert word in sentence


@posix
@pytest.mark.parametrize("right", [True, False])
def test_a_wrong_hash_installs_nothing(
    prefix: Installation,
    packages: Packages,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    right: bool,
) -> None:
    digest = build(tmp_path / "index", "paint", "1.0", "x = 1")
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "index").as_uri())
    requirements = tmp_path / "lock.txt"
    requirements.write_text(f"paint==1.0 --hash=sha256:{digest if right else '0' * 64}\n")
    module = environment.site_packages(prefix) / "paint.py"
    if right:
        packages.install_lock(requirements)
        assert module.read_text() == "x = 1"
    else:
        with pytest.raises(ImpastoError, match=r"paint.*its hash is wrong") as caught:
            packages.install_lock(requirements)
        assert "\n" not in str(caught.value)
        assert not module.exists()


@posix
def test_a_package_may_come_from_any_index_that_pip_knows(
    prefix: Installation, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from the second, where the first has another version, and past folders that are gone."""
    digest = build(tmp_path / "one", "paint", "1.0", "x = 1")
    build(tmp_path / "two", "paint", "2.0", "x = 2")
    settings = tmp_path / "pip.conf"
    settings.write_text(
        f"[global]\nindex-url = {(tmp_path / 'one').as_uri()}\nfind-links = {tmp_path / 'none'}\n"
        f"extra-index-url = {(tmp_path / 'two').as_uri()}\n    {(tmp_path / 'gone').as_uri()}\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    requirements = tmp_path / "lock.txt"
    requirements.write_text(f"paint==1.0 --hash=sha256:{digest}\n")
    packages.install_lock(requirements)
    assert (environment.site_packages(prefix) / "paint.py").read_text() == "x = 1"


@posix
def test_a_package_whose_file_was_spoilt_is_fetched_anew(
    prefix: Installation, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file in the cache is the same one as the environment's, where both are on one disk."""
    digest = build(tmp_path / "index", "paint", "1.0", "x = 1")
    monkeypatch.setenv("PIP_INDEX_URL", (tmp_path / "index").as_uri())
    requirements = tmp_path / "lock.txt"
    requirements.write_text(f"paint==1.0 --hash=sha256:{digest}\n")
    packages.install_lock(requirements)
    module = environment.site_packages(prefix) / "paint.py"
    module.write_text("x")
    assert not environment.whole(prefix)
    packages.drop(environment.mend(prefix))
    packages.install_lock(requirements)
    assert module.read_text() == "x = 1"
    assert environment.whole(prefix)
    assert (prefix.prefix / CACHE).is_dir()


@posix
@pytest.mark.parametrize("setting", ['target = "{elsewhere}"', "require-hashes = true"])
def test_an_engine_goes_into_the_environment_from_a_folder_of_any_name(
    packages: Packages,
    prefix: Installation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
) -> None:
    """Whatever uv's own files of settings say of where packages go."""
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings = tmp_path / "config" / "uv" / "uv.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f"[pip]\n{setting.format(elsewhere=elsewhere)}\n")
    checkout = tmp_path / "ends\nwith #1 ${HOME} "
    checkout.mkdir()
    (checkout / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "paint"\nversion = "1.0"\n'
    )
    wheel = tmp_path / "index" / "paint" / "paint-1.0-py3-none-any.whl"
    build(tmp_path / "index", "paint", "1.0", "x = 1")
    (checkout / "backend.py").write_text(
        "import shutil\ndef build_wheel(folder, settings=None, metadata=None):\n"
        f"    return shutil.copy({str(wheel)!r}, folder).rpartition('/')[2]\n"
    )
    packages.install_engine(checkout)
    assert (environment.site_packages(prefix) / "paint.py").read_text() == "x = 1"
    assert not elsewhere.exists()


@posix
def test_another_pytorch_than_the_first_is_refused(
    prefix: Installation, packages: Packages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its index is not in reach here: a folder stands for it, with a build of no contents."""
    index, kept = tmp_path / "index", tmp_path / "kept.txt"
    source = ("--default-index", index.as_uri())
    pins = [lock.Pin("torch", "torch==2.15.0", ""), lock.Pin("sympy", "sympy==1.14.0", "")]
    site = environment.site_packages(prefix)

    def install() -> None:
        packages.install_torch(packages.pin_torch(pins, kept, source), source)

    digest = build(index, "torch", "2.15.0+cpu", "one = 1")
    install()
    assert f"torch==2.15.0+cpu \\\n    --hash=sha256:{digest}\n" in kept.read_text()
    assert (site / "torch.py").read_text() == "one = 1"
    (site / "torch.py").unlink()
    shutil.rmtree(site / "torch-2.15.0+cpu.dist-info")
    shutil.rmtree(prefix.prefix / CACHE)
    build(index, "torch", "2.15.0+cpu", "two = 2")
    with pytest.raises(ImpastoError, match=r"its hash is wrong"):
        install()
    assert not (site / "torch.py").exists()
    pins[0] = lock.Pin("torch", "torch>=2.15.0", "")
    install()  # other pins, other hashes
    assert (site / "torch.py").read_text() == "two = 2"


def test_pips_settings_in_uvs_words(tmp_path: Path) -> None:
    told = (
        ":env:.index-url='https://never.example/simple'\n"
        "download.cert='theirs.pem'\n"
        "global.cert='all.pem'\n"
        f"global.extra-index-url='https://a.example/x\\nhttps://b.example/y'\n"
        f"global.find-links='{tmp_path.as_posix()} {tmp_path.as_posix()}/none'\n"
        "global.proxy='http://p.example:3128'\n"
        "list.format='columns'\n"
        "a line that is none\n"
    )
    settings = sources.pips_settings(told, {"PIP_INDEX_URL": "https://mirror.example/simple"})
    found = sources.variables(settings, {"UV_TORCH_BACKEND": "cpu", "UV_HTTP_TIMEOUT": "9"})
    assert found["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert found["UV_EXTRA_INDEX_URL"] == "https://a.example/x https://b.example/y"
    assert found["UV_FIND_LINKS"] == tmp_path.as_posix()
    assert found["SSL_CERT_FILE"] == "theirs.pem"
    assert found["HTTPS_PROXY"] == found["HTTP_PROXY"] == "http://p.example:3128"
    assert found["UV_HTTP_TIMEOUT"] == "9"
    assert "UV_TORCH_BACKEND" not in found
    # Else the environment would be links to what is removed at the set-up's end.
    assert "UV_LINK_MODE" not in sources.variables({}, {"UV_LINK_MODE": "symlink"})
    assert sources.variables({}, {"UV_LINK_MODE": "copy"})["UV_LINK_MODE"] == "copy"
    own = {"UV_DEFAULT_INDEX": "https://own.example"}
    assert sources.variables(settings, own)["UV_DEFAULT_INDEX"] == "https://own.example"


@pytest.mark.parametrize(
    ("wanted", "system", "driver", "build"),
    [
        ("auto", "linux", 580, "locked"),
        ("auto", "linux", 535, "auto"),
        ("auto", "linux", None, "auto"),
        ("auto", "win32", 580, "auto"),
        ("auto", "win32", None, "locked"),
        ("auto", "darwin", None, "locked"),
        ("cpu", "linux", 580, "cpu"),
        ("cpu", "win32", 580, "locked"),
        ("cpu", "darwin", None, "locked"),
        ("locked", "linux", None, "locked"),
        ("rocm6.4", "linux", None, "rocm6.4"),
    ],
)
def test_a_build_of_pytorch_for_each_machine(
    wanted: str, system: str, driver: int | None, build: str
) -> None:
    with pretend(Platform(system)):
        assert variant.resolve(wanted, lambda: driver) == build


def test_the_builds_to_choose_from_are_those_that_uv_knows(uv: Uv) -> None:
    told = " ".join((uv.output("pip", "install", "--help") or "").split())
    of_torch = told.partition("--torch-backend ")[2]
    listed = of_torch.partition("[possible values: ")[2].partition("]")[0]
    assert set(listed.split(", ")) == {variant.AUTO, variant.CPU, *variant.UVS}


def test_nvidias_driver_is_read_from_the_kernel(tmp_path: Path) -> None:
    module = tmp_path / "version"
    module.write_text("580.95.05\n")
    assert variant.nvidia_driver(module) == 580


@pytest.mark.parametrize(
    "told",
    [
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul 27 06:54:38 UTC 2025\n"
        "GCC version:  gcc version 12.2.0 (Debian 12.2.0-14+deb12u1)\n",
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.65.06  Release Build\n",
    ],
)
def test_nvidias_driver_is_read_in_a_flatpak_where_its_module_is_not_seen(
    tmp_path: Path, told: str
) -> None:
    driver = tmp_path / "version"
    driver.write_text(told)
    assert variant.nvidia_driver(tmp_path / "none", driver) == 580


def test_uv_is_pinned_with_hashes_and_lies_below_its_version(tmp_path: Path) -> None:
    command = bootstrap.download(["pip"], tmp_path)
    assert "--require-hashes" in command
    (pin,) = lock.read(tmp_path / "wanted.txt")
    assert pin.text.count("--hash=sha256:") > 10
    (other,) = [p for p in lock.read(CHECKOUT / "tests/requirements.txt") if p.name == "uv"]
    assert other == pin
    assert bootstrap.place(tmp_path).parent.name == pin.requirement.partition("==")[2]


@posix
def test_uv_comes_out_of_a_wheel_with_the_right_hash_only(
    prefix: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pip of the test's own hands over another wheel than the lock's: nothing of it is run."""
    program = bootstrap.place(prefix.prefix / "uv")
    program.unlink()
    monkeypatch.chdir(tmp_path)
    pin = wheel_of_uv(tmp_path, "touch ran")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ImpastoError, match="hash is wrong"):
        Uv(prefix, Console(io.StringIO())).run("--version")
    assert not program.exists()
    monkeypatch.setattr("core.setup.bootstrap.pin", lambda _="uv": pin)
    Uv(prefix, Console(io.StringIO())).run("--version")
    assert program.is_file()
    assert (prefix.prefix / "tmp" / "ran").exists()


@posix
@pytest.mark.parametrize("damage", ["cut short", "not to be run", "a folder"])
def test_a_damaged_uv_is_fetched_anew(
    prefix: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    """As after a fall of the power: what is in its place is no program."""
    program = bootstrap.place(prefix.prefix / "uv")
    whole = program.read_bytes()
    program.unlink()
    if damage == "a folder":
        program.mkdir()
    else:
        program.write_bytes(whole[:1_000_000] if damage == "cut short" else whole)
        program.chmod(0o755 if damage == "cut short" else 0o644)
    pin = wheel_of_uv(tmp_path, "echo uv of the test")
    monkeypatch.setattr("core.setup.bootstrap.pin", lambda _="uv": pin)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    assert Uv(prefix, Console(io.StringIO())).output("--version") == "uv of the test\n"


@posix
def test_uv_is_fetched_also_by_a_pip_that_is_to_keep_to_virtual_environments(
    prefix: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many have it in pip's file of settings, so that nothing goes into their system."""
    bootstrap.place(prefix.prefix / "uv").unlink()
    pin = wheel_of_uv(tmp_path, "echo uv of the test")
    settings = tmp_path / "pip.conf"
    settings.write_text(
        f"[global]\nrequire-virtualenv = true\nno-index = true\nfind-links = {tmp_path}\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setattr("core.setup.bootstrap.pin", lambda _="uv": pin)
    version = "python{}.{}".format(*sys.version_info)
    system = str(Path(sys.base_prefix) / "bin" / version)
    pip = str(Path(sysconfig.get_path("purelib")) / "pip")
    monkeypatch.setattr("core.setup.bootstrap.pip", lambda: [system, pip])
    assert Uv(prefix, Console(io.StringIO())).output("--version") == "uv of the test\n"


@posix
@pytest.mark.parametrize("where", ["variable", "file"])
def test_uv_is_fetched_for_this_computer_whatever_pip_fetches_for(
    prefix: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Whoever collects packages for other machines may have that in pip's settings."""
    bootstrap.place(prefix.prefix / "uv").unlink()
    pin = wheel_of_uv(tmp_path, "echo uv of the test")
    (any_wheel,) = tmp_path.glob("uv-*.whl")
    # One for this machine only, which is no wheel for the other.
    tag = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    any_wheel.rename(any_wheel.with_name(any_wheel.name.replace("-any.", f"-{tag}.")))
    settings = tmp_path / "pip.conf"
    settings.write_text(f"[global]\nno-index = true\nfind-links = {tmp_path}\n")
    if where == "file":
        with settings.open("a") as file:
            file.write("[download]\nplatform = win_amd64\npython-version = 3.8\n")
    else:
        monkeypatch.setenv("PIP_PLATFORM", "win_amd64")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setattr("core.setup.bootstrap.pin", lambda _="uv": pin)
    assert Uv(prefix, Console(io.StringIO())).output("--version") == "uv of the test\n"


@posix
def test_a_wheel_of_uv_for_another_computer_is_one_sentence(
    prefix: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrap.place(prefix.prefix / "uv").unlink()
    with zipfile.ZipFile(tmp_path / "uv-1-py3-none-win_amd64.whl", "w") as file:
        file.writestr("uv-1.data/scripts/other.exe", "MZ")
    copy = ["cp", str(tmp_path / "uv-1-py3-none-win_amd64.whl")]
    monkeypatch.setattr(bootstrap, "download", lambda _, scratch: [*copy, str(scratch)])
    with pytest.raises(ImpastoError, match="for another kind of computer: take 'platform' out"):
        Uv(prefix, Console(io.StringIO())).run("--version")


@posix
@pytest.mark.parametrize("same", [True, False])
def test_a_uv_of_that_version_that_a_person_has_need_not_be_fetched(
    prefix: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, same: bool
) -> None:
    """With a cache of theirs full, a machine without a network sets Impasto up."""
    place = bootstrap.place(prefix.prefix / "uv")
    place.unlink()
    version = place.parent.name if same else "0.0.1"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "uv").write_text(f"#!/bin/sh\necho uv {version}\n")
    (tmp_path / "bin" / "uv").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    if same:
        assert Uv(prefix, Console(io.StringIO())).output("--version") == f"uv {version}\n"
        assert place.is_file() and not place.is_symlink()
    else:
        with pytest.raises(ImpastoError, match="The package index can't be reached, or is empty"):
            Uv(prefix, Console(io.StringIO())).run("--version")


@posix
def test_a_build_that_is_nowhere_costs_nobody_their_environment(
    prefix: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its name is one that uv knows, but the index has none of the lock's version."""
    monkeypatch.setattr("core.setup.hosts.find", lambda _: ([], []))
    (tmp_path / "index").mkdir()
    empty = ("--default-index", (tmp_path / "index").as_uri())
    monkeypatch.setattr("core.setup.variant.source", lambda _: empty)
    environment.create(prefix, Uv(prefix, Console(io.StringIO())), sys.executable)
    before = Record(torch="locked", steps={"environment": "1", "packages": "1"})
    before.save(prefix)
    write_manifest(prefix, before, CHECKOUT)
    wanted = Record.load(prefix)
    wanted.torch = "rocm6.4"
    with pytest.raises(ImpastoError, match=r"index of its own .*There is no ready-made torch"):
        Setup(prefix, wanted, Console(io.StringIO())).run()
    assert environment.works(prefix)
    assert prefix.manifest.is_file()
    assert Record.load(prefix) == before


@posix
def test_a_uv_that_is_killed_is_told_as_that(
    prefix: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it said last is no reason: it was at work."""
    program = bootstrap.place(prefix.prefix / "uv")
    program.unlink()
    program.write_text('#!/bin/sh\necho Resolved 41 packages\n[ "$1" = --version ] || kill -9 $$\n')
    program.chmod(0o755)
    with pytest.raises(ImpastoError, match="was ended from outside"):
        Uv(prefix, Console(io.StringIO())).run("pip", "install", "paint")


@posix
def test_a_uv_that_may_not_run_is_one_sentence(
    prefix: Installation, uv: Uv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk that is mounted without programs."""
    program = bootstrap.place(prefix.prefix / "uv")
    program.unlink()
    monkeypatch.setattr("core.setup.bootstrap.download", lambda *_: ["true"])
    monkeypatch.setattr("core.setup.bootstrap.unpack", lambda *_: program)
    with pytest.raises(ImpastoError, match="can't be started: see that programs may run"):
        uv.run("--version")


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_downloads_are_told_in_bytes_also_of_what_is_half_here(tmp_path: Path) -> None:
    clock = Clock()
    downloads = Downloads(tmp_path, clock)
    assert "looking up" in downloads.describe()
    for line in ("Downloading ruff (10.0MiB)", "Downloading numpy (20.0MiB)", " Downloaded ruff"):
        downloads.take(line)
    assert (downloads.done, downloads.of) == (10 << 20, 30 << 20)
    (tmp_path / ".tmpAbCdEf" / "numpy").mkdir(parents=True)
    (tmp_path / ".tmpAbCdEf" / "numpy" / "core.so").write_bytes(bytes(10 << 20))
    clock.now += 10
    assert "2 packages: 16 of 31 MB, 10 s" in downloads.describe()
    (tmp_path / ".tmpAbCdEf" / "numpy" / "more.so").write_bytes(bytes(90 << 20))
    clock.now += 10
    assert "31 of 31 MB" in downloads.describe()
    downloads.take("Prepared 2 packages in 1s")
    assert "into their place" in downloads.describe()
