"""Texts in a person's language."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

import pytest

from core.bridge.presets import QUALITIES
from core.bridge.settings import KNOBS
from core.bridge.texts import FOLDER, speak, tr
from tests.hosts.roots import REPOSITORY


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak("en")


@pytest.mark.parametrize("locale", ["de", "de_DE", "de_AT.UTF-8", "de-CH"])
def test_german_is_spoken_in_all_its_countries(locale: str) -> None:
    speak(locale)
    assert tr("Strength") == "Stärke"


def test_the_first_language_there_is_counts() -> None:
    speak("xx_XX", "de_DE")
    assert tr("Strength") == "Stärke"
    speak("en_GB", "de_DE")
    assert tr("Strength") == "Strength"


def test_unknown_languages_and_texts_stay_english() -> None:
    speak("xx")
    assert tr("Strength") == "Strength"
    speak("de")
    assert tr("never said") == "never said"


def test_every_knob_speaks_german() -> None:
    known = json.loads((FOLDER / "de.json").read_text("utf-8"))
    said = {quality.label for quality in QUALITIES.values()}
    for knob in KNOBS:
        if knob.tasks:
            said |= {knob.label, knob.help, *(label for _, label in knob.choices)}
    assert said - set(known) == set()


@pytest.mark.parametrize("plugin", ["krita_plugin", "gimp_plugin"])
def test_every_text_of_a_host_speaks_german(plugin: str) -> None:
    """As far as it stands in a ``tr("…")``; what a host says elsewhere are knobs and errors."""
    said: dict[str, str] = {}
    for file in sorted((REPOSITORY / plugin).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr":
                said |= {
                    argument.value: file.name
                    for argument in node.args
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
                }
    assert said
    known = json.loads((FOLDER / "de.json").read_text("utf-8"))
    assert {text: file for text, file in said.items() if text not in known} == {}


def test_translations_keep_their_places_for_numbers() -> None:
    known = json.loads((FOLDER / "de.json").read_text("utf-8"))
    for english, german in known.items():
        assert set(re.findall(r"{\w*}", english)) == set(re.findall(r"{\w*}", german)), english
