"""The gallery as a dialog offers it: what is found of it, and what comes to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.bridge.contract.categories import CATEGORIES
from core.bridge.contract.pastiches import NAMES
from core.bridge.i18n.texts import speak
from core.bridge.session import shelf
from core.bridge.session.gallery import BUILT_IN, OWN, PASTICHES, SHIPPED, Gallery, Style
from core.bridge.session.renditions import Renditions
from core.bridge.storage.paths import Installation
from core.styles.drawn.known import STYLES


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
    def render(file: Path, place: Path) -> bool:
        place.write_bytes(b"shown")
        return file.read_bytes() != b"broken"

    return Renditions(installation, "Host", render)


class Dialog:
    """What is told of a shelf."""

    def __init__(self, gallery: Gallery, renditions: Renditions) -> None:
        self.added: list[Style] = []
        self.errors: list[str] = []
        self.told: list[str] = []
        self.shelf = shelf.Shelf(gallery, renditions, self._fail)

    def add(self, *paths: Path) -> None:
        self.shelf.add(paths, self._add)

    def _add(self, style: Style) -> None:
        self.told.append("added")
        self.added.append(style)

    def _fail(self, error: Exception) -> None:
        self.told.append("failed")
        self.errors.append(str(error))


@pytest.fixture
def dialog(gallery: Gallery, renditions: Renditions) -> Dialog:
    return Dialog(gallery, renditions)


def test_favourites_stand_first_the_built_in_ones_too(
    gallery: Gallery, renditions: Renditions, dialog: Dialog
) -> None:
    mosaic, carnival = dialog.shelf.offered()
    assert (mosaic.source, carnival.source) == (SHIPPED, BUILT_IN)
    gallery.favour(carnival)
    assert [style.name for style in dialog.shelf.offered()] == [NAMES[3], "mosaic"]
    without = shelf.Shelf(gallery, renditions, print, shelf.PICTURES)
    assert without.offered() == gallery.styles() == [mosaic]


def test_a_sketch_is_offered_no_textures(gallery: Gallery, renditions: Renditions) -> None:
    references = shelf.Shelf(gallery, renditions, print, shelf.REFERENCES)
    assert references.offered() == []
    own = gallery.add_bytes("holiday", b"a picture")
    assert references.offered() == [own]


def test_what_comes_with_impasto_is_called_as_a_person_speaks() -> None:
    own, shipped = Style("mosaic", Path(), OWN), Style("mosaic", Path(), SHIPPED)
    assert (shelf.title(own), shelf.title(shipped)) == ("mosaic", "Mosaic")
    speak("de")
    assert (shelf.title(own), shelf.title(shipped)) == ("mosaic", "Mosaik")
    assert shelf.found(shipped, "saik") and not shelf.found(shipped, "saic")


def test_a_style_tells_where_it_comes_from_and_whether_it_is_marked() -> None:
    star = "The star or * marks a favourite."
    assert shelf.described(Style("sea", Path(), OWN)).split("\n") == ["sea", "Your own", star]
    marked = Style("mosaic", Path(), SHIPPED, favourite=True)
    assert shelf.described(marked).split("\n") == [
        "Mosaic",
        "Comes with Impasto",
        "Favourite",
        star,
    ]


def test_words_are_found_in_any_order_among_what_is_looked_through() -> None:
    style = Style("Brush work", Path(), OWN, favourite=True)
    assert shelf.found(style, "WORK bru") and shelf.found(style, " ")
    assert not shelf.found(style, "brush sea")
    fits = {name for name in shelf.FILTERS if shelf.found(style, "", name)}
    assert fits == {"All", "Favourites", "Your own"}
    assert shelf.found(Style("a", Path(), OWN, used=1.0), "", "Last used")


def test_each_style_that_comes_with_impasto_is_of_one_category() -> None:
    known = [(name, SHIPPED) for name in STYLES] + [(name, BUILT_IN) for name in NAMES]
    for name, source in known:
        style = Style(name, Path(), source)
        assert sum(shelf.found(style, "", category) for category in CATEGORIES) == 1, name
    assert set().union(*CATEGORIES.values()) == {name for name, _ in known}
    own = Style("mosaic", Path(), OWN)
    assert not any(shelf.found(own, "", category) for category in CATEGORIES)


def test_where_nothing_is_found_a_person_is_told_what_to_do() -> None:
    styles = [Style(name, Path(name), SHIPPED) for name in ("mosaic", "woodcut")]
    assert shelf.nothing(styles, "mos") == ""
    assert "try another word" in shelf.nothing(styles, "sea")
    assert "look under All" in shelf.nothing(styles, "mos", "Paintings")
    assert "try another word" in shelf.nothing(styles, "sea", "Paintings")
    assert "click the star" in shelf.nothing(styles, "", "Favourites")
    assert "under All" in shelf.nothing(styles, "", "Last used")
    assert "add pictures" in shelf.nothing(styles, " ", "Your own")


def test_enter_takes_the_first_that_is_found_and_none_where_nothing_is_sought() -> None:
    styles = [Style(name, Path(name), OWN) for name in ("sea", "wood", "driftwood")]
    assert shelf.first_found(styles, "wood") == styles[1]
    assert shelf.first_found(styles, "wood", "Favourites") is None
    assert shelf.first_found(styles, "  ") is None


def test_only_ones_own_goes() -> None:
    styles = {source: Style("a", Path(), source) for source in (OWN, SHIPPED, BUILT_IN, "")}
    assert [name for name, style in styles.items() if shelf.can_go(style)] == [OWN]


def test_every_style_can_be_marked_and_a_picture_from_elsewhere_comes_in_with_that(
    gallery: Gallery, dialog: Dialog, tmp_path: Path
) -> None:
    for style in dialog.shelf.offered():
        marked = dialog.shelf.favour(style, True)
        assert marked is not None and marked.favourite and marked.path == style.path
    elsewhere = tmp_path / "sea.raw"
    elsewhere.write_bytes(b"picture")
    marked = dialog.shelf.favour(Style("sea", elsewhere, ""), True)
    assert marked is not None and marked.source == OWN
    assert [style.name for style in gallery.styles() if style.favourite] == ["mosaic", "sea"]
    dialog.shelf.favour(marked, False)
    assert [style.name for style in gallery.styles() if style.favourite] == ["mosaic"]
    assert dialog.shelf.favour(Style("gone", tmp_path / "gone.png", ""), True) is None
    assert "can't be read" in dialog.errors[0]


def test_files_come_in_as_many_as_can_and_then_the_first_error_is_told(
    gallery: Gallery, dialog: Dialog, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("note.txt", "sea.png", "broken.raw", "hill.raw")]
    for file in files:
        file.write_bytes(b"broken" if file.stem == "broken" else b"picture")
    dialog.add(*files)
    assert {style.name for style in gallery.styles() if style.source == OWN} == {"sea", "hill"}
    assert [style.path.read_bytes() for style in dialog.added] == [b"shown"]
    assert dialog.told == ["added", "failed"], "what is added last would hide the error"
    assert "note.txt is not a picture" in dialog.errors[0]


def test_of_a_folder_comes_all_that_engine_or_host_can_read(
    gallery: Gallery, dialog: Dialog, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    dialog.add(folder)
    assert dialog.told == ["failed"] and "no picture" in dialog.errors[0]
    for name in ("sea.png", "hill.raw", "note.txt"):
        (folder / name).write_bytes(b"picture")
    dialog.add(folder)
    assert {style.name for style in gallery.styles() if style.source == OWN} == {"sea", "hill"}
    assert dialog.told == ["failed", "added"]


def test_a_picture_that_is_no_file_comes_in_and_goes_again(
    gallery: Gallery, dialog: Dialog
) -> None:
    dialog.shelf.add_picture("Pasted", b"png", dialog.added.append)
    assert [style.name for style in dialog.added] == ["Pasted"]
    assert dialog.shelf.remove(dialog.added[0])
    (mosaic,) = gallery.styles()
    assert not dialog.shelf.remove(mosaic) and "comes with Impasto" in dialog.errors[0]


def test_a_folder_of_styles_that_cannot_be_written_is_told(
    installation: Installation, dialog: Dialog
) -> None:
    installation.user.write_text("no folder")
    dialog.shelf.add_picture("Pasted", b"png", dialog.added.append)
    assert not dialog.added and "can't be written" in dialog.errors[0]
