"""A person's own: the gallery, presets, past runs, and the report to send along."""

from __future__ import annotations

import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.settings import Settings
from core.bridge.session.gallery import Gallery
from core.bridge.session.presets import QUALITIES, Presets, quality
from core.bridge.session.report import install_command, report
from core.bridge.storage.own import file_name, read_json, write_json
from core.bridge.storage.paths import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path / "prefix")


class TestFiles:
    def test_nobody_else_can_read_them(self, tmp_path: Path) -> None:
        file = tmp_path / "new" / "notes.json"
        write_json(file, {"a": "ö"})
        assert read_json(file) == {"a": "ö"}
        if sys.platform != "win32":
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    @pytest.mark.parametrize("text", ["", "[1]", "{", "null"])
    def test_damaged_ones_hold_nothing(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "notes.json").write_text(text)
        assert read_json(tmp_path / "notes.json") == {}

    @pytest.mark.parametrize(
        ("title", "name"),
        [("Sea, at night", "Sea_ at night"), ("../../x", "x"), ("...", "unnamed")],
    )
    def test_titles_become_names_in_their_folder(self, title: str, name: str) -> None:
        assert file_name(title) == name


class TestGallery:
    @pytest.fixture
    def gallery(self, installation: Installation) -> Gallery:
        installation.gallery.mkdir(parents=True)
        for name in ("woodcut.png", "batik.png"):
            (installation.gallery / name).write_bytes(name.encode())
        return Gallery(installation)

    def names(self, gallery: Gallery) -> list[str]:
        return [style.name for style in gallery.styles()]

    def test_favourites_come_first_then_what_was_used_last(
        self, gallery: Gallery, tmp_path: Path
    ) -> None:
        (tmp_path / "my_sea.jpg").write_bytes(b"1")
        own = gallery.add(tmp_path / "my_sea.jpg")
        assert self.names(gallery) == ["batik", "my sea", "woodcut"]
        gallery.touch(own.path)
        assert self.names(gallery) == ["my sea", "batik", "woodcut"]
        woodcut = gallery.styles()[2]
        gallery.favour(woodcut)
        assert self.names(gallery) == ["woodcut", "my sea", "batik"]
        gallery.favour(woodcut, favourite=False)
        assert self.names(gallery) == ["my sea", "batik", "woodcut"]

    def test_two_pictures_of_one_name_both_stay_and_one_twice_is_one(
        self, gallery: Gallery, tmp_path: Path
    ) -> None:
        (tmp_path / "sea.png").write_bytes(b"1")
        first = gallery.add(tmp_path / "sea.png")
        assert gallery.add(tmp_path / "sea.png") == first
        second = gallery.add_bytes("sea", b"2")
        assert first.path.read_bytes() == b"1" and second.path.read_bytes() == b"2"
        assert second.name == "sea 2"

    def test_a_folder_is_taken_whole(self, gallery: Gallery, tmp_path: Path) -> None:
        for name in ("a.png", "b.JPG", "notes.txt", ".hidden.png"):
            (tmp_path / name).write_bytes(name.encode())
        assert [style.name for style in gallery.add_folder(tmp_path)] == ["a", "b"]

    def test_what_is_no_picture_is_refused_in_words(self, gallery: Gallery, tmp_path: Path) -> None:
        (tmp_path / "notes.txt").write_text("x")
        with pytest.raises(BadInput, match=r"notes\.txt is not a picture"):
            gallery.add(tmp_path / "notes.txt")
        with pytest.raises(BadInput, match="can't be read"):
            gallery.add(tmp_path / "gone.png")
        with pytest.raises(BadInput, match="can't be read: File name too long"):
            gallery.add(tmp_path / f"{'n' * 300}.png")
        with pytest.raises(BadInput, match="no picture in"):
            gallery.add_folder(tmp_path)

    def test_only_a_persons_own_can_be_removed(self, gallery: Gallery, tmp_path: Path) -> None:
        (tmp_path / "sea.png").write_bytes(b"1")
        gallery.remove(gallery.add(tmp_path / "sea.png"))
        assert self.names(gallery) == ["batik", "woodcut"]
        with pytest.raises(BadInput, match="comes with Impasto"):
            gallery.remove(gallery.styles()[0])


class TestPresets:
    def test_come_back_as_they_were(self, installation: Installation) -> None:
        presets, settings = Presets(installation), Settings(style="a.jpg", strength=0.4)
        presets.save("My sea", settings)
        assert presets.names() == ["My sea"]
        assert presets.load("My sea") == settings
        presets.remove("My sea")
        assert presets.names() == []
        with pytest.raises(BadInput, match="'My sea' can't be read"):
            presets.load("My sea")

    def test_knobs_of_another_version_are_left_out(self, installation: Installation) -> None:
        write_json(installation.user / "presets" / "old.json", {"brush": 3, "strength": 0.5})
        assert Presets(installation).load("old") == Settings(strength=0.5)

    def test_a_quality_is_known_again(self) -> None:
        for name, (_, _, values) in QUALITIES.items():
            assert quality(replace(Settings(), **values).as_mapping()) == name
        assert quality(Settings(steps=77).as_mapping()) is None


def test_a_report_names_no_folder_of_a_person(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home" / "marietta"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home" / "marietta"))
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(variable, "marietta")
    installation.log.parent.mkdir(parents=True)
    lines = [f"{n} refused {Path.home()}/sea.png by marietta" for n in range(100)]
    installation.log.write_text("\n".join(lines))
    told = report(installation, "GIMP 3.0.4")
    assert "host: GIMP 3.0.4" in told and "99 refused ~/sea.png by USER" in told
    assert "marietta" not in told and str(installation.prefix) not in told
    assert "\n10 refused" not in told, "only the end of the log"


def test_the_install_command_names_its_folder_where_it_is_known(
    installation: Installation, tmp_path: Path
) -> None:
    assert install_command(installation) == "python3 install.py"
    write_json(installation.prefix / "steps.json", {"checkout": str(tmp_path / "my impasto")})
    assert install_command(installation) == f"python3 '{tmp_path}/my impasto/install.py'"
