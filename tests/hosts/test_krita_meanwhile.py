"""What a person does to the document in Krita while a painting is under way is theirs."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from .kritas import Krita, Report, picture

FOLLOWED = {
    "nothing": [10, 10, 60, 50],
    "move": [15, 17, 60, 50],
    "crop": [-10, -5, 60, 50],
    "canvas": [20, 30, 60, 50],
    "scale": [20, 20, 120, 100],
    "turn": [40, 10, 50, 60],
    "half turn": [50, 40, 60, 50],
    "mirror": [50, 10, 60, 50],
    "convert": [10, 10, 60, 50],
    "grey": [10, 10, 60, 50],
}
"""Where a painting of a box of 60x50 at 10, 10 in a canvas of 120x100 belongs after each."""

SPACES = {
    "convert": ["RGBA", "U16", "ClayRGB-elle-V4-srgbtrc.icc"],
    "grey": ["GRAYA", "U8", "Gray-D50-elle-V2-srgbtrc.icc"],
}


def shown(told: Report) -> list[np.ndarray]:
    """The painting and what its source shows in the same box, in 0 to 255."""
    wide = told["new"][0]["space"][1] == "U16"
    pixels = [
        np.frombuffer(base64.b64decode(data), "<u2" if wide else "u1") for data in told["pixels"]
    ]
    return [data.astype(float) / (257 if wide else 1) for data in pixels]


@pytest.mark.parametrize("event", FOLLOWED)
def test_the_painting_lies_where_its_source_is_now(krita: Krita, event: str) -> None:
    """At strength 0 it shows the source's own pixels."""
    told = krita.told("meanwhile")[event]
    (new,) = told["new"]
    assert (told["failed"], told["remarks"]) == ([], [])
    assert told["nodes"] == ["Background", "Pattern", "brush work"]
    assert new["bounds"] == FOLLOWED[event]
    assert new["space"] == SPACES.get(event, ["RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc"])
    painting, source = shown(told)
    visible = source.reshape(-1, 4 if new["space"][0] == "RGBA" else 2)[:, -1] > 0
    channels = len(painting) // len(visible)
    difference = np.abs(painting - source).reshape(-1, channels)[visible]
    assert difference.mean() <= (3 if event == "scale" else 0.1)


@pytest.mark.parametrize("event", ["flatten", "merge", "remove"])
def test_a_layer_that_goes_takes_no_painting_along(krita: Krita, event: str) -> None:
    told = krita.told("meanwhile")[event]
    assert told["failed"] == []
    assert told["nodes"][-1] == "brush work"
    assert told["new"][-1]["bounds"] == [10, 10, 60, 50]
    (note,) = told["remarks"]
    assert "is on top of the image" in note


def test_what_cannot_be_placed_becomes_a_document(krita: Krita) -> None:
    told = krita.told("meanwhile")["remove and crop"]
    ((layer,), nodes) = told["document"], told["nodes"]
    assert nodes == ["Background"]
    assert layer["bounds"] == [0, 0, 60, 50]
    (note,) = told["remarks"]
    assert "another size now: the painting is an image of its own" in note


def test_a_doubtful_place_is_told(krita: Krita) -> None:
    told = krita.told("meanwhile")["distort"]
    assert told["remarks"] == [
        "'Pattern' has changed since: check that the painting is where it should be."
    ]


def test_a_picture_closed_at_the_end_loses_no_painting(krita: Krita) -> None:
    told = krita.told("closed_while_it_waits")
    assert told["failed"] == []
    assert told["sizes"] == [[120, 100]]
    (note,) = told["remarks"]
    assert "closed while it was painted: the painting is an image of its own" in note


@pytest.mark.parametrize("tool", ["mouse", "pen"])
def test_a_stroke_under_way_is_waited_for(krita: Krita, tool: str) -> None:
    """It is drawn whole, as without a painting, and the painting comes after it."""
    told = krita.told("strokes")[tool]
    plain, alone, undone, drawn = (
        picture(told[name], 4) for name in ("plain", "alone", "undone", "drawn")
    )
    assert (told["text"], told["held"]) == ("Waiting for your brush", 2)
    assert told["failed"] == []
    assert told["nodes"] == 3
    assert np.array_equal(plain, undone)
    stroke, kept = ((np.abs(part - plain) > 8).any(axis=2) for part in (alone, drawn))
    # Krita leaves out moves of a pen that come faster than it draws; here it has time in between.
    assert kept.sum() > 100
    assert (stroke & ~kept).sum() < 0.2 * stroke.sum()


def test_the_active_layer_is_the_persons(krita: Krita) -> None:
    told = krita.told("active_layer")
    assert told["failed"] == []
    assert told["source"] == "brush work"
    assert (told["elsewhere"], told["kept"]) == ("Background", "Background")


def test_a_second_painting_lies_above_with_its_own_name(krita: Krita) -> None:
    told = krita.told("second_painting")
    names = ["Background", "brush work", "brush work 2", "brush work 3", "Pattern"]
    assert told == {"failed": [[], [], []], "nodes": names, "took": told["took"]}
