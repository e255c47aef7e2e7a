"""Hosts in sandboxes: what goes in there, what is seen in there, and that it goes again.

There is no Flatpak here: a program of its name answers as it does, and runs what it is to run. How
a host fares in such a sandbox is in tests/hosts.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from core.bridge import VERSION
from core.bridge.storage.paths import Installation, data_folder
from core.bridge.storage.platform import Platform, pretend
from core.setup import hosts, inside, kritarc, plugins
from core.setup.console import Console
from core.setup.hosts import Box, FoundHost, Places, find
from core.setup.prefix import CHECKOUT
from core.setup.record import Record
from core.setup.uninstall import uninstall

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs here are shell scripts")

KRITA = "org.kde.krita"

FLATPAK = f"""#!/bin/sh
version=Version; [ "$LC_ALL" = C ] || version=Versionsnummer
case "$1 $2" in
"info {KRITA}") cat <<END

Krita - Digital Painting, Creative Freedom

          ID: {KRITA}
         Ref: app/{KRITA}/x86_64/stable
        Arch: x86_64
      Branch: stable
     $version: 5.2.11
     License: GPL-3.0-only
      Origin: flathub
Installation: system
   Installed: 1.2 GB
     Runtime: org.kde.Platform/x86_64/5.15-24.08
         Sdk: org.kde.Sdk/x86_64/5.15-24.08

END
;;
"run --command="*) program="${{2#--command=}}"; [ "$3" = {KRITA} ] || exit 1; shift 3
    [ "$program" = python3 ] && program="$INSIDE_PYTHON"
    exec "$program" "$@" ;;
*) echo "error: $2/*unspecified*/*unspecified* not installed" >&2; exit 1 ;;
esac
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home on a machine whose Krita is a Flatpak."""
    program = tmp_path / "bin" / "flatpak"
    program.parent.mkdir()
    program.write_text(FLATPAK)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def places(home: Path) -> Places:
    return Places(Platform("linux", home, {"PATH": f"{home.parent / 'bin'}:/usr/bin:/bin"}))


def krita(home: Path) -> FoundHost:
    (host,) = find(["krita"], places(home))[0]
    return host


def box(home: Path) -> Box:
    found = krita(home).box
    assert found is not None
    return found


def told(box: Box) -> str:
    return "\n".join(f"{'ok' if well else 'BAD'} {text}" for well, text in inside.findings(box))


def test_a_flatpaks_version_and_folders_are_known_in_whatever_language(home: Path) -> None:
    host = krita(home)
    own = home / ".var/app" / KRITA
    assert (host.name, host.version) == ("Krita (flatpak)", "5.2.11")
    assert host.plugins == own / "data/krita/pykrita"
    assert box(home).prefix == own / "data/impasto"
    assert find(["gimp"], places(home)) == ([], [])


def test_what_goes_into_a_sandbox_fetches_its_engine_in_there(home: Path, tmp_path: Path) -> None:
    host, outside = krita(home), Installation(tmp_path / "prefix")
    plugins.install(host, CHECKOUT, outside)
    assert plugins.current(host, CHECKOUT, outside)
    folder = host.plugins / "impasto"
    assert (folder / "setup/install.py").is_file()
    assert list((folder / "setup").glob("pip-*.whl"))
    pointer = json.loads((folder / "bridge/installation.json").read_text())
    assert pointer == {"host": "krita"}
    assert plugins.owner(host.plugins, box(home).prefix) == box(home).prefix
    (folder / "setup/core/cli.py").unlink()
    assert not plugins.current(host, CHECKOUT, outside)


def test_uninstall_takes_out_of_a_sandbox_what_was_put_there(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host, outside = krita(home), Installation(tmp_path / "prefix")
    monkeypatch.setattr(hosts, "find", lambda kinds: ([host], []))
    begun = Installation(box(home).prefix)
    for recorded in (False, True):
        plugins.install(host, CHECKOUT, outside)
        begun.environment.mkdir(parents=True)
        (begun.user / "presets").mkdir(parents=True)
        outside.prefix.mkdir(exist_ok=True)
        Record(plugins=[str(host.plugins)] if recorded else []).save(outside)
        uninstall(outside, Console(io.StringIO()))
        # One that a person imported in there is theirs.
        assert (host.plugins / "impasto").exists() is not recorded
        assert begun.environment.exists() is not recorded
        assert (begun.user / "presets").is_dir()
        if not recorded:
            begun.environment.rmdir()
            (begun.user / "presets").rmdir()
    assert host.settings is not None
    assert not kritarc.is_enabled(host.settings, "impasto")


def test_the_doctor_asks_a_python_in_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INSIDE_PYTHON", sys.executable)
    found = told(box(home))
    assert "ok Python {}.{}".format(*sys.version_info) in found
    # Nothing has shared the network here, as /.flatpak-info of a sandbox would say.
    assert "BAD it has no network, by which the engine is fetched: run 'flatpak override" in found
    assert f"ok no engine yet in {box(home).prefix}: open its filter" in found


def test_the_doctor_says_so_where_there_is_no_python_in_there(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INSIDE_PYTHON", "/none")
    assert told(box(home)).startswith("BAD there is no Python in there")


def test_the_doctor_starts_the_engine_in_there(
    home: Path, monkeypatch: pytest.MonkeyPatch, installation: Installation
) -> None:
    monkeypatch.setenv("INSIDE_PYTHON", sys.executable)
    begun = Installation(box(home).prefix)
    begun.prefix.mkdir(parents=True)
    begun.environment.symlink_to(installation.environment.resolve())
    begun.manifest.write_text(json.dumps({"version": VERSION}))
    found = told(box(home)).splitlines()[-1]
    assert found.startswith(f"ok engine {VERSION} in {begun.prefix}, PyTorch 2")
    assert "cpu (" in found
    begun.environment.unlink()
    begun.environment.mkdir()
    assert "can't be started: open its filter, and its page does it" in told(box(home))


def test_a_snap_is_told_of_in_one_sentence(home: Path) -> None:
    (home / "snap/krita/current/.local/share/krita").mkdir(parents=True)
    found, notes = find(["krita"], places(home))
    snap = next(host for host in found if host.box is not None and host.box.kind == "snap")
    assert snap.box is not None
    assert snap.box.prefix == home / "snap/krita/common/impasto"
    (note,) = notes
    assert "nobody has tried it" in note and note.count(". ") == 0
    assert told(snap.box) == "ok nobody outside can look into a Snap"


def test_in_a_snap_the_engine_lies_where_updates_copy_nothing(tmp_path: Path) -> None:
    inside = {
        **{"XDG_DATA_HOME": str(tmp_path / "x1"), "SNAP_NAME": "krita"},
        "SNAP_USER_COMMON": str(tmp_path / "common"),
    }
    with pretend(Platform("linux", tmp_path, inside)):
        assert data_folder() == tmp_path / "common/impasto"
    # A terminal inside another program's Snap hands its variables on.
    with pretend(Platform("linux", tmp_path, {**inside, "SNAP_NAME": "code"})):
        assert data_folder() == tmp_path / "x1/impasto"
