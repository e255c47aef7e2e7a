"""What a person keeps outlives versions: the folder of an older one, read by a later one.

``tests/kept/VERSION`` is what that version wrote, and is never changed. What it holds: two presets,
what was used last in both hosts, two kinds of past runs, two pictures of a person's own, one of
them a favourite, and what a painted layer of each host remembers.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from core.bridge.contract import settings as declared
from core.bridge.contract.dropped import dropped
from core.bridge.contract.settings import Settings
from tests.later import Later

FROZEN = Path(__file__).parent / "kept"
VERSIONS = sorted(folder.name for folder in FROZEN.iterdir())

HOME = "/home/zoë/.local/share/impasto"
"""Where the folder lay when it was written."""

NIGHT: dict[str, Any] = {
    **{"strength": 0.7, "stroke_size": 2.0, "size": 1024, "colors": "match", "steps": 500},
    **{"variation_weight": 3.0, "rate": 0.05, "start": "noise", "optimizer": "adam", "seed": 7},
    **{"dark": "plain", "network": "vgg16", "grow": -4, "feather": 12},
    "style": f"{HOME}/user/styles/Méer_ night.png",
    "mix": f"{HOME}/user/styles/oak_leaf.png=0.5",
    "label_styles": f"#ff0000={HOME}/user/styles/oak_leaf.png",
}
"""What was set of the preset "Night at sea", of what was used last and of the layers."""


@pytest.fixture(params=VERSIONS)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The prefix of somebody who has used an older version."""
    prefix = tmp_path / "prefix"
    shutil.copytree(FROZEN / request.param, prefix)
    notes = prefix / "user" / "gallery.json"
    was, now = (json.dumps(f"{home}/")[1:-1] for home in (HOME, prefix))
    paths = notes.read_text("utf-8").replace(was, now)
    notes.write_text(paths, "utf-8")
    return prefix


@pytest.fixture
def later(tmp_path: Path) -> Later:
    return Later(tmp_path / "later")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_todays_version_takes_all_of_it_over_and_says_nothing(kept: Path, later: Later) -> None:
    before = contents(kept)
    found = later.reads(kept)
    night = Settings(**NIGHT, threads=3).as_mapping()
    assert found["presets"]["Night at sea"] == [night, None]
    assert found["presets"]["Plain"][1] is None
    assert found["history"] == [1, 1]
    assert found["styles"] == [["Méer  night", True, 0.0], ["oak leaf", False, 1796000000.0]]
    for host in ("krita", "gimp"):
        stylize, colorize, *rest = found[host]
        assert stylize == night
        assert (colorize["sketch"], colorize["steps"]) == (True, 40)
        assert rest == [None, "masked", False]
        settings, said, source, name, outcomes, selected, stood = found[f"{host}-layer"]
        assert settings == {**night, "threads": 0}
        assert said is None
        assert source == (3 if host == "gimp" else "layer:{d2c9a7a0-54a4-4f3b-9f51-4f0d28f8e6aa}")
        assert (name, outcomes, selected, stood) == ("Night", 1, True, True)
    assert contents(kept) == before


def test_a_later_version_takes_over_what_it_can_and_tells_the_rest_in_a_sentence(
    kept: Path, later: Later
) -> None:
    """One knob has another name, two are gone, one goes less far, one has lost a choice, and one
    is of another kind."""
    later.change("variation_weight", lambda text: text.replace("variation_weight", "smoothness"))
    later.declare("RENAMED", {"variation_weight": "smoothness"})
    later.change("rate", lambda _: "")
    later.change("snapshots", lambda _: "")
    later.declare("GONE", {"rate": 0.02, "snapshots": 0})
    later.change("steps", lambda text: text.replace("high=10000", "high=300"))
    later.change("start", lambda text: text.replace('            "noise": "White noise",\n', ""))
    later.change("dark", lambda _: '    dark: bool = knob(False, "flag", "Dark", "As it was.")\n')
    before = contents(kept)
    found = later.reads(kept)

    settings, said = found["presets"]["Night at sea"]
    assert settings["smoothness"] == 3.0
    assert (settings["steps"], settings["start"], settings["dark"]) == (165, "content", False)
    same = NIGHT.keys() - {"variation_weight", "rate", "steps", "start", "dark"}
    assert {name: settings[name] for name in same} == {name: NIGHT[name] for name in same}
    lost = "what it says of dark, start, rate, steps could not be taken over."
    assert said == f"The preset 'Night at sea' is from another version of Impasto: {lost}"
    # Nobody had set anything of it there but what is of another kind.
    assert found["presets"]["Plain"][1].endswith("what it says of dark could not be taken over.")
    for host in ("krita", "gimp"):
        assert found[host][0] == settings
        assert found[host][2].startswith("What you used last is from another version")
        layer, said, _, name, outcomes, *_ = found[f"{host}-layer"]
        assert layer == {**settings, "threads": 0}
        assert said == f"This was painted by another version of Impasto: {lost}"
        assert (name, outcomes) == ("Night", 1)
    assert found["history"] == [1, 1]
    assert len(found["styles"]) == 2
    assert contents(kept) == before, "reading changes nothing"


def test_what_is_damaged_is_set_aside_and_never_written_over(kept: Path, later: Later) -> None:
    files = ["presets/Night at sea.json", "last used/krita.json", "gallery.json", "history.json"]
    whole = {name: (kept / "user" / name).read_bytes() for name in files}
    for name, data in whole.items():
        (kept / "user" / name).write_bytes(data[: len(data) // 2])
    others = {k: v for k, v in contents(kept / "user").items() if k not in files}
    found = later.reads(kept, then_writes=True)
    assert found["history"] == [] and found["krita"][3] == ""
    assert found["presets"]["Night at sea"][1] == (
        "The preset 'Night at sea' can't be read: save it again."
    )
    after = contents(kept / "user")
    for name, data in whole.items():
        aside = name.replace(".json", ".broken.json")
        assert after.pop(aside) == data[: len(data) // 2]
        assert after.pop(name) != data
    assert after == others
    assert later.reads(kept)["presets"]["Night at sea"][0]["steps"] == 9


def test_what_a_knob_said_by_itself_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(declared, "GONE", {"brush": "flat"})
    assert dropped({"brush": "flat", "steps": 7}) == ()
    assert dropped({"brush": "round", "old_one": 1}) == ("brush", "old-one")
    assert dropped([1]) == dropped(None) == ()


def test_a_name_that_is_no_name_is_told_in_brief() -> None:
    (name,) = dropped({"n" * 5000: 1})
    assert len(name) < 100
