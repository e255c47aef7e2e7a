"""Ink on paper of many kinds, the shapes between lines, and which of them are the foreground."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from PIL import Image, ImageChops, ImageDraw

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.pixels.components import Mask
from core.pixels.imaging import Picture, array, to_picture
from core.sketches import shapes, sketch
from tests import pictures
from tests.sketches import Point, circle, house, page, photographed

_CHANNELS = {"L": "G", "LA": "GA", "RGB": "RGB", "RGBA": "RGBA"}


def pixels(image: Image.Image) -> Pixels:
    format = PixelFormat(_CHANNELS[image.mode], "u8")
    return Pixels(Extent(*image.size), format, image.tobytes())


def picture(image: Image.Image) -> Picture:
    return to_picture(pixels(image))


def ink(image: Image.Image) -> torch.Tensor:
    return sketch.ink(picture(image))


def on_nothing(drawing: Image.Image, tone: int) -> Image.Image:
    lines = Image.new("LA", drawing.size, tone)
    lines.putalpha(ImageChops.invert(drawing))
    return lines


HOUSE = page(*house())

PAPERS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "white": lambda drawing: drawing,
    "photographed": photographed,
    "pale pencil": lambda drawing: drawing.point(lambda value: 170 + value // 3),
    "chalk on a board": lambda drawing: ImageChops.invert(drawing).point(lambda v: 30 + v * 3 // 4),
    "ink on nothing": lambda drawing: on_nothing(drawing, 0),
    "chalk on nothing": lambda drawing: on_nothing(drawing, 255),
    "red on white": lambda drawing: Image.merge(
        "RGB", (Image.new("L", drawing.size, 255), drawing, drawing)
    ),
    "in colour with an opaque alpha": lambda drawing: drawing.convert("RGBA"),
}


@pytest.mark.parametrize("paper", PAPERS)
def test_ink_is_found_on_any_paper(paper: str) -> None:
    truth = np.asarray(HOUSE) < 128
    found = (ink(PAPERS[paper](HOUSE)) > 0.5)[0, 0].numpy()
    assert (found & truth).sum() / (found | truth).sum() > 0.85


def test_paper_has_no_ink() -> None:
    blank = np.asarray(HOUSE) > 250
    assert float(ink(photographed(HOUSE))[0, 0].numpy()[blank].mean()) < 0.01


def test_faint_lines_stay_fainter() -> None:
    strong, faint = [(20, 50), (220, 50)], [(20, 150), (220, 150)]
    both = ImageChops.darker(page(strong, tone=0), page(faint, tone=155))
    found = ink(both)[0, 0]
    assert float(found[50, 100]) == pytest.approx(1, abs=0.02)
    assert float(found[150, 100]) == pytest.approx((255 - 155) / 255, abs=0.05)


def test_a_filled_shape_is_ink_and_no_paper() -> None:
    drawn = Image.new("L", (240, 192), 255)
    ImageDraw.Draw(drawn).ellipse((60, 40, 160, 140), fill=0)
    assert float(ink(drawn)[0, 0, 90, 110]) > 0.9


@pytest.mark.parametrize("tone", [0, 90, 255])
def test_blank_paper_has_nothing_on_it(tone: int) -> None:
    plain = Image.new("L", (240, 192), tone)
    assert not ink(plain).any()
    if tone:
        assert not ink(photographed(plain)).any(), "nor where its light and its grain vary"


def test_lines_are_multiplied_over_and_paper_changes_nothing() -> None:
    painted = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    drawn = torch.zeros(1, 1, 8, 8)
    drawn[..., 3, :], drawn[..., 5, :] = 1, 0.5
    lined = sketch.lay_lines(painted, drawn)
    assert (lined[..., 3, :] == 0).all()
    torch.testing.assert_close(lined[..., 5, :], painted[..., 5, :] / 2)
    assert torch.equal(lined[..., :3, :], painted[..., :3, :])


def test_a_drawing_on_nothing_is_put_on_the_paper_it_stands_out_from() -> None:
    for tone, paper in ((0, 255), (255, 0)):
        put = sketch.opaque(pixels(on_nothing(HOUSE, tone)))
        values = array(put)
        assert put.format.channels == "GA"
        assert (values[..., 1] == 255).all()
        assert values[5, 5, 0] == paper
    assert sketch.in_color(pixels(HOUSE)).format == PixelFormat("RGB", "u8")


def test_drawings_are_told_from_pictures() -> None:
    assert sketch.is_drawing(picture(HOUSE))
    assert sketch.is_drawing(picture(on_nothing(HOUSE, 0)))
    for other in (pictures.photograph(), pictures.photograph().convert("L"), pictures.strokes()):
        assert not sketch.is_drawing(picture(other))


def found(*strokes: Sequence[Point], grounded: bool = False) -> Mask:
    """The foreground of a page, at the page's size."""
    drawn = ink(page(*strokes))
    mask = shapes.foreground(shapes.enclosed(drawn), drawn, grounded)
    scaled = Image.fromarray(mask).resize((240, 192), Image.Resampling.NEAREST)
    return np.asarray(scaled)


def overlap(mask: Mask, truth: Mask) -> float:
    return float((mask & truth).sum() / (mask | truth).sum())


Y, X = np.mgrid[:192, :240] + 0.5
DISC = (X - 120) ** 2 + (Y - 96) ** 2 < 60**2


@pytest.mark.parametrize("gap", [0, 3, 6])
def test_a_closed_shape_is_the_foreground_up_to_small_gaps(gap: int) -> None:
    """In degrees of a circle of 60 px radius."""
    assert overlap(found(circle(120, 96, 60, gap, 360)), DISC) > 0.93


def test_an_arc_that_is_wide_open_encloses_nothing() -> None:
    drawn = ink(page(circle(120, 96, 60, 60, 360)))
    labels = shapes.enclosed(drawn)
    assert labels.max() == 0, "inside and outside are one"


def test_open_strokes_stand_for_what_is_around_them() -> None:
    strokes = [[(100, 60), (130, 90)], [(110, 110), (140, 70)], [(90, 90), (120, 120)]]
    mask = found(*strokes)
    assert mask[60:120, 95:135].mean() > 0.5
    assert mask.mean() < 0.3


def test_what_the_lower_border_cuts_off_is_foreground_too() -> None:
    head, shoulders = circle(120, 70, 35), [(60, 192), (75, 120), (165, 120), (180, 192)]
    mask = found(head, shoulders)
    assert mask[70, 120]
    assert mask[160, 120]
    assert not mask[20, 20]


def test_a_sun_is_no_part_of_the_foreground() -> None:
    mask = found(*house())
    assert mask[120, 120], "the wall"
    assert mask[70, 120], "the roof"
    assert not mask[30, 210], "the sun"
    assert not mask[180, 120], "the ground"


def test_the_ground_is_where_the_reference_stands_on_it() -> None:
    mask = found(*house(), grounded=True)
    assert mask[180, 120]
    assert not mask[30, 60], "the sky"


def test_below_a_skyline_lies_the_foreground() -> None:
    mask = found([(0, 100), (60, 40), (120, 110), (180, 50), (240, 120)])
    assert mask[180].all()
    assert not mask[5].any()


def test_lines_part_shapes_and_a_passage_does_not() -> None:
    labels = shapes.enclosed(ink(page(*house())))
    height, width = labels.shape

    def at(x: int, y: int) -> int:
        return int(labels[y * height // 192, x * width // 240])

    assert len({at(120, 120), at(120, 70), at(210, 30), at(20, 20), at(20, 180)}) == 5
    assert at(20, 180) == at(220, 180), "the ground goes on below the house"
