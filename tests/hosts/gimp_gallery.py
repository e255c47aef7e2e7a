"""Runs inside GIMP with its windows on a large screen: a person looks through the styles."""

from __future__ import annotations

from typing import Any

from gi.repository import Gtk
from gimp_hands import look, meanwhile, shell, shown
from gimp_inside import dialog_on, run
from gimp_job import case, feathered, run_cases


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
        tile = next(iter(chooser._tiles.values()))
        said["outside"] = [tile.style.source, str(tile.style.path)]
        tile.star.set_active(True)
        said["chosen"] = dialog._call.settings().style
        seek("", "Favourites")

    def unstar() -> None:
        tell("starred")
        tile = next(tile for tile in chooser._tiles.values() if tile.style.favourite)
        tile.star.set_active(False)
        chooser._shelf.remove(tile.style)
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


def tiles(chooser: Any) -> dict[str, bytes]:
    """The pictures of some tiles as they are shown, by their names."""
    found = {}
    for tile in chooser._tiles.values():
        name = tile.widget.get_tooltip_text()
        if name in ("Batik", "Ink wash", "Carnival"):
            found[name] = bytes(tile.picture.get_pixels())
    return found


@case
def pointed_at() -> dict[str, Any]:
    """The pointer rests at a style that is not chosen, and goes away."""
    image, layer = shown()
    dialog = dialog_on(image, layer)
    chooser, preview = dialog._book._styles, dialog.session.preview
    patches: list[object] = []
    told: dict[str, Any] = {"style": dialog._call.settings().style}
    threads = []

    def move(x: int, y: int) -> None:
        hand = f"xdotool mousemove {x} {y} sleep 0.1 mousemove {x + 3} {y + 3}"
        threads.append(meanwhile(lambda: shell(hand)))

    def point() -> None:
        patches.append(preview.view.patches)
        tile = next(w for w, tile in chooser._tiles.items() if tile.style.name == "mosaic")
        _, left, top = chooser._flow.get_window().get_origin()
        place = tile.get_allocation()
        move(left + place.x + place.width // 2, top + place.y + place.height // 2)

    def leave() -> None:
        look("pointed-at")
        patches.append(preview.view.patches)
        told["chosen"] = dialog._call.settings().style
        move(20, 500)

    def see() -> None:
        patches.append(preview.view.patches)

    def there(_: Any) -> bool:
        if len(patches) == 1 and preview.view.patches == patches[0]:
            return False  # the hand is still on its way
        return not preview.waiting and (len(patches) < 2 or chooser._pointed.at is None)

    run(dialog, [point, leave, see], ready=there)
    for thread in threads:
        thread.join()
    first, pointed, last = patches
    return told | {"other": pointed != first, "back": last == first}


@case
def tried() -> dict[str, Any]:
    """Each style on what is selected, on another selection, and switched off."""
    image, layer = shown()
    dialog = dialog_on(image, layer)
    from bridge.session.last_used import LastUsed
    from bridge.storage.paths import Installation

    chooser, tries = dialog._book._styles, dialog.session.tries
    seen: dict[str, dict[str, bytes]] = {}
    told: dict[str, Any] = {}

    def all_there(_: Any) -> bool:
        there = not dialog.session.preview.waiting and not tries.waiting
        return there and all(tile.tried == tries.on for tile in chooser._tiles.values())

    def see(step: str) -> None:
        seen[step] = tiles(chooser)
        look(f"tried-{step}")

    def select() -> None:
        see("first")
        feathered(image, 10, 10, 60, 50)
        dialog._look_again()

    def move() -> None:
        see("second")
        dialog._call.set({"strength": 0.4})

    def switch() -> None:
        see("moved")
        chooser.switch.set_active(False)

    def switch_back() -> None:
        see("own")
        told["kept"] = LastUsed(Installation.here(), "gallery").tries()
        chooser.switch.set_active(True)

    run(dialog, [select, move, switch, switch_back], ready=all_there)
    names = sorted(seen["first"])
    told["names"] = names
    told["renewed"] = [
        len({seen[step][name] for step in ("first", "second", "own")}) for name in names
    ]
    told["moved"] = seen["moved"] == seen["second"]
    return told


run_cases()
