"""Styles of a person's own in GIMP's dialog: from the clipboard, from a layer, dropped as files."""

from __future__ import annotations

import pytest

from .gimps import Job, Report, of


@pytest.fixture(scope="module")
def sources(job: Job) -> Report:
    """What a person adds to the styles."""
    job.forget_last_values()
    return job.run("gimp_sources", windows=True)


@pytest.mark.parametrize(
    ("how", "file", "painted"),
    [
        ("from_the_clipboard", "From the clipboard.png", "From the clipboard"),
        ("from_a_layer", "Background.png", "Background #1"),
        ("dropped_on_the_styles", "other_style picture.png", "other_style picture"),
        (
            "dropped_on_the_background",
            "sides picture.png",
            "other_style picture + sides picture",
        ),
    ],
)
def test_a_style_is_added_and_painted_with(
    sources: Report, how: str, file: str, painted: str
) -> None:
    said = of(sources, how)
    assert said["files"] == [file]
    assert said["status"] == "success", said["message"]
    assert said["layer"] == painted
