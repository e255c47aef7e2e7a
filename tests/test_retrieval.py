"""Which picture of a folder a sketch is most like, and the index that is kept of the folder."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage import data

from core.bridge.contract.errors import BadInput, Stopped
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.pixels.imaging import Picture, to_picture
from core.sketches import library, retrieval, sketch
from core.sketches.library import Library
from core.styles import drawing
from tests import pictures
from tests.pictures import saved
from tests.sketches import house, page, traced


def picture(image: Image.Image) -> Picture:
    plain = image.convert("RGB")
    return to_picture(Pixels(Extent(*plain.size), PixelFormat("RGB", "u8"), plain.tobytes()))


def ink(image: Image.Image) -> torch.Tensor:
    return sketch.ink(picture(image))


def photographs() -> Iterator[Image.Image]:
    """What comes with scikit-image, and what is drawn by a program."""
    for name in ("astronaut", "camera", "chelsea", "coffee", "coins", "rocket", "page", "retina"):
        yield Image.fromarray(getattr(data, name)()).convert("RGB")
    for name in ("clock", "immunohistochemistry"):
        yield Image.fromarray(getattr(data, name)()).convert("RGB")
    yield drawing.stained_glass(384)
    yield drawing.flowing_strokes(384)


@pytest.fixture(scope="module")
def many() -> list[Image.Image]:
    found = list(photographs())
    for one in found:
        one.thumbnail((384, 384))
    return found


def ranks(many: list[Image.Image], queries: list[Image.Image]) -> np.ndarray:
    """How many pictures are more like each query than its own."""
    described = torch.stack([retrieval.describe(retrieval.edges(picture(one))) for one in many])
    found = []
    for own, query in enumerate(queries):
        scores = retrieval.likeness(retrieval.describe(ink(query)), described)
        found.append(int((scores > scores[own]).sum()))
    return np.array(found)


def test_a_traced_picture_is_found_far_more_often_than_by_chance(many: list[Image.Image]) -> None:
    """Chance is 0.08 for the first and 0.25 for the first three of these twelve."""
    places = np.concatenate([ranks(many, [traced(one, seed) for one in many]) for seed in (0, 1)])
    assert (places == 0).mean() > 0.6
    assert (places < 3).mean() > 0.75


def test_a_subject_is_found_at_another_place_and_size(many: list[Image.Image]) -> None:
    moved = []
    for one in many:
        query = Image.new("L", one.size, 255)
        small = traced(one).resize((round(one.width * 0.6), round(one.height * 0.6)))
        query.paste(small, (round(one.width * 0.3), round(one.height * 0.1)))
        moved.append(query)
    places = ranks(many, moved)
    assert (places == 0).mean() > 0.5
    assert (places < 3).mean() > 0.65


def test_likeness_is_1_to_itself_and_lower_to_all_others(many: list[Image.Image]) -> None:
    described = torch.stack([retrieval.describe(ink(traced(one))) for one in many])
    assert described.shape[1:] == retrieval.SHAPE
    for own, one in enumerate(described):
        scores = retrieval.likeness(one, described)
        assert float(scores[own]) == pytest.approx(1, abs=1e-4)
        assert (scores <= scores[own] + 1e-5).all()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    where = tmp_path / "pictures"
    (where / "more").mkdir(parents=True)
    saved(pictures.photograph(192, 160), where / "astronaut.png")
    saved(Image.fromarray(data.coffee()).resize((300, 200)), where / "more" / "coffee.jpg")
    saved(pictures.strokes(side=160), where / "strokes.png")
    return where


class Watched:
    """A library that counts what it looks at."""

    def __init__(self, folder: Path, kept: Path | None) -> None:
        self._library = Library(folder, kept)
        self.looked: list[tuple[int, int]] = []

    def rank(self, query: Image.Image) -> list[str]:
        self.looked.clear()
        found = self._library.rank(ink(query), lambda *at: self.looked.append(at))
        return [one.path.name for one in found]


QUERY = traced(pictures.photograph(192, 160))


def test_the_index_is_kept_and_only_what_changed_is_looked_at(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    watched = Watched(folder, kept)
    first = watched.rank(QUERY)
    assert sorted(first) == ["astronaut.png", "coffee.jpg", "strokes.png"]
    assert first[0] == "astronaut.png"
    assert watched.looked == [(0, 3), (1, 3), (2, 3)]
    again = Watched(folder, kept)
    assert again.rank(QUERY) == first
    assert again.looked == []
    saved(pictures.strokes(side=160, seed=5), folder / "strokes.png")
    os.utime(folder / "strokes.png", ns=(1, 1))
    assert again.rank(QUERY)[0] == "astronaut.png"
    assert again.looked == [(0, 1)]
    (folder / "astronaut.png").unlink()
    assert "astronaut.png" not in again.rank(QUERY)
    assert again.looked == []


@pytest.mark.parametrize("damage", ["cut", "bits", "text"])
def test_a_damaged_index_is_made_anew(folder: Path, tmp_path: Path, damage: str) -> None:
    kept = tmp_path / "kept"
    first = Watched(folder, kept).rank(QUERY)
    (index,) = kept.iterdir()
    whole = bytearray(index.read_bytes())
    if damage == "cut":
        del whole[len(whole) // 2 :]
    elif damage == "bits":
        whole[-5] ^= 0x55
    else:
        whole[:] = b"no index"
    index.write_bytes(whole)
    again = Watched(folder, kept)
    assert again.rank(QUERY) == first
    assert len(again.looked) == 3
    assert again.rank(QUERY) == first
    assert again.looked == [], "and it is whole again"


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_the_index_is_private_and_alone(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    Watched(folder, kept).rank(QUERY)
    (index,) = kept.iterdir()
    assert stat.S_IMODE(index.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700


def test_what_is_no_picture_to_paint_from_is_passed_over(
    folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "broken.png").write_bytes((folder / "strokes.png").read_bytes()[:500])
    (folder / "text.jpg").write_text("no picture")
    (folder / "notes.txt").write_text("not even by its name")
    saved(page(*house()), folder / "another sketch.png")
    saved(pictures.soft_disc(feather=1).convert("RGB").resize((300, 200)), folder / "mask.png")
    saved(pictures.strokes(), folder / ".hidden.png")
    watched = Watched(folder, tmp_path / "kept")
    with caplog.at_level(logging.INFO):
        assert len(watched.rank(page(*house()))) == 3
    assert "broken.png" in caplog.text
    assert "text.jpg" in caplog.text
    assert "another sketch.png" in caplog.text
    assert "mask.png" in caplog.text
    watched.rank(QUERY)
    assert watched.looked == [], "nor is it looked at a second time"


def test_what_was_looked_at_before_a_stop_is_kept(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    asked = iter((False, False, True))
    with pytest.raises(Stopped):
        Library(folder, kept).rank(ink(QUERY), should_stop=lambda: next(asked))
    rest = Watched(folder, kept)
    rest.rank(QUERY)
    assert rest.looked == [(0, 1)]


def test_an_index_of_another_format_is_made_anew(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    Watched(folder, kept).rank(QUERY)
    monkeypatch.setattr(library, "FORMAT", "other")
    again = Watched(folder, kept)
    again.rank(QUERY)
    assert len(again.looked) == 3


def test_a_folder_without_pictures_gets_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no folder"):
        Library(tmp_path / "none").rank(ink(QUERY))
    with pytest.raises(BadInput, match="holds no picture to colour from"):
        Library(tmp_path).rank(ink(QUERY))
