"""The plug-in in the real GIMP without windows, with the real worker and the real networks."""

from __future__ import annotations

import pytest

from core.bridge.contract.knobs import COLORIZE, STYLIZE
from core.bridge.contract.settings import KNOBS, knobs
from core.bridge.session.clip_knobs import FRAMES, STEADY

from .gimps import Job, Report, assert_one_layer_more, of


@pytest.fixture(scope="module")
def cases(job: Job) -> Report:
    """What one gimp-console said of all runs without a dialog."""
    return job.run("gimp_cases")


LABELS = {
    "impasto-stylize": "Neural Style Transfer…",
    "impasto-colorize": "Colour Sketch from Reference…",
    "impasto-edit": "Edit Style Transfer…",
    "impasto-animate": "Style Transfer Animation…",
}
TAKES = {
    "impasto-stylize": knobs(STYLIZE),
    "impasto-colorize": knobs(COLORIZE),
    "impasto-edit": tuple(knob for knob in KNOBS if knob.tasks),
    "impasto-animate": (*knobs(STYLIZE), FRAMES, STEADY),
}


@pytest.mark.parametrize("name", LABELS)
def test_registration(cases: Report, name: str) -> None:
    said = of(cases, "registration")[name]
    assert said["label"] == LABELS[name]
    assert said["menus"] == ["<Image>/Filters/Artistic", "<Image>/Filters/Development/Python-Fu"]
    assert said["types"] == "*"
    assert said["blurb"]
    assert said["returns"] == ["animation" if name == "impasto-animate" else "layer"]


@pytest.mark.parametrize("name", LABELS)
def test_arguments_are_the_knobs(cases: Report, name: str) -> None:
    said = of(cases, "registration")[name]
    types = {
        "file": "GFile",
        "folder": "GFile",
        "text": "gchararray",
        "choice": "gchararray",
        "int": "gint",
        "float": "gdouble",
        "flag": "gboolean",
    }
    expected = {knob.option: types[knob.kind] for knob in TAKES[name]}
    if name in ("impasto-stylize", "impasto-colorize"):
        expected["output"] = "gchararray"
    if name != "impasto-colorize":
        expected["label-layer"] = expected["strength-layer"] = "GimpLayer"
    names = list(said["arguments"])
    assert names[:3] == ["run-mode", "image", "drawables"]
    assert {name: said["arguments"][name] for name in names[3:]} == expected
    for knob in TAKES[name]:
        assert said["helps"][knob.option] == f"{knob.help} {knob.written}".rstrip()
        if knob.kind not in ("file", "folder"):
            # Of a procedure it knows from its cache, GIMP 3.2 tells an empty text as none.
            default = said["defaults"][knob.option]
            assert ("" if default is None else default) == knob.default


def test_feathered_selection(cases: Report) -> None:
    said = of(cases, "feathered_selection")
    assert_one_layer_more(said)
    x, y, width, height = said["box"]
    assert 28 <= x <= 40 and 8 <= y <= 20
    assert 80 <= width <= 104 and 70 <= height <= 94
    assert said["alpha_levels"] > 50, "the feather is lost"
    assert said["type"] == "rgba-image"


def test_warm_worker_serves_the_next_run(cases: Report) -> None:
    first, second = of(cases, "feathered_selection"), of(cases, "once_more")
    assert_one_layer_more(second)
    assert len(second["workers"]) == 1
    assert second["workers"] == first["workers"]
    assert second["mean"] == first["mean"], "the same seed gave another picture"


def test_whole_layer_where_nothing_is_selected(cases: Report) -> None:
    said = of(cases, "whole_layer")
    assert_one_layer_more(said)
    assert said["box"] == [0, 0, 160, 120]
    assert said["alpha_levels"] == 1


def test_painterly(cases: Report) -> None:
    assert_one_layer_more(of(cases, "painterly"))


def test_background_style_paints_the_whole_layer(cases: Report) -> None:
    said = of(cases, "two_styles")
    assert said["status"] == "success", said["message"]
    assert said["box"] == [0, 0, 160, 120]
    assert said["name"] == "style picture + other_style picture"
    assert said["alpha_error"] <= 1 and said["alpha_levels"] == 1


def test_selection_over_the_edge_of_a_layer_off_the_corner(cases: Report) -> None:
    said = of(cases, "over_the_edge")
    assert_one_layer_more(said)
    x, y, width, height = said["box"]
    assert (x, y) == (45, 30)
    assert x + width <= 45 + 160 and y + height <= 30 + 120
    assert width < 80 and height < 80


def test_layer_larger_than_the_canvas(cases: Report) -> None:
    said = of(cases, "larger_than_the_canvas")
    assert_one_layer_more(said)
    assert said["box"] == [0, 0, 100, 70]


def test_transparent_layer_keeps_its_alpha(cases: Report) -> None:
    said = of(cases, "transparent_layer")
    assert_one_layer_more(said)
    assert said["alpha_levels"] > 50


def test_layer_mask_hides_the_painted_too(cases: Report) -> None:
    said = of(cases, "layer_mask")
    assert_one_layer_more(said)
    assert said["mask_copied"]


def test_inside_a_group(cases: Report) -> None:
    said = of(cases, "inside_a_group")
    assert said["status"] == "success", said["message"]
    assert said["parent"] is not None and said["parent"] == said["original_parent"]
    assert said["position"] == said["original_position"] - 1


def test_group_layer(cases: Report) -> None:
    assert_one_layer_more(of(cases, "group_layer"))


def test_hidden_layer(cases: Report) -> None:
    assert_one_layer_more(of(cases, "hidden_layer"))


def test_every_kind_of_image(cases: Report) -> None:
    said = of(cases, "every_kind_of_image")
    reference = said["rgb u8-non-linear"]["mean"]
    for name, run in said.items():
        if name.startswith("indexed"):
            # Few colours are all that an indexed image has.
            run["colors"] = max(run["colors"], 21)
        assert_one_layer_more(run)
        if name.startswith("rgb"):
            off = max(abs(a - b) for a, b in zip(run["mean"], reference, strict=True))
            assert off < 4, f"{name} came out in other colours than 8 bits do"
    assert {run["type"] for run in said.values()} == {
        "rgba-image",
        "graya-image",
        "indexeda-image",
    }


def test_what_is_read_is_written_back(cases: Report) -> None:
    for name, said in of(cases, "read_and_written_back").items():
        base, precision = name.split(" ")
        channels = "GA" if base == "gray" else "RGBA"
        eight = base != "adobe" and precision in ("u8-non-linear", "u8-perceptual")
        assert said["read_as"] == [channels, "u8" if eight else "f32", False], name
        assert said["opaque"][0] == ("GA" if base == "gray" else "RGB"), name
        assert said["opaque"][1] < (1 if eight else 2e-5), f"{name} differs without alpha"
        assert said["off"] < 2e-5, f"{name} changes on its way by {said['off']}"
        if precision[:2] in ("u8", "u1"):
            assert said["same"], f"{name} is not written back as it was read"


def test_several_layers_are_painted_one_after_another(cases: Report) -> None:
    said = of(cases, "several_layers")
    assert said["status"] == "success", said["message"]
    below, above = said["originals"]
    assert said["layers"][1::2] == [above, below]
    assert said["first"] == said["layers"][2]
    assert said["same"], "equal layers were painted differently"


def test_a_style_is_one_file_however_it_is_written(cases: Report, job: Job) -> None:
    assert cases["more_slashes"] == [str(job.folder / "style picture.png")] * 3


def test_progress_grows_to_the_end(cases: Report) -> None:
    told = of(cases, "progress")["told"]
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert len(set(fractions)) > 5
    assert any("left" in text for _, text in told)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("no style", "no style yet: choose a picture"),
        ("style no picture", "orders.json"),
        ("no layer", "No layer is selected"),
        ("layer mask", "choose a layer"),
        ("selection as layer", "choose a layer"),
        ("off the canvas", "no pixels on the canvas"),
        ("selection elsewhere", "selection lies outside the active layer"),
        ("floating selection", "anchor it"),
    ],
)
def test_refusals_say_what_to_do(cases: Report, what: str, words: str) -> None:
    status, message, layer = of(cases, "refusals")[what]
    assert status == "execution-error"
    assert words in message
    assert "Traceback" not in message and layer is None


def test_a_style_that_is_not_there(cases: Report) -> None:
    """GIMP itself refuses a file that does not exist, before the plug-in is asked."""
    status, message, _ = of(cases, "refusals")["style missing"]
    assert status == "calling-error"
    assert "'style'" in message


def test_refusals_change_nothing(cases: Report) -> None:
    assert of(cases, "refusals")["unchanged"]


def test_cancel_in_the_middle(cases: Report) -> None:
    said = of(cases, "cancelled")
    assert said["run"]["status"] != "success"
    assert said["run"]["after"] == said["run"]["before"]
    assert_one_layer_more(said["next"])
    assert said["same_worker"]


def test_a_worker_that_dies(cases: Report, job: Job) -> None:
    said = of(cases, "worker_killed")
    assert said["run"]["status"] == "execution-error"
    assert str(job.installation.log) in said["run"]["message"]
    assert said["run"]["after"] == said["run"]["before"]
    assert said["new_worker"]
    assert_one_layer_more(said["next"])


@pytest.fixture(scope="module")
def results(job: Job, cases: Report) -> Report:
    """What becomes of paintings."""
    return job.run("gimp_results")


def test_a_layer_with_a_mask_shows_the_same(results: Report) -> None:
    said = of(results, "with_a_mask")
    assert said["mask_error"] <= 1
    assert said["alpha"] == [255], "beneath its mask the layer is whole"
    assert said["position"] == 0  # right above the first painting


def test_a_document_of_its_own(results: Report) -> None:
    said = of(results, "as_a_document")
    assert not said["same_image"] and said["untouched"]
    assert said["size"] == said["layer"]
    assert said["precision"] == "u16-non-linear"
    assert said["alpha_levels"] > 50


def test_a_painting_is_painted_anew_in_its_place(results: Report) -> None:
    said = of(results, "edited")
    assert said["gone"] and said["others_same"]
    assert said["count"][0] == said["count"][1]
    assert said["position"][0] == said["position"][1]
    assert said["opacity"][0] == said["opacity"][1]
    assert said["name"] == "other_style picture"
    assert said["alpha_same"], "the selection of then is not what was painted"


def test_a_painting_remembers_itself_in_its_file(results: Report) -> None:
    said = of(results, "edited_after_saving")
    assert said["status"] == "success", said["message"]
    assert said["layers"] == 2


def test_a_painting_of_two_regions_remembers_both(results: Report) -> None:
    assert of(results, "both_regions_described")["same"]


def test_a_sketch_is_coloured(results: Report) -> None:
    said = of(results, "sketch_colored")
    assert said["spread"] > 10, "it is as grey as before"
    status, message = said["grey"]
    assert status == "execution-error" and "RGB" in message


def test_a_layer_of_labels_tells_which_part_of_the_style_is_meant(results: Report) -> None:
    said = of(results, "label_layer")
    left, right = said["as in the style"]
    assert left > 0 > right
    left, right = said["swapped"]
    assert left < 0 < right
    assert said["as in the style, edited"] and said["swapped, edited"]


def test_a_layer_says_how_strong_the_style_is(results: Report) -> None:
    """Where it is black nothing is laid, so that the new layer is as wide as what is white."""
    said = of(results, "strength_layer")
    assert 255 in said["opacity"]
    assert said["opacity"][0] == 0 or said["offset"][0] > 10
    assert said["edited"]


@pytest.mark.parametrize(
    ("what", "words"), [("plain", "does not remember"), ("orphan", "painted from is gone")]
)
def test_what_cannot_be_edited(results: Report, what: str, words: str) -> None:
    status, message = of(results, "nothing_to_edit")[what]
    assert status == "execution-error"
    assert words in message


def test_a_damaged_memory_is_said_in_words(results: Report) -> None:
    said = of(results, "damaged_memories")
    assert len(said) == 6
    for name, (status, message) in said.items():
        assert status == "execution-error", name
        assert "does not remember how it was painted" in message, name
