"""Which subjects are meant, where somebody clicks on them in a dialog's picture."""

from __future__ import annotations

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.settings import Settings
from core.bridge.session.pointing import clicked, markers
from core.bridge.session.reading import read_request
from tests.documents import Document, Layer
from tests.headless import HeadlessHost

LAYER = Box(-100, 50, 400, 200)


def finding(subject: str = "", **others: object) -> Settings:
    return Settings.from_mapping({"segment": "auto", "subject": subject, **others})


def test_points_are_pixels_of_the_canvas() -> None:
    assert markers(finding("0.5,0.5; 1,0"), LAYER) == [(100, 150), (300, 50)]
    assert markers(finding(), LAYER) == []
    assert markers(finding("half of it"), LAYER) == [], "the preview says what is wrong with it"


@pytest.mark.parametrize(
    ("settings", "layer"),
    [
        (Settings(subject="0.5,0.5"), LAYER),
        (finding("0.5,0.5"), None),
        (finding(sketch=True), LAYER),
        (None, LAYER),
    ],
)
def test_where_no_subject_is_looked_for_a_click_says_nothing(
    settings: Settings | None, layer: Box | None
) -> None:
    assert markers(settings, layer) is None


def test_a_click_adds_a_point() -> None:
    assert clicked(finding(), LAYER, (0, 100), 5) == "0.25,0.25"
    assert clicked(finding("0.5,0.5"), LAYER, (0, 100), 5) == "0.5,0.5; 0.25,0.25"
    assert clicked(finding("half of it"), LAYER, (0, 100), 5) == "0.25,0.25"


def test_a_click_on_a_point_takes_it_away() -> None:
    two = finding("0.5,0.5; 0.52,0.5")
    assert clicked(two, LAYER, (103, 150), 5) == "0.52,0.5"
    assert clicked(two, LAYER, (106, 150), 5) == "0.5,0.5", "the nearest"
    assert clicked(finding("0.5,0.5"), LAYER, (104, 147), 5) == ""


def test_a_click_beside_the_layer_changes_nothing() -> None:
    assert clicked(finding("0.5,0.5"), LAYER, (301, 100), 5) == "0.5,0.5"


def small(selection: Box | None) -> HeadlessHost:
    """A layer of 400 x 200 px that lies partly off a canvas of 300 x 300."""
    format = PixelFormat("RGBA", "u8")
    pixels = Pixels(LAYER.extent, format, bytes(4 * LAYER.extent.area))
    layer = Layer("Photo", LAYER, pixels)
    return HeadlessHost(Document(Extent(300, 300), [layer], selection), layer)


@pytest.mark.parametrize("selection", [None, Box(60, 100, 80, 90)])
def test_a_job_gets_points_of_what_it_reads(selection: Box | None) -> None:
    settings = finding("0.5,0.5", style="a.png")
    work, request = read_request(small(selection), settings, {})
    assert work.box != LAYER
    told = markers(request.settings, work.box)
    assert told is not None
    assert told[0] == pytest.approx((100, 150), abs=0.1), "the same pixel of the canvas"


def test_a_point_off_what_is_painted_is_told() -> None:
    settings = finding("0.9,0.1", style="a.png")
    with pytest.raises(BadInput, match="None of the points"):
        read_request(small(Box(10, 150, 40, 40)), settings, {})
