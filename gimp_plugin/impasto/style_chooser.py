"""The styles as pictures: click one to paint like it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from bridge.i18n.texts import tr
from bridge.session import shelf
from bridge.session.choice import Choice
from bridge.session.gallery import Style
from bridge.session.styles import picked
from bridge.session.tries import Tries
from gi.repository import Gdk, GimpUi, GLib, Gtk, Pango
from pointed import Pointed
from style_sources import StyleSources, take_drops
from style_tile import Tile
from widgets import beside, label, stacked, told

_LAID_OUT = 200
"""Milliseconds after which new tiles have their places."""


class StyleChooser:
    """A search, the tiles, and a button to add more."""

    def __init__(
        self,
        choice: Choice,
        place: str,
        choose: Callable[[Style], object],
        tries: Tries | None = None,
        glance: Callable[[Style | None], object] = lambda _: None,
    ) -> None:
        """Show what can come to a place.

        Args:
            choice: what there is.
            place: where it comes.
            choose: called with what a person chose.
            tries: shows each style on what is selected.
            glance: called with a style that the pointer rests at, and with None once that is over.
        """
        self._shelf = choice.shelf
        self._styles = partial(choice.offered, place)
        self._choose, self._glance = choose, glance
        self._chosen: Path | None = None
        self._tries = tries
        self._tiles: dict[Gtk.FlowBoxChild, Tile] = {}
        self._marking = False
        self._flow: Gtk.FlowBox = self._make_flow()
        self._pointed = Pointed(self._flow, self._point)
        self._search = Gtk.SearchEntry(placeholder_text=tr("Search styles"), hexpand=True)
        self._search.connect("search-changed", lambda _: self._show_some())
        self._search.connect("activate", lambda _: self._take_first())
        self._search.set_width_chars(8)
        self._filter: Gtk.ComboBoxText = self._make_filter()
        self._none = label("", "dim-label", xalign=0.5, wrap=True, margin=12, no_show_all=True)
        self._sources = StyleSources(choice.shelf, self._added)
        self.widget = self._build()
        self.fill()

    def show(self, path: Path | None) -> None:
        """Mark the tile of a style, whether it is of the gallery or not."""
        if path == self._chosen:
            return
        self._chosen = path
        if path is not None and all(tile.style.path != path for tile in self._tiles.values()):
            self.fill()
        self._mark()

    def add_paths(self, paths: list[Path]) -> None:
        """Take files and folders into the gallery, and choose the last."""
        self._sources.add_paths(paths)

    def fill(self) -> None:
        """Read the gallery and make a tile for each style; their pictures follow by and by."""
        for child in list(self._tiles):
            child.destroy()
        self._tiles.clear()
        styles = self._styles()
        if self._chosen is not None and all(style.path != self._chosen for style in styles):
            styles[:0] = filter(None, [picked(str(self._chosen))])
        for style in styles:
            tile = Tile(style, self._star)
            self._tiles[tile.widget] = tile
            self._flow.add(tile.widget)
        self._flow.show_all()
        self._show_some()
        self._mark()
        self._load(self._tiles.values())

    def follow(self) -> None:
        """Go on to try the styles on what is selected, and show those that have come. To be called
        again and again."""
        if self._tries is None:
            return
        if self._flow.get_mapped():
            self._tries.want(self._sighted())
        self._tries.tick()
        if not self._tries.closed:
            self._show_tried(self._tries)

    def _sighted(self) -> list[Style]:
        """The styles that are found, the ones in sight first."""
        top = self._place.get_value()
        end = top + self._place.get_page_size()

        def hidden(child: Gtk.FlowBoxChild) -> bool:
            place = child.get_allocation()
            return bool(place.y + place.height < top or place.y > end)

        found = [child for child in self._tiles if child.get_child_visible()]
        return [self._tiles[child].style for child in sorted(found, key=hidden)]

    def _show_tried(self, tries: Tries) -> None:
        """Each style as it looks on what is selected, where that is known, or else its own."""
        self._load([tile for tile in self._tiles.values() if tile.show(tries.view(tile.style))])

    def _load(self, tiles: Iterable[Tile]) -> None:
        """Give tiles their styles' pictures, one after another while there is nothing else to do,
        as reading a large one takes a while."""
        waiting = deque(tiles)

        def load_one() -> bool:
            if waiting:
                tile = waiting.popleft()
                if tile.widget in self._tiles:
                    tile.show_own()
            return bool(waiting)

        if waiting:
            GLib.idle_add(load_one)

    def _build(self) -> Gtk.Widget:
        self.switch = None if self._tries is None else self._make_switch(self._tries)
        """Between the styles on what is selected and their own pictures."""
        others = filter(None, (self._filter, self.switch, self._sources.widget))
        top = beside(self._search, *others, grows=self._search)
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

    def _make_filter(self) -> Gtk.ComboBoxText:
        combo = Gtk.ComboBoxText()
        for among in shelf.FILTERS:
            combo.append(among, tr(among))
        combo.set_active_id(shelf.ALL)
        combo.connect("changed", lambda _: self._show_some())
        for cell in combo.get_cells():
            cell.set_properties(ellipsize=Pango.EllipsizeMode.END, width_chars=9)
        combo.get_accessible().set_name(tr("Kind of styles"))
        return combo

    def _make_switch(self, tries: Tries) -> Gtk.ToggleButton:
        button = told(Gtk.ToggleButton(active=tries.on), tr("On your picture"))
        button.add(Gtk.Image.new_from_icon_name(GimpUi.ICON_VISIBLE, Gtk.IconSize.BUTTON))
        button.set_tooltip_text(tr("On your picture; switched off: the styles' own pictures"))
        button.connect("toggled", lambda _: tries.switch(button.get_active()))
        button.connect("toggled", lambda _: self._show_tried(tries))
        return button

    def _make_flow(self) -> Gtk.FlowBox:
        flow = Gtk.FlowBox(
            selection_mode=Gtk.SelectionMode.BROWSE,
            homogeneous=True,
            min_children_per_line=3,
            max_children_per_line=20,
            activate_on_single_click=True,
            valign=Gtk.Align.START,
        )
        flow.set_filter_func(lambda child: shelf.found(self._tiles[child].style, *self._wanted()))
        flow.connect("selected-children-changed", lambda _: self._selected())
        flow.connect("button-press-event", self._menu_at)
        flow.connect("key-press-event", lambda _, event: self._key(event))
        flow.connect("popup-menu", lambda _: self._menu())
        flow.get_accessible().set_name(tr("Styles"))
        return flow

    def _point(self, child: Gtk.FlowBoxChild | None) -> None:
        tile = self._tiles.get(child)
        self._glance(None if tile is None else tile.style)

    def _mark(self) -> None:
        self._marking = True
        for child, tile in self._tiles.items():
            if tile.style.path == self._chosen:
                self._flow.select_child(child)
                GLib.timeout_add(_LAID_OUT, self._reveal, child)
        if self._chosen is None:
            self._flow.unselect_all()
        self._marking = False

    def _reveal(self, child: Gtk.FlowBoxChild) -> bool:
        """Scroll to a tile, if it is still there."""
        if child in self._tiles:
            place = child.get_allocation()
            self._place.clamp_page(place.y, place.y + place.height)
        return GLib.SOURCE_REMOVE

    def _selected(self) -> None:
        for child in () if self._marking else self._flow.get_selected_children():
            style = self._tiles[child].style
            if style.path != self._chosen:
                self._chosen = style.path
                self._choose(style)

    def _wanted(self) -> tuple[str, str]:
        """The words that were written, and what is looked through."""
        return self._search.get_text(), self._filter.get_active_id()

    def _show_some(self) -> None:
        """Show what is found, or what to do where that is nothing."""
        self._flow.invalidate_filter()
        nothing = shelf.nothing(self._shown(), *self._wanted())
        self._none.set_text(nothing)
        self._none.set_visible(bool(nothing))

    def _shown(self) -> list[Style]:
        """The styles that have tiles."""
        return [tile.style for tile in self._tiles.values()]

    def _take_first(self) -> None:
        """Enter chooses the first one that was found, and paints with none."""
        first = shelf.first_found(self._shown(), *self._wanted())
        for child, tile in self._tiles.items():
            if tile.style is first:
                self._flow.invalidate_filter()
                self._flow.select_child(child)

    def _key(self, event: Any) -> bool:
        """The star of the chosen tile, by the keyboard."""
        written = Gdk.keyval_name(event.keyval) in ("asterisk", "KP_Multiply")
        chosen = self._flow.get_selected_children() if written else []
        for star in [self._tiles[child].star for child in chosen]:
            star.set_active(not star.get_active())
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
        style, star, menu = self._tiles[tile].style, self._tiles[tile].star, Gtk.Menu()
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

    def _star(self, tile: Tile, favourite: bool) -> None:
        """Mark a style, whose tile stays where a person has just seen it.

        A picture that was not of the gallery is of it then, and stays the one that is chosen.
        """
        marked = self._shelf.favour(tile.style, favourite)
        if marked is None:
            self.fill()
        elif marked.path != tile.style.path:
            self._added(marked)
        else:
            tile.style = marked

    def _remove(self, style: Style) -> None:
        if not self._shelf.remove(style):
            return
        left = self._styles()
        self._chosen = left[0].path if left else None
        self.fill()
        if left:
            self._choose(left[0])
