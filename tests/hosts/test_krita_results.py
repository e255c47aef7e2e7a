"""Krita's paintings afterwards: edited, masked, in a document of their own, in a row."""

from __future__ import annotations

import numpy as np

from .kritas import (
    Krita,
    one_layer,
    picture,
)


def test_a_painting_can_be_edited_by_a_button_beside_what_is_said_of_it(krita: Krita) -> None:
    told = krita.told("edit_offered")
    assert all(title.startswith("Edit Style Transfer") for title in told["titles"])
    assert told["hint"] == "brush work is a painting: its original is painted again, Background."


def test_a_painting_is_edited_after_it_was_saved_and_opened(krita: Krita) -> None:
    edited = krita.told("edited")
    one_layer(edited["outcome"])
    assert edited["same"]
    assert edited["title"].startswith("Edit Style Transfer")
    assert [node["name"] for node in edited["nodes"]] == ["Background", "My painting"]
    assert edited["opacity"] == 128
    assert edited["changed"]
    assert edited["strength"] == 0.3
    assert edited["bounds"][0] == edited["bounds"][1]


def test_what_cannot_be_edited_is_told(krita: Krita) -> None:
    refused = krita.told("edit_refused")["told"]
    assert "was not painted here" in refused["foreign"]["text"]
    assert "is gone" in refused["orphan"]["text"]
    assert "was not painted here" in refused["damaged"]["text"]
    # What an earlier version said otherwise, or says no more, counts as the default.
    assert [name for name, read in refused["damaged"]["read"].items() if read] == ["steps"]
    assert refused["foreign"]["dialogs"] == refused["orphan"]["dialogs"] == 0


def test_a_full_layer_shows_by_its_mask_what_was_selected(krita: Krita) -> None:
    kinds = krita.told("kinds_of_output")
    own, seen = picture(kinds["own"], 4), picture(kinds["shown"], 4)
    assert kinds["mask_type"] == "transparencymask"
    assert set(np.unique(own[..., 3])) == {0, 255}
    assert np.abs(seen[..., 3] - picture(kinds["selection"], 1)[..., 0]).max() <= 1
    assert kinds["undone"][0] == kinds["undone"][-1]


def test_a_painting_can_be_a_document_of_its_own(krita: Krita) -> None:
    kinds = krita.told("kinds_of_output")
    ((width, height, depth, count),) = kinds["documents"]
    assert (depth, count) == ("U8", 1)
    assert 60 <= width <= 72
    assert 50 <= height <= 62
    assert kinds["left_alone"]


def test_several_layers_are_painted_in_a_row(krita: Krita) -> None:
    batch = krita.told("batch")
    assert batch["failed"] == []
    first, second = batch["style"], f"{batch['style']} 2"
    assert batch["active_only"] == ["Second"]
    assert [name for name, _ in batch["order"]] == ["Background", "First", first, "Second", second]
    assert batch["order"][2][1] == [0, 0, 60, 50]
    assert batch["order"][4][1] == [40, 40, 60, 50]


def test_a_sketch_is_coloured_by_its_own_entry(krita: Krita) -> None:
    sketch = krita.told("sketch")
    assert sketch["shown"] == sketch["declared"]
    assert sketch["offered"] == [] and sketch["called"], "what comes with Impasto is no reference"
    assert sketch["title"].startswith("Colour Sketch")
    assert sketch["note"].startswith("Painted"), sketch["note"]
    assert sketch["nodes"][1] == sketch["nodes"][0] + 1
    assert sketch["new"]["name"] == "astronaut"
    assert sketch["same_paper"]
    assert sketch["coloured"]
    assert sketch["remembered"]


def test_the_preview_of_a_sketch_lies_over_all_of_it(krita: Krita) -> None:
    told = krita.told("selected_sketch")
    assert told == {**told, "frame": [0, 0, 120, 100], "layers": [[0, 0, 120, 100]]}
