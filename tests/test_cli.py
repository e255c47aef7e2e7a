"""The command ``impasto`` on real files: modes, bytes, and errors in one line."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from core import cli
from core.bridge.contract.knobs import STYLIZE
from core.bridge.contract.settings import knobs
from tests import pictures
from tests.pictures import saved

posix = pytest.mark.skipif(sys.platform == "win32", reason="mode bits, links and signals of POSIX")

PICTURES = ["mask.png", "out.png", "photo.png", "style.png"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    saved(pictures.photograph(), tmp_path / "photo.png")
    saved(pictures.strokes(), tmp_path / "style.png")
    saved(pictures.soft_disc(), tmp_path / "mask.png")
    return tmp_path


def stylize(folder: Path, content: str, output: str, *more: str) -> int:
    arguments = ["stylize", str(folder / content), "--style", str(folder / "style.png")]
    arguments += ["-o", str(folder / output), "--method", "instant", "--device", "cpu", *more]
    return cli.main(arguments)


def opened(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path)).astype(int)


def test_every_knob_is_an_option(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["stylize", "--help"])
    told = capsys.readouterr().out
    for knob in knobs(STYLIZE):
        assert f"--{knob.option}" in told


def test_outside_the_mask_every_byte_stays(folder: Path) -> None:
    assert stylize(folder, "photo.png", "out.png", "--mask", str(folder / "mask.png")) == 0
    before, after = opened(folder / "photo.png"), opened(folder / "out.png")
    mask = opened(folder / "mask.png")
    np.testing.assert_array_equal(after[mask == 0], before[mask == 0])
    assert np.abs(after - before)[mask == 255].mean() > 15


def test_json_ends_with_what_was_done(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    more = ("--json", "--method", "painterly", "--steps", "3", "--size", "64")
    assert stylize(folder, "photo.png", "out.png", *more) == 0
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(report) == {"size", "steps", "seconds", "device", "losses"}
    assert (report["size"], report["steps"]) == (64, 3)
    assert Image.open(folder / "out.png").size == (96, 80), "its own size"


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
def test_the_mode_stays(folder: Path, mode: str) -> None:
    name = "photo.tif" if mode == "CMYK" else "photo_mode.png"
    picture = pictures.photograph()
    if mode in ("LA", "RGBA"):
        picture.putalpha(pictures.soft_disc(feather=8))
    saved(picture.convert(mode), folder / name)
    assert stylize(folder, name, f"out{Path(name).suffix}") == 0
    result = Image.open(folder / f"out{Path(name).suffix}")
    assert (result.mode, result.size) == (mode, (96, 80))
    if mode in ("LA", "RGBA"):
        before = Image.open(folder / name).getchannel("A")
        assert result.getchannel("A").tobytes() == before.tobytes()


def test_what_an_ending_can_t_hold_is_said_before_the_painting(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(pictures.photograph().convert("CMYK"), folder / "print.tif")
    pictures.photograph().save(
        folder / "film.gif", save_all=True, append_images=[Image.new("RGB", (96, 80))]
    )
    assert stylize(folder, "print.tif", "out.png") == 0
    told = "impasto: out.png can't hold 8-bit CMYK of print.tif: it is written as 8-bit RGB.\n"
    assert capsys.readouterr().err == told
    assert Image.open(folder / "out.png").mode == "RGB"
    assert stylize(folder, "film.gif", "out.png") == 0
    assert capsys.readouterr().err.splitlines() == [
        "impasto: film.gif holds 2 pictures: only the first is painted.",
        "impasto: out.png is written as 8-bit RGB, as what is painted has more colours than "
        "film.gif has room for.",
    ]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_sixteen_bits_stay_sixteen(folder: Path, channels: int) -> None:
    """Also outside of the mask, where a picture that went through 8 bits would have lost some."""
    values = np.random.default_rng(0).integers(0, 65536, (80, 96, channels), dtype=np.uint16)
    if channels == 4:
        values[..., 3] = 65535
    cv2.imwrite(str(folder / "deep.png"), values)
    assert stylize(folder, "deep.png", "out.png", "--mask", str(folder / "mask.png")) == 0
    result = cv2.imread(str(folder / "out.png"), cv2.IMREAD_UNCHANGED)
    assert result is not None
    result = result.reshape(values.shape)
    assert result.dtype == np.uint16
    mask = opened(folder / "mask.png")
    np.testing.assert_array_equal(result[mask == 0], values[mask == 0])
    assert len(np.unique(result[mask == 255] % 256)) > 200, "the low byte is used"


def test_resolution_and_profile_are_kept(folder: Path) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pictures.photograph().save(folder / "tagged.png", dpi=(300, 300), icc_profile=profile)
    assert stylize(folder, "tagged.png", "out.png") == 0
    result = Image.open(folder / "out.png")
    assert result.info["icc_profile"] == profile
    assert round(result.info["dpi"][0]) == 300


def test_a_camera_turned_on_its_side_comes_out_upright(folder: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    pictures.photograph().save(folder / "turned.jpg", exif=exif)
    assert stylize(folder, "turned.jpg", "out.jpg") == 0
    result = Image.open(folder / "out.jpg")
    assert result.size == (80, 96)
    assert result.getexif().get(0x0112, 1) == 1


def test_a_mask_of_half_the_size_fits(folder: Path) -> None:
    saved(pictures.soft_disc(48, 40, 2), folder / "small.png")
    assert stylize(folder, "photo.png", "out.png", "--mask", str(folder / "small.png")) == 0


@pytest.mark.parametrize(
    ("content", "output", "more", "said"),
    [
        ("none.png", "out.png", (), "There is no file"),
        ("folder.png", "out.png", (), "folder.png is a folder: name a picture's file"),
        ("text.png", "out.png", (), "is not a picture"),
        ("cut.png", "out.png", (), "can't be read as a picture"),
        ("photo.png", "out.xyz", (), "is not a format Impasto writes"),
        ("photo.png", "out", (), "out has no ending that says its format"),
        ("photo.png", "folder.png", (), "folder.png is a folder: name a file to write"),
        ("clear.png", "out.jpg", (), "can't hold the picture's transparency"),
        ("photo.png", "none/out.png", (), "There is no folder"),
        ("photo.png", "out.png", ("--mask", "black.png"), "There is nothing to paint"),
        ("photo.png", "out.png", ("--mask", "long.png"), "make them the same size"),
        ("photo.png", "out.png", ("--style", "tiny.png"), "3x5 px"),
        ("photo.png", "out.png", ("--style", ""), "There is no style yet"),
    ],
)
def test_bad_input_gets_one_line(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    output: str,
    more: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(folder)
    (folder / "text.png").write_text("no picture")
    (folder / "folder.png").mkdir()
    (folder / "cut.png").write_bytes((folder / "photo.png").read_bytes()[:3000])
    saved(Image.new("L", (96, 80), 0), folder / "black.png")
    saved(Image.new("L", (200, 20), 255), folder / "long.png")
    saved(Image.new("RGB", (3, 5)), folder / "tiny.png")
    clear = pictures.photograph()
    clear.putalpha(9)
    saved(clear, folder / "clear.png")
    assert stylize(folder, content, output, *more) == 1
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
    assert not (folder / output).is_file()


@pytest.mark.skipif(os.name == "nt", reason="a terminal of POSIX")
def test_a_wrong_option_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in (["--strength", "nan"], ["--size", "3"], ["--strange"]):
        with pytest.raises(SystemExit) as left:
            stylize(folder, "photo.png", "out.png", *wrong)
        assert left.value.code == 2
        said = capsys.readouterr().err
        assert said.startswith("impasto") and wrong[0] in said
        assert said.count("\n") == 1


def test_a_texture_has_the_extent_asked_for_and_the_style_s_colors(folder: Path) -> None:
    red = Image.effect_noise((64, 64), 60).convert("L")
    saved(Image.merge("RGB", (red, *[Image.new("L", (64, 64), 20)] * 2)), folder / "red.png")
    arguments = ["texture", "--style", str(folder / "red.png"), "--extent", "96x64"]
    arguments += ["-o", str(folder / "out.png"), "--steps", "30", "--device", "cpu"]
    assert cli.main(arguments) == 0
    painted = opened(folder / "out.png")
    assert painted.shape == (64, 96, 3)
    assert painted[..., 0].mean() > painted[..., 1:].mean() + 40
    assert painted[..., 0].std() > 10


@pytest.mark.parametrize("extent", ["5", "64x", "31x64", "64x9000", "-64x64", "axb"])
def test_an_extent_is_two_sides(
    folder: Path, extent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["texture", "--style", "style.png", f"--extent={extent}"]
    assert cli.main([*arguments, "-o", str(folder / "out.png")]) == 1
    assert f"not '{extent}'" in capsys.readouterr().err


def test_a_texture_has_no_knobs_of_a_content(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["texture", "--help"])
    told = capsys.readouterr().out
    assert "--style-weight" in told
    for option in ("--content-weight", "--label-styles", "--background-style", "--semantic"):
        assert option not in told
    for option in ("--strength", "--faces", "--subject"):
        assert option not in told


def test_a_subject_that_nobody_looks_for_is_not_passed_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stylize(folder, "photo.png", "out.png", "--subject", "0.5,0.5") == 1
    assert "add --segment auto" in capsys.readouterr().err
    assert not (folder / "out.png").exists()


LONGEST = "n" * 251 + ".png"
"""255 bytes, the most that file systems take."""


def test_a_name_may_be_as_long_as_the_system_takes(folder: Path) -> None:
    assert stylize(folder, "photo.png", LONGEST) == 0
    assert Image.open(folder / LONGEST).size == (96, 80)


def test_a_name_that_is_too_long_is_said_before(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A snapshot's name is longer than the output's."""
    said = "can't be written: its name is too long."
    assert stylize(folder, "photo.png", f"n{LONGEST}") == 1
    assert capsys.readouterr().err == f"impasto: {folder / LONGEST.replace('n', 'nn', 1)} {said}\n"
    assert stylize(folder, "photo.png", LONGEST, "--snapshots", "1") == 1
    assert capsys.readouterr().err.endswith(f"-00000.png {said}\n")
    assert sorted(path.name for path in folder.iterdir()) == PICTURES[:1] + PICTURES[2:]


def test_a_painting_goes_on_where_a_snapshot_can_t_be_written(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for step in range(1, 4):
        (folder / f"out-{step:05}.png").mkdir()
    more = ["--method", "painterly", "--steps", "3", "--size", "64", "--snapshots", "1"]
    assert stylize(folder, "photo.png", "out.png", *more) == 0
    said = capsys.readouterr().err
    assert said.count("can't be written: it is a folder.") == 1
    assert said.endswith("It goes on without snapshots.\n")
    assert Image.open(folder / "out.png").size == (96, 80)


def test_a_name_gives_the_terminal_no_commands(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert stylize(folder, "\x1b[2Jred\x9b31m.png", "out.png") == 1
    assert "/\\x1b[2Jred\\x9b31m.png: check its name." in capsys.readouterr().err


@posix
def test_two_runs_with_one_output_at_once_both_succeed(folder: Path) -> None:
    command = [sys.executable, "-m", "core.cli", "stylize", str(folder / "photo.png"), "--style"]
    command += [str(folder / "style.png"), "-o", str(folder / "out.png"), "--method", "instant"]
    runs = [subprocess.Popen([*command, "--size", size]) for size in ("64", "96")]
    assert [run.wait(300) for run in runs] == [0, 0]
    Image.open(folder / "out.png").load()
    assert sorted(path.name for path in folder.iterdir()) == PICTURES


@posix
def test_an_output_that_is_a_private_link_stays_both(folder: Path) -> None:
    (folder / "private.png").touch(0o600)
    (folder / "out.png").symlink_to("private.png")
    assert stylize(folder, "photo.png", "out.png") == 0
    assert (folder / "out.png").is_symlink()
    assert Image.open(folder / "private.png").size == (96, 80)
    assert stat.S_IMODE((folder / "private.png").stat().st_mode) == 0o600


@posix
def test_links_planted_where_it_writes_are_not_followed(folder: Path) -> None:
    """At every name that a partial file had, by somebody who can write to the folder."""
    (folder / "precious").write_bytes(b"precious")
    for name in (".out.png.partial.png", "out.png.partial", ".out.png"):
        (folder / name).symlink_to("precious")
    assert stylize(folder, "photo.png", "out.png") == 0
    assert (folder / "precious").read_bytes() == b"precious"
    assert Image.open(folder / "out.png").size == (96, 80)


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_request_to_end_while_it_writes_leaves_no_half_file(
    folder: Path, number: signal.Signals
) -> None:
    site = folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import os, pathlib, signal\n"
        "def fsync(_):\n"  # what was measured of the style is written, too, elsewhere
        f"    if list(pathlib.Path({str(folder)!r}).glob('.impasto-*')):\n"
        f"        signal.raise_signal({int(number)})\n"
        "os.fsync = fsync\n"
    )
    (folder / "out.png").write_bytes(b"old")
    command = [sys.executable, "-m", "core.cli", "stylize", str(folder / "photo.png"), "--style"]
    command += [str(folder / "style.png"), "-o", str(folder / "out.png"), "--method", "instant"]
    result = subprocess.run(
        command,
        env={**os.environ, "PYTHONPATH": str(site)},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (128 + number, "impasto: interrupted.\n")
    assert (folder / "out.png").read_bytes() == b"old"
    shutil.rmtree(site)
    assert sorted(path.name for path in folder.iterdir()) == PICTURES
