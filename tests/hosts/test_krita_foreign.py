"""Pictures that only Krita can read, as styles."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

from .foreign import GREEN
from .kritas import Krita, Report, one_layer, shown

ORANGE, BLUE = (255, 128, 0), (0, 64, 192)


def seen(krita: Krita, name: str) -> Report:
    found: Report = krita.told("foreign")["seen"][name]
    return found


@pytest.mark.parametrize("ending", ["kra", "ora", "psd"])
def test_a_layered_file_is_what_krita_shows_of_it(krita: Krita, ending: str) -> None:
    got = shown(seen(krita, f"my work.{ending}")["image"])
    assert np.abs(got - shown(krita.told("foreign")["shown"])).max() <= 1


def test_paths_are_drawn_and_what_is_between_them_is_transparent(krita: Krita) -> None:
    image = seen(krita, "paths.svg")["image"]
    assert image["size"] == [120, 80]
    got = shown(image)
    assert got[40, 30].tolist() == pytest.approx(ORANGE, abs=1)
    assert got[40, 90].tolist() == pytest.approx(BLUE, abs=1)
    alpha = np.frombuffer(base64.b64decode(image["rgba"]), np.uint8)[3::4]
    assert (alpha.reshape(80, 120)[5, 70], alpha.reshape(80, 120)[40, 30]) == (0, 255)


def test_linear_light_becomes_srgb(krita: Krita) -> None:
    # 0.5 and 0.25 of the light, by sRGB's curve.
    assert shown(seen(krita, "light.kra")["image"])[10, 10].tolist() == pytest.approx(
        (188, 137, 0), abs=1
    )


def test_a_page_of_a_pdf_is_chosen_in_kritas_own_dialog(krita: Krita) -> None:
    got = shown(seen(krita, "page.pdf")["image"])
    assert got[got.shape[0] // 2, got.shape[1] // 2].tolist() == pytest.approx(GREEN, abs=6)


def test_a_picture_of_gimps_is_read_where_krita_can(krita: Krita) -> None:
    """Debian's Krita 5.3 comes without the part that reads it; it says so in a sentence."""
    told = seen(krita, "old.xcf")
    if "refused" in told:
        assert krita.report["version"].startswith("5.3")
        assert told["refused"].startswith("Krita can't read ")
    else:
        assert shown(told["image"])[10, 10].tolist() == list(GREEN)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bad.kra", "Krita can't read {path}: save it as a PNG, then choose that."),
        ("bad.svg", "Krita can't read {path}: save it as a PNG, then choose that."),
        ("empty.kra", "Krita finds no picture in {path}: save it as a PNG, then choose that."),
        ("gone.kra", "{path} can't be read: No such file or directory."),
    ],
)
def test_what_krita_can_t_read_either_is_one_sentence(krita: Krita, name: str, words: str) -> None:
    assert seen(krita, name)["refused"] == words.format(path=krita.folder / name)


def test_nothing_stays_open_and_nothing_is_read_twice(krita: Krita) -> None:
    told = krita.told("foreign")
    assert told["again"]
    assert told["documents"][0] == told["documents"][1]
    assert told["active"]


def test_the_dialog_keeps_the_files_own_name(krita: Krita) -> None:
    dropped = krita.told("foreign")["dropped"]
    assert dropped["style"] == str(krita.folder / "my work.kra")
    assert dropped["name"] == "my work"
    assert dropped["previewed"]
    assert dropped["mix"].endswith("paths.svg=1.0")
    assert dropped["hint"] == ""
    style, said = dropped["refused"]
    assert style == str(krita.folder / "my work.kra")
    assert any("Krita can't read" in sentence for sentence in said)


def test_a_folder_with_such_files_comes_into_the_gallery(krita: Krita) -> None:
    style, said = krita.told("foreign")["folder"]
    assert style == "my paths.png"
    assert any("bad.kra" in sentence for sentence in said)


def test_a_painting_like_such_a_file_is_named_after_it(krita: Krita) -> None:
    told = krita.told("foreign")
    assert one_layer(told["outcome"])["name"] == "my work"
    assert told["recorded"] == str(krita.folder / "my work.kra")
    assert krita.told("foreign_in_the_docker")["new"] == "docked"


def test_renditions_lie_under_the_prefix(krita: Krita) -> None:
    told = krita.told("foreign")
    assert Path(told["seen"]["paths.svg"]["file"]).is_relative_to(told["inside"])
