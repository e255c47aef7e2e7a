"""Faces: that they are found, and that a painting keeps them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from skimage import data
from torch import Tensor
from torch.nn import functional

from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.engine import job
from core.engine.networks import Networks
from core.features.faces import SKIN, Face, together
from core.features.models import centerface, facemesh, u2netp
from core.features.network import FeatureNetwork
from core.features.regions import StyledMask, WeightedStyle, position_weights
from core.features.weights.store import weights_file
from core.masks.faces import FaceFinder
from core.painterly.objective import Objective
from core.painterly.recipe import Recipe
from core.painterly.terms.faces import SMALL, FaceTerm
from core.painterly.tiling import Tiler
from core.pixels.imaging import Picture, array, resize, to_picture
from tests import narrow, pictures

FACE = Box(182, 58, 88, 120)
"""The astronaut's, by hand."""


@pytest.fixture(scope="module")
def finder(installation: Installation) -> FaceFinder:
    found = Networks.of(installation).faces()
    assert found is not None, "an installation has its weights"
    return found


SIZE = Extent(512, 512)


def pixels(image: Image.Image) -> Pixels:
    return Pixels(Extent(*image.size), PixelFormat("RGB", "u8"), image.tobytes())


def color(image: Image.Image) -> Tensor:
    return to_picture(pixels(image)).color


@cache
def astronaut() -> Image.Image:
    return Image.fromarray(data.astronaut())


def overlap(one: Box, other: Box) -> float:
    common = one.intersect(other)
    both = 0 if common.empty else common.extent.area
    return both / (one.extent.area + other.extent.area - both)


class TestFinding:
    @pytest.mark.parametrize("side", [192, 512, 1600])
    def test_a_face_is_where_it_is_at_any_size(self, side: int, finder: FaceFinder) -> None:
        (face,) = finder.find(color(astronaut().resize((side, side))))
        assert overlap(face.box(Extent(512, 512)), FACE) > 0.6

    @pytest.mark.parametrize("name", ["coffee", "chelsea", "rocket", "retina"])
    def test_there_is_none_in_things_and_animals(self, name: str, finder: FaceFinder) -> None:
        assert finder.find(color(Image.fromarray(getattr(data, name)()))) == ()

    def test_several_are_found_the_largest_first(self, finder: FaceFinder) -> None:
        both = Image.new("RGB", (900, 512), (90, 110, 90))
        both.paste(astronaut().resize((256, 256)), (20, 100))
        both.paste(astronaut(), (388, 0))
        large, small = finder.find(color(both))
        assert overlap(large.box(Extent(900, 512)), FACE.move(388, 0)) > 0.6
        assert large.side(Extent(900, 512)) > 1.8 * small.side(Extent(900, 512))

    def test_a_turned_one_is_found(self, finder: FaceFinder) -> None:
        turned = astronaut().rotate(25, center=(226, 118))
        (face,) = finder.find(color(turned))
        assert overlap(face.box(Extent(512, 512)), FACE) > 0.4

    def test_the_mesh_has_the_eyes_where_they_are(self, finder: FaceFinder) -> None:
        picture = np.asarray(astronaut())
        (found,) = finder.look(picture)
        points = finder.mesh(picture, found)
        eyes = [points[list(eye)].mean(axis=0) for eye in facemesh.EYES]
        np.testing.assert_allclose(eyes, found.points[:2], atol=5)

    def test_eyes_nose_and_mouth_are_where_they_are(self, finder: FaceFinder) -> None:
        picture = np.asarray(astronaut())
        (face,) = finder.find(color(astronaut()))
        (found,) = finder.look(picture)
        eyes, nose, mouth = found.points[:2], found.points[2], found.points[3:].mean(axis=0)
        held, whole = (one[0, 0].numpy() for one in (face.held(SIZE), face.mask(SIZE)))
        for part, point in zip(face.parts, [*eyes, nose, mouth], strict=True):
            assert (512 * part.min(axis=0) - 4 <= point).all()
            assert (point <= 512 * part.max(axis=0) + 4).all()
            x, y = point.round().astype(int)
            assert held[y, x] > 2 * SKIN
        forehead = eyes.mean(axis=0) - (0, 0.4 * np.linalg.norm(nose - eyes.mean(axis=0)) + 18)
        x, y = forehead.round().astype(int)
        assert held[y, x] == pytest.approx(SKIN, abs=0.1) and whole[y, x] > 0.9

    @pytest.mark.parametrize(("spoil", "said"), [(False, "missing"), (True, "can't be read")])
    def test_without_their_weights_none_is_found_which_is_told(
        self, spoil: bool, said: str, installation: Installation, tmp_path: Path
    ) -> None:
        shutil.copy(weights_file(facemesh.WEIGHTS, installation.weights), tmp_path)
        if spoil:
            weights_file(centerface.WEIGHTS, tmp_path).write_bytes(b"no weights")
        networks = Networks(tmp_path, "cpu")
        assert networks.faces() is None
        why = str(networks.no_faces())
        assert said in why and why.endswith("run 'python3 install.py' again.")


ROUND = Face(
    np.stack(
        [
            0.5 + 0.2 * np.cos(np.linspace(0, 6.2, 40)),
            0.4 + 0.3 * np.sin(np.linspace(0, 6.2, 40)),
        ],
        axis=1,
    ).astype(np.float32)
)


class TestMasks:
    def test_a_mask_is_soft_and_covers_the_face(self) -> None:
        mask = ROUND.mask(Extent(200, 100))
        assert mask.shape == (1, 1, 100, 200)
        assert float(mask[0, 0, 40, 100]) == pytest.approx(1)
        assert float(mask[0, 0, 95, 100]) == float(mask[0, 0, 40, 20]) == 0
        assert bool(((mask > 0.2) & (mask < 0.8)).any())

    def test_it_is_the_same_at_any_size(self) -> None:
        large, small = ROUND.mask(Extent(400, 320)), ROUND.mask(Extent(100, 80))
        apart = (resize(large, Extent(100, 80)) - small).abs()
        assert float(apart.max()) < 0.15 and float(apart.mean()) < 0.01

    def test_a_part_of_the_picture_shows_the_same_face(self) -> None:
        whole, box = Extent(200, 160), Box(40, 0, 120, 140)
        part = ROUND.within(box, whole).mask(box.extent)
        torch.testing.assert_close(part, ROUND.mask(whole)[..., :140, 40:160], atol=0.02, rtol=0)

    def test_a_part_of_the_picture_shows_the_same_parts(self) -> None:
        eye = np.array([[0.4, 0.3], [0.5, 0.3], [0.5, 0.4], [0.4, 0.4]], np.float32)
        face, whole, box = Face(ROUND.outline, (eye,)), Extent(200, 160), Box(40, 0, 120, 140)
        held = face.held(whole)
        assert held[0, 0, 56, 90] > 0.9 and held[0, 0, 80, 120] == pytest.approx(SKIN, abs=0.05)
        part = face.within(box, whole).held(box.extent)
        torch.testing.assert_close(part, held[..., :140, 40:160], atol=0.02, rtol=0)

    def test_without_parts_all_of_a_face_counts(self) -> None:
        torch.testing.assert_close(ROUND.held(Extent(80, 60)), ROUND.mask(Extent(80, 60)))

    def test_faces_that_meet_are_one_mask(self) -> None:
        shifted = Face(ROUND.outline + np.array([0.1, 0], np.float32))
        mask = together((ROUND, shifted), Extent(100, 80))
        assert float(mask.max()) <= 1
        assert bool((mask >= ROUND.mask(Extent(100, 80))).all())


CONTENT = Picture(
    functional.interpolate(
        torch.rand(1, 3, 12, 15, generator=torch.Generator().manual_seed(1)).double(),
        (120, 152),
        mode="bicubic",
    ).clamp(0, 1),
    torch.ones(1, 1, 120, 152).double(),
)
STYLE = Picture(
    CONTENT.color.flip(3)[..., :96, :80].contiguous(), torch.ones(1, 1, 96, 80).double()
)
MASK = torch.ones_like(CONTENT.alpha)
MASK[..., 100:] = 0
FACED = Face(ROUND.outline, (ROUND.outline * 0.3 + np.array([0.3, 0.2], np.float32),))
REGION = StyledMask(MASK, (WeightedStyle(STYLE, 1.0),), faces=(FACED,))
LAYER = "relu2_1"


@pytest.fixture(scope="module")
def network() -> FeatureNetwork:
    return narrow.features()


class TestTerm:
    """The face's form, in a network of float64."""

    @pytest.mark.parametrize("pixels", [10**6, 90 * 90])
    def test_its_gradient_is_autograds(self, network: FeatureNetwork, pixels: int) -> None:
        recipe = Recipe(face_layers={LAYER: 3.0}, terms=(FaceTerm,))
        objective = Objective(CONTENT, REGION, network, recipe, Tiler(torch.device("cpu"), pixels))
        painted = CONTENT.color.flip(2) * 0.5 + 0.3 * CONTENT.color
        found, losses = objective.gradient(painted, 0)
        leaf = painted.clone().requires_grad_()
        inside = (FACED.held(CONTENT.extent) * MASK).double()
        weights = position_weights(inside, network.network.layer(LAYER), border_share=0)
        amount = weights.sum() * 4 / (MASK > 0).sum() * SMALL / ROUND.side(CONTENT.extent)
        loss = 3.0 * _unlike(network, leaf, weights) * amount
        (slope,) = torch.autograd.grad(loss, leaf)
        assert losses == {"faces": pytest.approx(loss.item(), rel=1e-6)}
        torch.testing.assert_close(found, slope * (MASK > 0), rtol=1e-5, atol=1e-8)

    def test_it_holds_neither_colour_nor_contrast(self, network: FeatureNetwork) -> None:
        recipe = Recipe(face_layers={"relu1_1": 1.0}, terms=(FaceTerm,))
        objective = Objective(CONTENT, REGION, network, recipe)
        _, of_paler = objective.gradient(CONTENT.color * 0.5, 0)
        _, of_other = objective.gradient(CONTENT.color.flip(2), 0)
        assert of_paler["faces"] < 0.05 * of_other["faces"]


def _unlike(network: FeatureNetwork, picture: Tensor, weights: Tensor) -> Tensor:
    """1 less the weighted correlation of each channel with the content's, by its deviation."""

    def standard(features: Tensor, more: Tensor | float) -> tuple[Tensor, Tensor]:
        mean = (features * weights).sum(dim=(2, 3), keepdim=True) / weights.sum()
        variance = ((features - mean).square() * weights).sum(dim=(2, 3)) / weights.sum()
        return (features - mean) / (variance + more).sqrt()[..., None, None], variance

    wanted, variance = standard(network(CONTENT.color, [LAYER])[LAYER].detach(), 1e-15)
    found, _ = standard(network(picture, [LAYER])[LAYER], 0.02 * variance)
    correlation = (wanted * found * weights).sum(dim=(2, 3)) / weights.sum()
    share = variance.sqrt() / variance.sqrt().sum()
    return ((1 - correlation) * share).sum()


@pytest.fixture(scope="module")
def networks(installation: Installation) -> Networks:
    return Networks.of(installation)


def painted(
    content: Image.Image, networks: Networks, tmp_path: Path, **more: object
) -> NDArray[np.uint8]:
    style = pictures.saved(pictures.strokes(), tmp_path / "style.png")
    settings = Settings(style=str(style), device="cpu", steps=40, size=128)
    request = Request(pixels(content), replace(settings, **more))  # type: ignore[arg-type]
    found = job.run(request, networks, lambda _: None, lambda: False)
    return array(found.layer)[..., :3]


@pytest.mark.parametrize("method", ["painterly", "instant"])
class TestPainting:
    def test_a_kept_face_is_more_like_itself(
        self, method: str, networks: Networks, finder: FaceFinder, tmp_path: Path
    ) -> None:
        """Its light and shade are, whatever its colours are."""
        content = astronaut().crop((116, 0, 336, 220)).resize((128, 128))
        found = finder.find(color(content))
        inside = together(found, Extent(128, 128))[0, 0].numpy() > 0.99
        grey = np.asarray(content).mean(axis=-1)[inside]
        kept, plain = (
            painted(content, networks, tmp_path, method=method, faces=faces).mean(axis=-1)[inside]
            for faces in ("keep", "as-the-rest")
        )
        assert 1 - np.corrcoef(kept, grey)[0, 1] < 0.85 * (1 - np.corrcoef(plain, grey)[0, 1])

    def test_without_a_face_nothing_changes(
        self, method: str, networks: Networks, tmp_path: Path
    ) -> None:
        content = Image.fromarray(data.coffee()).crop((100, 0, 500, 400)).resize((96, 96))
        kept, plain = (
            painted(content, networks, tmp_path, method=method, faces=faces, steps=10)
            for faces in ("keep", "as-the-rest")
        )
        np.testing.assert_array_equal(kept, plain)


class TestWithout:
    """What a person reads of an installation whose weights are damaged."""

    @pytest.fixture
    def lame(self, installation: Installation, tmp_path: Path) -> Networks:
        """Networks that find neither faces nor subjects."""
        folder = tmp_path / "weights"
        folder.mkdir()
        for file in installation.weights.iterdir():
            (folder / file.name).symlink_to(file)
        for weights in (centerface.WEIGHTS, u2netp.WEIGHTS):
            file = weights_file(weights, folder)
            file.unlink()
            file.write_bytes(b"no weights")
        return Networks(folder, "cpu")

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({}, ["Faces were not looked for."]),
            ({"faces": "as-the-rest"}, []),
            (
                {"faces": "as-the-rest", "segment": "auto"},
                ["Subjects were found by their colours alone."],
            ),
            ({"faces": "as-the-rest", "semantic": "auto"}, []),
            (
                {"method": "painterly", "faces": "as-the-rest", "semantic": "auto"},
                [
                    "Faces were not looked for.",
                    "Subjects were not told from what is behind them.",
                ],
            ),
        ],
    )
    def test_a_painting_says_what_was_left_out(
        self, more: dict[str, object], said: list[str], lame: Networks, tmp_path: Path
    ) -> None:
        style = pictures.saved(pictures.strokes(), tmp_path / "style.png")
        plain = Settings(style=str(style), method="instant", size=96, steps=1)
        settings = replace(plain, **more)  # type: ignore[arg-type]
        request = Request(pixels(Image.fromarray(data.coffee()).resize((96, 72))), settings)
        result = job.run(request, lame, lambda _: None, lambda: False)
        notes = [str(note) for note in cast("list[Text]", result.report.get("notes", []))]
        assert [note.partition(". ")[0] + "." for note in notes] == said
        assert all(note.endswith("run 'python3 install.py' again.") for note in notes)
