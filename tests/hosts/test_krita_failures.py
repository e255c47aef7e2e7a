"""What is wrong is said in Krita in one sentence, with a button that helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from .kritas import (
    Krita,
    one_layer,
)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("no style", "There is no style yet"),
        ("no such file", "/nowhere/picture.png"),
        ("no picture", "not a picture"),
    ],
)
def test_errors_are_one_sentence(krita: Krita, what: str, words: str) -> None:
    outcome = krita.told("errors")[what]
    assert len(outcome["failed"]) == 1
    assert words in outcome["failed"][0]
    assert "Traceback" not in outcome["failed"][0]
    assert outcome["new"] == []


def test_a_killed_worker_is_told_and_the_next_run_works(krita: Krita) -> None:
    killed = krita.told("worker_killed")
    assert len(killed["killed"]) == 1
    assert len(killed["failed"]) == 1
    assert "impasto.log" in killed["failed"][0]
    assert killed["nodes"] == [1, 1]
    one_layer(killed["next"])
    assert killed["workers"] != killed["killed"]


def test_our_own_mistake_is_one_sentence_and_a_log_entry(krita: Krita) -> None:
    failed = krita.told("own_mistake")["failed"]
    assert len(failed) == 1
    assert "a mistake made by the test" not in failed[0]
    log = Path(failed[0].split()[-1])
    assert "a mistake made by the test" in log.read_text("utf-8")


def test_a_failure_comes_with_the_buttons_that_help(krita: Krita) -> None:
    helped = krita.told("helped")
    assert helped["device"]["buttons"] == ["Use the available device"]
    assert helped["device_helped"] == 1
    assert helped["lost"]["buttons"] == ["Try again", "Open the log", "Copy report"]
    assert helped["missing"]["buttons"] == ["Copy the installer's command", "Copy report"]
    assert helped["command"].startswith("python3 ")
    assert helped["command"].endswith("install.py")


def test_the_report_holds_no_personal_path(krita: Krita) -> None:
    report = krita.told("helped")["report"]
    assert "host: Krita 5" in report
    assert str(krita.folder.parent) not in report


def test_krita_never_showed_a_traceback(krita: Krita) -> None:
    assert krita.report["uncaught"]["errors"] == []
