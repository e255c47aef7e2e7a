"""A part of the style as the style, and how a person drags it out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.bridge.contract import crops
from core.bridge.contract.crops import Crop
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.session.cropping import Drag, fitted, marked
from core.bridge.session.styles import STYLE, chosen, picked
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine.networks import Networks
from core.pixels.imaging import array, to_pixels
from core.styles import style_picture
from tests import pictures

RGB = PixelFormat("RGB", "u8")


def _pixels(values: np.ndarray) -> Pixels:
    return Pixels(Extent(values.shape[1], values.shape[0]), RGB, values.astype("u1").tobytes())


CONTENT = _pixels(np.asarray(pictures.photograph(96, 80)))
STROKES = np.asarray(pictures.strokes(side=160))
PART = Box(40, 16, 80, 64)
"""Of the style, of 160x160 px."""

CROP = "25,10,50,40"


def _request(style: np.ndarray = STROKES, **settings: object) -> Request:
    asked = Settings(method="instant", device="cpu", **settings)  # type: ignore[arg-type]
    return Request(CONTENT, asked, pictures={"style": _pixels(style)})


# --- the text -------------------------------------------------------------------------------------


def test_a_part_is_the_same_of_every_rendition() -> None:
    crop = crops.read(CROP)
    assert crop == Crop(25, 10, 50, 40)
    assert crop.of(Extent(160, 160)) == PART
    assert crop.of(Extent(16, 16)) == Box(4, 2, 8, 6)
    assert Crop(99.9, 99.9, 0.1, 0.1).of(Extent(20, 10)) == Box(19, 9, 1, 1)
    assert crops.read("") is None and crops.written(None) == ""
    assert crops.read(crops.written(crop)) == crop


@pytest.mark.parametrize(
    "text",
    ["1,2,3", "a,b,c,d", "10,10,0,20", "60,0,50,50", "-1,0,50,50", "0,0,nan,50", "1e400,0,1,1"],
)
def test_what_is_no_part_gets_one_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="style-crop is a part of the style in percent") as told:
        style_picture.mixture(_request(style_crop=text), "style")
    assert "\n" not in str(told.value)


# --- the style ------------------------------------------------------------------------------------


def test_a_part_is_painted_like_the_picture_of_it() -> None:
    (style,) = style_picture.mixture(_request(style_crop=CROP), "style")
    cut = STROKES[PART.slices]
    np.testing.assert_array_equal(array(to_pixels(style.read(), RGB)), cut)


def test_a_preview_of_another_part_is_another(installation: Installation) -> None:
    networks = Networks(installation.weights)

    def shown(request: Request) -> np.ndarray:
        asked = replace(request, preview=CONTENT.extent)
        return array(engine.run(asked, networks, lambda _: None, lambda: False).layer).astype(int)

    first = np.asarray(pictures.strokes(side=160, hue=150, seed=1)).copy()
    first[:, :80] = STROKES[:, :80]
    left = shown(_request(first, style_crop="0,0,50,100"))
    right = shown(_request(first, style_crop="50,0,50,100"))
    assert np.abs(left - right).mean() > 5
    np.testing.assert_array_equal(right, shown(_request(first[:, 80:])))


def test_only_the_selections_own_style_is_cut() -> None:
    request = _request(style_crop=CROP, mix="other.png=1", background_style="rest.png")
    own, other = style_picture.mixture(request, "style")
    assert own.crop == crops.read(CROP) and other.crop is None
    (rest,) = style_picture.mixture(request, "background_style")
    assert rest.crop is None


def test_a_part_that_is_too_small_says_so() -> None:
    (style,) = style_picture.mixture(_request(style_crop="0,0,10,10"), "style")
    with pytest.raises(BadInput, match=r"^The part of the style .* is 16x16 px: take a part of at"):
        style.read()


def test_a_small_part_is_read_from_a_larger_picture(tmp_path: Path) -> None:
    (style,) = style_picture.mixture(_request(style_crop="0,0,25,50"), "style")
    (whole,) = style_picture.mixture(_request(), "style")
    assert style.enough is not None and whole.enough is not None
    assert style.enough == 4 * whole.enough
    assert style.identity != whole.identity


def test_labels_are_of_the_whole_style() -> None:
    request = _request(style_crop=CROP)
    labels = _pixels(np.zeros((160, 160, 3)))
    given = {**request.pictures, "content_labels": labels, "style_labels": labels}
    with pytest.raises(BadInput, match="leave out style-crop or the style's labels"):
        style_picture.mixture(replace(request, pictures=given), "style")


# --- dragging -------------------------------------------------------------------------------------


def test_a_picture_is_shown_whole_in_the_middle_of_its_room() -> None:
    assert fitted(Extent(400, 200), Extent(100, 100)) == Box(0, 25, 100, 50)
    assert fitted(Extent(20, 40), Extent(100, 100)) == Box(25, 0, 50, 100)


@pytest.mark.parametrize(
    ("start", "end"), [((50, 30), (150, 70)), ((150, 70), (50, 30)), ((150, 30), (50, 70))]
)
def test_a_drag_gives_the_part_between_its_ends(
    start: tuple[int, int], end: tuple[int, int]
) -> None:
    shown = Box(0, 10, 200, 100)
    text = Drag(shown, *start).at(*end)
    assert text == "25,20,50,40"
    assert marked(text, shown) == Box(50, 30, 100, 40)


def test_a_drag_ends_at_the_pictures_border() -> None:
    shown = Box(10, 10, 200, 100)
    assert Drag(shown, 110, 60).at(999, 999) == "50,50,50,50"
    assert Drag(shown, -50, -50).at(60, 35) == "0,0,25,25"


def test_a_click_and_all_of_it_are_the_whole_picture() -> None:
    shown = Box(10, 10, 200, 100)
    assert Drag(shown, 50, 50).at(52, 90) == ""
    assert Drag(shown, 0, 0).at(500, 500) == ""


def test_what_is_half_written_marks_nothing() -> None:
    assert marked("25,1", Box(0, 0, 100, 100)) is None
    assert marked("", Box(0, 0, 100, 100)) is None


def test_another_style_is_taken_whole() -> None:
    settings = Settings(style="a.png", style_crop=CROP)
    assert chosen(STYLE, picked("b.png"), settings) == {"style": "b.png", "style_crop": ""}
    assert chosen(STYLE, picked("a.png"), settings) == {"style": "a.png"}
    assert chosen(STYLE, picked("b.png"), Settings(style="a.png")) == {"style": "b.png"}
