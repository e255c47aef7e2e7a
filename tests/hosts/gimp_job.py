"""What the scripts that run inside GIMP share: pictures, calls of the plug-in, and the report.

GIMP's own Python runs this: standard library and gi, no pytest and no numpy.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gi.repository import Gegl, Gimp, Gio

PROCEDURE, COLORIZE, EDIT = "impasto-stylize", "impasto-colorize", "impasto-edit"
ANIMATE = "impasto-animate"
ORDERS = json.loads(Path(os.environ["IMPASTO_TEST_ORDERS"]).read_text("utf-8"))
"""Paths the test gave: photograph, style, report, log, prefix, plugin, pictures."""

CASES: list[Callable[[], Any]] = []

Gegl.init(None)


def case(function: Callable[[], Any]) -> Callable[[], Any]:
    """Register a case: what it returns stands in the report under its name."""
    name = function.__name__
    assert name not in {each.__name__ for each in CASES}, f"there is another {name}"
    CASES.append(function)
    return function


def run_cases() -> None:
    """Run all of them and write the report, one that fails not keeping the others from it.

    For who works on one of them, ``IMPASTO_TEST_CASES`` names the only ones to run.
    """
    report = {}
    wanted = os.environ.get("IMPASTO_TEST_CASES", "").split()
    for function in CASES:
        if wanted and function.__name__ not in wanted:
            continue
        began = time.monotonic()
        try:
            report[function.__name__] = function()
        except BaseException:
            report[function.__name__] = {"traceback": traceback.format_exc()}
        print(f"{function.__name__}: {time.monotonic() - began:.1f} s", flush=True)
        Path(ORDERS["report"]).write_text(json.dumps(report, indent=1), "utf-8")


def photograph() -> tuple[Gimp.Image, Gimp.Layer]:
    """The photograph as GIMP opens it: RGB, 8 bits, no alpha, one layer."""
    file = Gio.File.new_for_path(ORDERS["photograph"])
    image = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, file)
    return image, image.get_layers()[0]


_FLAT = {
    **{"R": b"\xff\0\0\xff", "G": b"\0\xff\0\xff", "B": b"\0\0\xff\xff", "Y": b"\xff\xff\0\xff"},
    **{"K": b"\0\0\0\xff", "W": b"\xff\xff\xff\xff"},
}


def striped(image: Gimp.Image, layer: Gimp.Layer, colors: str) -> Gimp.Layer:
    """A layer of labels above another, in equal stripes from left to right: ``RB`` is two."""
    width, height = layer.get_width(), layer.get_height()
    kind = Gimp.ImageType.RGBA_IMAGE
    labels = Gimp.Layer.new(image, "labels", width, height, kind, 100, layer.get_mode())
    image.insert_layer(labels, None, 0)
    row = b"".join(_FLAT[colors[len(colors) * x // width]] for x in range(width))
    buffer = labels.get_buffer()
    buffer.set(Gegl.Rectangle.new(0, 0, width, height), "R'G'B'A u8", row * height)
    buffer.flush()
    labels.update(0, 0, width, height)
    return labels


def feathered(image: Gimp.Image, x: float, y: float, width: float, height: float) -> None:
    """Select an ellipse with a soft edge."""
    image.select_ellipse(Gimp.ChannelOps.REPLACE, x, y, width, height)
    Gimp.Selection.feather(image, 12)


def stylize(
    image: Gimp.Image,
    drawables: list[Gimp.Drawable],
    procedure_name: str = PROCEDURE,
    **settings: Any,
) -> tuple[str, Any, Gimp.Layer | None]:
    """Call the plug-in as a script does: status, message and new layer."""
    settings = {"style": ORDERS["style"], "method": "instant", "size": 64, **settings}
    procedure = Gimp.get_pdb().lookup_procedure(procedure_name)
    config = procedure.create_config()
    config.set_property("image", image)
    config.set_core_object_array("drawables", drawables)
    for name, value in settings.items():
        if name in ("style", "background_style", "style_labels") and value is not None:
            value = Gio.File.new_for_path(value)
        config.set_property(name.replace("_", "-"), value)
    values = procedure.run(config)
    status = values.index(0)
    if status == Gimp.PDBStatusType.SUCCESS:
        return "success", "", values.index(1)
    return status.value_nick, values.index(1) if values.length() > 1 else "", None


def own_bytes(drawable: Gimp.Drawable, format: str | None = None) -> bytes:
    """All pixels, in the drawable's own format unless told otherwise."""
    whole = Gegl.Rectangle.new(0, 0, drawable.get_width(), drawable.get_height())
    return drawable.get_buffer().get(whole, 1.0, format, Gegl.AbyssPolicy.NONE)


def fingerprint(drawable: Gimp.Drawable) -> str:
    return hashlib.sha256(own_bytes(drawable)).hexdigest()


def all_items(items: list[Gimp.Item]) -> Iterator[Gimp.Item]:
    for item in items:
        yield item
        if item.is_group():
            yield from all_items(item.get_children())


def state(image: Gimp.Image) -> dict[str, Any]:
    """Everything a failed or cancelled run must leave as it was."""
    return {
        "layers": [
            [layer.get_id(), layer.get_name(), layer.get_visible(), fingerprint(layer)]
            for layer in all_items(image.get_layers())
        ],
        "selected": [layer.get_id() for layer in image.get_selected_layers()],
        "selection": fingerprint(image.get_selection()),
        "size": [image.get_width(), image.get_height()],
    }


def outcome(image: Gimp.Image, drawable: Gimp.Layer, **settings: Any) -> dict[str, Any]:
    """Stylize and say what changed, and how the new layer stands to the one below it."""
    before = state(image)
    began = time.monotonic()
    status, message, layer = stylize(image, [drawable], **settings)
    said: dict[str, Any] = {
        "seconds": time.monotonic() - began,
        "status": status,
        "message": message,
        "before": before,
        "after": state(image),
    }
    if layer is not None:
        said.update(describe(image, drawable, layer))
    return said


def describe(image: Gimp.Image, original: Gimp.Layer, layer: Gimp.Layer) -> dict[str, Any]:
    _, x, y = layer.get_offsets()
    _, below_x, below_y = original.get_offsets()
    width, height = layer.get_width(), layer.get_height()
    box = Gegl.Rectangle.new(x - below_x, y - below_y, width, height)
    content = original.get_buffer().get(box, 1.0, "R'G'B'A u8", Gegl.AbyssPolicy.NONE)
    painted = own_bytes(layer, "R'G'B'A u8")
    mask = bytes([255]) * (width * height)
    if not Gimp.Selection.is_empty(image):
        part = Gegl.Rectangle.new(x, y, width, height)
        channel = image.get_selection().get_buffer()
        mask = channel.get(part, 1.0, "Y u8", Gegl.AbyssPolicy.NONE)
    wanted = [m * a / 255 for m, a in zip(mask, content[3::4], strict=True)]
    alpha = painted[3::4]
    inside = [i for i, m in enumerate(wanted) if m > 127]
    moved = sum(abs(painted[4 * i + c] - content[4 * i + c]) for i in inside for c in range(3))
    parent = layer.get_parent()
    return {
        "id": layer.get_id(),
        "name": layer.get_name(),
        "box": [x, y, width, height],
        "position": image.get_item_position(layer),
        "original_position": image.get_item_position(original),
        "parent": parent and parent.get_id(),
        "original_parent": original.get_parent() and original.get_parent().get_id(),
        "selected": [item.get_id() for item in image.get_selected_layers()],
        "visible": layer.get_visible(),
        "opacity": layer.get_opacity(),
        "type": layer.type().value_nick,
        "precision": image.get_precision().value_nick,
        "alpha_error": max(abs(a - w) for a, w in zip(alpha, wanted, strict=True)),
        "alpha_levels": len(set(alpha)),
        "change": moved / max(1, 3 * len(inside)),
        "colors": len({painted[4 * i : 4 * i + 3] for i in inside}),
        "mean": [sum(painted[4 * i + c] for i in inside) / max(1, len(inside)) for c in range(3)],
    }


def save(image: Gimp.Image, name: str) -> None:
    """Keep a flattened picture of the image, for a person who looks."""
    copy = image.duplicate()
    if copy.get_base_type() == Gimp.ImageBaseType.INDEXED:
        copy.convert_rgb()
    copy.flatten()
    file = Gio.File.new_for_path(str(Path(ORDERS["pictures"]) / f"{name}.png"))
    Gimp.file_save(Gimp.RunMode.NONINTERACTIVE, copy, file, None)
    copy.delete()


def processes(*words: str) -> list[int]:
    """Ids of the processes whose command line has an argument ending in each of the words."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().decode().split("\0")
        except (OSError, UnicodeDecodeError):
            continue
        if all(any(a.endswith(word) for a in arguments) for word in words):
            found.append(int(folder.name))
    return found


def plugins() -> list[int]:
    """Ids of the processes of the plug-in under test, and of no other GIMP's on this machine."""
    return processes(f"{ORDERS['plugin']}/impasto.py")


def workers() -> list[int]:
    """Ids of the workers of the prefix under test."""
    return processes("core.service.worker", f"{ORDERS['prefix']}/environment/bin/python")


def kill_when_painting(find: Callable[[], list[int]]) -> threading.Thread:
    """SIGKILL what ``find`` returns once the worker has computed for a while."""

    def watch() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not workers():
            time.sleep(0.05)
        began = sum(map(_seconds_of, workers()))
        while time.monotonic() < deadline and sum(map(_seconds_of, workers())) < began + 4:
            time.sleep(0.05)
        for process in find():
            os.kill(process, signal.SIGKILL)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def _seconds_of(process: int) -> float:
    try:
        numbers = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
