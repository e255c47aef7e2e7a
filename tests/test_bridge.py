"""Settings, geometry, pixels and messages: what hosts and engine share."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from core.bridge.client import wire
from core.bridge.client.job import Previews
from core.bridge.client.launcher import clean_environment
from core.bridge.client.way import Way
from core.bridge.contract.errors import BadInput, WorkerLost
from core.bridge.contract.geometry import CONTEXT, Box, Extent, Extents, plan
from core.bridge.contract.methods import REST, SELECTION
from core.bridge.contract.pixels import PixelFormat, Pixels
from core.bridge.contract.request import Progress, Request, Result
from core.bridge.contract.settings import KNOBS, Settings
from core.bridge.contract.weighted import PATHS, weighted
from core.bridge.i18n.text import Text
from core.bridge.session.painting import layer_name
from core.bridge.session.reading import read_request
from core.bridge.storage.paths import Installation
from tests.hosts.roots import REPOSITORY

CANVAS = Extent(1000, 800)
WHOLE = Box.of(CANVAS)


class TestPlan:
    def test_nothing_selected_takes_the_layer_on_the_canvas(self) -> None:
        layer = Box(-50, 100, 300, 5000)
        work = plan(Extents(CANVAS, layer, None), 512, whole_layer=False)
        assert work.target == Box(0, 100, 250, 700)
        assert work.box == work.target

    def test_a_selection_gets_context_on_every_side(self) -> None:
        chosen = Box(400, 300, 100, 80)
        work = plan(Extents(CANVAS, WHOLE, chosen), 512, whole_layer=False)
        assert work == (chosen, chosen.grow(CONTEXT))

    def test_context_is_wider_where_the_work_is_smaller_than_life(self) -> None:
        chosen = Box(100, 100, 800, 600)
        target, box = plan(Extents(Extent(4000, 3000), Box(0, 0, 4000, 3000), chosen), 464, False)
        assert target == chosen
        assert target.x - box.x == 2 * CONTEXT, "800 px are painted as 400"

    def test_a_selection_over_the_layers_edge_is_cut_at_it(self) -> None:
        layer = Box(200, 200, 300, 300)
        work = plan(Extents(CANVAS, layer, Box(450, 450, 300, 300)), 512, whole_layer=False)
        assert work.target == Box(450, 450, 50, 50)
        assert work.box.intersect(layer) == work.box

    def test_the_rest_takes_the_whole_layer(self) -> None:
        layer = Box(200, 200, 300, 300)
        work = plan(Extents(CANVAS, layer, Box(250, 250, 10, 10)), 512, whole_layer=True)
        assert work == (layer, layer)

    def test_a_selection_off_the_layer_is_said(self) -> None:
        with pytest.raises(BadInput, match="outside the active layer"):
            plan(Extents(CANVAS, Box(0, 0, 10, 10), Box(20, 20, 5, 5)), 512, False)

    def test_a_layer_off_the_canvas_is_said(self) -> None:
        with pytest.raises(BadInput, match="no pixels on the canvas"):
            plan(Extents(CANVAS, Box(1000, 0, 10, 10), None), 512, False)


class TestPixels:
    def test_crop_takes_the_rows_of_the_box(self) -> None:
        format = PixelFormat("GA", "u8")
        pixels = Pixels(Extent(4, 3), format, bytes(range(24)))
        assert pixels.crop(Box(1, 1, 2, 2)).data == bytes([10, 11, 12, 13, 18, 19, 20, 21])
        assert pixels.crop(Box(0, 0, 4, 3)) is pixels

    @pytest.mark.parametrize(
        ("x", "y", "rows"),
        [(1, 1, ["aaaa", "a12a", "a34a"]), (3, -1, ["aaa3", "aaaa", "aaaa"]), (4, 0, ["aaaa"] * 3)],
    )
    def test_a_part_is_laid_over_what_it_covers(self, x: int, y: int, rows: list[str]) -> None:
        def picture(*rows: str) -> Pixels:
            # Each pixel has two bytes.
            data = "".join(2 * letter for row in rows for letter in row).encode()
            return Pixels(Extent(len(rows[0]), len(rows)), PixelFormat("GA", "u8"), data)

        laid = picture(*["aaaa"] * 3).with_part(picture("12", "34"), Box(x, y, 2, 2))
        assert laid == picture(*rows)

    def test_a_picture_takes_on_the_opacity_of_another(self) -> None:
        format, extent = PixelFormat("GA", "u16"), Extent(2, 1)
        first, second = (Pixels(extent, format, bytes(range(at, at + 8))) for at in (0, 10))
        assert first.as_opaque_as(second).data == bytes([0, 1, 12, 13, 4, 5, 16, 17])

    def test_bytes_that_do_not_fit_the_size_are_refused(self) -> None:
        with pytest.raises(BadInput, match="should hold 24 bytes, not 23"):
            Pixels(Extent(4, 2), PixelFormat("RGB", "u8"), bytes(23))

    def test_unknown_formats_are_refused(self) -> None:
        with pytest.raises(BadInput, match="CMYK u8"):
            PixelFormat("CMYK", "u8")


class TestSettings:
    def test_every_knob_says_what_it_is(self) -> None:
        for knob in KNOBS:
            assert knob.label and knob.help.endswith("."), knob.name
            assert knob.check(knob.default) == knob.default

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"size": 63}, "size is between 64 and 8192, not 63"),
            ({"strength": float("nan")}, "strength is between 0 and 1, not nan"),
            ({"steps": 1.5}, "steps can't be 1.5"),
            ({"steps": True}, "steps can't be True"),
            ({"method": "magic"}, "method is one of painterly, instant"),
            ({"detail": 1}, "detail can't be 1"),
            ({"brush": 3}, "no setting 'brush': known are style"),
        ],
    )
    def test_wrong_values_are_refused_in_words(self, values: dict[str, object], said: str) -> None:
        with pytest.raises(BadInput, match=said):
            Settings.from_mapping(values)

    def test_names_go_both_ways(self) -> None:
        settings = Settings.from_mapping({"background-style": "a.jpg", "strength": 1})
        assert settings.background_style == "a.jpg"
        assert Settings.from_mapping(settings.as_mapping()) == settings

    def test_a_part_of_the_picture_is_styled_as_its_method_names_styles(self) -> None:
        pictures = Settings(style="a.jpg", background_pastiche="wave")
        assert (pictures.style_of(SELECTION), pictures.style_of(REST)) == ("a.jpg", "")
        names = replace(pictures, method="pastiche", pastiche="")
        assert (names.style_of(SELECTION), names.style_of(REST)) == ("", "wave")
        labelled = replace(names, label_styles="#ff0000=a.jpg")
        assert not labelled.styled(SELECTION), "pastiche paints like no picture"
        assert replace(labelled, style="", method="instant").styled(SELECTION)

    def test_layers_are_named_after_their_styles(self) -> None:
        assert layer_name(Settings(style="/a/starry_night.jpg")) == "starry_night"
        both = Settings(style="x.png", background_style="y.png")
        assert layer_name(both) == "x + y"
        assert layer_name(replace(both, method="pastiche")) == "wheat"


def received(sent: bytes, size: int = 1 << 20, reader: wire.Reader | None = None) -> wire.Message:
    """The message that comes of bytes that arrive so many at a time at most."""
    reader = reader or wire.Reader()
    while sent:
        count = min(size, len(sent), len(reader.room))
        reader.room[:count] = sent[:count]
        sent, message = sent[count:], reader.took(count)
        if message is not None:
            assert not sent, "a message ends where it says"
            return message
    raise AssertionError("a message without an end")


class TestMessages:
    def request(self) -> Request:
        content = Pixels(Extent(2, 2), PixelFormat("BGRA", "u16", True), bytes(range(32)))
        mask = Pixels(Extent(2, 2), PixelFormat("G", "u8"), bytes(4))
        style = Pixels(Extent(1, 1), PixelFormat("RGB", "u8"), b"abc")
        return Request(content, Settings(size=128), mask, {"style": style})

    def test_a_request_survives_the_wire(self) -> None:
        header, frames = self.request().to_message()
        message = received(b"".join(wire.pack("paint", header, frames)))
        assert message.type == "paint"
        assert Request.from_message(message.header, message.frames) == self.request()

    def test_a_preview_survives_the_wire(self) -> None:
        asked = replace(self.request(), preview=Extent(20, 10))
        header, frames = asked.to_message()
        assert Request.from_message(json.loads(json.dumps(header)), frames) == asked

    def test_what_is_seen_of_a_painting_survives_the_wire(self) -> None:
        asked = replace(self.request(), seen=Box(-3, 0, 9, 2))
        header, frames = asked.to_message()
        assert Request.from_message(json.loads(json.dumps(header)), frames) == asked
        for wrong in (3, [0, 0, 1], [0, 0, 1, 1.5], [0, 0, 0, 1], [0, 0, 1, -1]):
            with pytest.raises(BadInput):
                Request.from_message({**header, "seen": wrong}, frames)

    def test_a_mask_of_another_size_is_refused(self) -> None:
        mask = Pixels(Extent(1, 2), PixelFormat("G", "u8"), bytes(2))
        with pytest.raises(BadInput, match="content's own size"):
            Request(self.request().content, Settings(style="x"), mask)

    def test_a_request_without_a_style_is_refused(self) -> None:
        with pytest.raises(BadInput, match="no style yet"):
            Request(self.request().content, Settings())

    @pytest.mark.parametrize(
        "header",
        [
            b"[]",
            b"{}",
            b'{"type": 3, "frames": []}',
            b'{"type": "paint", "frames": 1}',
            b'{"type": "paint", "frames": [true]}',
            b'{"type": "paint", "frames": [-1]}',
            b'{"type": "paint", "frames": [1.0]}',
            b'{"type": "paint", "frames": [99999999999]}',
            b'{"type": "paint", "frames": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}',
            b'{"type": "keep", "frames": [], "number": NaN}',
            b'{"type": "keep", "frames": [], "number": -Infinity}',
            b'{"type": "keep", "frames": [], "number": 1e999}',
            b'{"type": "keep", "frames": [], "number": 9007199254740993}',
            b'{"type": "keep", "frames": [], "number": ' + b"9" * 5000 + b"}",
            b'{"type": "keep", "frames": [], "number": ' + b"[" * 9 + b"]" * 9 + b"}",
            b'{"type": "keep", "frames": [], "number": ' + b"[" * 200000 + b"]" * 200000 + b"}",
            b"\xff",
            b"{",
        ],
    )
    def test_what_is_no_message_is_refused(self, header: bytes) -> None:
        with pytest.raises(ValueError):
            received(len(header).to_bytes(4, "big") + header)

    def test_a_message_comes_in_any_pieces(self) -> None:
        header, frames = self.request().to_message()
        sent = b"".join(wire.pack("paint", header, frames))
        for size in (1, 3, 1000):
            message = received(sent, size)
            assert Request.from_message(message.header, message.frames) == self.request()

    def test_frames_without_room_are_read_past(self) -> None:
        def refuse(*_: object) -> list[bytearray]:
            raise BadInput("Too large.")

        header, frames = self.request().to_message()
        reader = wire.Reader(refuse)
        for _ in range(2):
            message = received(b"".join(wire.pack("paint", header, frames)), 7, reader)
            assert str(message.refused) == "Too large." and message.frames == ()
        assert received(b"".join(wire.pack("keep", {})), 7, wire.Reader(wire.no_room)).frames == []

    @pytest.mark.parametrize(
        "header", [{}, {"pixels": {"content": {}}, "settings": {}}, {"pixels": 3}, {"preview": 3}]
    )
    def test_a_malformed_request_is_refused(self, header: dict[str, object]) -> None:
        with pytest.raises(BadInput):
            Request.from_message(header, [b""])

    def test_progress_is_told_in_a_line(self) -> None:
        step = Text("Step {step}", step=3)
        assert str(Progress(0.5, step, 41.6).describe()) == "Step 3, 42 s left"
        assert str(Progress(0.5, step, 200.0).describe()) == "Step 3, 3 min left"
        assert str(Progress(0.0, Text("Starting")).describe()) == "Starting"

    def test_progress_comes_back_with_its_picture(self) -> None:
        picture = Pixels(Extent(2, 1), PixelFormat("RGB", "u8"), bytes(6))
        step = Text("Step {step} {where}", step=3, where=Text("at {width}x{height}", width=4))
        for told in (Progress(0.5, step, 41.6, {"style": 1.0}, 3), Progress(0.5, Text(""), step=1)):
            for whole in (told, replace(told, picture=picture, box=Box(3, 4, 20, 10))):
                header, frames = whole.to_message()
                assert Progress.from_message(json.loads(json.dumps(header)), frames) == whole

    @pytest.mark.parametrize(
        "changed",
        [
            {"fraction": "1"},
            {"fraction": True},
            {"text": "Starting"},
            {"text": {"": "{name}", "name": 3}},
            {"seconds_left": []},
            {"losses": None},
            {"losses": {"style": "low"}},
            {"step": 0.5},
        ],
    )
    def test_progress_of_another_kind_is_refused(self, changed: dict[str, object]) -> None:
        header, _ = Progress(0.5, Text("Starting")).to_message()
        with pytest.raises(ValueError, match=r"progress|text"):
            Progress.from_message(header | changed, [])

    @pytest.mark.parametrize(
        "changed",
        [{"picture": None}, {"picture": {"extent": 3}}, {"box": None}, {"box": [0, 0, 1]},
         {"box": [0, 0, 1, "1"]}],
    )  # fmt: skip
    def test_progress_with_a_picture_of_another_kind_is_refused(
        self, changed: dict[str, object]
    ) -> None:
        picture = Pixels(Extent(2, 1), PixelFormat("RGB", "u8"), bytes(6))
        told = Progress(0.5, Text("Starting"), picture=picture, box=Box(0, 0, 2, 1))
        header, frames = told.to_message()
        with pytest.raises((ValueError, BadInput)):
            Progress.from_message(header | changed, frames)

    @pytest.mark.parametrize("header", [{"report": {}}, {"report": {}, "layer": 3}, {"layer": {}}])
    def test_a_result_of_another_kind_is_refused(self, header: dict[str, object]) -> None:
        with pytest.raises((ValueError, BadInput)):
            Result.from_message(header, [b""])

    @pytest.mark.parametrize("number", [None, "1", -1, True])
    def test_an_answer_without_a_number_is_a_lost_worker(
        self, number: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Astray:
            """A line to a worker of its own mind."""

            sending, heard = False, 0

            def say(self, type: str, header: dict[str, object], frames: wire.Frames) -> None:
                """Nothing is done with it."""

            def hear(self, wait: float) -> wire.Message:
                return wire.Message("displaced", {"number": number})

        monkeypatch.setattr(Way, "find", lambda *_: Astray())
        previews = Previews(Installation(tmp_path))
        previews.ask(self.request())
        with pytest.raises(WorkerLost):
            previews.take()


def test_the_hosts_variables_do_not_reach_the_worker() -> None:
    polluted = {
        "PYTHONPATH": "x", "PYTHONHOME": "x", "LD_LIBRARY_PATH": "x", "LD_PRELOAD": "x",
        "QT_PLUGIN_PATH": "x", "GI_TYPELIB_PATH": "x", "APPDIR": "x", "HOME": "/h", "PATH": "/b",
    }  # fmt: skip
    assert clean_environment(polluted) == {"HOME": "/h", "PATH": "/b"}


class TestReading:
    """What a job reads of a host."""

    class Host:
        def extent(self) -> Extents:
            return Extents(CANVAS, WHOLE, Box(400, 300, 100, 80))

        def read(self, box: Box) -> Pixels:
            return Pixels(box.extent, PixelFormat("RGBA", "u8"), bytes(4 * box.extent.area))

        def selection(self, box: Box) -> Pixels:
            return Pixels(box.extent, PixelFormat("G", "u8"), bytes(box.extent.area))

    @pytest.mark.parametrize("preview", [False, True])
    def test_only_the_box_is_read(self, preview: bool) -> None:
        work, request = read_request(self.Host(), Settings(style="a.png"), {}, preview)
        assert work.box == work.target.grow(CONTEXT)
        assert request.content.extent == work.box.extent == (164, 144)
        assert request.preview == (work.box.extent if preview else None)


def test_the_bridge_needs_the_standard_library_only() -> None:
    """As in a host: no site-packages, no torch, no numpy."""
    loaded = _loaded_by(
        "import pkgutil, importlib, core.bridge as b\n"
        "for m in pkgutil.walk_packages(b.__path__, 'core.bridge.'):\n"
        "    importlib.import_module(m.name)"
    )
    assert loaded - sys.stdlib_module_names <= {"core", "__main__", "__mp_main__"}


def test_a_host_that_starts_does_not_load_what_only_a_run_needs() -> None:
    """A third of the time that importing the bridge once took."""
    loaded = _loaded_by(
        "import pkgutil, importlib, core.bridge.session as s\n"
        "for m in pkgutil.iter_modules(s.__path__, 'core.bridge.session.'):\n"
        "    importlib.import_module(m.name)"
    )
    assert "core" in loaded
    late = {"multiprocessing", "subprocess", "tempfile", "hashlib", "socket", "logging", "shutil"}
    late |= {"traceback", "getpass", "platform", "shlex"}  # of what only trouble needs
    assert not loaded & late


def _loaded_by(code: str) -> set[str]:
    """The packages in a bare interpreter after some code."""
    result = subprocess.run(
        [
            sys.executable,
            "-I",
            "-S",
            "-c",
            f"import sys; sys.path[:0]=[{str(REPOSITORY)!r}]\n{code}\n"
            "print(*{name.partition('.')[0] for name in sys.modules})",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(result.stdout.split())


class TestWeighted:
    def test_weights_are_1_where_none_is_given(self) -> None:
        assert weighted("relu2_1=0.5, relu3_1") == {"relu2_1": 0.5, "relu3_1": 1.0}
        assert weighted("/a, b/c.jpg=2; d=e.png=0.5", PATHS) == {"/a, b/c.jpg": 2, "d=e.png": 0.5}
        assert weighted(" ") == {}

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a=b", "'a=b' needs a weight of 0 or more"),
            ("a=-1", "'a=-1' needs a weight"),
            ("a=nan", "'a=nan' needs a weight"),
            ("a=inf", "'a=inf' needs a weight"),
            ("a, a=2", "names a twice"),
            ("=2", "has a weight without a name"),
            ("a=0, b=0", "are all 0"),
        ],
    )
    def test_malformed_ones_are_refused_in_words(self, text: str, said: str) -> None:
        with pytest.raises(BadInput, match=re.escape(said)):
            weighted(text)
