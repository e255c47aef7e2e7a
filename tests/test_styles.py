"""Style pictures: mixtures and their weights, and mixtures of the instant method."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks
from core.features.spread import Spread, mixed, restyle, spread
from core.pixels.imaging import Picture, to_picture
from core.styles import style_picture
from core.styles.style_picture import StylePicture
from tests import pictures

RGB = PixelFormat("RGB", "u8")


def pixels(image: Image.Image) -> Pixels:
    return Pixels(Extent(*image.size), RGB, image.tobytes())


CONTENT = pixels(pictures.photograph(96, 80))
GIVEN = pixels(pictures.strokes(hue=20))


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    return [
        str(pictures.saved(pictures.strokes(hue=hue, seed=hue), tmp_path / f"{hue},=.png"))
        for hue in (60, 120, 180)
    ]


def request(**settings: object) -> Request:
    return Request(CONTENT, Settings.from_mapping(settings), pictures={"style": GIVEN})


def test_a_style_alone_is_all_of_it(files: list[str]) -> None:
    (found,) = style_picture.mixture(request(), "style")
    assert found == StylePicture("", GIVEN, 1.0, enough=256)
    (found,) = style_picture.mixture(Request(CONTENT, Settings(style=files[0])), "style")
    assert found == StylePicture(files[0], None, 1.0, enough=256)


@pytest.mark.parametrize(
    ("text", "weights"),
    [
        ("{0}=1", [0.5, 0.5]),
        ("{0}=0.5; {1}=2.5", [0.25, 0.125, 0.625]),
        ("{0}=3\n{1}=0", [0.25, 0.75]),
        (" {0}=1 ; {1}=1; {2}=1;", [0.25, 0.25, 0.25, 0.25]),
    ],
)
def test_weights_are_relative_to_the_first_ones(
    text: str, weights: list[float], files: list[str]
) -> None:
    found = style_picture.mixture(request(mix=text.format(*files)), "style")
    assert [style.weight for style in found] == weights
    assert [style.path for style in found[1:]] == files[: len(weights) - 1]
    assert sum(weights) == 1


def test_the_background_is_never_mixed(files: list[str]) -> None:
    asked = request(mix=f"{files[0]}=1", background_style=files[1])
    assert style_picture.mixture(asked, "background_style") == (
        StylePicture(files[1], None, 1.0, 256),
    )


@pytest.mark.parametrize(
    ("mix", "message"),
    [
        ("b.jpg=much", "needs a weight"),
        ("b.jpg=-1", "needs a weight of 0 or more"),
        ("b.jpg=nan", "needs a weight of 0 or more"),
        ("b.jpg=1; b.jpg=2", "twice"),
        ("=2", "without a name"),
        ("b.jpg=0; c.jpg=0", "all 0"),
    ],
)
def test_a_malformed_mixture_is_refused(mix: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        style_picture.mixture(request(mix=mix), "style")


def test_labels_and_mixtures_are_refused_together(files: list[str]) -> None:
    asked = request(mix=f"{files[0]}=1", style_labels=files[1])
    with pytest.raises(BadInput, match="leave out mix or the labels"):
        style_picture.mixture(asked, "style")


def test_a_picture_in_a_mixture_must_be_one(tmp_path: Path) -> None:
    for name, message in {"none.png": "no file", "text.png": "text.png", "tiny.png": "3x5"}.items():
        path = tmp_path / name
        if name == "text.png":
            path.write_text("no picture")
        if name == "tiny.png":
            pictures.saved(Image.new("RGB", (3, 5)), path)
        _, other = style_picture.mixture(request(mix=f"{path}=1"), "style")
        with pytest.raises(BadInput, match=message):
            other.read()


def test_an_identity_tells_pictures_apart(files: list[str], tmp_path: Path) -> None:
    everyone = [StylePicture(path) for path in files] + [
        StylePicture("", GIVEN),
        StylePicture("", pixels(pictures.strokes(hue=21))),
        StylePicture(str(tmp_path / "none.png")),
    ]
    assert len({style.identity for style in everyone}) == len(everyone)
    assert replace(everyone[0], weight=0.3).identity == everyone[0].identity
    before = everyone[0].identity
    pictures.saved(pictures.strokes(hue=200), Path(files[0]))
    assert everyone[0].identity != before


# --- in the instant method ----------------------------------------------------------------------


def spreads(count: int) -> list[Spread]:
    generator = torch.Generator().manual_seed(4)
    return [
        Spread(*torch.rand(2, 1, 5, 1, 1, generator=generator, dtype=torch.float64))
        for _ in range(count)
    ]


def test_a_mixture_makes_the_mixture_of_what_each_makes() -> None:
    """The papers mix restyled features. Here the spreads are mixed, which gives the same."""
    generator = torch.Generator().manual_seed(5)
    features = torch.randn(1, 5, 6, 7, generator=generator, dtype=torch.float64)
    own = spread(features, torch.rand(6, 7, generator=generator, dtype=torch.float64))
    shares = list(zip(spreads(3), (0.2, 0.5, 0.3), strict=True))
    expected = sum(weight * restyle(features, own, style) for style, weight in shares)
    assert isinstance(expected, Tensor)
    found = restyle(features, own, mixed(shares))
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)
    for style, _ in shares:
        assert float((restyle(features, own, style) - found).abs().max()) > 0.1


def test_a_mixture_of_one_is_that_one() -> None:
    (style,) = spreads(1)
    for found, expected in zip(mixed([(style, 1.0)]), style, strict=True):
        assert torch.equal(found, expected)


def test_a_mixture_lies_between_its_styles(installation: Installation) -> None:
    """With the weight, the painting goes from one style to the other; halfway it is neither."""
    instant = Networks(installation.weights).instant(torch.device("cpu"))
    content = instant.encode(to_picture(CONTENT))
    known = [
        instant.measure(to_picture(pixels(pictures.strokes(hue=hue, seed=hue))))
        for hue in (20, 150)
    ]
    mask = torch.ones(1, 1, 80, 96)

    def painted(weight: float) -> Tensor:
        styles = list(zip(known, (1 - weight, weight), strict=True))
        return instant.paint(content, mask, styles, 1.0, lambda: False)

    first, last = painted(0.0), painted(1.0)
    way = float((last - first).square().mean().sqrt())
    gone = [
        float((painted(weight) - first).square().mean().sqrt()) / way
        for weight in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    assert gone == sorted(gone)
    assert gone[0] == 0 and gone[-1] == pytest.approx(1)
    assert 0.3 < gone[2] < 0.7
    middle: Picture = Picture(painted(0.5), mask)
    assert float((middle.color - last).abs().mean()) > 0.02
