"""What a set-up tells other programs of how far it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.bridge.contract.standing import Standing
from core.bridge.i18n.text import Text
from core.setup.console import Console
from core.setup.progress import Progress


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def told(file: Path) -> list[Standing]:
    return [Standing.of_line(line) for line in file.read_bytes().splitlines()]


def test_a_line_comes_back_as_it_was() -> None:
    error = Text("The disk {name} is full.", name=Path("/a b"))
    for standing in (
        Standing("engine", 0.25, 12.5, 3, 9),
        Standing("plug-ins", error=error),
        Standing("engine", 1.0, whole=True),
    ):
        assert Standing.of_line(standing.line()) == standing
        assert standing.over == (standing.whole or standing.error is not None)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "[]",
        "{}",
        '{"step": "a", "share": "much"}',
        '{"step": "a", "share": 1e999}',
    ],
)
def test_any_other_line_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        Standing.of_line(line)


def test_shares_follow_weights_and_bytes_and_the_pace_tells_what_is_left(tmp_path: Path) -> None:
    clock = Clock()
    progress = Progress(tmp_path / "logs" / "setup.jsonl", clock)
    progress.plan({"done before": 50, "small": 10, "large": 80, "last": 10})
    progress.skip("done before")
    progress.step("small")
    clock.now += 10
    progress.step("large")
    clock.now += 40
    progress.reach(500, 1000)
    clock.now += 40
    progress.step("last")
    progress.end()
    starting, small, large, half, last, end = told(tmp_path / "logs" / "setup.jsonl")
    assert starting.step == "" and small.step == "small"
    assert (small.share, small.left) == (0.0, None)
    assert (large.share, large.left) == pytest.approx((0.1, 90))
    assert (half.share, half.left) == pytest.approx((0.5, 50))
    assert (half.done, half.of) == (500, 1000)
    assert (last.share, last.left) == pytest.approx((0.9, 10))
    assert end.whole and end.over and end.share == 1.0


def test_a_new_setup_begins_its_file_anew_and_tells_what_went_wrong(tmp_path: Path) -> None:
    file = tmp_path / "setup.jsonl"
    Progress(file).end()
    progress = Progress(file)
    progress.plan({"only": 1})
    progress.step("only")
    progress.fail(Text("It failed."))
    assert [str(standing.error) for standing in told(file)] == ["None", "None", "It failed."]


def test_what_the_console_shows_is_told_as_well_but_not_more_often_than_it_is_read(
    tmp_path: Path,
) -> None:
    clock, console = Clock(), Console()
    console.standing = Progress(tmp_path / "setup.jsonl", clock)
    for done in range(10):
        clock.now += 0.1
        console.progress("some of it", done, 10)
    assert [standing.done for standing in told(tmp_path / "setup.jsonl")] == [0, 2, 5, 8]


def test_a_file_that_can_not_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    progress = Progress(tmp_path / "logs" / "setup.jsonl")
    progress.plan({"only": 1})
    progress.step("only")
    progress.end()
