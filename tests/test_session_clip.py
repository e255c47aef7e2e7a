"""A clip of a host without a toolkit, painted by the real worker: read, painted, laid."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core import cli
from core.bridge.client.job import Job, Previews
from core.bridge.contract.errors import BadInput, ImpastoError, WorkerLost
from core.bridge.contract.geometry import Box, Extent
from core.bridge.contract.settings import Settings
from core.bridge.session.clip_run import ClipRun
from core.bridge.session.last_used import LastUsed
from core.bridge.session.session import Session
from core.bridge.storage.frames import Frames, sweep
from core.bridge.storage.paths import Installation
from tests import clips, pictures
from tests.clips import HEIGHT, WIDTH
from tests.documents import Document, Layer
from tests.headless import HeadlessDesk, HeadlessHost
from tests.headless_clip import RGBA, HeadlessClip, image, picture
from tests.workers import QUICK, finish, heard, line_to, pid_of, private, request, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and modes of POSIX")

FEW = {"method": "painterly", "steps": 4}
LONG = {"method": "painterly", "steps": 4000}


class Bench(NamedTuple):
    """Where clips are painted, and what like."""

    place: Installation
    style: Path

    def settings(self, **more: object) -> Settings:
        quick = {"method": "instant", "size": 64, "device": "cpu", "style": str(self.style)}
        return Settings.from_mapping({**quick, **more})

    def run(self, host: HeadlessClip, **more: object) -> ClipRun[HeadlessClip]:
        run = ClipRun(host, self.settings(**more), self.place)
        run.start()
        return run

    @property
    def left(self) -> list[Path]:
        """What of clips lies in the run folder."""
        return list(self.place.clips_folder().iterdir())


@pytest.fixture(scope="module")
def bench(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("clip")
    with private(installation, folder) as own:
        yield Bench(own, pictures.saved(pictures.strokes(), folder / "style.png"))


def to_the_end(run: ClipRun[HeadlessClip]) -> None:
    until(lambda: run.advance(0.05))


def half() -> Image.Image:
    """A mask whose left half is selected."""
    mask = Image.new("L", (WIDTH, HEIGHT), 0)
    ImageDraw.Draw(mask).rectangle((0, 0, WIDTH // 2 - 1, HEIGHT), fill=255)
    return mask


def opacity(host: HeadlessClip, number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.asarray(image(host.laid[number]).getchannel("A"))


@pytest.mark.parametrize("method", [{"method": "instant"}, FEW])
def test_a_clip_of_a_host_is_painted_as_the_command_paints_one(
    bench: Bench, tmp_path: Path, method: dict[str, object]
) -> None:
    frames = clips.pan(3)
    host = HeadlessClip(frames)
    run = bench.run(host, **method)
    told, shares = [run.text], [0.0]
    assert told == ["Reading frame 1 of 3"]
    while not run.advance(0.05):
        told.append(run.text)
        assert run.fraction >= shares[-1] - 1e-9, "it never goes back"
        shares.append(run.fraction)
    assert run.error is None and run.painted == [host] and run.reports == []
    assert any(text.startswith("3 of 3: ") for text in told)
    assert run.took.startswith("It took")
    assert host.name == "style" and host.box == Box(0, 0, WIDTH, HEIGHT)
    assert bench.left == [], "nothing is left on the disk"
    (tmp_path / "in").mkdir()
    for number, frame in enumerate(frames):
        frame.save(tmp_path / f"in/{number}.png")
    knobs = [f for name, value in method.items() for f in (f"--{name}", str(value))]
    where = [str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--style", str(bench.style)]
    assert cli.main(["animate", *where, "--size", "64", "--device", "cpu", *knobs]) == 0
    for number, pixels in enumerate(host.laid):
        theirs = np.asarray(Image.open(tmp_path / f"out/{number}.png").convert("RGB"))
        ours = np.asarray(image(pixels))
        assert (ours[..., 3] == 255).all()
        assert np.abs(ours[..., :3].astype(int) - theirs).max() <= 1


def test_a_selection_of_all_frames_and_one_of_each(bench: Bench) -> None:
    left = half()
    right = left.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    nothing = Image.new("L", left.size, 0)
    host = HeadlessClip(clips.pan(3), [left], Box(0, 0, WIDTH // 2, HEIGHT))
    to_the_end(bench.run(host))
    assert host.box == Box(0, 0, WIDTH // 2, HEIGHT)
    assert all(opacity(host, number).min() == 255 for number in range(3))
    assert all(pixels.extent == (WIDTH // 2, HEIGHT) for pixels in host.laid)
    host = HeadlessClip(clips.pan(3), [left, right, nothing], Box(0, 0, WIDTH, HEIGHT))
    run = bench.run(host)
    to_the_end(run)
    assert run.error is None
    for number, mask in enumerate((left, right, nothing)):
        assert np.array_equal(opacity(host, number), np.asarray(mask)), "what is selected of it"


def test_whole_frames_have_the_painting_over_what_was_read(bench: Bench) -> None:
    frames = [frame.convert("RGBA") for frame in clips.pan(2)]
    for frame in frames:
        frame.putalpha(Image.linear_gradient("L").resize(frame.size))
    mask = half()
    mask.paste(0, (0, 0, WIDTH // 4, HEIGHT))
    host = HeadlessClip(frames, [mask], Box(0, 0, WIDTH // 2, HEIGHT))
    host.whole_frames = True
    run = bench.run(host)
    to_the_end(run)
    assert run.error is None and host.box == Box(0, 0, WIDTH // 2, HEIGHT)
    for frame, pixels in zip(frames, host.laid, strict=True):
        before, after = np.asarray(frame)[:, : WIDTH // 2], np.asarray(image(pixels))
        assert np.array_equal(after[:, : WIDTH // 4], before[:, : WIDTH // 4]), "to the last bit"
        assert np.array_equal(after[..., 3], before[..., 3]), "it shines through as before"
        painted = np.abs(after.astype(int) - before)[HEIGHT // 2 :, WIDTH // 4 :, :3]
        assert painted.mean() > 8


def test_the_style_may_be_a_layer(bench: Bench) -> None:
    style = picture(pictures.strokes(), RGBA)
    host = HeadlessClip(clips.pan(2), pictures={"style": style})
    run = bench.run(host, style="")
    to_the_end(run)
    assert run.error is None and len(host.laid) == 2


def test_kept_early_it_has_the_frames_that_are_whole(bench: Bench) -> None:
    host = HeadlessClip(clips.pan(40, 1))
    run = bench.run(host, **FEW)
    until(lambda: run.advance(0.01) or run.done)
    assert run.begun and not run.over
    run.keep()
    to_the_end(run)
    assert run.kept and run.error is None
    assert 1 <= len(host.laid) < 40
    assert run.reports[0] == f"{len(host.laid)} of 40 frames were painted."
    assert bench.left == []


def test_kept_before_a_frame_is_whole_there_is_no_new_layer(bench: Bench) -> None:
    host = HeadlessClip(clips.pan(2))
    run = bench.run(host, **LONG)
    run.keep()
    assert run.over and run.unpainted, "while it is read"
    run = bench.run(host, **LONG)
    until(lambda: run.advance(0.01) or "Step" in run.text)
    assert not run.begun
    run.keep()
    to_the_end(run)
    assert run.unpainted and host.laid == [] and bench.left == []


def test_cancelled_while_it_is_read_or_painted_it_leaves_nothing(bench: Bench) -> None:
    host = HeadlessClip(clips.pan(3))
    run = bench.run(host, **LONG)
    assert not run.advance() and bench.left
    run.cancel()
    assert run.over and bench.left == []
    run = bench.run(host, **LONG)
    until(lambda: run.advance(0.01) or "Step" in run.text)
    run.cancel()
    assert run.over and host.laid == [] and bench.left == []


def test_what_is_painted_waits_for_the_brush_and_may_be_cancelled_then(bench: Bench) -> None:
    host = HeadlessClip(clips.pan(3))
    run = bench.run(host)
    host.idle = False
    until(lambda: run.advance(0.01) or run.waiting)
    assert run.text == "Waiting for your brush" and run.done == 3
    run.cancel()
    assert run.over and host.laid == [] and host.under_way == [] and bench.left == []


def test_a_picture_that_is_closed_ends_it(bench: Bench) -> None:
    host = HeadlessClip(clips.pan(2))
    run = bench.run(host, **LONG)
    until(lambda: run.advance(0.01) or "Step" in run.text)
    host.wanted = False
    assert run.advance()
    assert str(run.error) == "The picture was closed before the painting was done."
    assert bench.left == []


def test_others_get_their_turn_meanwhile(bench: Bench) -> None:
    run = bench.run(HeadlessClip(clips.pan(2)), **LONG)
    until(lambda: run.advance(0.01) or "Step" in run.text)
    previews = Previews(bench.place)
    wanted = request()
    previews.ask(replace(wanted, preview=wanted.content.extent))
    until(lambda: previews.take(0.05) is not None)
    previews.close()
    finish(Job(QUICK, bench.place))
    assert not run.advance() and run.done == 0
    run.cancel()


def test_another_worker_goes_on_where_the_first_one_was(bench: Bench) -> None:
    host = HeadlessClip(clips.pan(4))
    run = bench.run(host, **FEW)
    until(lambda: run.advance(0.01) or run.done)
    first = pid_of(bench.place)
    run.restart()
    to_the_end(run)
    assert run.error is None and len(host.laid) == 4
    assert pid_of(bench.place) != first
    whole = HeadlessClip(clips.pan(4))
    to_the_end(bench.run(whole, **FEW))
    assert [each.data for each in host.laid] == [each.data for each in whole.laid]


def test_what_is_painted_when_the_worker_dies_is_laid(bench: Bench) -> None:
    host = HeadlessClip(clips.pan(40, 1))
    run = bench.run(host, **FEW)
    until(lambda: run.advance(0.01) or run.done)
    pid = pid_of(bench.place)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    to_the_end(run)
    assert isinstance(run.error, WorkerLost)
    assert 1 <= len(host.laid) < 40 and run.painted == [host]


def test_a_frame_with_nothing_in_it_stays_so(bench: Bench) -> None:
    clear = Image.new("RGBA", (WIDTH, HEIGHT))
    host = HeadlessClip([clear, clips.pan(1)[0]])
    run = bench.run(host)
    to_the_end(run)
    assert run.error is None
    assert opacity(host, 0).max() == 0 and opacity(host, 1).min() == 255


def test_what_is_wrong_is_told_in_a_sentence(bench: Bench) -> None:
    host = HeadlessClip(clips.pan(2))
    run = bench.run(host, style=str(bench.style.with_name("none.png")))
    to_the_end(run)
    assert str(run.error).startswith("There is no file")
    assert host.laid == [] and bench.left == []


def test_a_full_disk_is_told_before_the_work(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(bench.place.prefix)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=10_000_000))
    run = bench.run(HeadlessClip(clips.pan(2)))
    to_the_end(run)
    assert str(run.error) == (
        f"The frames take 0.3 GB in {bench.place.clips_folder()} while they are painted, and 0.0 "
        "GB are free: make room, or paint fewer frames."
    )
    assert bench.left == []


def test_a_folder_goes_with_the_process_that_made_it(bench: Bench) -> None:
    made = (
        "import sys\nfrom pathlib import Path\n"
        "from core.bridge.storage.frames import Frames\n"
        "from core.bridge.storage.paths import Installation\n"
        "frames = Frames.made(Installation(Path(sys.argv[1])))\n"
        "print(frames.name, flush=True)\ninput()\n"
    )
    command = [sys.executable, "-c", made, str(bench.place.prefix)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as host:
        assert host.stdout is not None
        name = host.stdout.readline().strip()
        folder = bench.place.clips_folder() / name
        assert folder.stat().st_mode & 0o777 == 0o700
        sweep(bench.place)
        assert folder.is_dir(), "it lives"
        host.kill()
    sweep(bench.place)
    assert bench.left == []


@pytest.mark.parametrize("name", ["..", "0123456789abcdef", "../../..", ""])
def test_the_worker_looks_for_frames_where_hosts_put_them_only(bench: Bench, name: str) -> None:
    with pytest.raises(BadInput, match="The frames to paint are gone"):
        Frames.at(bench.place, name)


@pytest.mark.parametrize(
    "change",
    [
        {"numbers": []},
        {"numbers": ["1"]},
        {"masks": "two"},
        {"masks": "one"},
        {"content": None},
        {"settings": {"style": ""}},
        {"steady": 1},
        {"whole": 1},
    ],
)
def test_a_malformed_clip_is_refused(bench: Bench, change: dict[str, object]) -> None:
    line = line_to(bench.place)
    header = {
        "folder": "0123456789abcdef",
        "settings": bench.settings().as_mapping(),
        "content": {"extent": [8, 8], "channels": "RGBA", "depth": "u8", "linear": False},
        "numbers": [1, 2],
        "masks": "none",
        "mask": None,
        "steady": True,
        "whole": False,
        "pixels": {},
    }
    line.say("clip", {**header, **change, "number": 7})
    answer = heard(line)
    assert (answer.type, answer.header["number"]) == ("failed", 7)
    assert answer.header["bad_input"]
    line.close()


def test_a_dialog_of_a_clip_paints_that(bench: Bench) -> None:
    frames = clips.pan(2)
    document = Document(
        Extent(WIDTH, HEIGHT), [Layer("photo", Box(0, 0, WIDTH, HEIGHT), picture(frames[0], RGBA))]
    )
    host = HeadlessClip(frames)
    session: Session[HeadlessHost] = Session(
        HeadlessDesk(document), LastUsed(bench.place, "clip"), bench.place, clip=lambda: host
    )
    session.change(bench.settings())
    run = session.paint_clip()

    def over() -> bool:
        session.tick()
        return run.over

    until(over)
    session.end()
    assert len(host.laid) == 2 and len(document.layers) == 1
    assert session.run is None
    session.close()

    def nothing() -> HeadlessClip:
        raise BadInput("This layer is not animated.")

    session = Session(HeadlessDesk(document), None, bench.place, clip=nothing)
    session.change(bench.settings())
    with pytest.raises(ImpastoError, match="not animated"):
        session.paint_clip()
    assert session.run is None
    session.close()
