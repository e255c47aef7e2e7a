"""How long a painting will take: by what it costs, and by past runs that are like it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.geometry import Box, Extent, Extents
from core.bridge.contract.methods import METHODS
from core.bridge.contract.settings import Settings
from core.bridge.i18n.texts import speak
from core.bridge.i18n.times import about, span
from core.bridge.session.history import KEPT, KINDS, History
from core.bridge.session.presets import QUALITIES
from core.bridge.session.workload import (
    FINER,
    REPAINTED,
    SHALLOW,
    Workload,
    region_extents,
    workload,
)
from core.bridge.storage.own import read_json, write_json
from core.bridge.storage.paths import Installation
from core.features import known
from core.painterly import detail
from core.painterly.recipe import Recipe, pixel_steps, scales
from core.pixels.imaging import fit

USUAL = [Extent(512, 384)]
DRAFT, GOOD, BEST = (replace(Settings(), **quality.settings) for quality in QUALITIES.values())


@pytest.fixture
def history(installation_of_nobody: Installation) -> History:
    return History(installation_of_nobody)


@pytest.fixture
def installation_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("prefix"))


def expected(settings: Settings, extents: list[Extent] = USUAL) -> float:
    return workload(settings, extents).seconds


class TestEstimate:
    def test_it_is_never_blank(self, history: History) -> None:
        for settings in (DRAFT, GOOD, BEST):
            assert history.estimate(settings, USUAL) == expected(settings) > 0

    @pytest.mark.parametrize("multiple", [0.05, 1.0, 7.0])
    def test_a_run_tells_what_others_like_it_take(self, history: History, multiple: float) -> None:
        history.record(GOOD, USUAL, multiple * expected(GOOD))
        for settings in (GOOD, BEST):
            wanted = multiple * expected(settings)
            assert history.estimate(settings, USUAL) == pytest.approx(wanted)
        # Of the other kinds nothing is known but the machine.
        assert history.estimate(DRAFT, USUAL) == pytest.approx(multiple * expected(DRAFT))
        assert history.knows(GOOD, USUAL) and not history.knows(DRAFT, USUAL)

    @pytest.mark.parametrize("extent", [Extent(110, 100), Extent(1, 5000), Extent(40, 30)])
    def test_a_tiny_work_does_not_set_the_pace(self, history: History, extent: Extent) -> None:
        tiny = replace(GOOD, steps=5)
        for _ in range(3):
            history.record(tiny, [extent], 9.0)
        assert history.estimate(GOOD, USUAL) < 2 * expected(GOOD)
        # But it tells what the next one like it takes.
        assert history.estimate(tiny, [extent]) == pytest.approx(9.0, rel=0.1)
        history.record(GOOD, USUAL, 60.0)
        assert history.estimate(GOOD, USUAL) == pytest.approx(60.0)

    def test_what_nobody_measured_is_sensible(self, history: History) -> None:
        """The issue's: 43 min, 506 h, and 3 s that became 223."""
        history.record(replace(GOOD, steps=5), [Extent(110, 100)], 9.0)
        assert history.estimate(GOOD, USUAL) < 120
        assert history.estimate(GOOD, [Extent(1, 5000)]) < 120
        assert 60 < history.estimate(DRAFT, [Extent(12_000, 9_000)]) < 500

    def test_a_large_canvas_counts_also_where_the_work_is_small(self, history: History) -> None:
        large = [Extent(12_000, 9_000)]
        for _ in range(KEPT):
            history.record(DRAFT, USUAL, 1.1)
        assert history.estimate(DRAFT, USUAL) == pytest.approx(1.1)
        assert history.estimate(DRAFT, large) > 50
        history.record(DRAFT, large, 223.0)
        assert history.estimate(DRAFT, large) == pytest.approx(223.0, rel=0.05)
        assert history.estimate(DRAFT, USUAL) == pytest.approx(1.1), "and back"

    def test_runs_are_kept_by_kind(self, history: History) -> None:
        history.record(GOOD, USUAL, 100.0)
        for _ in range(40):
            history.record(DRAFT, USUAL, 1.0)
        history.record(replace(GOOD, threads=1), USUAL, 300.0)
        assert history.estimate(GOOD, USUAL) == pytest.approx(100.0)

    def test_an_outlier_does_not_count_and_the_last_ones_do(self, history: History) -> None:
        for seconds in (10.0, 60.0, 61.0, 500.0, 59.0, 60.0):
            history.record(GOOD, USUAL, seconds)
        assert history.estimate(GOOD, USUAL) == pytest.approx(60)
        for _ in range(KEPT):
            history.record(GOOD, USUAL, 20.0)
        assert history.estimate(GOOD, USUAL) == pytest.approx(20)

    def test_regions_and_steps_add_up(self, history: History) -> None:
        history.record(GOOD, USUAL, expected(GOOD))
        begun = workload(GOOD, USUAL).begun
        one, two = (history.estimate(GOOD, n * USUAL) - begun for n in (1, 2))
        assert two == pytest.approx(2 * one)
        half = workload(replace(GOOD, steps=GOOD.steps // 5), USUAL).work
        assert half == pytest.approx(workload(GOOD, USUAL).work / 5)


class TestNotes:
    def test_they_do_not_grow_without_end(self, installation_of_nobody: Installation) -> None:
        history = History(installation_of_nobody)
        for number in range(KINDS + 5):
            settings = replace(GOOD, network=f"network {number}.safetensors")
            for _ in range(KEPT + 2):
                history.record(settings, USUAL, 10.0)
        kinds = read_json(installation_of_nobody.user / "history.json")["kinds"]
        assert len(kinds) == KINDS and {len(runs) for runs in kinds.values()} == {KEPT}
        assert f"network {KINDS + 4}.safetensors" in list(kinds)[-1]
        assert "network 0." not in "".join(kinds)

    def test_those_of_earlier_versions_are_begun_afresh(
        self, installation_of_nobody: Installation
    ) -> None:
        file = installation_of_nobody.user / "history.json"
        write_json(file, {"runs": [{"kind": "painterly auto", "work": 1.0, "seconds": 3600.0}]})
        history = History(installation_of_nobody)
        assert history.estimate(GOOD, USUAL) == expected(GOOD)
        history.record(GOOD, USUAL, 50.0)
        assert history.estimate(GOOD, USUAL) == pytest.approx(50.0)
        assert [path.name for path in file.parent.iterdir()] == ["history.json"], "not damaged"

    @pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf"), 1e300])
    def test_what_is_no_time_is_not_noted(
        self, installation_of_nobody: Installation, seconds: float
    ) -> None:
        History(installation_of_nobody).record(GOOD, USUAL, seconds)
        assert not (installation_of_nobody.user / "history.json").exists()

    def test_what_is_damaged_in_them_is_left_out_and_kept_aside(
        self, installation_of_nobody: Installation
    ) -> None:
        file, history = (
            installation_of_nobody.user / "history.json",
            History(installation_of_nobody),
        )
        history.record(GOOD, USUAL, 50.0)
        notes = read_json(file)
        (kind,) = notes["kinds"]
        notes["kinds"][kind] += [[1, 2, 3], [0, 0, 0, 1], "x", [1, 1, 1, True], [-1, 5, 5, 5]]
        write_json(file, notes)
        assert history.estimate(GOOD, USUAL) == pytest.approx(50.0)
        history.record(GOOD, USUAL, 50.0)
        assert len(read_json(file)["kinds"][kind]) == 2
        assert file.with_name("history.broken.json").exists()


class TestWorkload:
    @pytest.mark.parametrize(
        "settings",
        [
            Settings(),
            Settings(steps=500),
            Settings(size=256),
            Settings(size=2048),
            Settings(coarsest=8192),
            Settings(steps=10, detail=False),
        ],
    )
    @pytest.mark.parametrize("extent", [*USUAL, Extent(1500, 2000), Extent(8000, 6000)])
    def test_it_follows_the_recipe(self, settings: Settings, extent: Extent) -> None:
        network = known.by_name(settings.network)
        recipe = Recipe.of(settings, network)
        work = fit(extent, settings.size)
        pace = METHODS["painterly"].cost.pace
        wanted = pace * pixel_steps(scales(work, recipe.coarsest, recipe.min_side), recipe)
        if settings.detail:
            for scale in detail.finer_scales(work, extent, recipe, network):
                alone = FINER if scale.steps else REPAINTED
                wanted += (pace * SHALLOW * scale.steps + alone) * scale.extent.area
        assert workload(settings, [extent]).work == pytest.approx(wanted / 1e6, rel=0.1)

    def test_strength_0_paints_nothing(self) -> None:
        assert workload(Settings(strength=0.0), USUAL).work == 0

    def test_a_subject_is_looked_for_in_seconds_of_its_own(self) -> None:
        for settings in (Settings(segment="auto"), Settings(sketch=True)):
            assert workload(settings, USUAL).begun > workload(Settings(), USUAL).begun + 5

    def test_two_are_alike_as_far_as_their_time_goes_into_the_same(self) -> None:
        one, other = Workload(1.0, 1.0, 2.0), Workload(4.0, 0.0, 4.0)
        assert one.likeness(one) == 1 and one.likeness(other) == other.likeness(one) == 0.75
        assert Workload(1.0, 0.0, 0.0).likeness(Workload(0.0, 0.0, 9.0)) == 0


CANVAS = Extent(1000, 800)
SELECTED = Extents(CANVAS, Box.of(CANVAS), Box(400, 300, 100, 80))
ALL = Extents(CANVAS, Box.of(CANVAS), None)


class TestRegions:
    INSIDE = Extent(164, 144)
    """The selection with 32 px of context around it."""

    @pytest.mark.parametrize(
        ("extents", "settings", "wanted"),
        [
            (SELECTED, Settings(style="a"), [INSIDE]),
            (SELECTED, Settings(style="a", background_style="b"), [INSIDE, CANVAS]),
            (SELECTED, Settings(background_style="b"), [CANVAS]),
            (ALL, Settings(style="a"), [CANVAS]),
            (ALL, Settings(style="a", background_style="b"), [CANVAS]),
            (ALL, Settings(style="a", background_style="b", segment="auto"), 2 * [CANVAS]),
            (ALL, Settings(background_style="b"), [CANVAS]),
            (ALL, Settings(), [CANVAS]),
            (SELECTED, Settings(style="a", sketch=True), [CANVAS]),
            (ALL, Settings(label_styles="#ff0000=a; #0000ff=b"), 2 * [CANVAS]),
            (ALL, Settings(style="a", label_styles="malformed"), [CANVAS]),
            (SELECTED, Settings(style="a", grow=10, feather=5), [Extent(194, 174)]),
            (ALL, Settings(method="pastiche"), [CANVAS]),
        ],
    )
    def test_each_has_its_box(
        self, extents: Extents, settings: Settings, wanted: list[Extent]
    ) -> None:
        assert region_extents(extents, settings) == wanted

    def test_where_there_is_nothing_to_paint_on_it_is_said(self) -> None:
        off = Extents(CANVAS, Box(2000, 0, 10, 10), None)
        with pytest.raises(BadInput, match="no pixels on the canvas"):
            region_extents(off, Settings())


class TestWords:
    SAID = (
        (0.4, "under 1 s"),
        (3.4, "about 3 s"),
        (42.0, "about 40 s"),
        (100.0, "about 2 min"),
        (3600.0, "about 60 min"),
        (9000.0, "about 2.5 h"),
    )

    @pytest.mark.parametrize(("seconds", "said"), SAID)
    def test_an_estimate(self, seconds: float, said: str) -> None:
        assert about(seconds) == said
        speak("de")
        assert about(seconds) == said.replace("about", "etwa").replace("under", "unter")

    def test_a_span(self) -> None:
        assert [span(s) for s in (0.2, 41.6, 200.0, 9000.0)] == ["0 s", "42 s", "3 min", "2.5 h"]
