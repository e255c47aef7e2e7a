"""Animations of layers in the real GIMP: painted, exported as GIFs by GIMP, and read by Pillow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from .gimps import Job, Report, of

WIDTH, HEIGHT = 160, 120
NAMES = [
    "Background (100ms)",
    "Frame 2 (250ms) (replace)",
    "Frame 3 (50ms) (replace)",
    "Frame 4 (300ms) (replace)",
]
"""What the painted frames are called, the first one first."""

QUANTIZED = 12
"""Of 255, how far a picture's mean colour error goes in the 255 colours of a GIF, at most."""

Frames = list[NDArray[np.float64]]


@pytest.fixture(scope="module")
def animation(job: Job) -> Report:
    """What one gimp-console said of the procedure."""
    return job.run("gimp_animation")


@pytest.fixture
def pictures(job: Job, animation: Report) -> Path:
    """Where the frames lie."""
    return job.pictures


def layers(pictures: Path, name: str, count: int = 4) -> Frames:
    """An animation's layers, RGBA, of shape (height, width, 4)."""
    files = [pictures / f"{name}-{number}.rgba" for number in range(count)]
    assert not (pictures / f"{name}-{count}.rgba").exists()
    return [
        np.frombuffer(file.read_bytes(), np.uint8).reshape(HEIGHT, WIDTH, 4).astype(float)
        for file in files
    ]


def played(pictures: Path, name: str) -> tuple[Frames, list[int]]:
    """A GIF's frames as a player shows them, and how long each is shown in ms."""
    with Image.open(pictures / f"{name}.gif") as file:
        assert file.size == (WIDTH, HEIGHT)
        found = [
            (np.array(frame.convert("RGBA"), float), frame.info["duration"])
            for frame in ImageSequence.Iterator(file)
        ]
    return [frame for frame, _ in found], [duration for _, duration in found]


def apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """The mean error of colours that are seen in both, which are opaque in the same places."""
    assert np.array_equal(one[..., 3] > 127, other[..., 3] > 127)
    seen = one[..., 3] > 127
    return float(np.abs(one - other)[seen][:, :3].mean())


def test_frames_are_read_as_gimp_exports_them(animation: Report, pictures: Path) -> None:
    assert of(animation, "composed")["untouched"]
    read, (shown, durations) = layers(pictures, "original"), played(pictures, "original")
    assert durations == [100, 250, 50, 300]
    errors = [apart(one, other) for one, other in zip(read, shown, strict=True)]
    assert max(errors) < QUANTIZED
    assert apart(read[0], read[1]) > 3, "the second frame shows nothing of its own"


@pytest.mark.parametrize("method", ["instant", "painterly"])
def test_an_animation_becomes_a_new_image_of_painted_frames(
    animation: Report, pictures: Path, method: str
) -> None:
    said = of(animation, method)
    assert said["status"] == "success", said["message"]
    assert said["untouched"] and said["more"] == 1
    assert [frame["name"] for frame in said["frames"]] == NAMES
    assert all(frame["box"] == [0, 0, WIDTH, HEIGHT] for frame in said["frames"])
    assert said["undo"], "the new image can't undo what is done to it next"
    before, after = layers(pictures, "original"), layers(pictures, method)
    for one, other in zip(before, after, strict=True):
        assert apart(one, other) > 8, "nothing looks painted"


@pytest.mark.parametrize("method", ["instant", "painterly"])
def test_its_gif_shows_the_painted_frames_for_as_long(
    animation: Report, pictures: Path, method: str
) -> None:
    assert of(animation, method)["status"] == "success"
    (shown, durations), painted = played(pictures, method), layers(pictures, method)
    assert durations == [100, 250, 50, 300]
    errors = [apart(one, other) for one, other in zip(painted, shown, strict=True)]
    assert max(errors) < QUANTIZED


def test_what_is_not_selected_stays_to_the_last_bit(animation: Report, pictures: Path) -> None:
    said = of(animation, "selected")
    assert said["status"] == "success", said["message"]
    inside = np.zeros((HEIGHT, WIDTH), bool)
    inside[40:80, 60:110] = True
    before, after = layers(pictures, "original"), layers(pictures, "selected")
    for one, other in zip(before, after, strict=True):
        assert np.array_equal(one[~inside], other[~inside])
        assert np.abs(one - other)[inside].mean() > 4, "nothing looks painted"


def test_some_frames_become_an_image_of_these(animation: Report, pictures: Path) -> None:
    said = of(animation, "some")
    assert said["status"] == "success", said["message"]
    assert [frame["name"] for frame in said["frames"]] == NAMES[1:3]
    _, durations = played(pictures, "some")
    assert durations == [250, 50]
    before, after = layers(pictures, "original"), layers(pictures, "some", 2)
    # Where the second frame's own layer does not reach, it shows the first one, painted.
    assert all(apart(one, other) > 8 for one, other in zip(before[1:3], after, strict=True))


def test_an_image_of_few_colours_becomes_one_of_all(animation: Report) -> None:
    said = of(animation, "in_few_colors")
    assert said["status"] == "success", said["message"]
    assert said["base"] == "rgb"
    assert [frame["name"] for frame in said["frames"]] == NAMES


def test_a_group_is_a_frame(animation: Report) -> None:
    said = of(animation, "in_a_group")
    assert said["status"] == "success", said["message"]
    assert [frame["name"] for frame in said["frames"]] == [NAMES[3], "Frame 5 (70ms) (replace)"]


def test_a_layer_of_labels_is_no_frame(animation: Report) -> None:
    said = of(animation, "with_labels")
    assert said["status"] == "success", said["message"]
    assert [frame["name"] for frame in said["frames"]] == NAMES[2:]


def test_what_is_no_animation_is_refused_in_a_sentence(animation: Report) -> None:
    said = of(animation, "refused")
    assert "put each frame on a layer of its own" in said["single"]
    assert said["frames"] == "There are no frames 7-9: choose some from 1 to 4."
    assert said["words"].startswith("'all of it' names no frames: write 3-8")
    assert said["style"].startswith("There is no style yet")
    assert said["more"] == 0, "an image is left over"
