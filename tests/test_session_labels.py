"""What is known of the labels' colours without a host, and which styles they are asked with."""

from __future__ import annotations

import os
from pathlib import Path

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session.labels import Legend

RED_AND_BLUE = [("#ff0000", 0.75), ("#0000ff", 0.25)]
STYLES = "#fe0101=a.png; #00ff00=b.png"


def layer(value: int) -> Pixels:
    return Pixels(Extent(2, 2), PixelFormat("RGB", "u8"), bytes([value]) * 12)


def drawn(file: Path, seconds: int) -> Settings:
    """A picture of labels that was saved so many seconds after 1970."""
    file.write_bytes(b"labels")
    os.utime(file, (seconds, seconds))
    return Settings(content_labels=str(file), label_styles=STYLES)


def known(settings: Settings) -> Legend:
    """As after a preview with these labels."""
    legend = Legend()
    legend.look(settings, {})
    legend.learn(RED_AND_BLUE)
    return legend


def test_styles_are_fitted_to_the_colours_there_are(tmp_path: Path) -> None:
    settings = drawn(tmp_path / "map.png", 1)
    legend = known(settings)
    assert legend.rows(settings.content_labels) == RED_AND_BLUE
    assert legend.fitted(settings).label_styles == "#ff0000=a.png"


def test_a_picture_that_changed_is_asked_about_anew_and_stays_listed(tmp_path: Path) -> None:
    settings = drawn(tmp_path / "map.png", 1)
    legend = known(settings)
    assert legend.asked(settings, {})[0].label_styles
    drawn(tmp_path / "map.png", 2)
    legend.look(settings, {})
    assert legend.asked(settings, {})[0].label_styles == ""
    assert legend.rows(settings.content_labels) == RED_AND_BLUE
    assert legend.fitted(settings) == settings, "nothing is dropped before the colours are known"


def test_nothing_is_listed_or_dropped_for_a_picture_nobody_looked_at(tmp_path: Path) -> None:
    legend = known(drawn(tmp_path / "map.png", 1))
    other = drawn(tmp_path / "other.png", 1)
    assert legend.rows(other.content_labels) == []
    assert legend.fitted(other) == other


def test_without_labels_there_is_nothing_to_list_and_no_style_of_theirs(tmp_path: Path) -> None:
    legend = known(drawn(tmp_path / "map.png", 1))
    none = Settings(label_styles=STYLES)
    legend.look(none, {})
    assert legend.rows("") == []
    assert legend.fitted(none).label_styles == ""


def test_a_layer_of_labels_is_known_by_its_pixels() -> None:
    """As the settings name none."""
    legend, settings = Legend(), Settings(label_styles=STYLES)
    for value in (1, 2):
        pictures = {"content_labels": layer(value), "style": layer(9)}
        legend.look(settings, pictures)
        alone, needed = legend.asked(settings, pictures)
        assert alone.label_styles == "" and list(needed) == ["content_labels"]
        assert legend.learn(RED_AND_BLUE)
        legend.look(settings, {"content_labels": layer(value), "style": layer(9)})
        asked, needed = legend.asked(settings, pictures)
        assert asked.label_styles == "#ff0000=a.png" and len(needed) == 2
        assert not legend.learn(RED_AND_BLUE), "it is news twice"


def test_where_each_has_its_place_in_one_style_none_has_its_own(tmp_path: Path) -> None:
    settings = drawn(tmp_path / "map.png", 1)
    legend = known(settings)
    assert legend.asked(settings, {"style_labels": layer(1)})[0].label_styles == ""
    placed = Settings(**{**settings.as_mapping(), "style_labels": "places.png"})
    assert legend.fitted(placed).label_styles == ""
