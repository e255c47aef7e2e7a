"""GIMP's dialog for animations: which frame is shown, which are painted, and what Cancel keeps."""

from __future__ import annotations

import pytest

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def dialogs(job: Job) -> Report:
    """What a person does at the dialog."""
    job.forget_last_values()
    return job.run("gimp_animation_dialog", windows=True)


def test_the_chosen_frame_is_shown(dialogs: Report) -> None:
    said = of(dialogs, "looked")
    assert said["stuck"] == []
    # The third frame is the first one in a mirror.
    (left, right), (there, here) = said["third"], said["first"]
    assert max(abs(a - b) for a, b in zip(left, here, strict=True)) < 40
    assert max(abs(a - b) for a, b in zip(right, there, strict=True)) < 40
    assert max(abs(a - b) for a, b in zip(left, right, strict=True)) > 40


def test_two_numbers_say_which_frames_are_painted(dialogs: Report) -> None:
    said = of(dialogs, "looked")
    assert said["ends"] == [1, 4] and said["all"] == ""
    assert said["from"] == "2-4"
    assert said["turned"] == "1", "the first frame can't come after the last one"
    assert said["reset"] == ""
    assert said["times"] != said["fewer"], "one frame is said to take as long as four"


def test_the_dialog_follows_what_is_done_to_the_image(dialogs: Report) -> None:
    said = of(dialogs, "looked")
    assert said["count"] == 3 and said["trouble"] == ""


def test_nothing_is_painted_ahead_of_an_animation(dialogs: Report) -> None:
    assert not of(dialogs, "looked")["ahead"]


def test_the_frames_that_were_asked_for_become_an_image(dialogs: Report) -> None:
    said = of(dialogs, "painted")
    assert said["stuck"] == [] and said["painted"] == 1 and said["more"] == 1
    assert [frame["name"][:7] for frame in said["frames"]] == ["Frame 2", "Frame 3", "Frame 4"]


def test_cancel_keeps_the_frames_that_are_painted(dialogs: Report) -> None:
    said = of(dialogs, "cancelled")
    assert said["stuck"] == [] and said["painted"] == 1
    assert said["title"].startswith("Painting frame 2 of 4")
    assert not said["keep"], "two buttons do the same"
    assert len(said["made"]) == 1
    assert 1 <= len(said["made"][0]) < 4
    assert said["made"][0][0]["name"] == "Background (100ms)"


def test_cancel_before_the_first_frame_leaves_nothing(dialogs: Report) -> None:
    said = of(dialogs, "cancelled_at_first")
    assert said["stuck"] == [] and said["painted"] is None
    assert said["more"] == 0 and said["trouble"] == ""
