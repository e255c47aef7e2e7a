"""Runs inside GIMP with its windows on a large screen: a person looks through the styles."""

from __future__ import annotations

from typing import Any

from gi.repository import Gtk
from gimp_hands import look, shown
from gimp_inside import dialog_on, run
from gimp_job import case, run_cases


def named(chooser: Any) -> list[str]:
    """The tiles that can be found now, by what stands under them."""
    tiles = [tile for tile in chooser._tiles if tile.get_child_visible()]
    return [tile.get_tooltip_text() for tile in tiles]


def in_sight(chooser: Any) -> list[str]:
    """Those of them that lie in the window that shows them, wholly."""
    top = chooser._place.get_value()
    end = top + chooser._place.get_page_size()
    found = []
    for tile in chooser._tiles:
        place = tile.get_allocation()
        if tile.get_child_visible() and top <= place.y and place.y + place.height <= end:
            found.append(tile.get_tooltip_text())
    return found


def names_cut(chooser: Any) -> list[str]:
    """The names that don't stand whole under their tiles."""
    found = []

    def see(widget: Gtk.Widget) -> None:
        if isinstance(widget, Gtk.Label) and widget.get_layout().is_ellipsized():
            found.append(widget.get_text())
        elif isinstance(widget, Gtk.Container):
            widget.forall(see)

    for tile in chooser._tiles:
        see(tile)
    return found


@case
def looked_through() -> dict[str, Any]:
    """By words, by kinds, by stars; nothing found; on a dialog that was made larger."""
    image, layer = shown()
    dialog = dialog_on(image, layer)
    chooser = dialog._book._styles
    said: dict[str, Any] = {}

    def seek(words: str, among: str) -> None:
        chooser._search.set_text(words)
        chooser._filter.set_active_id(among)
        chooser._search.emit("search-changed")

    def tell(step: str) -> None:
        said[step] = {"named": named(chooser), "nothing": chooser._none.get_text()}
        said[step]["told"] = chooser._none.get_visible()
        look(f"gallery-{step}")

    def star() -> None:
        tile = next(iter(chooser._tiles))
        said["outside"] = [chooser._tiles[tile].source, str(chooser._tiles[tile].path)]
        chooser._stars[tile].set_active(True)
        said["chosen"] = dialog._call.settings().style
        seek("", "Favourites")

    def unstar() -> None:
        tell("starred")
        tile = next(tile for tile, style in chooser._tiles.items() if style.favourite)
        style = chooser._tiles[tile]
        chooser._stars[tile].set_active(False)
        chooser._shelf.remove(style)
        seek("", "All")
        dialog._dialog.resize(700, 500)

    def see_all() -> None:
        said["all"] = named(chooser)
        said["in_sight"] = in_sight(chooser)
        said["cut"] = names_cut(chooser)
        look("gallery-large")

    steps = [
        see_all,
        lambda: seek("mosaic", "All"),
        lambda: tell("words"),
        lambda: seek("", "Textiles and paper"),
        lambda: tell("kind"),
        lambda: seek("no such", "All"),
        lambda: tell("nothing"),
        lambda: seek("mosaic", "Paintings"),
        lambda: tell("elsewhere"),
        lambda: seek("", "All"),
        star,
        unstar,
        lambda: said.update(small=in_sight(chooser)),
        lambda: look("gallery-small"),
    ]
    run(dialog, steps, ready=lambda _: not dialog.session.preview.waiting)
    return said


run_cases()
