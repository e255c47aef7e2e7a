"""GIMP's dialog in German, on a screen as most have it and on one twice as dense."""

from __future__ import annotations

import json
import re

import pytest
from PIL import Image

from core.bridge.i18n.texts import FOLDER

from .gimps import Job, Report, of

PAGES = ("style", "where", "advanced", "painting")
GERMAN = json.loads((FOLDER / "de.json").read_text("utf-8"))
GIMPS_OWN = {"Cancel"}
"""Speaks GIMP's language, which this system has not."""


@pytest.fixture(scope="module", params=["1", "2"], ids=["plain", "dense"])
def screens(job: Job, request: pytest.FixtureRequest) -> Report:
    """What is written on the dialog's pages."""
    scale = int(request.param)
    environment = {"LANGUAGE": "de", "GDK_SCALE": str(scale)}
    job.forget_last_values()
    screen = f"{1280 * scale}x{800 * scale}"
    report = job.run("gimp_screens", windows=True, environment=environment, screen=screen)
    assert of(report, "pages")["scale"] == scale
    for name in (*(f"page-{page}" for page in PAGES), "plugin"):
        with Image.open(job.pictures / f"{name}-de{scale}.png") as picture:
            assert picture.size == (1280 * scale, 800 * scale)
    return report


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_cut_off(screens: Report, page: str) -> None:
    texts = of(screens, "pages")[page]
    assert len(texts) > 8
    assert [text["text"] for text in texts if text["cut"]] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_text_is_german(screens: Report, page: str) -> None:
    shown = {text["text"] for text in of(screens, "pages")[page]}
    plain = {english.replace("_", ""): german for english, german in GERMAN.items()}
    english = {text for text in shown if plain.get(text, text).replace("_", "") != text}
    assert english - GIMPS_OWN == set()


def test_what_the_bridge_says_is_german(screens: Report) -> None:
    said = [text["text"] for text in of(screens, "pages")["painting"]]
    assert any("Versuchen Sie" in text for text in said), said


def test_the_plugin_speaks_german(screens: Report) -> None:
    said = of(screens, "by_the_plugin")
    assert said["title"] == "^Neuronale Stilübertragung$" and said["opened"]
    assert said["refused"].startswith("Die gewählte Ebene")


def test_times_are_said_as_people_say_them(screens: Report) -> None:
    said = " ".join(screens["times"])
    assert re.findall(r"[\d.]+ \w+", said) == ["1 s", "7 s", "70 s", "2 min", "2.5 h"]
