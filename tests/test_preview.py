"""Previews with the real weights: what they show is what the painting comes to."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from core.bridge.contract.errors import BadInput, Stopped
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine import preview
from core.engine.methods import instant
from core.engine.methods.instant import Instant
from core.engine.methods.pastiche import Pastiche
from core.engine.networks import Networks
from core.features.convolutions import choice
from core.pixels.imaging import array, fit, to_picture
from core.styles.gamut import Gamut
from core.system import devices
from tests import pictures

RGB, GREY = PixelFormat("RGB", "u8"), PixelFormat("G", "u8")


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


def pixels(image: Image.Image, format: PixelFormat = RGB) -> Pixels:
    return Pixels(Extent(*image.size), format, image.tobytes())


CONTENT = pixels(pictures.photograph(192, 160))
MASK = pixels(pictures.soft_disc(192, 160), GREY)
STYLE = pixels(pictures.strokes(hue=20))
OTHER = pixels(pictures.strokes(hue=150, seed=1))


def request(**changes: object) -> Request:
    settings = Settings(method="instant", device="cpu")
    base = Request(CONTENT, settings, MASK, {"style": STYLE}, CONTENT.extent)
    return replace(base, **changes)  # type: ignore[arg-type]


def with_settings(asked: Request, **changes: object) -> Request:
    return replace(asked, settings=replace(asked.settings, **changes))  # type: ignore[arg-type]


def with_style_file(file: Path) -> Request:
    return replace(with_settings(request(), style=str(file)), pictures={})


def shown(networks: Networks, asked: Request) -> np.ndarray:
    return array(engine.run(asked, networks, lambda _: None, lambda: False).layer).astype(int)


def painted(networks: Networks, asked: Request) -> np.ndarray:
    return shown(networks, replace(asked, preview=None))


BOTH = {"style": STYLE, "background_style": OTHER}


@pytest.mark.parametrize("given", [{}, {"selection": None}, {"pictures": BOTH}], ids=str)
@pytest.mark.parametrize("chosen", [{}, {"strength": 0.5}, {"size": 100}], ids=str)
def test_where_nothing_has_to_shrink_it_is_the_instant_painting(
    networks: Networks, given: dict[str, object], chosen: dict[str, object]
) -> None:
    asked = with_settings(request(**given), **chosen)
    difference = np.abs(shown(networks, asked) - painted(networks, asked))
    assert difference.max() <= 1


def test_where_it_has_to_shrink_it_is_like_it(
    networks: Networks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the colours of each block of 16 px, far nearer to the painting than to the content."""
    monkeypatch.setattr(Instant, "area", 160 * 160)
    asked = request(pictures=BOTH)

    def blocks(values: np.ndarray) -> np.ndarray:
        return values[..., :3].reshape(10, 16, 12, 16, 3).mean(axis=(1, 3))

    here, final = blocks(shown(networks, asked)), blocks(painted(networks, asked))
    content = blocks(array(CONTENT).astype(int))
    assert np.abs(here - final).mean() < 0.4 * np.abs(final - content).mean()


@pytest.mark.parametrize("method", ["instant", "painterly"])
@pytest.mark.parametrize(("slower", "side"), [(0.1, 96), (1.0, 96), (4.0, 48), (16.0, 24)], ids=str)
def test_on_a_slow_machine_it_is_worked_on_at_a_smaller_size(
    installation: Installation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    slower: float,
    side: int,
) -> None:
    """Every layer is given a time with which 96 px are just as many as there is time for."""
    monkeypatch.setattr(devices, "convolution_dtype", lambda _: torch.float32)
    monkeypatch.setattr(Instant, "area", 96 * 96)
    kinds = ["256 to 512 at 8", "256 to 256 at 4", "128 to 256 at 4"]
    kinds += ["128 to 128 at 2", "64 to 128 at 2", "64 to 64 at 1"]
    whole = 1 + 4 / 9 + 2 + 1 + 4 / 9 + 1 + 4 / 9
    """Of the decoder, in layers that take equally long."""
    each = instant.DECODED / whole * choice.EXTENT.area / 96**2 * 2 * slower
    file = tmp_path / "convolutions.json"
    times = {kind: {"ordinary": each, "winograd": 2 * each} for kind in kinds}
    file.write_text(json.dumps({choice.machine(): times}))
    networks = Networks(installation.weights, "cpu", convolutions=file)
    content = pixels(pictures.photograph(96, 96))
    asked = request(content=content, selection=None, preview=content.extent)
    asked = with_settings(asked, method=method)
    report = engine.paint(asked, networks, lambda _: None, lambda: False).report
    assert report["size"] == side


@pytest.mark.parametrize(("stroke_size", "side"), [(0.5, 272), (1.0, 192), (4.0, 96)])
@pytest.mark.parametrize("method", ["instant", "pastiche"])
def test_the_size_of_strokes_is_the_paintings(
    networks: Networks, method: str, stroke_size: float, side: int
) -> None:
    asked = with_settings(request(selection=None), method=method, stroke_size=stroke_size)
    report = engine.paint(asked, networks, lambda _: None, lambda: False).report
    assert report["size"] == side
    assert np.abs(shown(networks, asked) - painted(networks, asked)).max() <= 1
    if stroke_size != 1:
        usual = with_settings(asked, stroke_size=1.0)
        assert np.abs(shown(networks, asked) - shown(networks, usual)).mean() > 2


def test_painterly_is_previewed_in_the_instant_hand(networks: Networks) -> None:
    asked = request()
    painterly = with_settings(asked, method="painterly")
    np.testing.assert_array_equal(shown(networks, painterly), shown(networks, asked))


def test_the_layer_is_put_together_as_the_paintings(networks: Networks) -> None:
    layer, mask = shown(networks, request()), array(MASK)[..., 0]
    np.testing.assert_array_equal(layer[..., 3], mask)
    outside = layer[..., :3][mask == 0]
    np.testing.assert_array_equal(outside, array(CONTENT)[mask == 0])


def test_kept_colours_are_kept(networks: Networks) -> None:
    asked = request(selection=None)
    kept = with_settings(asked, colors="keep")
    difference = np.abs(shown(networks, kept) - painted(networks, kept))
    assert difference.max() <= 1
    assert np.abs(shown(networks, kept) - shown(networks, asked)).mean() > 5


def test_a_smaller_rendition_sees_the_style_as_much_smaller(networks: Networks) -> None:
    """192x160 px stand for 768x640 px, worked on at 384 px: a style of 96 px is seen at 48 px."""
    asked = request(selection=None, preview=Extent(768, 640))
    asked = with_settings(asked, size=384, faces="as-the-rest")
    instant = networks.instant(torch.device("cpu"))
    content, style = to_picture(CONTENT), to_picture(STYLE)
    styles = [(instant.measure(style.resize(fit(style.extent, 48))), 1.0)]
    mask = torch.ones_like(content.alpha)
    expected = instant.paint(instant.encode(content), mask, styles, 1.0, lambda: False)
    found = to_picture(Pixels(CONTENT.extent, PixelFormat("RGBA", "u8"), _bytes(networks, asked)))
    held = Gamut.of([style]).held(expected, radius=1)
    assert float((found.color - held).abs().max()) < 0.8 / 255
    life_size = painted(networks, replace(asked, preview=None))
    assert np.abs(array(CONTENT) - life_size[..., :3]).mean() > 5


def _bytes(networks: Networks, asked: Request) -> bytes | bytearray:
    return engine.run(asked, networks, lambda _: None, lambda: False).layer.data


def test_a_style_file_that_changes_is_seen_anew(networks: Networks, tmp_path: Path) -> None:
    file = pictures.saved(pictures.strokes(hue=20), tmp_path / "style.png")
    asked = with_style_file(file)
    first = shown(networks, asked)
    np.testing.assert_array_equal(first, shown(networks, asked))
    np.testing.assert_array_equal(first, shown(networks, request()))
    pictures.saved(pictures.strokes(hue=150, seed=1), file)
    np.testing.assert_array_equal(
        shown(networks, asked), shown(networks, request(pictures={"style": OTHER}))
    )


def test_the_content_is_looked_at_anew_when_it_changes(networks: Networks) -> None:
    asked = request(selection=None)
    shown(networks, asked)
    flipped = pixels(pictures.photograph(192, 160).transpose(Image.Transpose.FLIP_TOP_BOTTOM))
    other = replace(asked, content=flipped)
    assert np.abs(shown(networks, other) - painted(networks, other)).max() <= 1


@pytest.mark.parametrize("asks", [0, 1, 5, 13, 30, 40, 60])
def test_it_stops_between_its_steps(networks: Networks, asks: int) -> None:
    asked = with_settings(request(pictures=BOTH), strength=0.4)
    asked = replace(asked, content=pixels(pictures.photograph(100 + asks, 90)), selection=None)
    mask = pixels(pictures.soft_disc(100 + asks, 90), GREY)
    heard = 0

    def should_stop() -> bool:
        nonlocal heard
        heard += 1
        return heard > asks

    with pytest.raises(Stopped):
        preview.paint(replace(asked, selection=mask), networks, should_stop)
    assert heard == asks + 1


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (31, 33)], ids=str)
def test_previews_of_any_shape(networks: Networks, shape: tuple[int, int]) -> None:
    content = pixels(pictures.photograph(*shape))
    asked = request(content=content, selection=None, preview=Extent(10 * shape[0], 10 * shape[1]))
    assert shown(networks, asked).shape == (shape[1], shape[0], 4)


def test_bad_input_is_refused_in_the_same_words(networks: Networks) -> None:
    black = Pixels(CONTENT.extent, GREY, bytes(len(MASK.data)))
    with pytest.raises(BadInput, match="nothing to paint"):
        shown(networks, request(selection=black))
    with pytest.raises(BadInput, match="There is no file"):
        shown(networks, with_style_file(Path("/nowhere/style.png")))
    with pytest.raises(BadInput, match="the size its picture has"):
        request(preview=Extent(0, 10))


# --- mixtures -----------------------------------------------------------------------------------


def test_a_mixture_is_previewed_as_it_is_painted(networks: Networks, tmp_path: Path) -> None:
    other = pictures.saved(pictures.strokes(hue=150, seed=1), tmp_path / "other.png")
    asked = with_settings(request(), mix=f"{other}=0.5")
    found = shown(networks, asked)
    assert np.abs(found - painted(networks, asked)).max() <= 1
    assert np.abs(found - shown(networks, request())).mean() > 3


def test_a_weight_that_moves_measures_nothing_anew(
    installation: Installation, tmp_path: Path
) -> None:
    """Each style of a mixture is remembered by itself."""
    other = pictures.saved(pictures.strokes(hue=150, seed=1), tmp_path / "other.png")
    folder = tmp_path / "styles"
    remembering = Networks(installation.weights, styles=folder)

    def mixed(weight: float) -> np.ndarray:
        return shown(remembering, with_settings(request(), mix=f"{other}={weight}"))

    seen = [mixed(0.2)]
    kept = sorted(folder.iterdir())
    seen += [mixed(1), mixed(3)]
    assert sorted(folder.iterdir()) == kept
    assert np.abs(seen[0] - seen[1]).max() > 5
    assert np.abs(seen[1] - seen[2]).max() > 5


FLIPPED = pixels(pictures.photograph(192, 160).transpose(Image.Transpose.FLIP_LEFT_RIGHT))
DARK = pixels(pictures.strokes(hue=20).point(lambda value: max(0, value - 190)))


@pytest.mark.parametrize(("style", "anew"), [(STYLE, 0), (DARK, 1)], ids=["bright", "dark"])
def test_only_a_dark_style_is_measured_anew_for_another_content(
    style: Pixels, anew: int, installation: Installation, tmp_path: Path
) -> None:
    """It is guarded by what the content can bear; others are remembered for all contents."""
    remembering = Networks(installation.weights, styles=tmp_path)
    asked = request(pictures={"style": style}, selection=None)
    shown(remembering, asked)
    before = len(list(tmp_path.iterdir()))
    other = replace(asked, content=FLIPPED)
    assert np.abs(shown(remembering, other) - painted(remembering, other)).max() <= 1
    assert len(list(tmp_path.iterdir())) == before + anew


def test_a_matched_palette_is_the_contents_own(networks: Networks) -> None:
    """A style in the palette of one content is not remembered for another."""
    asked = with_settings(request(selection=None), colors="match")
    shown(networks, asked)
    blue = pixels(Image.merge("RGB", pictures.photograph(192, 160).split()[::-1]))
    other = replace(asked, content=blue)
    assert np.abs(shown(networks, other) - painted(networks, other)).max() <= 1


# --- pastiche -----------------------------------------------------------------------------------


def pastiche(**changes: object) -> Request:
    asked = with_settings(request(**changes), method="pastiche", pastiche="starry, 3=0.5")
    return replace(asked, pictures={})


@pytest.mark.parametrize("given", [{}, {"selection": None}], ids=str)
@pytest.mark.parametrize("chosen", [{}, {"strength": 0.5}, {"background_pastiche": "9"}], ids=str)
def test_pastiche_is_previewed_in_its_own_hand(
    networks: Networks, given: dict[str, object], chosen: dict[str, object]
) -> None:
    asked = with_settings(pastiche(**given), **chosen)
    found = shown(networks, asked)
    assert np.abs(found - painted(networks, asked)).max() <= 1
    instant = with_settings(request(**given), **chosen, pastiche="1")
    assert np.abs(found - shown(networks, instant)).mean() > 3


def test_pastiche_keeps_the_paintings_strokes_on_a_smaller_rendition(networks: Networks) -> None:
    """Its strokes have one size in pixels: worked on at the rendition's own size, they would be
    twice as broad beside the picture. Nearer to the painting than that."""
    large = pictures.photograph(384, 320)
    content = pixels(large.resize((192, 160)))
    asked = replace(pastiche(selection=None), content=content, preview=Extent(384, 320))
    life = replace(asked, content=pixels(large), preview=None)
    final = Image.fromarray(painted(networks, life)[..., :3].astype(np.uint8))
    expected = np.asarray(final.resize((192, 160), Image.Resampling.BOX)).astype(int)
    own = painted(networks, asked)[..., :3]
    found = shown(networks, asked)[..., :3]
    assert np.abs(found - expected).mean() < 0.7 * np.abs(own - expected).mean()


def test_pastiche_keeps_to_its_area(networks: Networks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pastiche, "area", 128 * 128)
    asked = pastiche(selection=None, preview=Extent(1920, 1600))
    report = preview.paint(asked, networks, lambda: False).report
    assert report["size"] == 140  # 140x117 px
