"""``impasto batch``: many pictures and styles; what is done is left alone, failures are told."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from core import cli
from core.bridge.contract.errors import BadInput, ImpastoError, Stopped
from core.bridge.contract.geometry import Extent
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Request
from core.bridge.contract.settings import Settings
from core.commands.pairs import pairs
from core.engine import identity
from core.engine import job as engine
from core.features import remembered
from core.onepass.instant import AdaIN
from core.painterly.tiled import TiledNetwork
from core.pixels import sheet
from tests import pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    pictures.photograph().save(tmp_path / "photos/a.png")
    pictures.photograph(80, 96).save(tmp_path / "photos/b.jpg")
    pictures.strokes().save(tmp_path / "warm.png")
    pictures.strokes(1, hue=150).save(tmp_path / "cold.png")
    return tmp_path


def batch(folder: Path, *more: str, styles: tuple[str, ...] = ("warm.png", "cold.png")) -> int:
    arguments = ["batch", str(folder / "photos"), "-o", str(folder / "out")]
    for style in styles:
        arguments += ["--style", str(folder / style)]
    return cli.main([*arguments, "--method", "instant", "--size", "64", "--device", "cpu", *more])


def painted(folder: Path) -> dict[str, int]:
    """The files of the folder, with the times at which they were written."""
    inside = (folder / "out").iterdir()
    return {each.name: each.stat().st_mtime_ns for each in inside if each.is_file()}


def mean(path: Path) -> np.ndarray:
    found: np.ndarray = np.asarray(Image.open(path).convert("RGB")).astype(float).mean((0, 1))
    return found


def test_every_picture_is_painted_in_every_style(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert batch(folder) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{folder / 'out'}: 4 painted"
    names = {"a-warm.png", "a-cold.png", "b-warm.jpg", "b-cold.jpg", "contact-sheet.jpg"}
    assert set(painted(folder)) == names
    for name in ("a", "b"):
        ending = {"a": "png", "b": "jpg"}[name]
        warm, cold = (mean(folder / f"out/{name}-{style}.{ending}") for style in ("warm", "cold"))
        assert warm[0] - warm[2] > cold[0] - cold[2] + 20, "each in its own colours"
    assert Image.open(folder / "out/b-warm.jpg").size == (80, 96)


def test_each_picture_can_have_a_style_of_its_own(folder: Path) -> None:
    assert batch(folder, "--combine", "each", "--no-sheet", "--name", "{number}") == 0
    assert set(painted(folder)) == {"1.png", "2.jpg"}
    first, second = mean(folder / "out/1.png"), mean(folder / "out/2.jpg")
    assert first[0] > first[2] and second[2] > second[0]


def test_what_is_done_is_left_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert batch(folder, "--no-sheet") == 0
    before = painted(folder)
    (folder / "out/a-cold.png").unlink()
    pictures.photograph(96, 64).save(folder / "photos/c.png")
    capsys.readouterr()
    assert batch(folder, "--no-sheet") == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("3 painted, 3 were there")
    after = painted(folder)
    again = {name for name, time in after.items() if before.get(name) != time}
    assert again == {"a-cold.png", "c-warm.png", "c-cold.png"}


def test_a_changed_knob_style_or_picture_paints_anew(folder: Path) -> None:
    one = ("warm.png",)
    assert batch(folder, "--no-sheet", styles=one) == 0
    first = painted(folder)
    assert batch(folder, "--no-sheet", "--strength", "0.5", styles=one) == 0
    second = painted(folder)
    assert all(first[name] != second[name] for name in first)
    pictures.strokes(2, hue=90).save(folder / "warm.png")
    assert batch(folder, "--no-sheet", "--strength", "0.5", styles=one) == 0
    third = painted(folder)
    assert all(third[name] != second[name] for name in first)
    pictures.photograph(90, 80).save(folder / "photos/a.png")
    assert batch(folder, "--no-sheet", "--strength", "0.5", styles=one) == 0
    fourth = painted(folder)
    assert {name for name in first if fourth[name] != third[name]} == {"a-warm.png"}


def test_a_failure_is_told_and_the_rest_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "photos/aa.png").write_bytes((folder / "photos/a.png").read_bytes()[:2000])
    assert batch(folder, styles=("warm.png",)) == 1
    said = capsys.readouterr()
    failed, end = said.err.splitlines()
    assert failed.startswith("impasto: aa-warm.png: ") and "can't be read as a picture" in failed
    assert end == "impasto: 1 of 3 paintings failed, as is said above."
    assert set(painted(folder)) == {"a-warm.png", "b-warm.jpg", "contact-sheet.jpg"}


def test_what_was_interrupted_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paint, calls = engine.paint, []

    def interrupted(*given: object, **more: object) -> object:
        calls.append(given)
        if len(calls) == 3:
            raise Stopped("The job was cancelled.")
        return paint(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "paint", interrupted)
    assert batch(folder) == 130
    told = "impasto: interrupted: 2 of 4 are painted. The same command goes on.\n"
    assert capsys.readouterr().err == told
    assert batch(folder) == 0
    assert len(calls) == 5, "the two that were there were not painted again"


def test_a_sheet_that_was_interrupted_leaves_the_paintings(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_given: object) -> None:
        raise Stopped("The job was cancelled.")

    with monkeypatch.context() as patched:
        patched.setattr(sheet, "save", stopped)
        assert batch(folder) == 130
    assert "interrupted: 4 of 4 are painted" in capsys.readouterr().err
    assert batch(folder) == 0
    assert "contact-sheet.jpg" in painted(folder)


def test_a_sheet_that_cannot_be_written_hides_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object) -> None:
        raise ImpastoError("The sheet can't be written: the disk is full.")

    monkeypatch.setattr(sheet, "save", full)
    (folder / "photos/aa.png").write_bytes((folder / "photos/a.png").read_bytes()[:2000])
    assert batch(folder, styles=("warm.png",)) == 1
    said = capsys.readouterr()
    assert said.out.splitlines()[-1] == f"{folder / 'out'}: 2 painted"
    assert said.err.splitlines()[1:] == [
        "impasto: The sheet can't be written: the disk is full.",
        "impasto: 1 of 3 paintings failed, as is said above.",
    ]
    (folder / "photos/aa.png").unlink()
    assert batch(folder, styles=("warm.png",)) == 1
    assert capsys.readouterr().err == "impasto: The sheet can't be written: the disk is full.\n"


def test_a_mask_is_found_by_its_picture_s_name(folder: Path) -> None:
    (folder / "masks").mkdir()
    pictures.soft_disc().save(folder / "masks/a.png")
    masks = ["--masks", str(folder / "masks"), "--no-sheet"]
    assert batch(folder, *masks, styles=("warm.png",)) == 0
    before, after = (np.asarray(Image.open(folder / name)).astype(int) for name in
                     ("photos/a.png", "out/a-warm.png"))  # fmt: skip
    np.testing.assert_array_equal(after[:4], before[:4])
    b, c = (np.asarray(Image.open(folder / name)).astype(int) for name in
            ("photos/b.jpg", "out/b-warm.jpg"))  # fmt: skip
    assert np.abs(c - b)[:4].mean() > 5


def test_a_contact_sheet_has_a_row_for_each_picture(folder: Path) -> None:
    assert batch(folder) == 0
    width, height = Image.open(folder / "out/contact-sheet.jpg").size
    assert width == 3 * (96 + 12) + 12
    assert height > 80 + 96


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--style", "none.jpg"], "There is no file none.jpg"),
        (["--name", "{colour}"], "--name is a pattern of file names with {picture}, {style}"),
        (["--name", "{picture}"], "Several paintings would be named a.png: add {number}"),
        (["--name", "../{number}"], "--name is a pattern"),
        (["--name", "{picture.parent}-{style}"], "--name is a pattern"),
        (["--ending", "xyz"], "--ending .xyz is not a format Impasto writes"),
        (["--combine", "each", "--style", "STYLE"], "There are 2 pictures and 3 styles"),
        (["--masks", "styles"], "No mask in styles is named as a picture"),
        (["--masks", "none"], "There is no folder none of masks"),
        (["-o", "PHOTOS"], "is to be painted and painted into"),
        (["-o", ".", "--name", "{style}", "--combine", "each"], ".jpg is read for this work"),
        (
            ["-o", "masks", "--masks", "masks", "--combine", "each", "--name", "{picture}"],
            "a.png is",
        ),
        (["--name", "contact-sheet", "--combine", "each"], "would be a painting and the sheet"),
        (["-o", ".", "--mix", "contact-sheet.jpg"], "contact-sheet.jpg is read for this work"),
        (["--method", "pastiche"], "give --pastiche"),
        (["--method", "pastiche", "--pastiche", "oil"], "no pastiche style 'oil'"),
        (["--subject", "0.5,0.5"], "add --segment auto"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_painted(
    folder: Path,
    more: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "paint", None)
    monkeypatch.chdir(folder)
    known = {"PHOTOS": str(folder / "photos"), "STYLE": str(folder / "warm.png")}
    for name in ("masks", "styles"):
        (folder / name).mkdir()
    for name in ("cold.jpg", "contact-sheet.jpg", "masks/a.png", "styles/warm.png"):
        pictures.strokes().save(folder / name)
    styles = ("warm.png", "cold.jpg")
    assert batch(folder, *(known.get(each, each) for each in more), styles=styles) == 1
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1
    assert not (folder / "out").exists()


def test_a_painting_is_not_hidden_where_its_picture_is(folder: Path) -> None:
    (folder / "photos/a.png").rename(folder / "photos/.a.png")
    where = ["-o", str(folder / "out"), "--style", str(folder / "warm.png"), "--no-sheet"]
    how = ["--method", "instant", "--size", "64", "--device", "cpu"]
    assert cli.main(["batch", str(folder / "photos/.a.png"), *where, *how]) == 0
    assert set(painted(folder)) == {"a-warm.png"}


def test_pastiches_are_styles_too(folder: Path) -> None:
    more = ("--method", "pastiche", "--pastiche", "wave", "--pastiche", "7", "--no-sheet")
    assert batch(folder, *more, styles=()) == 0
    assert set(painted(folder)) == {"a-wave.png", "a-7.png", "b-wave.jpg", "b-7.jpg"}


def test_a_folder_without_pictures_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There are 0 pictures and 1 styles"):
        pairs([], ["a.png"], "each", tmp_path, "{number}", "", frozenset({".png"}))


def test_an_identity_is_of_what_is_painted_and_not_of_where_it_lies(tmp_path: Path) -> None:
    pictures.strokes().save(tmp_path / "one.png")
    (tmp_path / "two.png").write_bytes((tmp_path / "one.png").read_bytes())
    pictures.strokes(1).save(tmp_path / "three.png")
    content = Pixels(Extent(2, 1), PixelFormat("RGB", "u8"), bytes(6))
    other = Pixels(Extent(2, 1), PixelFormat("RGB", "u8"), bytes([1, *bytes(5)]))

    def of(name: str, content: Pixels = content, **more: object) -> str:
        settings = Settings.from_mapping({"style": str(tmp_path / name), **more})
        return identity.of(Request(content, settings))

    same = of("one.png")
    assert of("two.png") == same == of("one.png", threads=1)
    assert len({same, of("three.png"), of("one.png", other), of("one.png", seed=1)}) == 4
    mixed = of("one.png", mix=str(tmp_path / "three.png"))
    assert mixed != same


def test_a_full_disk_ends_the_batch_with_one_sentence_and_loses_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where two paintings are noted, the system takes no more: fsync is where it says so."""
    fsync, notes = os.fsync, folder / "out/.impasto"

    def full(descriptor: int) -> None:
        if notes.is_dir() and len([path for path in notes.iterdir() if path.name[0] != "."]) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert batch(folder) == 1
    said = capsys.readouterr()
    assert said.err == (
        f"impasto: {folder / 'out/b-warm.jpg'} can't be written: the disk is full. 2 of 4 are "
        "painted: make room, and the same command goes on.\n"
    )
    before = painted(folder)
    assert set(before) == {"a-warm.png", "a-cold.png"}, "and no half of another"
    assert batch(folder) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("2 painted, 2 were there")


@pytest.mark.parametrize("place", ["picture", "output", "style", "masks"])
def test_an_empty_name_is_not_the_folder_one_is_in(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(folder / "photos")
    named = {"picture": "a.png", "output": str(folder / "out"), "style": str(folder / "warm.png")}
    named |= {"masks": str(folder)} | {place: ""}
    given = ["batch", named["picture"], "-o", named["output"], "--style", named["style"]]
    try:
        status: object = cli.main([*given, "--masks", named["masks"], "--method", "instant"])
    except SystemExit as error:
        status = error.code
    assert status in (1, 2)
    assert "empty" in capsys.readouterr().err
    assert not (folder / "out").exists()


def test_a_style_passes_painterlys_network_once_for_all_pictures(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of it gives the very painting that measuring it anew gives."""
    extract, calls = TiledNetwork.extract, []

    def counted(*given: Any, **more: Any) -> Any:
        calls.append(given)
        return extract(*given, **more)

    pictures.photograph(96, 80).save(folder / "photos/a.png")
    (folder / "photos/b.jpg").unlink()
    shutil.copy(folder / "photos/a.png", folder / "photos/b.png")
    monkeypatch.setattr(TiledNetwork, "extract", counted)
    how = (
        "--method",
        "painterly",
        "--size",
        "96",
        "--steps",
        "3",
        "--no-sheet",
        "--faces",
        "as-the-rest",
    )
    assert batch(folder, *how, "--name", "{picture}", styles=("warm.png",)) == 0
    # The content and the style at each scale; of the second picture the content only.
    assert len(calls) % 3 == 0
    scales = len(calls) // 3
    remembered.forget()
    assert batch(folder, *how, "--name", "{picture}-anew", styles=("warm.png",)) == 0
    assert len(calls) == 6 * scales
    out = folder / "out"
    assert (out / "a.png").read_bytes() == (out / "b.png").read_bytes(), "to the last bit"


def test_a_style_passes_instants_network_once_for_all_pictures(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for painterly: no picture shows whether it was measured for it or before."""
    measure, calls = AdaIN.measure, []

    def counted(*given: Any, **more: Any) -> Any:
        calls.append(given)
        return measure(*given, **more)

    for name in ("a.png", "b.png", "c.png"):
        pictures.photograph(96, 80).save(folder / "photos" / name)
    (folder / "photos/b.jpg").unlink()
    monkeypatch.setattr(AdaIN, "measure", counted)
    how = ("--method", "instant", "--size", "96", "--no-sheet")
    assert batch(folder, *how, "--name", "{picture}", styles=("warm.png",)) == 0
    assert len(calls) == 1
    remembered.forget()
    assert batch(folder, *how, "--name", "{picture}-anew", styles=("warm.png",)) == 0
    assert len(calls) == 2
    out = folder / "out"
    first = (out / "a-anew.png").read_bytes()
    assert first == (out / "c.png").read_bytes() == (out / "c-anew.png").read_bytes()
