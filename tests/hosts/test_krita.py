"""Paintings in Krita: from the selection to one new layer, cancelled, kept, overtaken."""

from __future__ import annotations

import base64

import numpy as np

from .kritas import (
    PHOTO,
    Krita,
    one_layer,
    picture,
)


def test_a_run_adds_one_layer_above_the_original(krita: Krita) -> None:
    painted = krita.told("painted")
    new = painted["new"]
    assert painted["nodes"] == [2, 3]
    assert (new["name"], new["parent"], new["above"]) == ("brush work", "root", ["Background"])
    assert new["space"] == painted["before"]["space"]
    assert new["bounds"] == painted["selection_bounds"]
    assert painted["text"][-1].startswith("Painted: the new layer 'brush work'. It took ")


def test_the_layers_alpha_is_the_feathered_selection(krita: Krita) -> None:
    painted = krita.told("painted")
    alpha = picture(painted["layer"], 4)[..., 3]
    selection = picture(painted["selection"], 1)[..., 0]
    assert len(np.unique(selection)) > 50
    assert np.abs(alpha - selection).max() <= 1


def test_the_layer_looks_painted(krita: Krita) -> None:
    painted = krita.told("painted")
    layer, original = picture(painted["layer"], 4), picture(painted["original"], 4)
    inside = layer[..., 3] > 250
    assert np.abs(layer - original)[inside][:, :3].mean() > 20
    assert layer[inside][:, :3].std() > 20


def test_what_was_painted_is_seen_until_a_knob_is_moved(krita: Krita) -> None:
    told = krita.told("seen_when_done")
    blue_first, seen = (
        np.frombuffer(base64.b64decode(told[name]), np.uint8).reshape(-1, 4)
        for name in ("layer", "seen")
    )
    assert seen.std() > 20
    assert (seen[:, :3] == blue_first[:, 2::-1]).all()
    assert told["another"]


def test_the_original_is_untouched(krita: Krita) -> None:
    assert krita.told("painted")["same_original"]


def test_one_undo_takes_the_layer_away(krita: Krita) -> None:
    painted = krita.told("painted")
    assert painted["undone"] == painted["nodes"][0]
    assert painted["undone_pixels"]
    assert painted["still_selected"]


def test_krita_stays_alive_while_it_paints(krita: Krita) -> None:
    painted, cancelled = krita.told("painted"), krita.told("cancelled")
    assert painted["while_running"] == [False, True]
    assert painted["alive"]["ticks"] > 3
    assert cancelled["alive"]["ticks"] > 3
    assert cancelled["alive"]["longest"] < cancelled["alive"]["lasted"] / 2


def test_progress_moves_and_tells_the_time_left(krita: Krita) -> None:
    cancelled = krita.told("cancelled")
    fractions = [fraction for fraction, _ in cancelled["progress"]]
    assert fractions == sorted(fractions)
    assert 0 < fractions[-1] < 1
    assert cancelled["progress"][-1][1].endswith("left")


def test_cancel_works_at_once_and_leaves_the_document(krita: Krita) -> None:
    cancelled = krita.told("cancelled")
    assert cancelled["idle"]
    assert cancelled["clicked"] < 0.5
    assert cancelled["same"]


def test_the_worker_is_free_soon_after_a_cancel(krita: Krita) -> None:
    cancelled = krita.told("cancelled")
    one_layer(cancelled["next"])
    assert cancelled["next_seconds"] < 30


def test_closing_the_dialog_cancels_and_escape_does_not(krita: Krita) -> None:
    closing = krita.told("closing_the_dialog_cancels")
    assert closing["escape_ignored"]
    assert closing["dialogs"] == 0
    one_layer(closing["next"])


def test_again_runs_without_the_dialog_on_the_warm_worker(krita: Krita) -> None:
    again = krita.told("again")
    assert (again["windows"], again["windows_after"], again["dialogs"]) == (1, 0, 0)
    assert again["new"]["bounds"] == [10, 10, 60, 60]
    assert again["remembered"]
    assert len(again["workers"][0]) == 1
    assert again["workers"][0] == again["workers"][1]


def test_an_error_of_again_is_one_message(krita: Krita) -> None:
    again = krita.told("again_fails")
    assert again["boxes"] == 1
    assert "/nowhere/picture.png" in again["text"]
    assert again["nodes"] == 1
    assert again["windows_after"] == 0


def test_a_run_stays_with_its_document(krita: Krita) -> None:
    documents = krita.told("documents")
    one_layer(documents["outcome"])
    assert documents["second"] == [1, 1]
    assert documents["front"]


def test_each_document_has_one_dialog(krita: Krita) -> None:
    documents = krita.told("dialogs_of_documents")
    assert documents["different"]
    assert documents["dialogs"] == 2
    assert documents["titles"] == [f"Style Transfer — {name}" for name in (PHOTO, "blank.png")]


def test_a_document_closed_meanwhile_ends_the_run(krita: Krita) -> None:
    closed = krita.told("closed_meanwhile")
    assert closed["failed"] == ["The picture was closed before the painting was done."]
    assert closed["ended"] == 1
    one_layer(closed["next"])
    assert closed["next_seconds"] < 30


def test_a_dialog_goes_with_its_document(krita: Krita) -> None:
    one_layer(krita.told("dialog_of_a_closed_document")["next"])


def test_a_picture_grows_and_can_be_kept(krita: Krita) -> None:
    kept = krita.told("kept")
    assert kept["grown"]
    assert kept["nodes"][1] == kept["nodes"][0] + 1
    assert kept["new"]["type"] == "paintlayer"
    assert kept["painted"]
    assert any(text.startswith("Painted") for text in kept["text"])
    # What was cut short says nothing of how long the next one takes.
    assert kept["runs"][0] == kept["runs"][1]
