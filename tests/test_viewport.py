"""Before and after looked at closely: what is seen of them, and where the split is."""

from __future__ import annotations

import pytest

from core.bridge.contract.geometry import Box
from core.bridge.session.viewport import CLOSEST, MARKER, REACH, STILL, Viewport

PART = Box(100, 50, 800, 600)


def looking(width: float = 400, height: float = 300) -> Viewport:
    viewport = Viewport()
    viewport.resize(width, height)
    viewport.show(PART, 0)
    viewport.comparing = True
    return viewport


def canvas_at(viewport: Viewport, x: float, y: float) -> tuple[float, float]:
    """The pixel of the canvas at a point of the view."""
    left, top, width, _ = viewport.place
    factor = viewport.part.width / width
    return viewport.part.x + (x - left) * factor, viewport.part.y + (y - top) * factor


def test_everything_is_seen_at_first_in_the_middle() -> None:
    assert looking().place == pytest.approx((0, 0, 400, 300))
    assert looking(600).place == pytest.approx((100, 0, 400, 300))


def test_zooming_keeps_what_is_under_the_mouse() -> None:
    viewport = looking()
    first, closest = canvas_at(viewport, 350, 220), 1.0
    for steps in (1, 1, 1, 1, 20, -3, -30):
        viewport.zoom_by(steps, (350, 220))
        closest = max(closest, viewport.zoom)
        assert canvas_at(viewport, 350, 220) == pytest.approx(first)
    assert closest == CLOSEST
    assert viewport.place == pytest.approx((0, 0, 400, 300))


def test_half_a_turn_of_the_wheel_is_half_a_step() -> None:
    whole, halves = looking(), looking()
    whole.zoom_by(1)
    halves.zoom_by(0.5)
    assert 1 < halves.zoom < whole.zoom
    halves.zoom_by(0.5)
    assert halves.zoom == pytest.approx(whole.zoom)


def test_an_enlarged_picture_is_dragged_as_far_as_its_edge() -> None:
    viewport = looking()
    viewport.zoom_by(4)
    left, top, *_ = viewport.place
    viewport.grasp((100, 100))
    assert viewport.drag((110, 80))
    assert viewport.place[:2] == pytest.approx((left + 10, top - 20))
    viewport.drag((4000, 100))
    assert viewport.place[0] == pytest.approx(0)
    viewport.drag((100, 100))
    assert viewport.place[:2] == pytest.approx((left, top)), "it was lost on the way"
    viewport.release()
    assert not viewport.drag((300, 200))
    assert viewport.place[:2] == pytest.approx((left, top))


def test_what_fits_is_not_dragged() -> None:
    viewport = looking(600)
    viewport.grasp((300, 100), picture=True)
    viewport.drag((350, 120))
    assert viewport.place == pytest.approx((100, 0, 400, 300))
    assert viewport.split == 0.5


def test_the_split_goes_where_the_mouse_goes() -> None:
    viewport = looking(600)
    assert viewport.split_at == pytest.approx(300)
    viewport.grasp((140, 10))
    assert viewport.split_at == pytest.approx(140)
    viewport.drag((180, 20))
    assert viewport.split == pytest.approx(0.2)
    viewport.drag((-20, 20))
    assert viewport.split == 0.0


def test_without_an_after_there_is_no_split_to_drag() -> None:
    viewport = looking()
    viewport.comparing = False
    viewport.grasp((40, 10))
    assert not viewport.drag((50, 10))
    assert viewport.split == 0.5
    assert viewport.shape((200, 10)) == ""


def test_the_split_of_an_enlarged_picture_is_grasped_at_the_split() -> None:
    viewport = looking()
    viewport.zoom_by(4, (0, 0))
    assert viewport.split_at == pytest.approx(200), "it is where it can be seen"
    place = viewport.place
    viewport.grasp((200 + REACH, 10))
    assert viewport.split_at == pytest.approx(200 + REACH)
    assert viewport.place == place
    viewport.release()
    viewport.grasp((20, 10))
    viewport.drag((10, 10))
    assert viewport.place != place
    assert viewport.split_at == pytest.approx(200 + REACH)


def test_the_mouse_shows_what_can_be_done() -> None:
    viewport = looking()
    assert viewport.shape((200 + REACH, 10)) == "split"
    assert viewport.shape((20, 10)) == ""
    viewport.grasp((20, 10))
    assert viewport.shape((20, 10)) == "split", "it was taken there"
    viewport.release()
    viewport.zoom_by(1)
    assert viewport.shape((300, 10)) == "picture"
    viewport.grasp((300, 10))
    assert viewport.shape((viewport.split_at, 10)) == "picture"


@pytest.mark.parametrize(
    ("key", "split"), [("Left", 0.48), ("Right", 0.52), ("Home", 0), ("End", 1)]
)
def test_keys_move_the_split(key: str, split: float) -> None:
    viewport = looking()
    assert viewport.press(key)
    assert viewport.split == pytest.approx(split)


def test_keys_zoom() -> None:
    viewport, by_wheel = looking(), looking()
    by_wheel.zoom_by(1)
    assert viewport.press("+") and viewport.press("=") and viewport.press("-")
    assert viewport.zoom == pytest.approx(by_wheel.zoom)
    assert viewport.press("0")
    assert viewport.zoom == 1
    assert not viewport.press("a")


def test_another_part_of_the_same_canvas_lies_where_it_belongs() -> None:
    viewport = looking()
    viewport.zoom_by(4, (350, 220))
    before = canvas_at(viewport, 350, 220), canvas_at(viewport, 10, 20)
    viewport.show(Box(0, 0, 1000, 900), 0)
    now = canvas_at(viewport, 350, 220), canvas_at(viewport, 10, 20)
    assert now[0] == pytest.approx(before[0]) and now[1] == pytest.approx(before[1])
    viewport.fit()
    assert viewport.place[3] == pytest.approx(300), "all of the new part is seen"


@pytest.mark.parametrize(
    ("part", "canvas", "closely"),
    [(PART, 1, True), (PART.move(10, 0), 0, True), (PART.move(10, 0), 1, False)],
)
def test_something_else_is_looked_at_as_a_whole(part: Box, canvas: int, closely: bool) -> None:
    viewport = looking()
    viewport.zoom_by(4)
    viewport.show(part, canvas)
    assert (viewport.zoom > 1) == closely


def test_all_of_another_part_is_seen_where_all_was_seen_before() -> None:
    viewport = looking()
    viewport.show(Box(0, 0, 1600, 900), 0)
    assert viewport.place == pytest.approx((0, 37.5, 400, 225))


def test_zooming_out_ends_at_all_there_is_by_now() -> None:
    viewport = looking()
    viewport.zoom_by(4)
    viewport.show(Box(0, 0, 1600, 900), 0)
    viewport.zoom_by(-9)
    assert viewport.place == pytest.approx((0, 37.5, 400, 225))


def test_before_anything_is_shown_nothing_happens() -> None:
    viewport = Viewport()
    viewport.resize(400, 300)
    viewport.zoom_by(2, (10, 10))
    viewport.grasp((10, 10), picture=True)
    assert not viewport.drag((20, 20))
    assert viewport.place[2:] == (0, 0)


def pointing(zoom: int = 0) -> Viewport:
    viewport = looking()
    viewport.markers = []
    viewport.zoom_by(zoom, (350, 220))
    return viewport


@pytest.mark.parametrize("zoom", [0, 5])
def test_a_click_is_the_pixel_of_the_canvas_under_it(zoom: int) -> None:
    viewport = pointing(zoom)
    split, place = viewport.split, viewport.place
    for at in ((300, 120), (viewport.split_at, 20)):
        viewport.grasp(at)
        assert not viewport.drag((at[0] + STILL / 2, at[1])), "a hand is never quite still"
        assert viewport.release() == pytest.approx(canvas_at(viewport, *at))
    assert (viewport.split, viewport.place) == (split, place)


def test_what_is_dragged_is_no_click() -> None:
    viewport = pointing()
    viewport.grasp((140, 10))
    assert viewport.drag((180, 10))
    viewport.drag((140, 10))
    assert viewport.release() is None
    assert viewport.split_at == pytest.approx(140)
    closely = pointing(5)
    place = closely.place
    closely.grasp((100, 100))
    closely.drag((100, 110))
    assert closely.release() is None
    assert closely.place[1] == pytest.approx(place[1] + 10), "from where it was pressed"


def test_clicks_that_point_at_nothing() -> None:
    viewport = looking()
    viewport.grasp((140, 10))
    assert viewport.release() is None
    assert viewport.split_at == pytest.approx(140), "nothing is meant by a click here"
    beside = looking(600)
    beside.markers = []
    beside.grasp((20, 100))
    assert beside.release() is None, "beside the picture"
    beside.grasp((300, 100), picture=True)
    assert beside.release() is None, "another button"
    assert beside.release() is None, "no button at all"


def test_markers_lie_where_their_pixels_are() -> None:
    for zoom in (0, 5):
        viewport = pointing(zoom)
        viewport.markers = [canvas_at(viewport, 30, 40), canvas_at(viewport, 380, 250)]
        assert [at for mark in viewport.marks for at in mark] == pytest.approx([30, 40, 380, 250])
        at, reach = viewport.markers[0], viewport.reach
        left, _ = canvas_at(viewport, 30 - MARKER, 40)
        assert at[0] - reach < left < at[0]
    assert looking().marks == []


@pytest.mark.parametrize("key", ["Esc", "\x1b", "Delete"])
def test_keys_take_markers_away(key: str) -> None:
    viewport = pointing()
    assert not viewport.clears(key), "there are none: the key is the dialog's"
    viewport.markers = [(200.0, 100.0)]
    assert viewport.clears(key)
    assert not viewport.clears("+")


def test_the_mouse_shows_where_a_click_points() -> None:
    viewport = pointing(5)
    assert viewport.shape((20, 10)) == "point"
    assert viewport.shape((viewport.split_at, 10)) == "split"
    viewport.grasp((20, 10))
    viewport.drag((40, 10))
    assert viewport.shape((40, 10)) == "picture"


@pytest.mark.parametrize("zoom", [0, 5])
@pytest.mark.parametrize("picture", [False, True])
def test_what_is_held_is_let_go_when_there_is_nothing_to_see(zoom: int, picture: bool) -> None:
    viewport = pointing(zoom)
    viewport.grasp((100, 100), picture)
    viewport.show(Box(0, 0, 0, 0), 0)
    assert not viewport.drag((180, 120))
    viewport.show(PART, 0)
    assert not viewport.drag((180, 120)), "the button went down on something else"
    assert viewport.release() is None


def test_a_picture_is_seen_that_comes_after_nothing() -> None:
    viewport = Viewport()
    viewport.resize(400, 300)
    viewport.show(Box(0, 0, 0, 0), 0)
    viewport.zoom_by(3)
    viewport.show(PART, 0)
    assert viewport.place == pytest.approx((0, 0, 400, 300))
