"""Krita's dialog by hand: what Enter does, what the picture says, and what closing asks."""

from __future__ import annotations

import pytest

from .kritas import Krita, one_layer


def test_enter_in_the_search_takes_what_was_found_and_paints_nothing(krita: Krita) -> None:
    told = krita.told("enter")
    assert told["nothing_sought"]
    assert told["found"] == "mosaic"
    assert told["not_found"] == "mosaic"


def test_enter_ends_an_entry_and_presses_a_button(krita: Krita) -> None:
    told = krita.told("enter")
    assert told["number"] == 0.5
    assert told["pressed"] == 500
    assert told["started"] == []
    assert not told["running"]


def test_enter_paints_from_the_picture(krita: Krita) -> None:
    told = krita.told("enter")
    assert told["default"]
    assert told["from_the_picture"] == ["compare"]


def test_a_hint_goes_when_it_is_no_longer_true(krita: Krita) -> None:
    told = krita.told("other_style")
    assert "There is no style yet" in told["hint"]
    assert told["hint_with_a_style"] == ""


def test_a_picture_of_the_style_before_is_marked(krita: Krita) -> None:
    told = krita.told("other_style")
    assert told["fresh"] == [False, False]
    assert not told["weaker"]
    assert told["other"] == [True, True]
    assert told["then"] == [False, False]


def test_another_fineness_leaves_what_is_looked_at_where_it_is(krita: Krita) -> None:
    told = krita.told("fineness")
    assert told["parts"][0] == told["parts"][1]
    assert told["painted"][0] != told["painted"][1]
    for what in ("zoom", "split", "at"):
        assert told["after"][what] == pytest.approx(told["before"][what], abs=1e-6)
    assert told["everything"]
    assert told["other"] == 1.0


def test_paint_before_the_preview_has_come_hangs_nobody(krita: Krita) -> None:
    told = krita.told("painted_before_the_preview")
    assert told["layers"] == 1
    assert not told["stale"]
    assert told["alive"]["longest"] < max(2.0, told["alive"]["lasted"] / 2)


@pytest.mark.parametrize("way", ["file_close", "file_close_all", "file_quit", "window", "dialog"])
def test_closing_asks_while_a_painting_is_under_way(krita: Krita, way: str) -> None:
    count, text, still_open = krita.told("leaving")[way]
    assert (count, still_open) == (1, True)
    assert text == "A painting is in progress. If you close now, it is lost."


def test_it_goes_on_or_is_stopped_as_answered(krita: Krita) -> None:
    told = krita.told("leaving")
    assert told["same_run"]
    assert told["other_closed"] == [True]
    assert told["closed"]
    one_layer(told["next"])


@pytest.mark.parametrize("way", ["docker", "again"])
def test_runs_without_the_dialog_ask_as_well(krita: Krita, way: str) -> None:
    told = krita.told("leaving_without_a_dialog")
    assert told[way][0] == 1
    assert told[way][2]
    assert told["still_open"]


def test_nothing_painted_is_nothing_to_keep(krita: Krita) -> None:
    told = krita.told("kept_too_early")
    assert told["waiting"] == [False, False]
    assert told["begun"]


def test_a_silent_worker_is_told_and_can_be_restarted(krita: Krita) -> None:
    told = krita.told("silent")
    for when in ("preview", "painting"):
        assert any("has not answered for 15 s" in sentence for sentence in told[when])
    assert told["previewed"] == [False, False]
    assert told["ended"]
    assert told["went_on"] == 1
    assert told["restarted"] == 2
    assert any(sentence.startswith("Painted") for sentence in told["said"])
    # Nothing here waits for the worker; 2 s are for a busy machine.
    assert told["alive"]["longest"] < 2


def test_broken_files_never_keep_the_dialog_from_opening(krita: Krita) -> None:
    told = krita.told("broken_files")
    assert len(told["opened"]) == 6
    for dialogs, steps in told["opened"].values():
        assert (dialogs, steps) == (1, 165)
    one_layer(told["outcome"])
    assert told["begun_afresh"]
    assert "history.broken.json" in told["aside"]
    assert told["enabled"]


def test_another_version_is_told_with_the_way_out(krita: Krita) -> None:
    told = krita.told("other_version")
    assert any("Krita still runs Impasto" in sentence for sentence in told["said"])
    assert any("while 99.0 is installed" in sentence for sentence in told["said"])
    assert told["offered"] == ["Quit Krita"]
    assert told["asked"] == 1
