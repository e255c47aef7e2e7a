"""JSON that somebody else has edited, and knobs of any value: a fresh start or one sentence."""

from __future__ import annotations

import base64
import json
import os
import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core import cli
from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.settings import KNOBS, Settings
from core.bridge.session.gallery import Gallery
from core.bridge.session.history import History
from core.bridge.session.presets import Presets
from core.bridge.session.report import install_command, report
from core.bridge.storage import outside
from core.bridge.storage.own import ASIDE, read_json, write_json
from core.bridge.storage.paths import Installation, pointed
from core.setup.record import Record

BROKEN = {
    "nothing": b"",
    "cut off": b'{"a": 1',
    "no object": b"[1, 2]",
    "no UTF-8": b'{"a": "\xff\xfe"}',
    "deep lists": b'{"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "deep objects": b'{"a": ' * 10_000 + b"1" + b"}" * 10_000,
    "deep for us": b'{"a": ' * 20 + b"1" + b"}" * 20,
    "400 digits": b'{"a": ' + b"9" * 400 + b"}",
    "5000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "too large": b'{"a": 1e400}',
    "NaN": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "megabytes": b'{"a": "' + b"x" * outside.MOST + b'"}',
}

VALUES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 10**400, -(10**24), 2**63, float("nan"), float("inf")),
    *(-float("inf"), 1e300, "", "1e400", "nan", "\0", "a\0b", "\udcff", "x" * 200_000, "9" * 5000),
    *([], [1], ["a"], {}, {"a": 1}, b"x", 3j, [[[]]], {"favourites": []}),
]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    made = Installation(tmp_path / "prefix")
    made.gallery.mkdir(parents=True)
    (made.gallery / "woodcut.png").write_bytes(b"1")
    return made


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_none_of_ours_is_refused_by_one_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        outside.parse(data)


def test_what_is_ours_is_read() -> None:
    found = {"a": [1, 2.5, -3, True, None, "ö\udcff"], "b": {"c": {"d": [1 << 53, 1e-9]}}}
    assert outside.parse(json.dumps(found)) == found
    assert outside.parse(b"\xef\xbb\xbf" + json.dumps(found).encode()) == found, "of an editor"


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_damaged_file_is_kept_aside_before_a_fresh_one_is_written(
    tmp_path: Path, data: bytes
) -> None:
    file = tmp_path / "gallery.json"
    file.write_bytes(data)
    assert read_json(file) == {}
    assert file.read_bytes() == data, "who only looks moves nothing"
    write_json(file, {"a": 1})
    assert read_json(file) == {"a": 1}
    assert (tmp_path / "gallery.broken.json").read_bytes() == data


def test_earlier_ones_that_were_kept_stay_and_do_not_grow_without_end(tmp_path: Path) -> None:
    file = tmp_path / "gallery.json"
    for number in range(ASIDE + 3):
        file.write_bytes(b"{%d" % number)
        write_json(file, {"a": number})
    kept = sorted(path.name for path in tmp_path.glob("*.broken*"))
    assert kept == [f"gallery.broken{n}.json" for n in (" 2", " 3", " 4", " 5", "")]
    assert (tmp_path / "gallery.broken.json").read_bytes() == b"{0"
    assert (tmp_path / "gallery.broken 5.json").read_bytes() == b"{%d" % (ASIDE + 2)


@pytest.mark.parametrize("kind", ["folder", "pipe", "sparse"])
def test_what_is_no_file_of_ours_at_all_is_kept_aside_too(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "history.json"
    if kind == "folder":
        (file / "inside").mkdir(parents=True)
    elif kind == "sparse":
        with file.open("wb") as stream:
            stream.truncate(100 << 20)
    elif hasattr(os, "mkfifo"):
        os.mkfifo(file)
    else:
        pytest.skip("no pipes with names")
    assert read_json(file) == {}
    write_json(file, {"a": 1})
    assert read_json(file) == {"a": 1}
    assert (tmp_path / "history.broken.json").exists()


def test_a_name_that_is_no_text_is_remembered(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"used": {"/a\udcff.jpg": 1.0}})
    assert read_json(tmp_path / "a.json") == {"used": {"/a\udcff.jpg": 1.0}}


def everybody(installation: Installation) -> None:
    """All who read a person's own files, as the hosts call them."""
    gallery, history = Gallery(installation), History(installation)
    (style,) = gallery.styles()
    gallery.favour(style)
    gallery.touch(style.path)
    (style,) = gallery.styles()
    assert style.favourite and style.used > 0
    history.record(Settings(), [Extent(300, 200)], 30.0)
    assert history.estimate(Settings(), [Extent(300, 200)])
    presets = Presets(installation)
    for name in presets.names():
        try:
            presets.load(name)
        except BadInput as error:
            assert len(str(error)) < 400 and "\n" not in str(error)
    presets.save("mine", Settings(steps=7))
    assert presets.load("mine") == Settings(steps=7) and presets.names() == ["mine"]
    Record.load(installation).save(installation)
    assert all(isinstance(host, str) for host in Record.load(installation).hosts)
    assert isinstance(installation.device(), str)
    assert "host: Krita" in report(installation, "Krita")
    assert install_command(installation).startswith("python3 ")
    assert pointed(installation.prefix / "installation.json") is None


def files(installation: Installation) -> list[Path]:
    names = ("gallery.json", "history.json", "presets/mine.json")
    made = [installation.user / name for name in names]
    made += [installation.steps, installation.manifest]
    return [*made, installation.prefix / "installation.json"]


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_broken_files_hinder_nobody(installation: Installation, data: bytes) -> None:
    for file in files(installation):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    everybody(installation)


def junk(draw: random.Random, depth: int = 3) -> Any:
    """A value that JSON can carry."""
    kind = draw.randrange(9 if depth else 6)
    if kind < 6:
        plain = (None, True, draw.randint(-(10**20), 10**20), draw.random(), "x", "/a/woodcut.png")
        return plain[kind]
    if kind == 6:
        return [junk(draw, depth - 1) for _ in range(draw.randrange(4))]
    names = ("favourites", "used", "runs", "kind", "work", "seconds", "kinds", "steps", "size", "x")
    return {draw.choice(names): junk(draw, depth - 1) for _ in range(draw.randrange(5))}


@pytest.mark.parametrize("seed", range(40))
def test_wrong_types_hinder_nobody(installation: Installation, seed: int) -> None:
    draw = random.Random(seed)
    keys = {
        "gallery.json": ("favourites", "used"),
        "history.json": ("runs", "version", "paces"),
        "mine.json": tuple(knob.name for knob in KNOBS),
        "steps.json": ("cpu", "device", "hosts", "steps", "plugins", "checkout"),
        "installed.json": ("version", "device"),
        "installation.json": ("prefix_",),
    }
    for file in files(installation):
        file.parent.mkdir(parents=True, exist_ok=True)
        values = {key: junk(draw) for key in keys[file.name] if draw.random() < 0.8}
        file.write_text(json.dumps(values), "utf-8")
    everybody(installation)


def test_what_was_understood_of_a_gallery_stays_and_the_rest_is_kept_aside(
    installation: Installation,
) -> None:
    (style,) = Gallery(installation).styles()
    notes = installation.user / "gallery.json"
    write_json(notes, {"favourites": [str(style.path), 3], "used": {str(style.path): "noon"}})
    Gallery(installation).touch(style.path)
    assert Gallery(installation).styles()[0].favourite
    assert read_json(notes.with_name("gallery.broken.json"))["favourites"][1] == 3
    for name in list(installation.user.iterdir()):
        name.unlink()
    Gallery(installation).touch(style.path)
    Gallery(installation).favour(style)
    assert [path.name for path in installation.user.iterdir()] == ["gallery.json"]


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.name)
def test_a_knob_takes_a_value_or_says_one_sentence(knob: Any) -> None:
    for value in VALUES:
        try:
            assert isinstance(getattr(Settings.from_mapping({knob.name: value}), knob.name), object)
        except BadInput as error:
            said = str(error)
            assert said.startswith(f"{knob.option} "), said
            assert len(said) < 300 and "\n" not in said and "\0" not in said, said
            said.encode("ascii", "backslashreplace")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"steps": 10**400}, "steps is between 1 and 10000, not a number of 401 digits."),
        ({"strength": "1e400"}, "strength can't be '1e400': it is a number from 0 to 1."),
        ({"steps": "165"}, "steps can't be '165': it is a whole number from 1 to 10000."),
        ({"strength": float("inf")}, "strength is between 0 and 1, not inf."),
        ({"detail": 1}, "detail can't be 1: it is on or off."),
        ({"style": 3}, "style can't be 3: it is a file's path."),
        ({"style": "a\0b"}, "style can't be 'a\\x00b': no name has a zero byte in it."),
        ({"mix": ["a.jpg"]}, "mix can't be a list: it is a text."),
        ({"style": "x" * 10**6}, "style has up to 100000 characters, not 1000000: xxx"),
    ],
)
def test_the_sentence_names_the_knob_and_what_it_takes(values: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as caught:
        Settings.from_mapping(values)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("value", VALUES)
def test_what_is_no_mapping_is_no_settings(value: Any) -> None:
    if isinstance(value, dict):
        assert Settings.remembered({"brush": value}) == Settings()
        return
    with pytest.raises(BadInput, match="Settings are names with values"):
        Settings.remembered(value)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--steps", "1e400"), "steps is between 1 and 10000, not inf."),
        (("--steps", "9" * 5000), "steps is between 1 and 10000, not inf."),
        (("--steps", "1.5"), "steps can't be 1.5: it is a whole number from 1 to 10000."),
        (("--size", "many"), "size can't be 'many': it is a whole number from 64 to 8192."),
        (("--strength", "nan"), "strength is between 0 and 1, not nan."),
    ],
)
def test_an_option_out_of_range_is_one_short_line(
    option: tuple[str, str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["stylize", "photo.png", "--style", "a.png", "-o", "out.png", *option])
    assert left.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(f"argument {option[0]}: {said}")


def test_an_option_of_whole_numbers_takes_them(tmp_path: Path) -> None:
    from core.commands import command, options

    parser = command.parser()
    given = ["stylize", "a.png", "-o", "b.png", "--seed", "2147483647", "--steps", "7"]
    settings = options.settings(parser.parse_args(given), "stylize")
    assert (settings.seed, settings.steps) == (2**31 - 1, 7)


PACKED = base64.b64encode(zlib.compress(bytes(6))).decode()


def test_what_a_document_keeps_of_a_selection() -> None:
    assert outside.box([-1, 2, 3, 4]) == Box(-1, 2, 3, 4)
    assert outside.unpacked(PACKED, 6) == bytes(6)


@pytest.mark.parametrize(
    "wrong",
    [
        *(lambda value=value: outside.box(value) for value in VALUES),
        *(lambda n=n: outside.box([0, 0, 5, n]) for n in (10**400, 1.0, True, "5", None, -1, 0)),
        *(lambda value=value: outside.unpacked(value, 6) for value in VALUES),
        *(lambda size=size: outside.unpacked(PACKED, size) for size in (0, 5, 7)),
        lambda: outside.unpacked(base64.b64encode(zlib.compress(bytes(50 << 20))).decode(), 6),
    ],
)
def test_anything_else_there_is_refused_by_one_error(wrong: Callable[[], object]) -> None:
    with pytest.raises(ValueError):
        wrong()
