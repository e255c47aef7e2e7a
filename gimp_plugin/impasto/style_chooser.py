"""The styles as pictures: click one to paint like it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bridge.i18n.texts import tr
from bridge.session import shelf
from bridge.session.choice import Choice
from bridge.session.gallery import Style
from bridge.session.styles import picked
from gi.repository import Gdk, GdkPixbuf, GLib, Gtk, Pango
from pixbufs import show_file, show_sharp
from style_sources import StyleSources, take_drops
from widgets import beside, label, stacked, styled, told

THUMB = 80
"""Pixels of a thumbnail's longer side."""

_STAR = 16

_LAID_OUT = 200
"""Milliseconds after which new tiles have their places."""


class StyleChooser:
    """A search, the tiles, and a button to add more."""

    def __init__(self, choice: Choice, place: str, choose: Callable[[Style], object]) -> None:
        """Show what can come to a place; ``choose`` is called with what a person chose."""
        self._shelf = choice.shelf
        self._styles = partial(choice.offered, place)
        self._choose = choose
        self._chosen: Path | None = None
        self._tiles: dict[Gtk.FlowBoxChild, Style] = {}
        self._stars: dict[Gtk.FlowBoxChild, Gtk.ToggleButton] = {}
        self._marking = False
        self._flow: Gtk.FlowBox = self._make_flow()
        self._search = Gtk.SearchEntry(placeholder_text=tr("Search styles"), hexpand=True)
        self._search.connect("search-changed", lambda _: self._show_some())
        self._search.connect("activate", lambda _: self._take_first())
        self._filter = Gtk.ComboBoxText()
        for among in shelf.FILTERS:
            self._filter.append(among, tr(among))
        self._filter.set_active_id(shelf.ALL)
        self._filter.connect("changed", lambda _: self._show_some())
        self._filter.get_accessible().set_name(tr("Kind of styles"))
        self._none = label("", "dim-label", xalign=0.5, wrap=True, margin=12, no_show_all=True)
        self._sources = StyleSources(choice.shelf, self._added)
        self.widget = self._build()
        self.fill()

    def show(self, path: Path | None) -> None:
        """Mark the tile of a style, whether it is of the gallery or not."""
        if path == self._chosen:
            return
        self._chosen = path
        if path is not None and all(style.path != path for style in self._tiles.values()):
            self.fill()
        self._mark()

    def add_paths(self, paths: list[Path]) -> None:
        """Take files and folders into the gallery, and choose the last."""
        self._sources.add_paths(paths)

    def fill(self) -> None:
        """Read the gallery and make a tile for each style; their pictures follow by and by."""
        for tile in list(self._tiles):
            tile.destroy()
        self._tiles.clear()
        self._stars.clear()
        styles = self._styles()
        if self._chosen is not None and all(style.path != self._chosen for style in styles):
            styles[:0] = filter(None, [picked(str(self._chosen))])
        images = []
        for style in styles:
            tile, image = self._make_tile(style)
            self._tiles[tile] = style
            self._flow.add(tile)
            images.append((image, style.path))
        self._flow.show_all()
        self._show_some()
        self._mark()
        loading = _load(images)
        GLib.idle_add(lambda: next(loading, False))

    def _build(self) -> Gtk.Widget:
        top = beside(self._search, self._filter, self._sources.widget, grows=self._search)
        scroll = Gtk.ScrolledWindow(
            hscrollbar_policy=Gtk.PolicyType.NEVER,
            shadow_type=Gtk.ShadowType.IN,
            min_content_height=184,
            vexpand=True,
        )
        scroll.add(stacked(self._none, self._flow, spacing=0))
        self._place = scroll.get_vadjustment()
        take_drops(scroll, self.add_paths)
        return stacked(top, scroll, grows=scroll)

    def _make_flow(self) -> Gtk.FlowBox:
        flow = Gtk.FlowBox(
            selection_mode=Gtk.SelectionMode.BROWSE,
            homogeneous=True,
            min_children_per_line=3,
            max_children_per_line=20,
            activate_on_single_click=True,
            valign=Gtk.Align.START,
        )
        flow.set_filter_func(lambda tile: shelf.found(self._tiles[tile], *self._wanted()))
        flow.connect("selected-children-changed", lambda _: self._selected())
        flow.connect("button-press-event", self._menu_at)
        flow.connect("key-press-event", lambda _, event: self._key(event))
        flow.connect("popup-menu", lambda _: self._menu())
        flow.get_accessible().set_name(tr("Styles"))
        return flow

    def _make_tile(self, style: Style) -> tuple[Gtk.FlowBoxChild, Gtk.Image]:
        image = Gtk.Image()
        image.set_size_request(THUMB, THUMB)
        name = shelf.title(style)
        overlay = Gtk.Overlay()
        overlay.add(image)
        words = label(
            name,
            "impasto-small",
            xalign=0.5,
            justify=Gtk.Justification.CENTER,
            wrap=True,
            lines=2,
            ellipsize=Pango.EllipsizeMode.MIDDLE,
            max_width_chars=1,
        )
        tile = told(styled(Gtk.FlowBoxChild(), "impasto-tile"), name)
        tile.add(stacked(overlay, words, spacing=2))
        self._stars[tile] = self._make_star(tile, style)
        overlay.add_overlay(self._stars[tile])
        return tile, image

    def _make_star(self, tile: Gtk.FlowBoxChild, style: Style) -> Gtk.ToggleButton:
        image = Gtk.Image()
        show_star(image, style.favourite)
        star = Gtk.ToggleButton(
            image=image, active=style.favourite, halign=Gtk.Align.END, valign=Gtk.Align.START
        )
        star.set_can_focus(False)  # the keyboard has the tile's menu, and *
        styled(star, "impasto-star").set_tooltip_text(tr("The star or * marks a favourite."))
        star.connect("toggled", lambda _: show_star(image, star.get_active()))
        star.connect("toggled", lambda _: self._star(tile, star.get_active()))
        return star

    def _mark(self) -> None:
        self._marking = True
        for tile, style in self._tiles.items():
            if style.path == self._chosen:
                self._flow.select_child(tile)
                GLib.timeout_add(_LAID_OUT, self._reveal, tile)
        if self._chosen is None:
            self._flow.unselect_all()
        self._marking = False

    def _reveal(self, tile: Gtk.FlowBoxChild) -> bool:
        """Scroll to a tile, if it is still there."""
        if tile in self._tiles:
            place = tile.get_allocation()
            self._place.clamp_page(place.y, place.y + place.height)
        return GLib.SOURCE_REMOVE

    def _selected(self) -> None:
        for tile in () if self._marking else self._flow.get_selected_children():
            style = self._tiles[tile]
            if style.path != self._chosen:
                self._chosen = style.path
                self._choose(style)

    def _wanted(self) -> tuple[str, str]:
        """The words that were written, and what is looked through."""
        return self._search.get_text(), self._filter.get_active_id()

    def _show_some(self) -> None:
        """Show what is found, or what to do where that is nothing."""
        self._flow.invalidate_filter()
        nothing = shelf.nothing(self._tiles.values(), *self._wanted())
        self._none.set_text(nothing)
        self._none.set_visible(bool(nothing))

    def _take_first(self) -> None:
        """Enter chooses the first one that was found, and paints with none."""
        first = shelf.first_found(self._tiles.values(), *self._wanted())
        tile = next((tile for tile, style in self._tiles.items() if style is first), None)
        if tile is not None:
            self._flow.invalidate_filter()
            self._flow.select_child(tile)

    def _key(self, event: Any) -> bool:
        """The star of the chosen tile, by the keyboard."""
        written = Gdk.keyval_name(event.keyval) in ("asterisk", "KP_Multiply")
        chosen = self._flow.get_selected_children() if written else []
        for tile in chosen:
            self._stars[tile].set_active(not self._stars[tile].get_active())
        return bool(chosen)

    def _added(self, style: Style) -> None:
        self._search.set_text("")
        self._filter.set_active_id(shelf.ALL)
        self._chosen = style.path
        self.fill()
        self._choose(style)

    def _menu_at(self, flow: Gtk.FlowBox, event: Any) -> bool:
        tile = flow.get_child_at_pos(int(event.x), int(event.y))
        if not event.triggers_context_menu() or tile is None:
            return False
        flow.select_child(tile)
        return self._menu()

    def _menu(self) -> bool:
        """What can be done with the chosen style."""
        (tile,) = self._flow.get_selected_children() or (None,)
        if tile is None:
            return False
        style, star, menu = self._tiles[tile], self._stars[tile], Gtk.Menu()
        favour = Gtk.CheckMenuItem(label=tr("Favourite"), active=style.favourite)
        favour.connect("toggled", lambda item: star.set_active(item.get_active()))
        menu.append(favour)
        remove = Gtk.MenuItem(label=tr("Remove from the styles"), sensitive=shelf.can_go(style))
        remove.connect("activate", lambda _: self._remove(style))
        menu.append(remove)
        menu.attach_to_widget(self._flow, None)
        menu.show_all()
        menu.popup_at_widget(tile, Gdk.Gravity.CENTER, Gdk.Gravity.NORTH_WEST, None)
        return True

    def _star(self, tile: Gtk.FlowBoxChild, favourite: bool) -> None:
        """Mark a style, whose tile stays where a person has just seen it.

        A picture that was not of the gallery is of it then, and stays the one that is chosen.
        """
        style = self._tiles[tile]
        marked = self._shelf.favour(style, favourite)
        if marked is None:
            self.fill()
        elif marked.path != style.path:
            self._added(marked)
        else:
            self._tiles[tile] = marked

    def _remove(self, style: Style) -> None:
        if not self._shelf.remove(style):
            return
        left = self._styles()
        self._chosen = left[0].path if left else None
        self.fill()
        if left:
            self._choose(left[0])


def show_star(image: Gtk.Image, full: bool) -> None:
    """Show whether something is a favourite."""
    side = _STAR * image.get_scale_factor()
    file = Path(__file__).with_name("star.svg" if full else "star-empty.svg")
    show_sharp(image, GdkPixbuf.Pixbuf.new_from_file_at_size(str(file), side, side))


def _load(images: list[tuple[Gtk.Image, Path]]) -> Iterator[bool]:
    """Give each tile its picture, one at a call, as reading a large one takes a while."""
    for image, path in images:
        show_file(image, path, THUMB)
        yield True
