"""The styles in GIMP's dialog on a large screen: looked through, starred, and enough in sight."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.bridge.contract.categories import CATEGORIES

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def looked(job: Job) -> Report:
    job.forget_last_values()
    report = job.run("gimp_gallery", windows=True, screen="1920x1080")
    return of(report, "looked_through")


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
