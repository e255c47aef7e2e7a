"""A part of the style, the strength of each pixel and pictures that repeat, in Krita."""

from __future__ import annotations

import numpy as np

from .kritas import Krita, one_layer, shown


def test_a_picture_in_wrap_around_mode_is_to_repeat(krita: Krita) -> None:
    assert krita.told("parts")["repeats"] == [True, False]


def test_a_part_of_the_style_is_dragged_out_and_shown(krita: Krita) -> None:
    told = krita.told("parts")
    x, y, width, height = map(float, told["dragged"].split(","))
    assert max(abs(x - 50), abs(y - 50), abs(width - 50), abs(height - 50)) < 2
    assert np.abs(shown(told["part"]) - shown(told["whole"])).mean() > 1


def test_a_click_or_the_reset_takes_all_of_it_again(krita: Krita) -> None:
    told = krita.told("parts")
    assert told["reset"] == told["clicked"] == ""


def test_a_layer_says_how_strong_the_style_is(krita: Krita) -> None:
    told = krita.told("parts")
    changed = np.abs(shown(told["masked"]) - shown(told["original"])).max(axis=2)
    half = changed.shape[1] // 2
    assert changed[:, : half - 2].max() <= 1
    assert changed[:, half + 2 :].mean() > 10
    left, _, width, _ = one_layer(told["painted"])["bounds"]
    assert left > 0 and width > 0
