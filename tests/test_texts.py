"""Texts in a person's language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.bridge.settings import KNOBS
from core.bridge.texts import speak, tr


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
    speak("de")
    for knob in KNOBS:
        if knob.tasks:
            assert tr(knob.help) != knob.help, knob.name
