"""The gallery as a dialog offers it: what is found of it, and what comes to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.pastiches import NAMES
from core.bridge.i18n.texts import speak
from core.bridge.session import shelf
from core.bridge.session.gallery import BUILT_IN, OWN, PASTICHES, SHIPPED, Gallery, Style
from core.bridge.session.renditions import Renditions
from core.bridge.storage.paths import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    installation = Installation(tmp_path / "prefix")
    folder = installation.gallery / PASTICHES
    folder.mkdir(parents=True)
    for path in (folder.parent / "mosaic.jpg", folder / f"{NAMES[3]}.jpg"):
        path.write_bytes(b"picture")
    return installation


@pytest.fixture
def gallery(installation: Installation) -> Gallery:
    return Gallery(installation)


@pytest.fixture
def renditions(installation: Installation) -> Renditions:
    def render(file: Path, place: Path) -> None:
        if file.read_bytes() == b"broken":
            raise BadInput(f"{file.name} can't be read here.")
        place.write_bytes(b"shown")

    return Renditions(installation, render)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak("en")


def test_favourites_stand_first_the_built_in_ones_too(gallery: Gallery) -> None:
    mosaic, carnival = shelf.offered(gallery)
    assert (mosaic.source, carnival.source) == (SHIPPED, BUILT_IN)
    gallery.favour(carnival)
    assert [style.name for style in shelf.offered(gallery)] == [NAMES[3], "mosaic"]
    assert shelf.offered(gallery, built_in=False) == gallery.styles()


def test_what_comes_with_impasto_is_called_as_a_person_speaks() -> None:
    own, shipped = Style("mosaic", Path(), OWN), Style("mosaic", Path(), SHIPPED)
    assert (shelf.title(own), shelf.title(shipped)) == ("mosaic", "Mosaic")
    speak("de")
    assert (shelf.title(own), shelf.title(shipped)) == ("mosaic", "Mosaik")
    assert shelf.found(shipped, "saik") and not shelf.found(shipped, "saic")


def test_words_are_found_in_any_order_among_what_is_looked_through() -> None:
    style = Style("Brush work", Path(), OWN, favourite=True)
    assert shelf.found(style, "WORK bru") and shelf.found(style, " ")
    assert not shelf.found(style, "brush sea")
    fits = {name for name in shelf.FILTERS if shelf.found(style, "", name)}
    assert fits == {"All", "Favourites", "Your own"}
    assert shelf.found(Style("a", Path(), OWN, used=1.0), "", "Last used")
    assert shelf.found(Style("a", Path(), BUILT_IN), "", "Built in")


def test_enter_takes_the_first_that_is_found_and_none_where_nothing_is_sought() -> None:
    styles = [Style(name, Path(name), OWN) for name in ("sea", "wood", "driftwood")]
    assert shelf.first_found(styles, "wood") == styles[1]
    assert shelf.first_found(styles, "wood", "Favourites") is None
    assert shelf.first_found(styles, "  ") is None


def test_only_what_is_of_the_gallery_is_marked_and_only_ones_own_goes() -> None:
    marked = {source: Style("a", Path(), source) for source in (OWN, SHIPPED, BUILT_IN, "")}
    assert [shelf.can_be_favourite(style) for style in marked.values()] == [True] * 3 + [False]
    assert [name for name, style in marked.items() if shelf.can_go(style)] == [OWN]


def test_files_come_in_as_many_as_can_and_the_first_error_is_told(
    gallery: Gallery, renditions: Renditions, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("note.txt", "sea.png", "broken.kra", "hill.kra")]
    for file in files:
        file.write_bytes(b"broken" if file.stem == "broken" else b"picture")
    taken = shelf.add(gallery, renditions, files)
    assert [style.path.name for style in taken.styles] == ["sea.png", "hill.png"]
    assert taken.styles[1].path.read_bytes() == b"shown"
    assert "note.txt is not a picture" in str(taken.error)


def test_of_a_folder_comes_all_that_engine_or_host_can_read(
    gallery: Gallery, renditions: Renditions, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    taken = shelf.add(gallery, renditions, [folder])
    assert not taken.styles and "no picture" in str(taken.error)
    for name in ("sea.png", "hill.kra", "note.txt"):
        (folder / name).write_bytes(b"picture")
    taken = shelf.add(gallery, renditions, [folder])
    assert {style.name for style in taken.styles} == {"sea", "hill"}
    assert taken.error is None
