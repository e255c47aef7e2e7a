"""The plug-in in the real GIMP with its windows: keys, clicks, and screens to be looked at."""

from __future__ import annotations

import pytest
from PIL import Image

from .gimps import Job, Report, assert_one_layer_more, of


@pytest.fixture(scope="module")
def session(job: Job) -> Report:
    """What GIMP itself does with the plug-in."""
    job.forget_last_values()
    return job.run("gimp_session", windows=True)


@pytest.fixture(scope="module")
def dialog(job: Job, session: Report) -> Report:
    """What a person does at the plug-in's own dialog."""
    job.forget_last_values()
    return job.run("gimp_dialog", windows=True)


@pytest.fixture(scope="module")
def pointing(job: Job) -> Report:
    """A person clicks on what is meant."""
    job.forget_last_values()
    return job.run("gimp_pointing", windows=True)


def test_dialog_shows_a_preview_and_paints(session: Report) -> None:
    said = of(session, "dialog_and_undo")
    assert said["preview"]
    assert_one_layer_more(said)


def test_one_undo_takes_it_away_and_redo_brings_it_back(session: Report) -> None:
    said = of(session, "dialog_and_undo")
    assert said["undone"]
    assert said["after_undo"] == said["before"]
    assert said["redone"]


def test_repeat_uses_the_last_values(session: Report) -> None:
    said = of(session, "last_values")
    assert said["status"] == "success", said["message"]
    assert len(said["names"]) == 2


def test_dialog_cancelled(session: Report) -> None:
    said = of(session, "dialog_cancelled")
    assert said["status"] == "cancel"
    assert said["after"] == said["before"]


def test_cancel_in_the_window(session: Report) -> None:
    said = of(session, "cancelled_in_the_window")
    assert said["cancelled"], "GIMP's Cancel was not found, or did not end the plug-in"
    assert said["status"] != "success"
    assert said["after"] == said["before"]


def test_stop_and_keep_makes_a_layer_of_what_there_is(dialog: Report) -> None:
    said = of(dialog, "stopped_and_kept")
    assert said["preview"] and said["ended"]
    assert said["grown"] != said["shown"], "the picture did not grow while it was painted"
    assert_one_layer_more(said)


def test_cancel_while_painting_brings_the_knobs_back(dialog: Report) -> None:
    said = of(dialog, "cancelled_while_painting")
    assert said["back"] and said["open"] and said["closed"]
    assert said["status"] == "cancel"
    assert said["after"] == said["before"]


def test_the_split_follows_the_mouse_and_the_keys(dialog: Report) -> None:
    start, dragged, moved = of(dialog, "compared")["splits"]
    assert abs(dragged - (start - 120)) <= 3
    assert moved > dragged + 20


def test_the_preview_follows_a_knob(dialog: Report) -> None:
    said = of(dialog, "compared")
    assert said["weaker"]
    assert said["status"] == "cancel"


def test_what_is_not_painted_lies_under_a_veil(dialog: Report) -> None:
    said = of(dialog, "looked_around")
    (red, green, _), (bare_red, bare_green, _) = said["veiled"], said["bare"]
    assert red - green > bare_red - bare_green + 40


def test_a_style_is_searched_and_a_preset_saved(dialog: Report) -> None:
    said = of(dialog, "looked_around")
    assert said["saved"] and said["preset"] == "painterly"
    assert said["status"] == "success", said["message"]
    assert said["name"] == "mosaic"


def test_enter_in_the_search_chooses_and_paints_nothing(dialog: Report) -> None:
    said = of(dialog, "enter_and_the_star")
    assert said["open"], "it was painted with the old style"
    assert said["layers"] == 2 and said["name"] == "mosaic"


def test_a_star_is_clicked_and_taken_back_by_a_key(dialog: Report) -> None:
    said = of(dialog, "enter_and_the_star")
    assert said["clicked"] == ["mosaic"]
    assert said["pressed"] == []


def test_a_painting_is_opened_again_as_it_was(dialog: Report) -> None:
    said = of(dialog, "edited_in_the_dialog")
    assert said["preview"]
    assert said["names"] == ["other_style picture", "Background"]
    assert said["strength"] == 0.9 and said["method"] == "instant"


def test_a_worker_that_dies_under_the_dialog(dialog: Report) -> None:
    said = of(dialog, "worker_lost")
    assert said["open"], "the dialog went with the worker"
    assert said["again"]
    assert said["after"] == said["before"]


def test_screens_were_photographed(session: Report, dialog: Report, job: Job) -> None:
    for name in (
        "dialog",
        "dialog-style",
        "dialog-where",
        "dialog-advanced",
        "painted",
        "painting",
        "progress",
        "compared",
        "worker-lost",
        "veil",
        "presets",
        "searched",
        "entered",
        "starred",
        "edit",
        "menu-artistic",
        "menu-python-fu",
    ):
        with Image.open(job.pictures / f"{name}.png") as picture:
            assert picture.size == (1280, 800)


def test_clicks_on_the_picture_say_which_subject_is_meant(pointing: Report) -> None:
    said = of(pointing, "pointed")
    assert said["preview"]
    assert said["first"] and said["both"] and said["second"], "a marker comes and goes"
    (point,) = said["subject"].split(";")
    assert float(point.split(",")[0]) == pytest.approx(0.5, abs=0.02)
    start, clicked, dragged = said["splits"]
    assert clicked == start
    assert abs(dragged - (start - 90)) <= 3
