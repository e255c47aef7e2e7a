"""A part of the style in GIMP's dialog: it is dragged out of the picture."""

from __future__ import annotations

import pytest

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def parts(job: Job) -> Report:
    """What a person does at the style's picture."""
    job.forget_last_values()
    return job.run("gimp_parts", windows=True)


def test_a_part_is_dragged_out_of_the_picture(parts: Report) -> None:
    part = [float(number) for number in of(parts, "part")["dragged"].split(",")]
    assert max(abs(number - 50) for number in part) < 3


def test_the_button_takes_all_of_it_again(parts: Report) -> None:
    assert of(parts, "part")["reset"] == ""
