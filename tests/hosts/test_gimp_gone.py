"""GIMP stays usable under the dialog: of what goes away it tells, and nothing is lost."""

from __future__ import annotations

import pytest

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def gone(job: Job) -> Report:
    """What the dialog says where something is gone."""
    job.forget_last_values()
    return job.run("gimp_gone", windows=True)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("layer_removed", "layer to paint on was removed"),
        ("labels_removed", "layer of labels was removed"),
        ("image_closed", "layer to paint on was removed"),
    ],
)
def test_what_goes_away_under_the_dialog(gone: Report, what: str, words: str) -> None:
    said = of(gone, what)
    assert said["before"] == ""
    assert words in said["after"] and words in said["painted"]
    assert said["result"] is None


def test_a_style_that_is_gone_is_replaced(gone: Report) -> None:
    said = of(gone, "style_gone")
    assert "a style that goes.png" in said["preview"]
    assert "a style that goes.png" in said["painting"]
    assert said["kept"] == ["a style that goes", "Background"]
    assert said["chosen"] == ""
    assert said["result"] == 1
    assert said["painted"] == ["other_style picture", "Background"]


def test_labels_that_are_gone_are_done_without(gone: Report) -> None:
    said = of(gone, "labels_gone")
    assert "is gone: undo its removal" in said["opened"] and said["preview"]
    assert said["result"] == 1
    assert said["names"] == ["style picture", "Background"]
