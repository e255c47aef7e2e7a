"""Stopping a job, keeping its picture so far, and its progress."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import numpy as np
import pytest

from core.bridge.contract.errors import Enough, NothingPainted, Stopped
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import Settings
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.engine import colorize
from core.engine import job as engine
from core.engine.networks import Networks
from core.masks import segment
from core.pixels.imaging import array
from tests import pictures, sketches

METHODS = ("painterly", "instant", "pastiche")


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


def pixels(image: Any, channels: str = "RGB") -> Pixels:
    return Pixels(Extent(*image.size), PixelFormat(channels, "u8"), image.tobytes())


STYLE = pixels(pictures.strokes(hue=20))
OTHER = pixels(pictures.strokes(hue=150, seed=1))


def request(method: str = "painterly", side: int = 96, **settings: Any) -> Request:
    chosen = {"method": method, "steps": 4, "size": 96, "device": "cpu", **settings}
    given = {"style": STYLE}
    if method == "pastiche":
        chosen["pastiche"], given = "7", {}
    content = pixels(pictures.photograph(side, side * 3 // 4))
    return Request(content, Settings(**chosen), None, given)


def sketched() -> Request:
    page = sketches.page(*sketches.house()).convert("RGB")
    settings = Settings(sketch=True, method="instant", size=96, device="cpu")
    return Request(pixels(page), settings, None, {"style": STYLE})


def enough() -> bool:
    raise Enough("It was to be kept.")


# --- kept before its end --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [*map(request, METHODS), request(segment="auto"), request(start="instant"), sketched()],
    ids=[*METHODS, "auto", "instant start", "sketch"],
)
def test_nothing_painted_is_no_layer(networks: Networks, asked: Request) -> None:
    with pytest.raises(NothingPainted, match="Nothing was painted yet"):
        engine.run(asked, networks, lambda progress: None, enough)


@pytest.mark.parametrize("start", ["content", "noise"])
def test_what_a_first_step_has_not_been_taken_of_is_nothing(networks: Networks, start: str) -> None:
    """A start is no painting yet; after one step it is."""
    told: list[Progress] = []

    def once_painting(steps: int) -> bool:
        if any(progress.step >= steps for progress in told):
            enough()
        return False

    def prepared() -> bool:
        return enough() if any(str(one.text) == "Reading the picture" for one in told) else False

    asked = request(start=start)
    with pytest.raises(NothingPainted):
        engine.run(asked, networks, told.append, prepared)
    told.clear()
    layer = engine.run(asked, networks, told.append, lambda: once_painting(1)).layer
    assert (array(layer)[..., 3] == 255).all()
    assert max(progress.step for progress in told) == 1


@pytest.mark.parametrize("method", ["painterly", "instant"])
def test_a_region_that_was_not_begun_has_no_coverage(networks: Networks, method: str) -> None:
    mask = np.zeros((72, 96), np.uint8)
    mask[:, :40] = 255
    asked = request(method)
    selection = Pixels(asked.content.extent, PixelFormat("G", "u8"), mask.tobytes())
    both = {"style": STYLE, "background_style": OTHER}
    asked = Request(asked.content, asked.settings, selection, both)
    told: list[Progress] = []

    def after_the_first() -> bool:
        return enough() if any(str(one.text).startswith("Region 2") for one in told) else False

    layer = array(engine.run(asked, networks, told.append, after_the_first).layer)
    np.testing.assert_array_equal(layer[..., 3], mask)


# --- stopped --------------------------------------------------------------------------------------

STAGES = ("Reading the picture", "Finishing", "Putting the layer together")


@pytest.mark.parametrize("method", ["instant", "pastiche"])
def test_a_large_draft_asks_and_tells_all_the_way(networks: Networks, method: str) -> None:
    """A picture of 5 megapixels in pieces of at most one; the network saw it at 96 px."""
    asked = request(method, 2600, colors="keep")
    told, asks = [Progress(0, Text(""))], Counter[str]()

    def ask() -> bool:
        asks[str(told[-1].text)] += 1
        return False

    engine.run(asked, networks, told.append, ask)
    for stage in STAGES:
        assert asks[stage] >= 4, (stage, asks)
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)
    assert len(set(fractions)) > 12, "it goes on steadily"


@pytest.mark.parametrize("stage", STAGES)
def test_a_draft_stops_at_every_stage(networks: Networks, stage: str) -> None:
    told: list[Progress] = []

    def wanted_no_more() -> bool:
        return any(stage in str(progress.text) for progress in told)

    with pytest.raises(Stopped):
        engine.run(request("instant", 1400), networks, told.append, wanted_no_more)
    assert stage in str(told[-1].text)


def test_painterly_is_asked_at_every_step_of_the_network(networks: Networks) -> None:
    """Also before its first iteration, when content and style pass the network."""
    asks = Counter[int]()
    told: list[Progress] = []

    def ask() -> bool:
        asks[told[-1].step if told else 0] += 1
        return False

    engine.run(request(), networks, told.append, ask)
    assert asks[0] >= 2 * 16
    assert asks[1] >= 16


def test_a_subject_that_is_looked_for_may_be_given_up() -> None:
    content = request(side=400).content
    count = 0

    def third() -> bool:
        nonlocal count
        count += 1
        return count == 3

    with pytest.raises(Stopped):
        segment.select(content, should_stop=third)
    assert count == 3


@pytest.mark.parametrize("change", [{"grow": 60}, {"grow": -60}, {"feather": 60}], ids=str)
def test_a_selections_edge_may_be_given_up(change: dict[str, Any]) -> None:
    from dataclasses import replace

    from core.masks import edges

    asked = request(side=1600, **change)
    size = asked.content.extent
    mask = np.zeros((size.height, size.width), np.uint8)
    mask[100:900, 100:1500] = 255
    asked = replace(asked, selection=Pixels(size, PixelFormat("G", "u8"), mask.tobytes()))
    with pytest.raises(Stopped):
        edges.applied(asked, lambda: True)


# --- how long it took -----------------------------------------------------------------------------


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.passed = 0.0
        began = time.monotonic()
        monkeypatch.setattr(time, "monotonic", lambda: began + self.passed)


@pytest.mark.parametrize("asked", [request("instant", segment="auto"), sketched()], ids=str)
def test_a_subject_that_was_looked_for_counts(
    networks: Networks, monkeypatch: pytest.MonkeyPatch, asked: Request
) -> None:
    clock, find, told = Clock(monkeypatch), segment.find_subject, list[Progress]()

    def slowly(*given: Any, **named: Any) -> Any:
        clock.passed += 7.5
        return find(*given, **named)

    monkeypatch.setattr(segment, "find_subject", slowly)
    segment._seen._values.clear()
    result = engine.run(asked, networks, told.append, lambda: False)
    assert float(str(result.report["seconds"])) >= 7.5
    assert "Finding the subject" in {str(progress.text) for progress in told}
    painting = engine.paint(asked, networks, told.append, lambda: False)
    assert float(str(painting.report["seconds"])) >= (7.5 if asked.settings.sketch else 0)


def test_a_library_that_was_looked_at_counts(
    networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock(monkeypatch)

    def chosen(asked: Request, *_: Any) -> tuple[Request, dict[str, object]]:
        clock.passed += 3
        return asked, {}

    monkeypatch.setattr(colorize, "_with_reference", chosen)
    report = engine.run(sketched(), networks, lambda progress: None, lambda: False).report
    assert float(str(report["seconds"])) >= 3
