"""How Krita's dialog looks: themes, languages, fine screens."""

from __future__ import annotations

import pytest
from PIL import Image

from .kritas import Krita, Report

LANGUAGES = "en", "de"
THEMES = "bright", "dark"


def told(report: Report, language: str, theme: str) -> dict[str, float]:
    found: dict[str, float] = report["themes"][f"{language} Krita {theme}"]
    return found


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_stands_out_from_its_ground(krita: Krita, theme: str, language: str) -> None:
    contrasts = told(krita.told("look"), language, theme)
    assert len(contrasts) > 30
    assert {text: ratio for text, ratio in contrasts.items() if ratio < 4} == {}


def test_the_themes_are_two(krita: Krita) -> None:
    look = krita.told("look")
    middles = []
    for theme in THEMES:
        with Image.open(krita.folder / f"look-en-{theme}.png") as picture:
            middles.append(sum(picture.convert("RGB").getpixel((picture.width // 2, 5))))
    assert middles[0] > 2 * middles[1]
    assert told(look, "en", "bright") != told(look, "en", "dark")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off(krita: Krita, language: str) -> None:
    assert krita.told("look")["cut"][language] == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_off_on_a_fine_screen(fine_krita: Krita, language: str) -> None:
    look = fine_krita.told("look")
    assert look["ratio"] == 2
    assert look["cut"][language] == {}


def test_enter_paints(krita: Krita) -> None:
    assert krita.told("look")["default"]


def test_the_dialog_fits_a_small_screen(krita: Krita, fine_krita: Krita) -> None:
    assert krita.told("look")["size"] == [1060, 680]
    look = fine_krita.told("look")
    assert look["screen"] == [960, 540]
    assert look["size"] == [883, 497]
    with Image.open(fine_krita.folder / "look-en-dark.png") as picture:
        assert picture.size == (2 * 883, 2 * 497)
