"""Runs inside GIMP with its windows: a person drags a part out of the style's picture."""

from __future__ import annotations

from typing import Any

from gimp_hands import look, meanwhile, shell, shown
from gimp_inside import dialog_on, run
from gimp_job import case, run_cases, striped


@case
def part() -> dict[str, Any]:
    """From the middle of the picture out over its corner, then the button behind it."""
    image, layer = shown()
    strengths = striped(image, layer, "KW")
    strengths.set_visible(False)
    dialog = dialog_on(image, layer, strength_layer=strengths)
    said: dict[str, Any] = {}
    picture = dialog._book._part
    threads = []

    def turn(page: int) -> None:
        dialog._book.widget.set_current_page(page)

    def drag() -> None:
        _, left, top = picture._events.get_window().get_origin()
        place = picture._events.get_allocation()
        x, y = left + place.width // 2, top + place.height // 2
        way = f"mousemove {x + 30} {y + 20} sleep 0.1 mousemove {x + 400} {y + 300} sleep 0.2"
        hand = f"xdotool mousemove {x} {y} sleep 0.2 mousedown 1 sleep 0.2 {way} mouseup 1"
        threads.append(meanwhile(lambda: shell(hand)))

    def see() -> None:
        said["dragged"] = dialog._call.settings().style_crop
        look("part-dragged")

    def reset() -> None:
        picture._reset.clicked()
        said["reset"] = dialog._call.settings().style_crop

    def strength() -> None:
        look("part-strength")

    steps = [lambda: turn(2), drag, see, reset, lambda: turn(1), strength]
    run(dialog, steps, ready=lambda _: not dialog.session.preview.waiting)
    for thread in threads:
        thread.join()
    return said


run_cases()
