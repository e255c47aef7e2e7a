"""A method is one object: what paints, previews and costs, whatever else there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from torch import Tensor

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request
from core.bridge.contract.settings import KNOBS, Settings
from core.engine import job as engine
from core.engine import methods
from core.engine.draft import Draft
from core.engine.methods.method import Method, Tools
from core.engine.networks import Networks
from core.engine.places import Place
from core.engine.region import Region
from core.engine.reporter import Reporter
from core.features import known
from core.painterly.optimizers.known import OPTIMIZERS
from core.painterly.recipe import BALANCES, BEFORE
from core.painterly.starts import STARTS
from core.pixels.imaging import array
from tests import pictures


class Negative(Method):
    """The content in reverse: white where it is black."""

    area, grows = 64 * 64, False

    def check(self, places: Sequence[Place] = ()) -> None:
        if self.settings.size < 70:
            raise BadInput("A negative has at least 70 px.")

    def paint(self, region: Region, tools: Tools, reporter: Reporter) -> Tensor:
        return 1 - region.content.resize(self.work(region.content.extent)).color

    def preview(self, region: Region, draft: Draft, tools: Tools) -> Tensor:
        return 1 - region.content.resize(draft.work).color


CONTENT = pictures.photograph(96, 80)


def painted(tmp_path: Path, **changes: object) -> np.ndarray:
    pixels, mask = (
        Pixels(Extent(*image.size), PixelFormat(channels, "u8"), image.tobytes())
        for image, channels in ((CONTENT, "RGB"), (pictures.soft_disc(96, 80), "G"))
    )
    settings = Settings(method="instant", style="unread.png", device="cpu", size=96)
    asked = replace(Request(pixels, settings, mask), **changes)  # type: ignore[arg-type]
    result = engine.run(asked, Networks(tmp_path), told.append, lambda: False)
    return array(result.layer).astype(int)


told: list[Progress] = []


@pytest.fixture
def negative(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "CLASSES", {"instant": Negative})
    told.clear()


@pytest.mark.usefixtures("negative")
def test_a_method_paints_in_the_regions_that_there_are(tmp_path: Path) -> None:
    layer, content = painted(tmp_path), np.asarray(CONTENT).astype(int)
    seen = layer[..., 3] > 0
    assert 0 < seen.mean() < 1
    np.testing.assert_array_equal(layer[..., :3][seen], 255 - content[seen])
    np.testing.assert_array_equal(layer[..., :3][~seen], content[~seen])
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions) and fractions[-1] == 1


@pytest.mark.usefixtures("negative")
def test_its_preview_keeps_to_its_area(tmp_path: Path) -> None:
    layer, content = painted(tmp_path, preview=Extent(960, 800)), np.asarray(CONTENT).astype(int)
    seen = layer[..., 3] > 0
    assert np.abs(layer[..., :3] - (255 - content))[seen].mean() < 12
    assert (layer[..., :3] != 255 - content)[seen].any(), "it was smaller"


@pytest.mark.usefixtures("negative")
def test_what_it_refuses_is_refused_before_anything_is_painted(tmp_path: Path) -> None:
    settings = Settings(method="instant", style="unread.png", device="cpu", size=64)
    with pytest.raises(BadInput, match="at least 70 px"):
        painted(tmp_path, settings=settings)


@pytest.mark.parametrize(
    ("knob", "registry"),
    [
        ("method", methods.CLASSES),
        ("start", STARTS.keys() - {BEFORE}),  # which only a clip's frames have
        ("optimizer", OPTIMIZERS),
        ("statistics", BALANCES),
        ("network", known.NETWORKS),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_can_be_chosen_is_what_there_is(knob: str, registry: Collection[str]) -> None:
    (declared,) = (each for each in KNOBS if each.name == knob)
    assert {name for name, _ in declared.choices} == set(registry)
