"""GIMP's dialog while the worker is slow, silent or busy: nobody waits for anybody."""

from __future__ import annotations

import pytest

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def waiting(job: Job) -> Report:
    """What the dialog says and does meanwhile."""
    job.forget_last_values()
    return job.run("gimp_waiting", windows=True)


def test_a_preview_that_is_owed_is_read_while_it_paints(waiting: Report) -> None:
    said = of(waiting, "painted_before_the_preview")
    assert said["owed"], "the preview had come before Paint was pressed"
    assert said["read"], "what the worker sent was left in the socket"
    assert said["painted"] == 1 and not said["stuck"]


@pytest.mark.parametrize("when", ["silent_while_it_paints", "silent_before_the_preview"])
def test_a_silent_worker_is_told_of(waiting: Report, when: str) -> None:
    said = of(waiting, when)
    assert "has not answered for 15 s. It may recover by itself" in said["says"]
    assert said["after"] == "" and not said["stuck"]


def test_a_silent_worker_is_restarted_and_paints(waiting: Report) -> None:
    said = of(waiting, "silent_while_it_paints")
    assert said["offers"][0] == "Restart the engine"
    assert said["workers"] and not set(said["workers"]) & set(said["stopped"])
    assert said["painted"] == 1


def test_a_hint_goes_with_what_it_is_about(waiting: Report) -> None:
    said = of(waiting, "hints_and_marks")
    assert "no style yet" in said["hint"]
    assert said["hint after"] == "" and not said["stuck"]


def test_a_preview_of_the_style_before_is_marked(waiting: Report) -> None:
    said = of(waiting, "hints_and_marks")
    assert said["at first"] == said["at last"] == said["the same style"] == "After"
    assert said["mark"] == "Previewing…"


def test_fineness_changes_nothing_of_what_is_seen(waiting: Report) -> None:
    said = of(waiting, "another_size")
    part, zoom, place = said["before"]
    assert zoom > 2
    for other in (said["coarser"], said["finer"]):
        assert other[:2] == [part, zoom]
        # A line of text below it may take a pixel or two more.
        assert other[2] == pytest.approx(place, abs=2)


def test_nothing_painted_is_not_kept(waiting: Report) -> None:
    said = of(waiting, "waiting_for_another")
    assert "another job" in said["text"]
    assert said["waiting"] is False, "what is not begun can be kept"
    assert said["painted"] == 1 and not said["stuck"]


def test_of_a_closed_image_the_painting_is_kept(waiting: Report) -> None:
    said = of(waiting, "closed_and_kept")
    assert said["closed"] and not said["stuck"] and said["painted"] == 1
    (told,) = said["told"]
    assert "image was closed" in told
    assert said["images"] == 1 and said["layers"] == ["style picture"]
    assert said["size"] == [104, 94]


def test_a_stroke_under_way_is_not_lost(waiting: Report) -> None:
    said = of(waiting, "a_stroke_under_way")
    assert said["alone"] > 1000, "nothing was drawn"
    # Lost, it would be a dab. Where the pointer is seen on its way differs a little.
    assert said["disturbed"] == pytest.approx(said["alone"], rel=0.05)
    assert said["painted"], "it was drawn on the painting"


def test_a_button_leads_from_a_painting_to_its_edit(waiting: Report) -> None:
    said = of(waiting, "from_a_painting_to_its_edit")
    assert said["painted"] is None and said["edits"]
    assert said["strength"] == 0.7, "the dialog comes up as it was painted"
    assert said["replaced"]["painted"] == 1
    assert said["names"] == ["style picture", "Background"]


def test_the_dialog_says_that_a_painting_s_original_is_painted(waiting: Report) -> None:
    said = of(waiting, "of_a_painting")
    assert said["says"] == "style picture is a painting: its original is painted again, Background."
    assert said["names"] == ["style picture #1", "style picture", "Background"]
    assert all(said["times"].values()), "how long it takes is not said"
