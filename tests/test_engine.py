"""The whole engine with the real weights, on small pictures."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from core.bridge.contract.errors import BadInput, Stopped
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.methods import REST, SELECTION
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine.networks import Networks
from core.engine.painting import AFAR, from_afar
from core.engine.places import places
from core.engine.region import Region
from core.pixels.imaging import array
from core.system import devices
from tests import pictures

RGB = PixelFormat("RGB", "u8")
METHODS = ("painterly", "instant")


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


def pixels(image: Image.Image, channels: str = "RGB") -> Pixels:
    return Pixels(Extent(*image.size), PixelFormat(channels, "u8"), image.tobytes())


CONTENT = pixels(pictures.photograph())
MASK = pixels(pictures.soft_disc(), "G")
STYLE = pixels(pictures.strokes(hue=20))
OTHER = pixels(pictures.strokes(hue=150, seed=1))


def request(method: str = "instant", **changes: object) -> Request:
    settings = Settings(method=method, steps=12, device="cpu")
    base = Request(CONTENT, settings, MASK, {"style": STYLE})
    return replace(base, **changes)  # type: ignore[arg-type]


def paint(networks: Networks, asked: Request, told: list[Progress] | None = None) -> Pixels:
    heard: list[Progress] = [] if told is None else told
    return engine.run(asked, networks, heard.append, lambda: False).layer


def color(layer: Pixels) -> np.ndarray:
    return array(layer)[..., :3].astype(int)


def alpha(layer: Pixels) -> np.ndarray:
    return array(layer)[..., 3]


@pytest.mark.parametrize("method", METHODS)
def test_the_layer_covers_the_mask_and_nothing_else(networks: Networks, method: str) -> None:
    layer = paint(networks, request(method))
    assert layer.format.channels == "RGBA"
    assert layer.extent == CONTENT.extent
    mask = array(MASK)[..., 0]
    np.testing.assert_array_equal(alpha(layer), mask)
    np.testing.assert_array_equal(color(layer)[mask == 0], color(CONTENT)[mask == 0])
    assert np.abs(color(layer) - color(CONTENT))[mask > 200].mean() > 10


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_picture(networks: Networks, method: str) -> None:
    assert paint(networks, request(method)).data == paint(networks, request(method)).data


def test_another_seed_gives_another_painting(networks: Networks) -> None:
    one = request("painterly")
    other = replace(one, settings=replace(one.settings, seed=7))
    assert paint(networks, one).data != paint(networks, other).data


@pytest.mark.parametrize("method", METHODS)
def test_a_region_does_not_depend_on_the_other_regions_style(
    networks: Networks, method: str
) -> None:
    """Beyond the feather, to the last bit."""
    one = request(method, pictures={"style": STYLE, "background_style": STYLE})
    other = request(method, pictures={"style": STYLE, "background_style": OTHER})
    first, second = (color(paint(networks, asked)) for asked in (one, other))
    mask = array(MASK)[..., 0]
    np.testing.assert_array_equal(first[mask == 255], second[mask == 255])
    assert np.abs(first - second)[mask == 0].mean() > 8


@pytest.mark.parametrize("method", METHODS)
def test_two_regions_cover_everything(networks: Networks, method: str) -> None:
    asked = request(method, pictures={"style": STYLE, "background_style": OTHER})
    assert (alpha(paint(networks, asked)) == 255).all()


def test_the_border_between_two_regions_is_clean(networks: Networks) -> None:
    """No pixel in the feather is darker or brighter than the paintings it lies between."""
    asked = request("instant", pictures={"style": STYLE, "background_style": OTHER})
    whole = color(paint(networks, asked)).mean(axis=-1)
    mask = array(MASK)[..., 0]
    feather, rest = (mask > 0) & (mask < 255), (mask == 0) | (mask == 255)
    assert whole[feather].min() >= whole[rest].min() - 8
    assert whole[feather].max() <= whole[rest].max() + 8


def test_painterly_brings_the_style_loss_down(networks: Networks) -> None:
    told: list[Progress] = []
    asked = request("painterly", selection=None)
    paint(networks, replace(asked, settings=replace(asked.settings, steps=60)), told)
    losses = [progress.losses["style"] for progress in told if progress.losses]
    assert losses[-1] < 0.4 * losses[0]


@pytest.mark.parametrize("method", METHODS)
def test_strength_leads_from_the_content_to_the_style(networks: Networks, method: str) -> None:
    inside = array(MASK)[..., 0] == 255
    distances = []
    for strength in (0.0, 0.5, 1.0):
        asked = request(method)
        settings = replace(asked.settings, strength=strength)
        layer = paint(networks, replace(asked, settings=settings))
        distances.append(np.abs(color(layer) - color(CONTENT))[inside].mean())
    assert distances[0] == 0.0
    assert 1.0 < distances[1] < distances[2]


def test_no_strength_is_the_content_to_the_last_bit_where_regions_meet(networks: Networks) -> None:
    values = np.random.default_rng(0).random((*CONTENT.extent[::-1], 3), np.float32)
    content = Pixels(CONTENT.extent, PixelFormat("RGB", "f32"), values.tobytes())
    asked = request(content=content, pictures={"style": STYLE, "background_style": OTHER})
    layer = paint(networks, replace(asked, settings=replace(asked.settings, strength=0.0)))
    np.testing.assert_array_equal(array(layer)[..., :3], values)


def test_kept_colors_are_the_contents(networks: Networks) -> None:
    from core.pixels.color import to_oklab
    from core.pixels.imaging import to_picture

    asked = request("instant", selection=None)
    painted = paint(networks, asked)
    kept = paint(networks, replace(asked, settings=replace(asked.settings, colors="keep")))
    hues = [to_oklab(to_picture(p).color)[:, 1:] for p in (CONTENT, painted, kept)]
    lost = float((hues[1] - hues[0]).abs().mean())
    left = float((hues[2] - hues[0]).abs().mean())
    assert left < 0.25 * lost
    assert np.abs(color(kept) - color(CONTENT)).mean() > 5


def test_transparent_pixels_stay_transparent_and_say_nothing(networks: Networks) -> None:
    """What hides behind transparency changes nothing that can be seen."""
    values = np.dstack([array(CONTENT), np.full((80, 96), 255, np.uint8)])
    values[:, :40, 3] = 0
    shouting = values.copy()
    shouting[:, :40, :3] = 255 - shouting[:, :40, :3]
    rgba = PixelFormat("RGBA", "u8")
    layers = [
        paint(networks, request(content=Pixels(CONTENT.extent, rgba, v.tobytes()), selection=None))
        for v in (values, shouting)
    ]
    assert (alpha(layers[0])[:, :40] == 0).all()
    away = (slice(None), slice(40 + 8, None))
    assert np.abs(color(layers[0])[away] - color(layers[1])[away]).mean() < 6


@pytest.mark.parametrize(
    ("channels", "depth", "linear"),
    [("BGRA", "u8", False), ("BGRA", "u16", True), ("GA", "u16", False), ("RGBA", "f16", True)],
)
def test_every_format_comes_back_in_kind(
    networks: Networks, channels: str, depth: str, linear: bool
) -> None:
    from core.pixels.imaging import to_picture, to_pixels

    kind = PixelFormat(channels, depth, linear)
    content = to_pixels(to_picture(CONTENT), kind)
    layer = paint(networks, request(content=content))
    assert layer.format == kind
    plain = paint(networks, request())
    if channels != "GA":
        seen = to_picture(layer).color - to_picture(plain).color
        assert float(seen.abs().mean()) < 0.02, "the same painting in another format"


def test_progress_rises_to_the_end_and_tells_the_time_left(networks: Networks) -> None:
    told: list[Progress] = []
    paint(networks, request("painterly"), told)
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0.0
    assert fractions[-1] == pytest.approx(1.0)
    assert any(progress.seconds_left is not None for progress in told)


def test_a_job_stops_when_told(networks: Networks) -> None:
    told: list[Progress] = []
    with pytest.raises(Stopped):
        engine.run(request("painterly"), networks, told.append, lambda: len(told) > 4)
    assert len(told) <= 6


def test_a_tiny_selection_is_worked_on_in_its_own_box(networks: Networks) -> None:
    width, height = 900, 700
    large = pixels(pictures.photograph(width, height))
    mask = np.zeros((height, width), np.uint8)
    mask[300:340, 500:560] = 255
    selection = Pixels(large.extent, PixelFormat("G", "u8"), mask.tobytes())
    told: list[Progress] = []
    asked = request("painterly", content=large, selection=selection)
    layer = paint(networks, replace(asked, settings=replace(asked.settings, steps=3)), told)
    texts = [str(progress.text) for progress in told]
    steps = [text for text in texts if "Step" in text]
    assert "124x104" in steps[-1], "the selection and 32 px of context each way"
    np.testing.assert_array_equal(alpha(layer), mask)


def test_a_small_selection_in_a_large_canvas_costs_its_box() -> None:
    """Nothing outside of it is even looked at: numbers that are none would be refused."""
    values = np.full((3000, 4000, 4), np.nan, np.float32)
    values[900:1300, 1900:2300] = 0.5
    content = Pixels(Extent(4000, 3000), PixelFormat("RGBA", "f32"), values.tobytes())
    mask = np.zeros((3000, 4000), np.uint8)
    mask[1000:1200, 2000:2200] = 9
    selection = Pixels(content.extent, PixelFormat("G", "u8"), mask.tobytes())
    asked = request(content=content, selection=selection)
    (place,) = places(asked)
    assert place.target == Box(2000, 1000, 200, 200)
    assert Region.read(place, None).content.extent == (264, 264), "32 px of context"


def test_regions_lie_where_mask_and_picture_say() -> None:
    values = np.full((60, 80, 2), 255, np.uint8)
    values[:, :10, 1] = 0
    mask = np.zeros((60, 80), np.uint8)
    mask[20:30, 5:50] = 255
    size = Extent(80, 60)
    asked = request(
        content=Pixels(size, PixelFormat("GA", "u8"), values.tobytes()),
        selection=Pixels(size, PixelFormat("G", "u8"), mask.tobytes()),
        pictures={"style": STYLE, "background_style": OTHER},
    )
    front, back = places(asked)
    assert (front.part, front.target) == (SELECTION, Box(10, 20, 40, 10))
    assert (back.part, back.target) == (REST, Box(10, 0, 70, 60))
    covered = np.zeros((60, 80), bool)
    for place in (front, back):
        box = place.box
        inside = place.mask()[0, 0].numpy() > 0
        covered[box.y : box.bottom, box.x : box.right] |= inside
    assert covered[:, 10:].all()


@pytest.mark.parametrize(
    "shape", [(1, 1), (3, 200), (200, 3), (31, 33)], ids=lambda s: f"{s[0]}x{s[1]}"
)
@pytest.mark.parametrize("method", METHODS)
def test_pictures_of_any_shape_are_painted(
    networks: Networks, method: str, shape: tuple[int, int]
) -> None:
    content = pixels(pictures.photograph(*shape))
    layer = paint(networks, request(method, content=content, selection=None))
    assert layer.extent == content.extent


def test_a_black_mask_is_refused(networks: Networks) -> None:
    black = Pixels(CONTENT.extent, MASK.format, bytes(len(MASK.data)))
    with pytest.raises(BadInput, match="nothing to paint"):
        paint(networks, request(selection=black))


def test_a_style_too_small_to_measure_is_refused(networks: Networks) -> None:
    tiny = pixels(pictures.photograph(3, 5))
    with pytest.raises(BadInput, match="3x5 px"):
        paint(networks, request(pictures={"style": tiny}))


def test_values_that_are_no_numbers_are_refused(networks: Networks) -> None:
    values = np.full((80, 96, 3), np.nan, np.float32)
    broken = Pixels(CONTENT.extent, PixelFormat("RGB", "f32"), values.tobytes())
    with pytest.raises(BadInput, match="NaN"):
        paint(networks, request(content=broken))


def test_a_missing_device_is_refused(networks: Networks) -> None:
    if torch.backends.mps.is_available():
        pytest.skip("this machine has an Apple GPU")
    asked = request()
    with pytest.raises(BadInput, match="no mps device"):
        paint(networks, replace(asked, settings=replace(asked.settings, device="mps")))


@pytest.mark.parametrize("preview", [None, CONTENT.extent], ids=["painted", "previewed"])
def test_it_paints_with_the_threads_that_are_set(
    networks: Networks, monkeypatch: pytest.MonkeyPatch, preview: Extent | None
) -> None:
    asked = request("instant", preview=preview)
    seen: list[int] = []

    def should_stop() -> bool:
        seen.append(torch.get_num_threads())
        return False

    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    before = torch.get_num_threads()
    for threads in (1, 3):
        seen.clear()
        chosen = replace(asked, settings=replace(asked.settings, threads=threads))
        engine.paint(chosen, networks, lambda _: None, should_stop)
        assert set(seen) == {threads}
    assert torch.get_num_threads() == before


def test_a_gpu_of_intel_is_found_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.xpu, "is_available", lambda: True)
    monkeypatch.setattr(torch.xpu, "get_device_name", lambda *_: "Arc")
    emptied = []
    monkeypatch.setattr(torch.xpu, "empty_cache", lambda: emptied.append(True))
    found = devices.choose("auto")
    assert found == devices.choose("xpu") == torch.device("xpu")
    assert str(devices.describe(found)) == "xpu (Arc)"
    for able, dtype in ((True, torch.bfloat16), (False, torch.float32)):
        monkeypatch.setattr(torch.xpu, "is_bf16_supported", lambda able=able, **_: able)
        assert devices.convolution_dtype(found) == dtype
    devices.release(found)
    assert emptied
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert devices.choose("auto") == torch.device("cuda"), "as AMD's is, too"


def test_without_a_gpu_of_intel_its_name_is_refused() -> None:
    if torch.xpu.is_available():
        pytest.skip("this machine has an Intel GPU")
    with pytest.raises(BadInput, match="no xpu device"):
        devices.choose("xpu")


# --- seen from afar -----------------------------------------------------------------------------


def test_a_layer_from_afar_lies_in_what_is_seen_of_the_canvas() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 40, 4), np.uint8)
    layer = Pixels(Extent(40, 30), PixelFormat("RGBA"), pixels.tobytes())
    assert bytes(from_afar(layer).data) == bytes(layer.data)
    seen = array(from_afar(layer, Box(-7, -5, 60, 33)))
    assert seen.shape == (33, 60, 4)
    assert (seen[5:, 7:47] == pixels[:28]).all()
    assert seen.sum() == pixels[:28].astype(int).sum(), "and beyond it nothing is painted"


def test_a_large_layer_from_afar_has_its_own_colours_at_its_edge() -> None:
    """What is not painted there has none, and is not seen as a dark line."""
    pixels = np.zeros((1300, 1500, 4), np.uint8)
    pixels[:, :, :3], pixels[:, :900, 3] = (200, 130, 40), 255
    pixels[:, 900:, :3] = 0
    layer = Pixels(Extent(1500, 1300), PixelFormat("RGBA"), pixels.tobytes())
    frame = Box(-300, -100, 2100, 1500)
    small = from_afar(layer, frame)
    assert small.extent == frame.extent.within(AFAR)
    seen = array(small).astype(int)
    painted = seen[seen[..., 3] > 8]
    assert len(painted) > 1000 and abs(painted[:, :3] - (200, 130, 40)).max() <= 4
    assert seen[..., 3].mean() / 255 == pytest.approx(900 * 1300 / (2100 * 1500), rel=0.01)
