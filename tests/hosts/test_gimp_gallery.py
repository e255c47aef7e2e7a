"""The styles in GIMP's dialog on a large screen: looked through, starred, and enough in sight."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.bridge.contract.categories import CATEGORIES

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def gallery(job: Job) -> Report:
    job.forget_last_values()
    return job.run("gimp_gallery", windows=True, screen="1920x1080")


@pytest.fixture
def looked(gallery: Report) -> Report:
    return of(gallery, "looked_through")


def test_a_large_screen_shows_many_styles_with_their_whole_names(looked: Report) -> None:
    assert len(looked["all"]) > 40
    assert len(looked["in_sight"]) >= 18
    assert looked["cut"] == []
    assert 4 <= len(looked["small"]) < len(looked["in_sight"])


def test_styles_are_found_by_words_and_by_kinds(looked: Report) -> None:
    assert looked["words"]["named"] == ["Mosaic", "Mosaic"] and not looked["words"]["told"]
    kind = {name.casefold() for name in looked["kind"]["named"]}
    assert kind == CATEGORIES["Textiles and paper"]


def test_where_nothing_is_found_it_says_what_to_do(looked: Report) -> None:
    nothing, elsewhere = looked["nothing"], looked["elsewhere"]
    assert nothing["named"] == elsewhere["named"] == []
    assert nothing["told"] and "try another word" in nothing["nothing"]
    assert elsewhere["told"] and "look under All" in elsewhere["nothing"]


def test_a_picture_from_elsewhere_has_a_star_as_well(looked: Report) -> None:
    source, path = looked["outside"]
    assert source == ""
    assert looked["starred"]["named"] == [Path(path).stem]
    assert Path(looked["chosen"]).name == Path(path).name and looked["chosen"] != path


def test_styles_are_seen_on_what_is_selected_and_anew_on_another_selection(
    gallery: Report,
) -> None:
    tried = of(gallery, "tried")
    assert tried["names"] == ["Batik", "Carnival", "Ink wash"]
    assert tried["renewed"] == [3] * 3, "on one selection, on another, and the style's own"
    assert tried["moved"], "a knob made them anew"


def test_the_switch_is_kept(gallery: Report) -> None:
    assert of(gallery, "tried")["kept"] is False


def test_the_style_that_is_pointed_at_is_previewed_and_not_chosen(gallery: Report) -> None:
    pointed = of(gallery, "pointed_at")
    assert pointed["other"] and pointed["back"]
    assert pointed["chosen"] == pointed["style"]
