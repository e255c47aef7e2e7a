"""Set-ups that are real and yet cheap: of all that takes minutes and gigabytes, links."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import replace
from pathlib import Path

from core.bridge import VERSION
from core.bridge.contract.settings import Settings
from core.bridge.session.history import History
from core.bridge.session.presets import QUALITIES
from core.bridge.storage.paths import Installation
from core.setup import bootstrap
from core.setup.console import Console
from core.setup.environment import site_packages
from core.setup.package import package
from core.setup.prefix import CHECKOUT, UV
from core.setup.record import Record
from core.setup.rehearsal import EXTENT
from core.setup.steps import Setup
from tests.workers import take_measurements


def almost(installation: Installation, own: Installation) -> Installation:
    """Lay out what a set-up leaves that was interrupted before its engine: it lacks that, and the
    mark that it is whole, and needs no network for either.

    Args:
        installation: whose packages, weights and styles are linked.
        own: is laid out.
    """
    own.prefix.mkdir(parents=True)
    own.weights.symlink_to(installation.weights.resolve())
    own.gallery.symlink_to(installation.gallery.resolve())
    command = [sys.executable, "-m", "venv", "--without-pip", str(own.environment)]
    subprocess.run(command, check=True)
    packages = Path(sysconfig.get_path("purelib"))
    (site_packages(own) / "all.pth").write_text(f"{packages}\n")
    program = bootstrap.place(own.prefix / UV)
    program.parent.mkdir(parents=True)
    # Copied: the hosts' systems don't see where it lies.
    shutil.copy(Path(sysconfig.get_path("scripts")) / program.name, program)
    take_measurements(installation, own)
    # It would paint for a while at its end, to learn how long a painting takes here.
    for quality in QUALITIES.values():
        settings = replace(Settings(style="any.jpg"), **quality.settings)
        History(own).record(settings, [EXTENT], 9.0)
    record = Record()
    steps = Setup(own, record, Console(io.StringIO()))._steps("install")
    record.steps = {step.name: step.wanted for step in steps if step.name != "engine"}
    record.save(own)
    return own


def earlier(home: Path) -> Path:
    """An earlier installation in a home, as far as one is found by: whole, with a preset in it."""
    own = Installation(home / ".var/app/org.example.Painter/data/impasto")
    (own.user / "presets").mkdir(parents=True)
    (own.user / "presets" / "Night at sea.json").write_text("{}")
    own.manifest.write_text(json.dumps({"version": VERSION}))
    return own.prefix


def imported(kind: str, folder: Path) -> Path:
    """Unpack what ``install.py package`` writes for a host; its plug-in's folder."""
    (archive,) = (file for file in package(CHECKOUT, folder / "file") if f"-{kind}-" in file.name)
    with zipfile.ZipFile(archive) as file:
        for entry in file.infolist():
            place = Path(file.extract(entry, folder))
            if not entry.is_dir():
                place.chmod(entry.external_attr >> 16 & 0o777)
    return folder / "impasto"
