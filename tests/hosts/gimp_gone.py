"""Runs inside GIMP with its windows: what goes away under the dialog, or went before it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gi.repository import Gimp, Gio
from gimp_hands import look, shown
from gimp_inside import agree, dialog_on, run, trouble
from gimp_job import EDIT, ORDERS, case, run_cases, striped, stylize


def names(image: Gimp.Image) -> list[str]:
    return [layer.get_name() for layer in image.get_layers()]


def harmed(
    image: Gimp.Image, layer: Gimp.Layer, harm: Callable[[], object], **arguments: Any
) -> dict[str, Any]:
    """What the dialog says after something has gone, and when it shall paint all the same."""
    dialog = dialog_on(image, layer, method="instant", size=64, **arguments)
    said: dict[str, Any] = {}

    def seen(when: str) -> None:
        said[when] = trouble(dialog)

    def go() -> None:
        seen("before")
        harm()
        dialog._look_again()

    steps = [
        go,
        lambda: seen("after"),
        lambda: agree(dialog),
        lambda: seen("painted"),
    ]
    painted = run(dialog, steps)
    return said | {"result": painted and len(painted)}


@case
def layer_removed() -> dict[str, Any]:
    image, layer = shown()
    return harmed(image, layer, lambda: image.remove_layer(layer))


@case
def labels_removed() -> dict[str, Any]:
    image, layer = shown()
    labels = striped(image, layer, "RB")
    return harmed(image, layer, lambda: image.remove_layer(labels), label_layer=labels)


@case
def image_closed() -> dict[str, Any]:
    image, layer = shown()

    def close() -> None:
        for number in range(1, 50):
            if Gimp.Display.id_is_valid(number):
                Gimp.Display.get_by_id(number).delete()

    return harmed(image, layer, close)


@case
def style_gone() -> dict[str, Any]:
    """A painting's style was deleted: the dialog says so, and paints with another one."""
    image, layer = shown()
    style = Path(ORDERS["report"]).with_name("a style that goes.png")
    shutil.copy(ORDERS["style"], style)
    _, message, made = stylize(image, [layer], style=str(style))
    assert made is not None, message
    style.unlink()
    dialog = dialog_on(image, made, EDIT)
    said: dict[str, Any] = {}

    def choose() -> None:
        other = Gio.File.new_for_path(ORDERS["other_style"])
        dialog._call.config.set_property("style", other)

    steps = [
        lambda: said.update(preview=trouble(dialog)),
        lambda: agree(dialog),
        lambda: said.update(painting=trouble(dialog), kept=names(image)),
        lambda: look("style-gone"),
        choose,
        lambda: said.update(chosen=trouble(dialog)),
        lambda: agree(dialog),
    ]
    painted = run(dialog, steps)
    return said | {"result": painted and len(painted), "painted": names(image)}


@case
def labels_gone() -> dict[str, Any]:
    """A painting's labels were deleted: the dialog says so, and goes on without."""
    image, layer = shown()
    labels = striped(image, layer, "RB")
    own = f"#ff0000={ORDERS['other_style']}"
    _, message, made = stylize(image, [layer], label_layer=labels, label_styles=own)
    assert made is not None, message
    image.remove_layer(labels)
    dialog = dialog_on(image, made, EDIT)
    said: dict[str, Any] = {}
    steps = [
        lambda: said.update(opened=trouble(dialog), preview=dialog._pane.comparison.painted),
        lambda: look("labels-lost"),
        lambda: agree(dialog),
        lambda: said.update(painting=trouble(dialog)),
    ]
    painted = run(dialog, steps)
    return said | {"result": painted and len(painted), "names": names(image)}


run_cases()
