"""Where a painting belongs after its source was moved, cropped, scaled, turned or painted over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import MASK, Pixels
from core.bridge.session.landing import Way
from core.bridge.session.record import Selected
from core.bridge.session.samples import Samples
from core.bridge.session.stand import Stand
from core.bridge.session.turns import STILL, TURNS, Turn
from tests import pictures
from tests.documents import RGBA, resized

Array = NDArray[np.uint8]
CANVAS = Extent(96, 80)
PAINTED = Box(30, 20, 40, 30)
"""What is painted of the canvas."""


@dataclass(frozen=True)
class Layer:
    """A layer of pixels; it is what each witness asks of one."""

    data: Array
    corner: tuple[int, int] = (0, 0)
    canvas: Extent = CANVAS
    space: tuple[str, ...] = ("RGBA", "U8", "sRGB")

    @property
    def box(self) -> Box:
        height, width, _ = self.data.shape
        return Box(*self.corner, width, height)

    bounds = box

    @property
    def origin(self) -> tuple[int, int]:
        return self.corner

    def pixel(self, x: int, y: int) -> bytes:
        x, y = x - self.corner[0], y - self.corner[1]
        height, width, _ = self.data.shape
        return self.data[y, x].tobytes() if 0 <= x < width and 0 <= y < height else bytes(4)

    def read(self, box: Box) -> Pixels:
        part = self.data[box.y : box.bottom, box.x : box.right]
        return Pixels(box.extent, RGBA, part.tobytes())

    def small(self, extent: Extent) -> Pixels:
        image = Image.fromarray(self.data).resize(extent, Image.Resampling.BOX)
        return Pixels(extent, RGBA, image.tobytes())


@dataclass(frozen=True)
class Counted(Layer):
    """Remembers what was asked of it."""

    read_pixels: Counter[tuple[int, int]] = field(default_factory=Counter)
    looks: list[Extent] = field(default_factory=list)

    def pixel(self, x: int, y: int) -> bytes:
        self.read_pixels[x, y] += 1
        return super().pixel(x, y)

    def small(self, extent: Extent) -> Pixels:
        self.looks.append(extent)
        return super().small(extent)


def turned(layer: Layer, turn: Turn) -> Layer:
    """By numpy: the whole canvas, which the layer covers."""
    data = layer.data.transpose(1, 0, 2) if turn.transposed else layer.data
    data = data[:: -1 if turn.mirrored_y else 1, :: -1 if turn.mirrored_x else 1]
    return replace(layer, data=data.copy(), canvas=turn.extent(layer.canvas))


def scaled(layer: Layer, width: int, height: int) -> Layer:
    image = Image.fromarray(layer.data).resize((width, height), Image.Resampling.BICUBIC)
    return replace(layer, data=np.asarray(image), canvas=Extent(width, height))


def cropped(layer: Layer, box: Box) -> Layer:
    """A host that cuts layers at the canvas."""
    data = layer.data[box.y : box.bottom, box.x : box.right]
    return replace(layer, data=data, corner=(0, 0), canvas=box.extent)


def painted_over(layer: Layer) -> Layer:
    return replace(layer, data=np.full_like(layer.data, 90))


@pytest.fixture
def layer() -> Layer:
    return Layer(np.asarray(pictures.photograph().convert("RGBA")))


def seen(layer: Layer, box: Box) -> Pixels:
    return layer.read(box.inside(layer.box))


class TestTurns:
    @pytest.mark.parametrize("turn", TURNS)
    def test_pixels_rows_and_boxes_are_turned_alike(self, turn: Turn, layer: Layer) -> None:
        wanted = turned(layer, turn)
        whole = layer.box.extent
        assert turn.pixels(layer.read(layer.box)) == wanted.read(wanted.box)
        assert np.array_equal(turn.rows(layer.data.tolist()), wanted.data)
        part = turn.pixels(layer.read(PAINTED))
        assert part == wanted.read(turn.box(whole, PAINTED))

    @pytest.mark.parametrize("turn", TURNS)
    def test_a_host_that_only_flips_and_rotates_does_the_same(
        self, turn: Turn, layer: Layer
    ) -> None:
        data = layer.data[:, ::-1] if turn.flipped else layer.data
        assert np.array_equal(np.rot90(data, -turn.quarters), turned(layer, turn).data)

    def test_what_is_the_same_is_not_turned(self) -> None:
        assert TURNS[0] == STILL and len(set(TURNS)) == 8


def test_a_selection_goes_the_way_of_its_layer() -> None:
    then = Selected(Box(2, 3, 4, 2), Box(2, 3, 4, 2), Pixels(Extent(4, 2), MASK, bytes(range(8))))
    quarter = next(turn for turn in TURNS if turn.quarters == 1 and not turn.flipped)
    now = Way.turned(Box(0, 0, 20, 10), quarter).selected(then, resized)
    assert now.box == Box(5, 2, 2, 4) and now.mask.data == bytes([4, 0, 5, 1, 6, 2, 7, 3])
    twice = Way(Box(0, 0, 20, 10), Box(100, 0, 40, 20)).selected(then, resized)
    assert twice.box == twice.bounds == Box(104, 6, 8, 4) and twice.mask.extent == (8, 4)


SAME: dict[str, Callable[[Layer], Layer]] = {
    "nothing": lambda layer: layer,
    "moved": lambda layer: replace(layer, corner=(13, -7)),
    "canvas resized": lambda layer: replace(layer, corner=(50, 40), canvas=Extent(300, 200)),
    **{
        f"turned {number}": lambda layer, turn=turn: turned(layer, turn)  # type: ignore[misc]
        for number, turn in enumerate(TURNS[1:])
    },
}
"""What leaves every pixel what it was."""


class TestSamples:
    def way(self, layer: Layer, changed: Layer) -> Way | None:
        return Samples.from_mapping(Samples.of(layer).as_mapping()).way_to(changed)

    @pytest.mark.parametrize("name", SAME)
    def test_the_painting_lies_on_what_it_was_painted_from(self, layer: Layer, name: str) -> None:
        changed = SAME[name](layer)
        way = self.way(layer, changed)
        assert way is not None and not way.unsure
        box = way.box(PAINTED)
        assert seen(changed, box) == way.pixels(PAINTED, layer.read(PAINTED), resized)

    def test_where_nothing_was_done_no_pixel_is_read_twice(self, layer: Layer) -> None:
        counted = Counted(layer.data)
        way = self.way(layer, counted)
        assert way is not None and way.moved == (0, 0)
        assert counted.read_pixels and set(counted.read_pixels.values()) == {1}

    def test_a_crop_moves_the_position(self, layer: Layer) -> None:
        changed = replace(layer, corner=(-20, -15), canvas=Extent(60, 50))
        way = self.way(layer, changed)
        assert way is not None and way.moved == (-20, -15)

    def test_scaled(self, layer: Layer) -> None:
        way = self.way(layer, scaled(layer, 192, 80))
        assert way is not None and way.scales and way.box(PAINTED) == Box(60, 20, 80, 30)

    def test_converted_it_is_known_by_its_place(self, layer: Layer) -> None:
        changed = replace(layer, space=("RGBA", "U16", "other"), corner=(5, 5))
        way = self.way(layer, changed)
        assert way is not None and way.moved == (5, 5)

    def test_erased_in_part_it_may_have_gone_another_way(self, layer: Layer) -> None:
        changed = replace(painted_over(layer), data=painted_over(layer).data[:40], corner=(0, 0))
        way = self.way(layer, changed)
        assert way is not None and way.unsure and way.moved == (0, 0)

    def test_distorted_it_is_not_followed(self, layer: Layer) -> None:
        changed = replace(scaled(layer, 110, 60), canvas=layer.canvas, corner=(-7, 10))
        assert self.way(layer, changed) is None


class TestStand:
    @pytest.mark.parametrize("name", SAME)
    def test_the_painting_lies_on_what_it_was_painted_from(self, layer: Layer, name: str) -> None:
        changed = SAME[name](layer)
        landing = Stand(layer).land(changed, PAINTED)
        assert landing is not None
        assert seen(changed, landing.box) == landing.turn.pixels(layer.read(PAINTED))
        assert landing.source == changed.box.extent
        assert landing.place == landing.box.inside(changed.box)

    def test_cropped(self, layer: Layer) -> None:
        changed = cropped(layer, Box(20, 15, 60, 50))
        landing = Stand(layer).land(changed, PAINTED)
        assert landing is not None and landing.box == PAINTED.move(-20, -15)
        assert landing.place == landing.box and landing.source == changed.box.extent

    def test_scaled(self, layer: Layer) -> None:
        landing = Stand(layer).land(scaled(layer, 192, 80), PAINTED)
        assert landing is not None and landing.box == Box(60, 20, 80, 30)
        assert landing.source == layer.box.extent, "what the record counts on is not scaled"
        assert landing.place == PAINTED

    def test_where_nothing_was_done_not_all_of_it_is_looked_at(self, layer: Layer) -> None:
        counted = Counted(layer.data)
        landing = Stand(layer).land(counted, PAINTED)
        assert landing is not None and landing.box == PAINTED and not counted.looks
        one_colour = Counted(painted_over(layer).data)
        landing = Stand(one_colour).land(one_colour, PAINTED)
        assert landing is not None and landing.box == PAINTED
        assert len(one_colour.looks) == 2, "it has nothing to be known by"

    def test_painted_over_it_stays_where_it_is(self, layer: Layer) -> None:
        landing = Stand(layer).land(painted_over(layer), PAINTED)
        assert landing is not None and landing.box == PAINTED and landing.turn == STILL

    def test_what_is_another_picture_by_now_is_not_followed(self, layer: Layer) -> None:
        assert Stand(layer).land(scaled(painted_over(layer), 200, 100), PAINTED) is None
