"""The drawn styles: there are many, each its own, and with enough in it to learn from."""

from __future__ import annotations

from multiprocessing import active_children
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.pastiches import NAMES
from core.bridge.session.gallery import PASTICHES, Gallery
from core.bridge.storage.paths import Installation
from core.commands.gallery import draw_styles, show_pastiches
from core.styles.drawn.known import STYLES


@pytest.fixture(scope="module")
def drawn() -> dict[str, Image.Image]:
    return {name: draw() for name, draw in STYLES.items()}


def test_there_are_a_dozen_and_more(drawn: dict[str, Image.Image]) -> None:
    assert len(drawn) >= 12
    assert all(min(picture.size) >= 512 for picture in drawn.values())


def test_each_has_dark_and_light_and_much_between_neighbours(
    drawn: dict[str, Image.Image],
) -> None:
    for name, picture in drawn.items():
        grey = np.asarray(picture.convert("L")).astype(float) / 255
        low, high = np.quantile(grey, (0.05, 0.95))
        assert high - low > 0.35, name
        strokes = np.abs(np.diff(grey, axis=1)).mean()
        assert strokes > 0.012, f"{name} is flat: {strokes}"
        assert (grey < 0.1).mean() < 0.5, f"{name} would blacken what is painted like it"


def test_no_two_are_alike(drawn: dict[str, Image.Image]) -> None:
    small = {
        name: np.asarray(picture.convert("RGB").resize((24, 24))).astype(float)
        for name, picture in drawn.items()
    }
    names = list(small)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            assert np.abs(small[one] - small[other]).mean() > 8, (one, other)


def test_they_are_the_same_every_time(drawn: dict[str, Image.Image]) -> None:
    again = STYLES["pastel"]()
    assert np.array_equal(np.asarray(again), np.asarray(drawn["pastel"]))


def test_an_installation_shows_them_by_name(tmp_path: Path, installation: Installation) -> None:
    weights, installation = installation, Installation(tmp_path)
    installation.gallery.mkdir()
    (installation.gallery / "of an earlier version.jpg").write_bytes(b"")
    draw_styles(installation.gallery)
    show_pastiches(installation.gallery / PASTICHES, weights.weights)
    found = Gallery(installation).styles()
    assert {style.name for style in found} == set(STYLES)
    assert all(style.source == "shipped" for style in found)
    shown = [np.asarray(Image.open(Gallery(installation).pastiche(name))) for name in NAMES]
    assert np.std(np.stack(shown).astype(float), axis=0).mean() > 20, "each is another"


def test_what_fails_meanwhile_ends_the_drawing(tmp_path: Path) -> None:
    def fail() -> None:
        raise ImpastoError("The weights can't be downloaded.")

    with pytest.raises(ImpastoError, match="can't be downloaded"):
        draw_styles(tmp_path, fail)
    assert active_children() == []
