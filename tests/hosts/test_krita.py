"""Krita, the real one: a session is driven once in each root, then each claim is looked at."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage.data
from PIL import Image

from core.bridge import wire
from core.bridge.client import dial, greet
from core.bridge.knobs import STYLIZE
from core.bridge.pastiches import NAMES
from core.bridge.paths import Installation
from core.bridge.presets import QUALITIES
from core.bridge.settings import Settings, knobs
from core.setup import kritarc, plugins
from core.setup.hosts import Host
from tests.hosts.roots import REPOSITORY, Root, find_roots

ROOTS: list[Root | None] = [*find_roots("krita")]
SESSION_SECONDS = 900
PHOTO, STYLE = "astronaut.png", "brush work.png"
EXTENT = (120, 100)
Report = dict[str, Any]


@pytest.fixture(scope="module", params=ROOTS or [None], ids=lambda r: r.name if r else "no-krita")
def session(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    installation: Installation,
) -> Iterator[tuple[Report, Path]]:
    """What one Krita told, and the folder with its photographs."""
    if request.param is None:
        reason = "no Krita here, nor in the roots that IMPASTO_HOST_ROOTS names"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    home = tmp_path_factory.mktemp("krita")
    own = _private(installation, home / "impasto")
    folder = home / "session"
    _lay_out(home, own, folder)
    # Krita asks one that runs already to open its files, which it finds in the temporary folder.
    temporary = home / "tmp"
    temporary.mkdir()
    process = request.param.start(
        ["krita", "--nosplash"],
        home=home,
        mounts=[
            folder.resolve()
            for folder in (installation.environment, installation.weights, installation.gallery)
            if folder.exists()
        ],
        environment={"IMPASTO_SESSION": str(folder), "TMPDIR": str(temporary)},
    )
    try:
        output, _ = process.communicate(timeout=SESSION_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        output, _ = process.communicate()
    if not (folder / "finished").exists():
        crash = (folder / "crash.txt").read_text() if (folder / "crash.txt").exists() else ""
        pytest.fail(f"Krita did not get to the end:\n{output[-4000:]}\n{crash}")
    keep = os.environ.get("IMPASTO_SCREENSHOTS")
    if keep:
        shutil.copytree(folder, Path(keep) / request.param.name, dirs_exist_ok=True)
    yield json.loads((folder / "report.json").read_text("utf-8")), folder
    _end_worker(own)


def _private(installation: Installation, prefix: Path) -> Installation:
    """The same engine under a prefix of its own: a worker that no other test shares or kills."""
    prefix.mkdir()
    own = Installation(prefix)
    own.environment.symlink_to(installation.environment.resolve())
    own.weights.symlink_to(installation.weights.resolve())
    own.gallery.symlink_to(installation.gallery.resolve())
    shutil.copy(installation.manifest, own.manifest)
    return own


def _lay_out(home: Path, own: Installation, folder: Path) -> None:
    """What a user has after install.py, and beside it the plug-in that drives the session."""
    settings = home / ".config" / "kritarc"
    data = home / ".local" / "share" / "krita" / "pykrita"
    plugins.install(Host("krita", "Krita", "", data, settings), REPOSITORY, own)
    driver = data / "impasto_session"
    driver.mkdir()
    here = Path(__file__).parent
    for part in here.glob("krita_*.py"):
        shutil.copy(part, driver / ("__init__.py" if part.name == "krita_start.py" else part.name))
    (data / "impasto_session.desktop").write_text(
        "[Desktop Entry]\nType=Service\nServiceTypes=Krita/PythonPlugin\n"
        "X-KDE-Library=impasto_session\nName=Impasto's session\n"
    )
    kritarc.enable(settings, "impasto_session")
    folder.mkdir()
    photo = Image.fromarray(skimage.data.astronaut()[20:320, 60:420])
    photo.resize(EXTENT, Image.Resampling.LANCZOS).save(folder / PHOTO)
    large = Image.fromarray(skimage.data.astronaut())
    large.resize((800, 600), Image.Resampling.LANCZOS).save(folder / "large.png")
    Image.new("RGB", EXTENT, "white").save(folder / "blank.png")
    Image.fromarray(_brush_work()).save(folder / STYLE)
    given = {
        "photo": str(folder / PHOTO),
        "large": str(folder / "large.png"),
        "blank": str(folder / "blank.png"),
        "style": str(folder / STYLE),
        "prefix": str(own.prefix),
        "log": str(own.log),
        "only": os.environ.get("IMPASTO_KRITA_CASES", "").split(),
    }
    (folder / "session.json").write_text(json.dumps(given))


def _brush_work() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Bent stripes in strong colours: nothing like the photograph."""
    y, x = np.mgrid[0:160, 0:200] / 10.0
    waves = [np.sin(x + 2 * np.sin(y / 2) + phase) for phase in (0.0, 1.0, 4.0)]
    return np.uint8(127 + 120 * np.stack(waves, axis=-1))


def _end_worker(own: Installation) -> None:
    connection = dial(own)
    if connection is not None and greet(connection):
        wire.send(connection, "leave", {})
        connection.close()


def told(session: tuple[Report, Path], name: str) -> Report:
    """What a case told; a case that broke fails whoever asks for it."""
    answer: Report = session[0][name]
    assert "broke" not in answer, answer["broke"]
    return answer


def picture(encoded: str, channels: int) -> np.ndarray[Any, np.dtype[np.int16]]:
    data = np.frombuffer(base64.b64decode(encoded), np.uint8)
    return data.reshape(EXTENT[1], EXTENT[0], channels).astype(np.int16)


def one_layer(outcome: Report) -> Report:
    """The only new layer of a run that went well."""
    assert outcome["failed"] == []
    assert outcome["ended"] == 1
    assert len(outcome["new"]) == 1
    layer: Report = outcome["new"][0]
    assert layer["visible"]
    assert layer["type"] == "paintlayer"
    return layer


def test_the_filter_menu_has_the_entries(session: tuple[Report, Path]) -> None:
    menu = told(session, "menu")
    assert menu["texts"][-4:] == [
        "Style Transfer…",
        "Colour Sketch from Reference…",
        "Edit Style Transfer…",
        "Style Transfer Again",
    ]
    assert all(menu["tips"])


def test_the_entries_need_a_document(session: tuple[Report, Path]) -> None:
    menu = told(session, "menu")
    assert not any(menu["enabled_without_document"])
    assert all(menu["enabled"])


def test_the_dialog_shows_every_knob_and_folds_the_advanced(session: tuple[Report, Path]) -> None:
    dialog = told(session, "dialog_idle")
    labels = [label.replace("&", "") for label in dialog["labels"]]
    shown = knobs(STYLIZE)
    by_quality = {name for quality in QUALITIES.values() for name in quality.settings}
    assert all(f"{knob.label}:" in labels for knob in shown)
    # A mix is set where the styles are, with a slider.
    first = {k.name for k in shown if not k.advanced} - by_quality | {"mix"}
    assert dialog["visible"] == {knob.name: knob.name in first for knob in shown}
    assert all(dialog["visible_unfolded"].values())


def test_the_first_dialog_holds_the_defaults(session: tuple[Report, Path]) -> None:
    assert told(session, "dialog_idle")["fresh"] == Settings().as_mapping()


def test_again_opens_the_dialog_before_the_first_run(session: tuple[Report, Path]) -> None:
    assert told(session, "dialog_idle")["opened_by_again"] == 1


def test_the_dialog_says_what_is_missing(session: tuple[Report, Path]) -> None:
    assert "There is no style yet" in told(session, "dialog_idle")["complaint"][-1]


def test_the_dialog_is_photographed(session: tuple[Report, Path]) -> None:
    for name in ("empty", "error", "advanced", "running", "done", "layer"):
        with Image.open(session[1] / f"dialog-{name}.png") as shot:
            assert min(shot.size) > 300
            assert len(np.unique(np.asarray(shot.convert("L")))) > 20


def test_a_run_adds_one_layer_above_the_original(session: tuple[Report, Path]) -> None:
    painted = told(session, "painted")
    new = painted["new"]
    assert painted["nodes"] == [2, 3]
    assert (new["name"], new["parent"], new["above"]) == ("brush work", "root", ["Background"])
    assert new["space"] == painted["before"]["space"]
    assert new["bounds"] == painted["selection_bounds"]
    assert painted["text"][-1] == "Painted: the new layer 'brush work'."


def test_the_layers_alpha_is_the_feathered_selection(session: tuple[Report, Path]) -> None:
    painted = told(session, "painted")
    alpha = picture(painted["layer"], 4)[..., 3]
    selection = picture(painted["selection"], 1)[..., 0]
    assert len(np.unique(selection)) > 50
    assert np.abs(alpha - selection).max() <= 1


def test_the_layer_looks_painted(session: tuple[Report, Path]) -> None:
    painted = told(session, "painted")
    layer, original = picture(painted["layer"], 4), picture(painted["original"], 4)
    inside = layer[..., 3] > 250
    assert np.abs(layer - original)[inside][:, :3].mean() > 20
    assert layer[inside][:, :3].std() > 20


def test_the_original_is_untouched(session: tuple[Report, Path]) -> None:
    assert told(session, "painted")["same_original"]


def test_one_undo_takes_the_layer_away(session: tuple[Report, Path]) -> None:
    painted = told(session, "painted")
    assert painted["undone"] == painted["nodes"][0]
    assert painted["undone_pixels"]
    assert painted["still_selected"]


def test_krita_stays_alive_while_it_paints(session: tuple[Report, Path]) -> None:
    painted, cancelled = told(session, "painted"), told(session, "cancelled")
    assert painted["while_running"] == [False, True]
    assert painted["alive"]["ticks"] > 3
    assert cancelled["alive"]["ticks"] > 30
    assert cancelled["alive"]["longest"] < cancelled["alive"]["lasted"] / 2


def test_progress_moves_and_tells_the_time_left(session: tuple[Report, Path]) -> None:
    cancelled = told(session, "cancelled")
    fractions = [fraction for fraction, _ in cancelled["progress"]]
    assert fractions == sorted(fractions)
    assert 0 < fractions[-1] < 1
    assert cancelled["progress"][-1][1].endswith("left")


def test_cancel_works_at_once_and_leaves_the_document(session: tuple[Report, Path]) -> None:
    cancelled = told(session, "cancelled")
    assert cancelled["idle"]
    assert cancelled["clicked"] < 0.5
    assert cancelled["same"]


def test_the_worker_is_free_soon_after_a_cancel(session: tuple[Report, Path]) -> None:
    cancelled = told(session, "cancelled")
    one_layer(cancelled["next"])
    assert cancelled["next_seconds"] < 30


def test_closing_the_dialog_cancels_and_escape_does_not(session: tuple[Report, Path]) -> None:
    closing = told(session, "closing_the_dialog_cancels")
    assert closing["escape_ignored"]
    assert closing["dialogs"] == 0
    one_layer(closing["next"])


def test_again_runs_without_the_dialog_on_the_warm_worker(session: tuple[Report, Path]) -> None:
    again = told(session, "again")
    assert (again["windows"], again["windows_after"], again["dialogs"]) == (1, 0, 0)
    assert again["new"]["bounds"] == [10, 10, 60, 60]
    assert again["remembered"]
    assert len(again["workers"][0]) == 1
    assert again["workers"][0] == again["workers"][1]


def test_an_error_of_again_is_one_message(session: tuple[Report, Path]) -> None:
    again = told(session, "again_fails")
    assert again["boxes"] == 1
    assert "/nowhere/picture.png" in again["text"]
    assert again["nodes"] == 1
    assert again["windows_after"] == 0


SPACES = [
    f"{model} {depth} {profile}"
    for model, profiles in {
        "RGBA": ["sRGB-elle-V2-srgbtrc.icc", "sRGB-elle-V2-g10.icc", "Rec2020-elle-V4-g10.icc"],
        "GRAYA": ["Gray-D50-elle-V2-srgbtrc.icc", "Gray-D50-elle-V2-g10.icc"],
    }.items()
    for depth in ("U8", "U16", "F16", "F32")
    for profile in profiles
]
CONVERTED = [
    "CMYKA U8 Chemical proof",
    "CMYKA F32 Chemical proof",
    "LABA U16 Lab identity built-in",
    "XYZA F32 XYZ identity built-in",
    "YCbCrA U16 ITU-R BT.709-6 YCbCr ICC V4 profile",
    "GRAYA U8 gray built-in",
]


@pytest.mark.parametrize("space", SPACES + CONVERTED)
def test_every_colour_space_goes_there_and_back(session: tuple[Report, Path], space: str) -> None:
    """With strength 0 the new layer hides nothing of what was seen before."""
    outcome = told(session, "spaces")[space]
    layer = one_layer(outcome)
    assert " ".join(outcome["document"]) == space
    if space in CONVERTED or "Rec2020" in space:
        assert layer["space"][0] == "RGBA"
        assert layer["space"][1] == space.split()[1]
        assert layer["space"][2].startswith("sRGB")
    else:
        assert " ".join(layer["space"]) == space
    assert layer["bounds"] == [20, 20, 60, 50]
    assert outcome["same_original"]
    assert outcome["undone"] == outcome["nodes"][0] == outcome["nodes"][1] - 1
    difference = np.abs(picture(outcome["before"], 3) - picture(outcome["after"], 3))
    # Krita's own way into a space may shift colours, and there and back is that way again.
    photo = picture(told(session, "spaces")[SPACES[0]]["before"], 3)
    shift = np.abs(picture(outcome["before"], 3) - photo) if space in CONVERTED else 0
    assert np.percentile(difference, 99) <= 3 + np.percentile(shift, 99)
    assert difference[:20].max() == 0


def test_the_painting_looks_the_same_in_every_space(session: tuple[Report, Path]) -> None:
    shown = told(session, "spaces_painted")
    runs = {name: run for name, run in shown.items() if name != "took"}
    first, *others = (picture(run["after"], 3)[20:70, 20:80] for run in runs.values())
    assert all(one_layer(run) for run in runs.values())
    for other, name in zip(others, list(runs)[1:], strict=True):
        limit = 40 if name.startswith("CMYKA") else 6
        assert np.abs(first - other).mean() < limit, name


def expected_box(layer: tuple[int, ...], selection: tuple[int, ...] | None) -> list[int] | None:
    """Layer, selection and canvas intersected, worked out here anew."""
    boxes = [layer, (0, 0, *EXTENT)] + ([selection] if selection else [])
    x, y = max(b[0] for b in boxes), max(b[1] for b in boxes)
    right, bottom = min(b[0] + b[2] for b in boxes), min(b[1] + b[3] for b in boxes)
    return [x, y, right - x, bottom - y] if right > x and bottom > y else None


LAYERS = {
    "offset": (17, 23, 60, 50),
    "negative": (-20, -15, 70, 60),
    "larger than the canvas": (-10, -10, 150, 130),
    "smaller than the canvas": (50, 40, 40, 36),
    "off the canvas": (300, 20, 40, 40),
}
SELECTIONS = {"none": None, "inside": (30, 30, 20, 20), "over the edge": (5, 5, 55, 48)}


@pytest.mark.parametrize("selected", SELECTIONS)
@pytest.mark.parametrize("layer", LAYERS)
def test_layers_may_lie_anywhere(session: tuple[Report, Path], layer: str, selected: str) -> None:
    outcome = told(session, "geometry")[f"{layer}, selection {selected}"]
    box = expected_box(LAYERS[layer], SELECTIONS[selected])
    if box is None:
        assert outcome["new"] == []
        assert len(outcome["failed"]) == 1
    else:
        new = one_layer(outcome)
        assert new["bounds"] == box
        assert new["aligned"], "strength 0 must give the layer's own pixels at the same place"


KINDS = {
    "group": ("root", "Group"),
    "inside": ("Group", "Pattern"),
    "hidden": ("root", "Pattern"),
    "hidden_group": ("root", "Group"),
    "clone": ("root", "Clone"),
    "locked": ("root", "Pattern"),
    "faint": ("root", "Pattern"),
    "masked": ("root", "Pattern"),
}
"""Layers that show the pattern; the new one's parent and what it lies on."""

DRAWN = {"vector": "Vector", "fill": "Fill", "filter_layer": "Filter", "file_layer": "File"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_layer_is_painted_as_it_looks(
    session: tuple[Report, Path], kind: str
) -> None:
    new = one_layer(told(session, "kinds")[kind])
    assert (new["parent"], *new["above"]) == KINDS[kind]
    assert new["bounds"] == ([20, 20, 30, 20] if kind == "masked" else [10, 10, 60, 50])
    assert new["aligned"]


@pytest.mark.parametrize("kind", DRAWN)
def test_layers_that_krita_draws_are_painted_from(session: tuple[Report, Path], kind: str) -> None:
    assert one_layer(told(session, "kinds")[kind])["above"] == [DRAWN[kind]]


def test_an_empty_layer_says_why_not(session: tuple[Report, Path]) -> None:
    outcome = told(session, "kinds")["empty"]
    assert outcome["new"] == []
    assert "has no pixels" in outcome["failed"][0]


def test_a_layer_can_be_the_style(session: tuple[Report, Path]) -> None:
    styles = told(session, "styles")
    assert styles["offered"] == ["Weave", "Background"]
    new = one_layer(styles["layer"])
    assert (new["name"], new["above"]) == ("Weave", ["Background"])


def test_a_background_style_paints_the_whole_layer(session: tuple[Report, Path]) -> None:
    new = one_layer(told(session, "styles")["both"])
    assert new["name"] == "Weave + brush work"
    assert new["bounds"] == [0, 0, *EXTENT]


def test_a_style_layer_that_is_gone_is_missed(session: tuple[Report, Path]) -> None:
    assert "not in this picture" in told(session, "styles")["gone"]["failed"][0]


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("no style", "There is no style yet"),
        ("no such file", "/nowhere/picture.png"),
        ("no picture", "not a picture"),
    ],
)
def test_errors_are_one_sentence(session: tuple[Report, Path], what: str, words: str) -> None:
    outcome = told(session, "errors")[what]
    assert len(outcome["failed"]) == 1
    assert words in outcome["failed"][0]
    assert "Traceback" not in outcome["failed"][0]
    assert outcome["new"] == []


def test_settings_that_cannot_be_read_are_forgotten(session: tuple[Report, Path]) -> None:
    errors = told(session, "errors")
    assert errors["unreadable settings"]["recalled"] is None
    assert errors["foreign settings"]["recalled"] is None


def test_a_run_stays_with_its_document(session: tuple[Report, Path]) -> None:
    documents = told(session, "documents")
    one_layer(documents["outcome"])
    assert documents["second"] == [1, 1]
    assert documents["front"]


def test_each_document_has_one_dialog(session: tuple[Report, Path]) -> None:
    documents = told(session, "dialogs_of_documents")
    assert documents["different"]
    assert documents["dialogs"] == 2
    assert documents["titles"] == [f"Style Transfer — {name}" for name in (PHOTO, "blank.png")]


def test_a_document_closed_meanwhile_ends_the_run(session: tuple[Report, Path]) -> None:
    closed = told(session, "closed_meanwhile")
    assert closed["failed"] == ["The picture was closed before the painting was done."]
    assert closed["ended"] == 1
    one_layer(closed["next"])
    assert closed["next_seconds"] < 30


def test_a_layer_removed_meanwhile_loses_no_painting(session: tuple[Report, Path]) -> None:
    names = [node["name"] for node in told(session, "removed_meanwhile")["nodes"]]
    assert names == ["Background", "Late"]


def test_a_killed_worker_is_told_and_the_next_run_works(session: tuple[Report, Path]) -> None:
    killed = told(session, "worker_killed")
    assert len(killed["killed"]) == 1
    assert len(killed["failed"]) == 1
    assert "impasto.log" in killed["failed"][0]
    assert killed["nodes"] == [1, 1]
    one_layer(killed["next"])
    assert killed["workers"] != killed["killed"]


def test_our_own_mistake_is_one_sentence_and_a_log_entry(session: tuple[Report, Path]) -> None:
    failed = told(session, "own_mistake")["failed"]
    assert len(failed) == 1
    assert "a mistake made by the test" not in failed[0]
    log = Path(failed[0].split()[-1])
    assert "a mistake made by the test" in log.read_text("utf-8")


def test_krita_never_showed_a_traceback(session: tuple[Report, Path]) -> None:
    assert session[0]["uncaught"]["errors"] == []


def coverage(told: Report) -> np.ndarray[Any, np.dtype[np.float64]]:
    """How much of each pixel a preview's layer covers."""
    width, height = told["size"]
    data = np.frombuffer(base64.b64decode(told["rgba"]), np.uint8)
    return data.reshape(height, width, 4)[..., 3] / 255.0


def shown(told: Report) -> np.ndarray[Any, np.dtype[np.int16]]:
    """A picture that a case told, RGB."""
    width, height = told["size"]
    data = np.frombuffer(base64.b64decode(told["rgba"]), np.uint8)
    return data.reshape(height, width, 4)[..., :3].astype(np.int16)


def test_the_preview_shows_what_the_painting_gives(session: tuple[Report, Path]) -> None:
    preview = told(session, "preview")
    one_layer(preview["outcome"])
    seen, final, original = (shown(preview[name]) for name in ("shown", "final", "original"))
    small = Image.fromarray(final.astype(np.uint8)).resize(seen.shape[1::-1], Image.Resampling.BOX)
    changed = np.abs(seen - original).mean()
    missed = np.abs(seen - np.asarray(small).astype(np.int16)).mean()
    assert changed > 20
    assert missed < changed / 3


def test_the_preview_follows_the_slider_and_never_blocks(session: tuple[Report, Path]) -> None:
    preview = told(session, "preview")
    assert preview["moved_to"] < 0.5
    assert preview["pictures"] > 1
    original = shown(preview["original"])
    strong, weak = (np.abs(shown(preview[n]) - original).mean() for n in ("shown", "weaker"))
    assert weak < strong * 0.8
    assert preview["alive"]["longest"] < preview["alive"]["lasted"] / 2


def test_the_split_can_be_dragged_and_moved_by_keys(session: tuple[Report, Path]) -> None:
    at_first, dragged, pressed = told(session, "preview")["splits"]
    assert at_first == 0.5
    assert dragged == pytest.approx(0.2, abs=0.01)
    assert pressed > dragged


def test_the_wheel_zooms_at_the_pointer_and_0_shows_everything(
    session: tuple[Report, Path],
) -> None:
    preview = told(session, "preview")
    fit, near, again = preview["zooms"]
    assert fit == again == 1.0
    assert near > 1.9
    assert preview["under_the_pointer"][0] == pytest.approx(
        preview["under_the_pointer"][1], abs=0.01
    )
    assert preview["panned"] == pytest.approx([-30, 30], abs=1)


def test_the_preview_follows_the_canvas(session: tuple[Report, Path]) -> None:
    follows = told(session, "preview_follows")
    square, wide = (width / height for width, height in follows["sizes"])
    assert square == pytest.approx(1.0, abs=0.05)
    assert wide > 1.3
    assert follows["pictured"]
    assert "There is no style yet" in follows["hint"]


def test_pictures_come_into_the_gallery_from_everywhere(session: tuple[Report, Path]) -> None:
    gallery = told(session, "gallery")
    assert len(gallery["names"]) == gallery["shipped"] + 3
    assert {"brush work", "Pasted", "astronaut"} <= set(gallery["names"])
    for way, name in (("taken", "brush work"), ("pasted", "Pasted"), ("dropped", "astronaut")):
        assert Path(gallery[way]).stem == name
    assert "brush work" not in " ".join(gallery["after"])


def test_the_gallery_is_searched_and_a_click_chooses(session: tuple[Report, Path]) -> None:
    gallery = told(session, "gallery")
    assert gallery["found"] == ["brush work"]
    assert Path(gallery["clicked"]).stem == "brush work"
    assert gallery["first"] == "★ brush work"


def test_two_styles_are_mixed_by_one_slider(session: tuple[Report, Path]) -> None:
    path, weight = told(session, "gallery")["mix"].split("=")
    assert Path(path).stem == "astronaut"
    assert float(weight) == pytest.approx(25 / 75, abs=0.001)


def test_a_painting_is_edited_after_it_was_saved_and_opened(session: tuple[Report, Path]) -> None:
    edited = told(session, "edited")
    one_layer(edited["outcome"])
    assert edited["same"]
    assert edited["title"].startswith("Edit Style Transfer")
    assert [node["name"] for node in edited["nodes"]] == ["Background", "My painting"]
    assert edited["opacity"] == 128
    assert edited["changed"]
    assert edited["strength"] == 0.3
    assert edited["bounds"][0] == edited["bounds"][1]


def test_what_cannot_be_edited_is_told(session: tuple[Report, Path]) -> None:
    refused = told(session, "edit_refused")["told"]
    assert "was not painted here" in refused["foreign"]["text"]
    assert "is gone" in refused["orphan"]["text"]
    assert refused["foreign"]["dialogs"] == refused["orphan"]["dialogs"] == 0


def test_a_full_layer_shows_by_its_mask_what_was_selected(session: tuple[Report, Path]) -> None:
    kinds = told(session, "kinds_of_output")
    own, seen = picture(kinds["own"], 4), picture(kinds["shown"], 4)
    assert kinds["mask_type"] == "transparencymask"
    assert set(np.unique(own[..., 3])) == {0, 255}
    assert np.abs(seen[..., 3] - picture(kinds["selection"], 1)[..., 0]).max() <= 1
    assert kinds["undone"][0] == kinds["undone"][-1]


def test_a_painting_can_be_a_document_of_its_own(session: tuple[Report, Path]) -> None:
    kinds = told(session, "kinds_of_output")
    ((width, height, depth, count),) = kinds["documents"]
    assert (depth, count) == ("U8", 1)
    assert 60 <= width <= 72
    assert 50 <= height <= 62
    assert kinds["left_alone"]


def test_several_layers_are_painted_in_a_row(session: tuple[Report, Path]) -> None:
    batch = told(session, "batch")
    assert batch["failed"] == []
    style = batch["style"]
    assert batch["active_only"] == ["Second"]
    assert [name for name, _ in batch["order"]] == ["Background", "First", style, "Second", style]
    assert batch["order"][2][1] == [0, 0, 60, 50]
    assert batch["order"][4][1] == [40, 40, 60, 50]


def test_a_picture_grows_and_can_be_kept(session: tuple[Report, Path]) -> None:
    kept = told(session, "kept")
    assert kept["grown"]
    assert kept["nodes"][1] == kept["nodes"][0] + 1
    assert kept["new"]["type"] == "paintlayer"
    assert kept["painted"]
    assert any(text.startswith("Painted") for text in kept["text"])
    # What was cut short says nothing of how long the next one takes.
    assert kept["runs"][0] == kept["runs"][1]


def test_the_docker_paints(session: tuple[Report, Path]) -> None:
    docker = told(session, "docker")
    assert (docker["docks"], docker["title"]) == (1, "Style Transfer")
    assert docker["new"]["name"] == "brush work"


def test_the_dialog_speaks_german(session: tuple[Report, Path]) -> None:
    spoken = told(session, "german")["texts"]
    assert {"Stärke:", "Stil:"} <= set(spoken)
    assert "Strength:" not in spoken


def test_a_failure_comes_with_the_buttons_that_help(session: tuple[Report, Path]) -> None:
    helped = told(session, "helped")
    assert helped["device"]["buttons"] == ["Use the device there is"]
    assert helped["device_helped"] == 1
    assert helped["lost"]["buttons"] == ["Try again", "Open the log", "Copy report"]
    assert helped["missing"]["buttons"] == ["Copy the installer's command", "Copy report"]
    assert helped["command"].startswith("python3 ")
    assert helped["command"].endswith("install.py")


def test_the_report_holds_no_personal_path(session: tuple[Report, Path]) -> None:
    report = told(session, "helped")["report"]
    assert "host: Krita 5" in report
    assert str(session[1].parent) not in report


def test_the_shipped_styles_and_the_built_in_ones_are_there(session: tuple[Report, Path]) -> None:
    shipped = told(session, "shipped")
    assert shipped["count"] >= 12 + len(NAMES)
    assert shipped["thumbnails"]
    assert shipped["built_in"] == ["pastiche", NAMES[3]]
    assert shipped["shown"] == NAMES[3]
    assert shipped["left"] == ["painterly", "mosaic"]
    assert shipped["hint"] == ""


def area(told: Report, name: str) -> float:
    """How many pixels of the canvas a preview would paint, by their coverage."""
    covered, (_, _, width, height) = coverage(told[name]), told[f"{name}_box"]
    return float(covered.mean() * width * height)


def test_the_subject_is_shown_before_it_is_painted(session: tuple[Report, Path]) -> None:
    regions = told(session, "regions")
    covered = coverage(regions["subject"])
    height, width = covered.shape
    assert regions["veiled"]
    assert 0.1 < covered.mean() < 0.9
    # Her face is of the subject, the shuttle behind her is not.
    assert covered[height // 6 : height // 3, int(width * 0.38) : int(width * 0.48)].mean() > 0.8
    assert covered[: height // 2, int(width * 0.75) :].mean() < 0.1


def test_grow_and_feather_are_seen_in_pixels_of_the_canvas(session: tuple[Report, Path]) -> None:
    regions = told(session, "regions")
    assert area(regions, "selected") == pytest.approx(200 * 200, rel=0.05)
    assert 290**2 < area(regions, "grown") < 325**2
    soft = coverage(regions["feathered"])
    width = regions["feathered_box"][2]
    # Along a row through the middle: how many pixels of the canvas lie between hard and gone.
    row = soft[soft.shape[0] // 2]
    edge = ((row > 0.05) & (row < 0.95)).sum() * width / len(row)
    assert 80 < edge < 240
    assert area(regions, "feathered") == pytest.approx(200 * 200, rel=0.1)


def test_selection_and_rest_take_a_style_each(session: tuple[Report, Path]) -> None:
    both = coverage(told(session, "regions")["both"])
    assert both.min() > 0.98


def test_a_layer_can_be_the_labels(session: tuple[Report, Path]) -> None:
    assert one_layer(told(session, "labelled"))["bounds"] == [0, 0, 800, 600]
