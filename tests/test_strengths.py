"""The strength of each pixel, from a grey picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.session.reading import work_of
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine import strengths
from core.engine.networks import Networks
from core.pixels.imaging import array
from tests import pictures

EXTENT = Extent(96, 80)
RGB, GREY = PixelFormat("RGB", "u8"), PixelFormat("G", "u8")


def _pixels(values: np.ndarray) -> Pixels:
    height, width = values.shape[:2]
    format = GREY if values.ndim == 2 else RGB
    return Pixels(Extent(width, height), format, values.astype("u1").tobytes())


CONTENT = _pixels(np.asarray(pictures.photograph(*EXTENT)))
STYLE = _pixels(np.asarray(pictures.strokes()))
RISING = np.tile(np.linspace(0, 255, EXTENT.width).round(), (EXTENT.height, 1))
HALVES = np.where(RISING < 128, 0, 255)


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


def _request(mask: np.ndarray | None, **settings: object) -> Request:
    given = {"style": STYLE} | ({} if mask is None else {"strength_mask": _pixels(mask)})
    return Request(CONTENT, Settings(device="cpu", **settings), pictures=given)  # type: ignore[arg-type]


def _layer(networks: Networks, request: Request) -> np.ndarray:
    return array(engine.run(request, networks, lambda _: None, lambda: False).layer).astype(int)


QUICK = [
    {"method": "instant"},
    {"method": "pastiche"},
    {"method": "painterly", "size": 64, "steps": 12},
]


@pytest.mark.parametrize("settings", QUICK, ids=lambda given: given["method"])
def test_black_leaves_the_original_and_white_is_the_full_strength(
    networks: Networks, settings: dict[str, object]
) -> None:
    layer = _layer(networks, _request(HALVES, **settings))
    assert (layer[:, : 96 // 2 - 1, 3] == 0).all()  # nothing is laid there
    assert (layer[:, 96 // 2 + 1 :, 3] == 255).all()
    whole = _layer(networks, _request(np.full_like(HALVES, 255), **settings))
    plain = _layer(networks, _request(None, **settings))
    np.testing.assert_allclose(whole, plain, atol=1)


@pytest.mark.parametrize("settings", QUICK, ids=lambda given: given["method"])
def test_an_even_grey_is_that_strength(networks: Networks, settings: dict[str, object]) -> None:
    grey = _layer(networks, _request(np.full_like(HALVES, 153), **settings))
    weaker = _layer(networks, _request(None, strength=0.6, **settings))
    assert np.abs(grey - weaker).mean() <= 1


@pytest.mark.parametrize("settings", QUICK, ids=lambda given: given["method"])
def test_the_lighter_it_is_the_further_a_painting_is_from_its_original(
    networks: Networks, settings: dict[str, object]
) -> None:
    content = array(CONTENT).astype(int)

    def away(mask: np.ndarray | None) -> np.ndarray:
        """By quarters, from left to right."""
        layer = _layer(networks, _request(mask, **settings))
        far = np.abs(layer[..., :3] - content) * (layer[..., 3:] / 255)
        return np.asarray(far.mean(axis=(0, 2)).reshape(4, -1).mean(axis=1))

    shares = away(RISING) / away(None)
    assert (np.diff(shares) > -0.05).all()
    assert shares[0] < 0.5 and shares[-1] > 0.75


def test_a_preview_shows_it(networks: Networks) -> None:
    asked = _request(RISING, method="instant")
    preview = _layer(networks, replace(asked, preview=EXTENT))
    assert np.abs(preview - _layer(networks, asked)).max() <= 1
    weaker = _request(RISING // 2, method="instant")
    assert np.abs(preview - _layer(networks, replace(weaker, preview=EXTENT))).mean() > 1


def test_it_is_read_from_a_file_of_any_size_as_grey(tmp_path: Path) -> None:
    file = tmp_path / "mask.png"
    small = pictures.photograph(48, 40)
    small.putalpha(128)
    small.save(file)
    request = replace(
        _request(None), settings=Settings(style="a.png", strength_mask=str(file)), pictures={}
    )
    found = strengths.drawn(request, Box(10, 20, 30, 40))
    assert found is not None and found.shape == (1, 1, 40, 30)
    grey = np.asarray(small)[..., :3] @ (0.2126, 0.7152, 0.0722) / 255 * 128 / 255
    whole = strengths.drawn(request, Box.of(EXTENT))
    assert whole is not None
    assert float(whole.mean()) == pytest.approx(grey.mean(), abs=0.01)


def test_of_other_proportions_it_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadInput, match="strength mask is 96x40 px, the picture 96x80"):
        strengths.drawn(_request(RISING[:40]), Box.of(EXTENT))


def test_hosts_read_the_whole_layer_that_it_is_of() -> None:
    extents = Extents(Extent(500, 400), Box(0, 0, 500, 400), Box(50, 40, 20, 20))
    for settings, given in (
        (Settings(strength_mask="a.png"), {}),
        (Settings(), {"strength_mask": CONTENT}),
    ):
        assert work_of(extents, settings, given).box == Box(0, 0, 500, 400)
