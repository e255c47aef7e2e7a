"""The list of labels in GIMP's dialog: each takes a style of its own by two clicks."""

from __future__ import annotations

import pytest
from PIL import Image

from core.bridge.contract import label_styles

from .gimps import Job, Report, of

RED, GREEN, BLUE = [255, 0, 0], [0, 255, 0], [0, 0, 255]


@pytest.fixture(scope="module")
def labels(job: Job) -> Report:
    """What a person does at the labels."""
    job.forget_last_values()
    return job.run("gimp_labels", windows=True)


def test_labels_stand_in_the_order_of_their_size(labels: Report) -> None:
    said = of(labels, "chosen_for_a_label")
    assert said["preview"]
    assert said["swatches"] == [RED, BLUE, GREEN]


def test_a_label_takes_a_style_and_what_there_is_no_label_for_goes(labels: Report) -> None:
    said = of(labels, "chosen_for_a_label")
    assert said["shown"], "the preview did not follow"
    assert said["status"] == "success", said["message"]
    styles = label_styles.read(said["label_styles"])
    assert list(styles) == ["#ff0000", "#0000ff"]
    assert styles["#ff0000"].endswith("/one; two.png")
    assert said["labels"], "the painting forgot the layer of its labels"


def test_without_labels_there_is_no_list(labels: Report) -> None:
    said = of(labels, "taken_away")
    assert said["swatches"] == [RED, BLUE, GREEN]
    assert said["gone"] and said["whole"]


def test_style_labels_leave_nothing_to_choose(labels: Report) -> None:
    said = of(labels, "style_labels_say_it")
    assert said["preview"] and not said["opened"]
    assert max(said["swatches"][0]) < 200, "the list does not look as if it were off"


def test_other_labels_forget_the_styles_of_the_first(labels: Report) -> None:
    said = of(labels, "another_map")
    assert said["preview"] and said["swatches"][0] == GREEN
    assert said["status"] == "success", said["message"]
    assert said["label_styles"] == ""


def test_an_answer_that_comes_before_the_dialog_is_not_lost(labels: Report) -> None:
    said = of(labels, "quick_worker")
    assert sorted(said["labels"]) == ["#0000ff", "#ff0000"]
    assert said["painted"]


def test_labels_were_photographed(labels: Report, job: Job) -> None:
    for name in ("labels", "labels-styles", "labels-chosen", "labels-gone", "labels-off"):
        with Image.open(job.pictures / f"{name}.png") as picture:
            assert picture.size == (1280, 800)
