"""Styles that only GIMP can read: it opens them, and what is painted is the same."""

from __future__ import annotations

import pytest

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def foreign(job: Job) -> Report:
    """What is painted after such files."""
    return job.run("gimp_foreign")


@pytest.mark.parametrize("ending", ["xcf", "psd", "ora"])
def test_a_style_is_the_same_in_any_file(foreign: Report, ending: str) -> None:
    said = of(foreign, "as_a_style")
    status, message, name, pixels = said[ending]
    assert status == "success", message
    assert name == "a style; of its own"
    assert pixels == said["png"][3]


@pytest.mark.parametrize("ending", ["exr", "jxl", "pdf"])
def test_what_is_stored_with_a_loss_is_a_style(foreign: Report, ending: str) -> None:
    status, message, name, _ = of(foreign, "as_a_style")[ending]
    assert status == "success", message
    assert name == "a style; of its own"


def test_a_drawing_is_a_style(foreign: Report) -> None:
    status, message, name, pixels = of(foreign, "as_a_style")["svg"]
    assert status == "success", message
    assert name == "drawn" and pixels != of(foreign, "as_a_style")["png"][3]


@pytest.mark.parametrize("use", ["mix", "background", "label"])
def test_wherever_a_style_is_named(foreign: Report, use: str) -> None:
    said = of(foreign, "as_others")
    assert said["xcf"][use] == said["png"][use]
    assert said["xcf"][use][0] == "success"


@pytest.mark.parametrize("ending", ["xcf", "kra"])
def test_what_not_even_gimp_reads_is_refused_in_a_sentence(foreign: Report, ending: str) -> None:
    status, message = of(foreign, "refused")[ending]
    assert status == "execution-error"
    assert message.startswith("GIMP can't read ") and "save it as a PNG" in message


def test_the_gallery_takes_it_in_as_png(foreign: Report) -> None:
    said = of(foreign, "into_the_gallery")
    assert said["name"] == "a style  of its own" and said["ending"] == ".png"
    assert said["painted"][0] == "success"
    assert said["painted"][3] == of(foreign, "as_a_style")["png"][3]
