"""Batches and clips over Dask: spread over processes, over machines, and over one that is lost."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from distributed import Security

from core import cli
from core.animation import stretches, survey
from core.animation.painting import Animation
from core.bridge.contract.errors import BadInput, ImpastoError, NoRoom
from core.bridge.contract.settings import Settings
from core.bridge.contract.weighted import PATHS, weighted
from core.bridge.storage.paths import Installation
from core.clips import Moment, opened
from core.clips.output import Output
from core.cluster import addresses, pool
from core.cluster.orders import Answer
from core.engine import identity
from core.engine.networks import Networks
from core.engine.series import Series
from tests import clips, pictures

HERE = ("--method", "instant", "--size", "64", "--device", "cpu", "--threads", "1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    for number in range(3):
        pictures.photograph(96 - 8 * number, 80).save(tmp_path / f"photos/{number}.png")
    pictures.strokes().save(tmp_path / "style.png")
    return tmp_path


def three_shots(folder: Path, count: int = 4) -> Path:
    names = ("astronaut", "coffee", "chelsea")
    shots = [clips.pan(count, picture=name) for name in names]
    return clips.video(folder / "in.mp4", [frame for shot in shots for frame in shot])


def run(folder: Path, command: str, given: str, output: str, *more: str) -> int:
    style = ("--style", str(folder / "style.png"), "-o", str(folder / output))
    return cli.main([command, str(folder / given), *style, *HERE, *more])


def inside(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def until(what: Callable[[], bool], seconds: float = 240.0) -> None:
    """Wait for it; whether it comes is judged, and not how fast."""
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it did not come"
        time.sleep(0.05)


class Machines:
    """A scheduler, and workers that speak TLS with it: processes of their own, by Dask's command,
    as a person starts them.
    """

    def __init__(self, folder: Path) -> None:
        made = Security.temporary()
        self.tls = []
        for option, name in (
            ("ca-file", "ca_file"),
            ("cert", "client_cert"),
            ("key", "client_key"),
        ):
            file = folder / f"{name}.pem"
            file.write_text(getattr(made, f"tls_{name}"))
            self.tls += [f"--tls-{option}", str(file)]
        self._folder, self._started = folder, list[subprocess.Popen[bytes]]()
        told = folder / "scheduler.json"
        self._start(
            "scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", "0",
            "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(told),
        )  # fmt: skip
        until(lambda: told.exists() and told.read_text().endswith("}"))
        known = json.loads(told.read_text())
        self.address: str = known["address"]
        self.dashboard: int = known["services"]["dashboard"]

    @property
    def options(self) -> tuple[str, ...]:
        return ("--cluster", self.address, *self.tls)

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start(
            "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--memory-limit", "0", "--host", "127.0.0.1", "--local-directory", str(self._folder),
        )  # fmt: skip

    def registered(self) -> int:
        """How many workers have come."""
        return (self._folder / "scheduler-0.log").read_text().count("Register worker addr")

    def end(self) -> None:
        for process in self._started:
            process.kill()
            process.wait()

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        log = self._folder / f"{command[0]}-{len(self._started)}.log"
        with log.open("wb") as file:
            started = subprocess.Popen(
                [sys.executable, "-m", "dask", *command, *self.tls],
                stdout=file, stderr=file, cwd=self._folder,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )  # fmt: skip
        self._started.append(started)
        return started


@pytest.fixture
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    made = Machines(tmp_path_factory.mktemp("machines"))
    try:
        yield made
    finally:
        made.end()


def test_a_worker_that_is_killed_in_the_middle_leaves_no_gap(
    folder: Path, machines: Machines, capsys: pytest.CaptureFixture[str]
) -> None:
    three_shots(folder)
    assert run(folder, "animate", "in.mp4", "alone") == 0
    lost, _ = machines.worker(), machines.worker()
    until(lambda: machines.registered() == 2)
    notes = folder / "spread/.impasto"

    def kill() -> None:
        """As soon as a worker has painted frames, one is gone: both are at a shot then."""
        until(lambda: len(list((folder / "spread").glob("*.png"))) >= 2)
        os.kill(lost.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        assert run(folder, "animate", "in.mp4", "spread", *machines.options) == 0
    finally:
        killer.join()
    assert lost.wait() == -signal.SIGKILL
    found = inside(folder / "spread")
    assert len(found) == 12 and found == inside(folder / "alone"), "to the byte"
    assert not list(notes.glob("look-*"))
    assert "12 frames in 3 shots" in capsys.readouterr().out

    # The one that is left paints a batch too, and is asked for nothing that is there.
    assert run(folder, "batch", "photos", "one", "--no-sheet") == 0
    assert run(folder, "batch", "photos", "two", "--no-sheet", *machines.options) == 0
    assert inside(folder / "one") == inside(folder / "two")
    capsys.readouterr()
    assert run(folder, "batch", "photos", "two", "--no-sheet", *machines.options) == 0
    assert capsys.readouterr().out == f"{folder / 'two'}: 0 painted, 3 were there\n"

    page = urllib.request.urlopen(f"http://127.0.0.1:{machines.dashboard}/status")
    assert page.status == 200 and b"bokeh" in page.read().lower(), "the dashboard works"


def test_processes_of_this_machine_paint_what_one_does(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "photos/bad.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert run(folder, "batch", "photos", "one", "--no-sheet") == 1
    alone = capsys.readouterr().err
    before = dict(os.environ)
    assert run(folder, "batch", "photos", "two", "--no-sheet", "--workers", "2") == 1
    assert dict(os.environ) == before, "Dask would have every later process compute on one thread"
    assert capsys.readouterr().err == alone, "a failure is told alike"
    assert inside(folder / "one") == inside(folder / "two") and len(inside(folder / "two")) == 3


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://10.0.0.5:8786", "nothing goes without TLS.*tls://10.0.0.5:8786"),
        ("tcp://farm:8786", "nothing goes without TLS"),
        ("farm:8786", "write it as tls://HOST:8786"),
        ("tls://farm", "write it as tls://HOST:8786"),
        ("ws://127.0.0.1:8786", "write it as tls://HOST:8786"),
        ("", "write it as tls://HOST:8786"),
    ],
)
def test_an_address_that_is_not_safe_is_refused(address: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        addresses.check(address)


@pytest.mark.parametrize(
    "address",
    ["tls://10.0.0.5:8786", "tcp://127.0.0.1:8786", "tcp://[::1]:8786", "tcp://localhost:1"],
)
def test_tls_goes_anywhere_and_plain_tcp_to_this_machine(address: str) -> None:
    addresses.check(address)


@pytest.mark.parametrize("more", [("--workers", "2"), ("--cluster", "tls://farm:8786")])
@pytest.mark.parametrize("command", ["batch", "animate"])
def test_without_dask_a_sentence_names_the_command(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    more: tuple[str, ...],
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "distributed" else find(name)
    )
    assert run(folder, command, "photos", "out", *more) == 1
    assert capsys.readouterr().err == (
        "impasto: --workers and --cluster need Dask, which is not installed: run 'python3 "
        "install.py --cluster'.\n"
    )


def test_certificates_are_needed_and_are_read(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_PATIENCE", 2.0)
    where = ("--cluster", "tls://127.0.0.1:9")
    assert run(folder, "batch", "photos", "out", *where) == 1
    assert "needs certificates: give --tls-ca-file" in capsys.readouterr().err
    none = str(folder / "none.pem")
    files = ("--tls-ca-file", none, "--tls-cert", none, "--tls-key", none)
    assert run(folder, "batch", "photos", "out", *where, *files) == 1
    assert "The certificates can't be used" in capsys.readouterr().err
    assert run(folder, "batch", "photos", "out", "--cluster", "tcp://127.0.0.1:9") == 1
    assert "No scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err
    assert not inside(folder / "out")


@pytest.mark.parametrize("count", ["0", "1000"])
def test_a_number_of_processes_that_makes_no_sense(
    folder: Path, capsys: pytest.CaptureFixture[str], count: str
) -> None:
    assert run(folder, "batch", "photos", "out", "--workers", count) == 1
    assert "--workers is between 1 and 256" in capsys.readouterr().err


def planned(folder: Path, *, steady: bool, every: int = 1) -> Animation[Output]:
    clip = opened(folder / "in.mp4")
    found = survey.of(clip, Moment(), None, lambda: False, lambda _: None)
    settings = identity.absolute(Settings(style=str(folder / "style.png"), method="instant"))
    return Animation(clip, found, Output.of(folder / "out", clip), settings, steady, every)


def test_only_shots_of_a_steady_clip_are_parts(folder: Path) -> None:
    three_shots(folder, 20)
    steady = stretches.parts(planned(folder, steady=True))
    assert [[part[0].number, len(part)] for part in steady] == [[0, 20], [20, 20], [40, 20]]
    alone = stretches.parts(planned(folder, steady=False))
    assert [len(part) for part in alone] == [16, 16, 16, 12]
    twos = stretches.parts(planned(folder, steady=True, every=2))
    assert [[seen.number for seen in part][:2] for part in twos] == [[0, 2], [20, 22], [40, 42]]


def test_a_part_is_the_same_once_it_was_sent(folder: Path) -> None:
    three_shots(folder)
    whole = planned(folder, steady=True)
    part = stretches.parts(whole)[1]
    there = stretches.read(json.loads(json.dumps(stretches.written(whole, part))))
    assert there.settings == whole.settings and there.survey.frames == tuple(part)
    assert there.output.folder == whole.output.folder and there.count == 4
    assert there.survey.frames[0].start == Fraction(4, clips.RATE)
    assert [d.path for d in there.drawn] == [d.path for d in whole.drawn[4:8]]
    clips.video(folder / "in.mp4", clips.pan(12))
    with pytest.raises(BadInput, match="let all machines see the same disk"):
        stretches.read(stretches.written(whole, part) | {"bytes": 1})


def test_a_shot_that_is_painted_elsewhere_leaves_no_states(
    folder: Path, installation: Installation
) -> None:
    """Each is a part, and one clip may have hundreds. More may be painted of the last one."""
    three_shots(folder)
    whole, left = planned(folder, steady=True), []
    whole.output.prepare()
    for part in stretches.parts(whole):
        there = stretches.read(json.loads(json.dumps(stretches.written(whole, part))))
        there.paint(Networks(installation.weights, "cpu"), Series(4, lambda _: None), lambda: False)
        left.append(len(list(there.output.folder.glob(".impasto/*.safetensors"))))
    assert left[:2] == [0, 0] and left[2] > 0


def test_settings_name_their_files_in_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    given = Settings(style="style.png", mix='style.png=2; "a b.png"', label_styles="#ff0000=c.png")
    found = identity.absolute(given)
    assert found.style == str(folder / "style.png")
    full = {str(folder / "style.png"): 2.0, str(folder / "a b.png"): 1.0}
    assert weighted(found.mix, PATHS) == full
    assert found.label_styles == f"#ff0000={folder / 'c.png'}"
    same = dataclasses.replace(found, style="", mix="", label_styles="")
    assert same == dataclasses.replace(given, style="", mix="", label_styles="")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"made": 1, "failed": ""}', b"x", None])
def test_an_answer_in_other_words_is_refused(text: object) -> None:
    with pytest.raises(ImpastoError, match="in another way"):
        Answer.read(text)


def test_an_answer_says_what_failed() -> None:
    assert Answer.read(Answer({"a": 1}).text()).checked() == {"a": 1}
    with pytest.raises(BadInput, match="Frame 7"):
        Answer.read(Answer({}, failed="Frame 7: no.").text()).checked()
    with pytest.raises(NoRoom, match="disk is full"):
        Answer.read(Answer({}, failed="The disk is full.", full=True).text()).checked()
