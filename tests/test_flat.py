"""A style of one flat colour gives the content in the shades of that colour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage.color import rgb2lab

from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine import job as engine
from core.engine.networks import Networks
from core.pixels.color import to_oklab
from core.pixels.imaging import Picture, array, to_picture
from core.styles import flat
from tests import pictures

RGB = PixelFormat("RGB", "u8")
RED = (180, 60, 50)
CONTENT = pictures.photograph(96, 80)


def _pixels(image: Image.Image) -> Pixels:
    return Pixels(Extent(*image.size), RGB, image.tobytes())


def _plain(color: tuple[int, int, int] = RED) -> Picture:
    return to_picture(_pixels(Image.new("RGB", (40, 30), color)))


def _lab(image: object) -> NDArray[np.float64]:
    found: NDArray[np.float64] = rgb2lab(np.asarray(image)[..., :3])
    return found


def test_only_what_has_no_contrast_is_flat() -> None:
    grain = np.random.default_rng(0).normal(0, 1, (64, 64, 1))
    noisy, canvas = (np.clip(RED + size * grain, 0, 255).astype(np.uint8) for size in (1, 6))
    assert flat.is_flat(_plain())
    assert flat.is_flat(to_picture(_pixels(Image.fromarray(noisy))))
    assert not flat.is_flat(to_picture(_pixels(Image.fromarray(canvas))))
    half = _plain()
    half.color[..., :10, :] = 0
    assert not flat.is_flat(half)
    half.alpha[..., :10, :] = 0
    assert flat.is_flat(half), "what is not seen does not count"


def test_the_shades_go_from_black_through_the_colour_to_white() -> None:
    shades = flat.shades(_plain()).color
    torch.testing.assert_close(shades[0, :, 0, 0], torch.zeros(3), atol=2e-3, rtol=0)
    torch.testing.assert_close(shades[0, :, 0, -1], torch.ones(3), atol=2e-3, rtol=0)
    color = torch.tensor(RED).view(3, 1) / 255
    assert float((shades[0, :, 0] - color).abs().amax(dim=0).amin()) < 0.01
    lightness = to_oklab(shades)[0, 0, 0]
    assert bool((lightness.diff() > 0).all())


def test_a_shaded_content_keeps_its_light() -> None:
    content = to_picture(_pixels(CONTENT))
    shaded = flat.shaded(_plain(), content)
    own, found = to_oklab(content.color), to_oklab(shaded.color)
    torch.testing.assert_close(found[:, :1], own[:, :1], atol=2e-3, rtol=0)
    angle = torch.atan2(found[:, 2], found[:, 1])[found[:, 1:].norm(dim=1) > 0.03]
    assert float(angle.amax() - angle.amin()) < 0.05


def test_a_style_with_strokes_is_left() -> None:
    style = to_picture(_pixels(pictures.strokes()))
    assert flat.shades(style) is style
    assert flat.shaded(style, to_picture(_pixels(CONTENT))) is style


# --- paintings ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks(installation.weights)


def _request(content: Image.Image = CONTENT, **settings: object) -> Request:
    quick = {"device": "cpu", "size": 96, "steps": 30, **settings}
    style = Image.new("RGB", (60, 60), RED)
    return Request(_pixels(content), Settings(**quick), None, {"style": _pixels(style)})  # type: ignore[arg-type]


def _painted(networks: Networks, request: Request) -> NDArray[np.float64]:
    """In Lab, shape (height, width, 3)."""
    return _lab(array(engine.run(request, networks, lambda _: None, lambda: False).layer))


@pytest.mark.parametrize(
    ("kind", "likeness"), [("painterly", 0.9), ("instant", 0.6), ("preview", 0.6)]
)
def test_a_painting_has_the_contents_light_and_the_styles_hue(
    kind: str, likeness: float, networks: Networks
) -> None:
    """Instant makes strokes of anything, so its painting is less like the content's light."""
    request = _request(method="instant" if kind == "instant" else "painterly")
    if kind == "preview":
        request = replace(request, preview=Extent(96, 80))
    found, own = _painted(networks, request), _lab(CONTENT)
    assert np.corrcoef(found[..., 0].ravel(), own[..., 0].ravel())[0, 1] > likeness
    assert found[..., 0].std() > 0.7 * own[..., 0].std()
    wanted = _lab(Image.new("RGB", (1, 1), RED))[0, 0]
    strong = found[np.hypot(found[..., 1], found[..., 2]) > 15]
    assert len(strong) > 0.3 * 96 * 80
    hue = np.degrees(np.arctan2(strong[:, 2], strong[:, 1]) - np.arctan2(wanted[2], wanted[1]))
    assert np.quantile(np.abs(hue), 0.95) < 15


def test_each_content_is_previewed_in_its_own_light(
    installation: Installation, tmp_path: Path
) -> None:
    """Most styles are measured once for all contents, but this one is another for each."""
    networks = Networks(installation.weights, styles=tmp_path)
    other = (
        pictures.photograph(96, 80).transpose(Image.Transpose.ROTATE_180).point(lambda v: v // 3)
    )
    for content in (CONTENT, other):
        request = replace(_request(content), preview=Extent(96, 80))
        assert _painted(networks, request)[..., 0].mean() == pytest.approx(
            _lab(content)[..., 0].mean(), abs=6
        )
