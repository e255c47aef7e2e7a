"""People who touch: a point means one of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from core import cli
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.points import Point
from core.bridge.storage.paths import Installation
from core.engine.networks import Networks
from core.masks import segment
from core.masks.faces import FaceFinder
from core.masks.salient import SalientNetwork
from core.pixels.imaging import to_picture
from tests import pictures

JOIN = 330
"""The column where the two meet, shoulder to shoulder."""

LEFT, RIGHT = Point(0.31, 0.23), Point(0.69, 0.7)

Bools = NDArray[np.bool_]


@pytest.fixture(scope="module")
def trained(installation: Installation) -> SalientNetwork:
    found = Networks.of(installation).salient(torch.device("cpu"))
    assert found is not None, "an installation has its weights"
    return found


@pytest.fixture(scope="module")
def finder(installation: Installation) -> FaceFinder:
    found = Networks.of(installation).faces()
    assert found is not None, "an installation has its weights"
    return found


def twins() -> Image.Image:
    """The astronaut and her mirror image."""
    one = data.astronaut()[:, 20 : 20 + JOIN]
    return Image.fromarray(np.concatenate([one, one[:, ::-1]], axis=1))


def found(
    image: Image.Image, network: SalientNetwork, finder: FaceFinder | None, *points: Point
) -> Bools:
    pixels = Pixels(Extent(*image.size), PixelFormat("RGB", "u8"), image.tobytes())
    picture = to_picture(pixels)
    mask = segment.find_subject(picture, network=network, finder=finder, points=points)
    inside: Bools = mask[0, 0].numpy() > 0.5
    return inside


def overlap(one: Bools, other: Bools) -> float:
    """Intersection over union."""
    return float((one & other).sum() / (one | other).sum())


def test_a_point_means_one_of_two_who_touch(trained: SalientNetwork, finder: FaceFinder) -> None:
    both = found(twins(), trained, finder)
    left = both & (np.arange(2 * JOIN) < JOIN)
    assert overlap(found(twins(), trained, None, LEFT), both) > 0.98
    assert overlap(found(twins(), trained, finder, LEFT), left) > 0.88
    assert overlap(found(twins(), trained, finder, RIGHT), both & ~left) > 0.88


def test_points_in_both_mean_both(trained: SalientNetwork, finder: FaceFinder) -> None:
    both = found(twins(), trained, finder)
    assert overlap(found(twins(), trained, finder, LEFT, RIGHT), both) > 0.98


def test_one_person_is_not_parted(trained: SalientNetwork, finder: FaceFinder) -> None:
    alone = Image.fromarray(data.astronaut())
    at = Point(0.44, 0.23)
    assert (found(alone, trained, finder, at) == found(alone, trained, None, at)).all()


def halves(inside: Bools) -> tuple[float, float]:
    """Which share of the left half is inside, and which of the right one."""
    return float(inside[:, :JOIN].mean()), float(inside[:, JOIN:].mean())


def test_the_command_parts_people(tmp_path: Path) -> None:
    twins().save(tmp_path / "twins.png")
    mask = tmp_path / "mask.png"
    told = ["segment", str(tmp_path / "twins.png"), "-o", str(mask), "--at", "0.31,0.23"]
    assert cli.main(told) == 0
    left, right = halves(np.asarray(Image.open(mask)) > 127)
    assert left > 0.6 and right < 0.1


def test_one_of_two_who_touch_is_painted(tmp_path: Path) -> None:
    twins().save(tmp_path / "twins.png")
    pictures.strokes().save(tmp_path / "style.png")
    files = [str(tmp_path / "twins.png"), "--style", str(tmp_path / "style.png")]
    way = ["--method", "instant", "--size", "128", "--segment", "auto", "--subject", "0.31,0.23"]
    assert cli.main(["stylize", *files, *way, "-o", str(tmp_path / "out.png")]) == 0
    painted = np.asarray(Image.open(tmp_path / "out.png")) != np.asarray(twins())
    left, right = halves(painted.any(axis=-1))
    assert left > 0.6 and right < 0.2
