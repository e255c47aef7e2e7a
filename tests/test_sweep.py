"""``impasto sweep``: the sheet shows what the settings do, and says what can't be varied."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import cli
from core.bridge.contract.errors import BadInput
from core.commands.sweep import variation
from core.engine import job as engine
from tests import pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pictures.photograph().save(tmp_path / "photo.png")
    pictures.strokes().save(tmp_path / "style.png")
    return tmp_path


def sweep(folder: Path, *more: str) -> int:
    given = [str(folder / "photo.png"), "--style", str(folder / "style.png")]
    output = ["-o", str(folder / "sheet.png"), "--method", "instant", "--size", "64"]
    return cli.main(["sweep", *given, *output, "--cell", "64", *more])


def test_a_row_goes_from_the_content_to_the_style(folder: Path) -> None:
    assert sweep(folder, "--vary", "strength=0,0.5,1") == 0
    sheet = np.asarray(Image.open(folder / "sheet.png")).astype(float)
    # Content, style and three paintings, side by side below their labels.
    places = [12 + column * 76 for column in range(5)]
    height = 53  # of a photograph of 96x80 px
    top = sheet.shape[0] - 12 - max(height, 64)
    content, _, none, half, full = (sheet[top : top + height, left : left + 64] for left in places)
    away = [np.abs(cell - content).mean() for cell in (none, half, full)]
    assert away[0] < 1 and away[0] + 3 < away[1] and away[1] + 3 < away[2]


def test_two_settings_make_rows_and_columns(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sweep(folder, "--vary", "strength=0.5,1", "--vary", "colors=style,keep,match") == 0
    assert "6 paintings" in capsys.readouterr().out
    width, height = Image.open(folder / "sheet.png").size
    assert width == 5 * 76 + 12 and height > 2 * 64


def test_a_subject_may_be_meant_where_only_some_of_the_paintings_look_for_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = Image.new("RGB", (96, 80), "navy")
    photo.paste(Image.new("RGB", (30, 30), "orange"), (33, 25))
    photo.save(folder / "photo.png")
    assert sweep(folder, "--subject", "0.5,0.5", "--vary", "segment=off,auto") == 0
    assert "2 paintings" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("style-weight=0.3,0.5", "style_weight", (0.3, 0.5)),
        ("steps=300, 1000", "steps", (300, 1000)),
        ("detail=on,off", "detail", (True, False)),
        (
            "style_layers=relu1_1,relu2_1|relu3_1=2",
            "style_layers",
            ("relu1_1,relu2_1", "relu3_1=2"),
        ),
    ],
)
def test_values_are_of_the_settings_kind(text: str, name: str, values: tuple[object, ...]) -> None:
    found = variation(text)
    assert (found.knob.name, found.values) == (name, values)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("brush=1,2", "no setting 'brush' to vary: there are style"),
        ("strength", "'strength' has no values"),
        ("strength=a", "strength can't be 'a'"),
        ("strength=2", "strength is between 0 and 1"),
        ("method=oil", "method is one of painterly"),
        ("steps=1.5", "steps can't be 1.5"),
    ],
)
def test_what_cannot_be_varied_is_said(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        variation(text)


def test_a_strength_mask_that_does_not_fit_is_told_before_anything_is_painted(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "paint", None)
    Image.new("L", (90, 30)).save(folder / "flat.png")
    assert sweep(folder, "--vary", f"strength-mask=,{folder / 'flat.png'}") == 1
    assert "The strength mask is 90x30 px" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--vary", "seed=1", "--vary", "seed=2"], "two different ones"),
        (["--vary", "seed=" + ",".join(map(str, range(65)))], "65 paintings"),
        (["--vary", "seed=1", "--cell", "3"], "cell is between"),
        (["--vary", "style=,none.jpg"], "There is no file none.jpg"),
        (["--method", "painterly", "--vary", "network=alexnet,oil"], "There is no network 'oil'"),
        (["--method", "painterly", "--vary", "style-layers=relu1_1|relu9_1"], "no layer 'relu9_1'"),
        (["--method", "pastiche", "--vary", "pastiche=wave,oil"], "no pastiche style 'oil'"),
        (["--vary", "style-crop=0,0,50,50|left"], "style-crop is a part of the style in percent"),
        (["--segment", "auto", "--vary", "subject=0.5,0.5|left"], "'left' is no point"),
        (["--subject", "0.5,0.5", "--vary", "seed=1"], "add --segment auto"),
        (["--vary", "subject=|0.5,0.5"], "add --segment auto"),
        (["--vary", "mix=|none.jpg=1"], "There is no file none.jpg"),
        (["--vary", "seed=1", "-o", "sheet.xyz"], "sheet.xyz: '.xyz' is not a format"),
        (["--vary", "seed=1", "-o", "none/sheet.png"], "There is no folder none"),
    ],
)
def test_sheets_that_cannot_be_are_told_before_anything_is_painted(
    folder: Path,
    more: list[str],
    said: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engine, "paint", None)
    assert sweep(folder, *more) == 1
    assert said in capsys.readouterr().err
    assert not (folder / "sheet.png").exists()
