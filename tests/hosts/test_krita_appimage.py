"""A Krita that runs from an AppImage: it paints, and its variables stay its own."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from .appimages import AppImage
from .kritas import Report, Sessions, one_layer
from .roots import find_roots

_NEWEST = [AppImage(root.path) for root in find_roots("krita") if root.name != "native"][-1:]
"""One is enough: an AppImage brings what it needs."""

_KEPT_OUT = ("LD_", "PYTHON", "QT_", "MLT_", "APPDIR", "APPIMAGE", "ARGV0", "OWD")
"""How names begin that no program of ours is to see."""


class Bundled(NamedTuple):
    """What was told of a painting in an AppImage."""

    told: Report

    def within(self, process: str) -> dict[str, str]:
        """The variables of a process that lead into the AppImage."""
        variables = self.told[process]["variables"].items()
        return {name: value for name, value in variables if self.told["mounted"] in value}

    def loaded(self, process: str) -> list[str]:
        """The files of the AppImage that a process has in its memory."""
        return [file for file in self.told[process]["files"] if self.told["mounted"] in file]


@pytest.fixture(scope="module")
def bundled(sessions: Sessions) -> Bundled:
    root = _NEWEST[0] if _NEWEST else None
    return Bundled(sessions.of(root, "appimage", ["bundled"], {}, "1280x800").told("bundled"))


def test_krita_itself_is_led_into_the_appimage_and_lives_there(bundled: Bundled) -> None:
    within = bundled.within("krita")
    expected = {"APPDIR", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "QT_PLUGIN_PATH"}
    assert expected | {"PATH", "XDG_DATA_DIRS", "MLT_REPOSITORY"} <= within.keys()
    loaded = " ".join(bundled.loaded("krita"))
    assert all(name in loaded for name in ("/bin/krita", "libkritaui", "libpython3", "libQt5Core"))


def test_it_paints(bundled: Bundled) -> None:
    assert one_layer(bundled.told)


def test_nothing_of_it_reaches_the_worker(bundled: Bundled) -> None:
    assert bundled.within("worker") == {}
    assert bundled.loaded("worker") == []
    variables = bundled.told["worker"]["variables"]
    assert [name for name in variables if name.startswith(_KEPT_OUT)] == []
    assert variables["HOME"] == bundled.told["krita"]["variables"]["HOME"]
    assert variables["PATH"].endswith("/usr/bin:/bin:/usr/sbin:/sbin")
