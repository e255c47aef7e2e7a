"""What comes over a picture in a dialog: how opaque it is where."""

from __future__ import annotations

import pytest

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import MASK, PixelFormat, Pixels
from core.bridge.session.view import Cover, View, in_color, opacity


def cover(rows: list[list[int]], place: Box) -> Cover:
    extent = Extent(len(rows[0]), len(rows))
    return Cover(Pixels(extent, MASK, bytes(value for row in rows for value in row)), place)


def alpha(covered: Pixels) -> list[list[int]]:
    data, width = opacity(covered).data, covered.extent.width
    return [list(data[start : start + width]) for start in range(0, len(data), width)]


def picture(width: int, height: int, channels: str = "RGB") -> Pixels:
    count = width * height * len(channels)
    return Pixels(Extent(width, height), PixelFormat(channels), bytes(range(1, count + 1)))


def test_a_picture_is_as_opaque_as_the_mask_where_it_lies() -> None:
    mask = cover([[10, 20, 30, 40], [50, 60, 70, 80]], Box(100, 200, 8, 4))
    assert alpha(mask.over(picture(2, 2), Box(102, 200, 4, 4))) == [[20, 30], [60, 70]]


def test_a_finer_picture_meets_each_part_of_the_mask_several_times() -> None:
    mask = cover([[10, 20]], Box(0, 0, 2, 1))
    assert alpha(mask.over(picture(4, 2), Box(0, 0, 2, 1))) == [[10, 10, 20, 20]] * 2


def test_beyond_the_mask_nothing_is_seen() -> None:
    mask = cover([[10, 20]], Box(4, 4, 2, 1))
    seen = alpha(mask.over(picture(4, 3), Box(3, 3, 4, 3)))
    assert seen == [[0, 0, 0, 0], [0, 10, 20, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("channels", "named", "data"),
    [
        ("RGB", "RGBA", [1, 2, 3, 9, 4, 5, 6, 9]),
        ("BGRA", "BGRA", [1, 2, 3, 9, 5, 6, 7, 9]),
        ("G", "RGBA", [1, 1, 1, 9, 2, 2, 2, 9]),
        ("GA", "RGBA", [1, 1, 1, 9, 3, 3, 3, 9]),
    ],
)
def test_its_colours_stay(channels: str, named: str, data: list[int]) -> None:
    seen = cover([[9]], Box(0, 0, 2, 1)).over(picture(2, 1, channels), Box(0, 0, 2, 1))
    assert (seen.format.channels, list(seen.data)) == (named, data)


@pytest.mark.parametrize(
    ("channels", "named", "data"),
    [
        ("RGB", "RGBA", [1, 2, 3, 255, 4, 5, 6, 255]),
        ("GA", "RGBA", [1, 1, 1, 2, 3, 3, 3, 4]),
        ("G", "RGBA", [1, 1, 1, 255, 2, 2, 2, 255]),
        ("BGRA", "BGRA", [1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_every_picture_can_be_had_in_colour(channels: str, named: str, data: list[int]) -> None:
    shown = in_color(picture(2, 1, channels))
    assert (shown.format.channels, list(shown.data)) == (named, data)


def test_all_of_a_frame_is_all_of_its_picture_whose_sides_were_rounded() -> None:
    view = View(picture(5, 3), Box(10, 20, 101, 69))
    assert view.place(view.frame) == pytest.approx((0, 0, 5, 3))
    assert view.place(Box(10, 20, 0, 0)) == (0, 0, 0, 0)
