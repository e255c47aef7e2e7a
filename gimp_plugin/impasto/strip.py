"""The last paintings of the dialog, below its picture: a click brings one back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bridge.i18n.texts import tr
from bridge.session.outcomes import COMPARE, COMPARING, TITLE, Kept, Outcomes
from gi.repository import Gdk, Gtk, Pango
from pixbufs import show_within, to_pixbuf
from widgets import beside, label, stacked, styled, told

_SIDE = 48
"""Pixels of a thumbnail's longer side on the screen."""

_LETTERS = 9, 17
"""Of a name below a thumbnail: for how many there is room in any case, and how many are seen."""

_MOST = 20
"""In a row; all are."""

_ENTER = Gdk.KEY_Return, Gdk.KEY_KP_Enter


class Strip:
    """Is there as soon as there is something to show: the newest one first."""

    def __init__(self, outcomes: Outcomes, choose: Callable[[Kept], object]) -> None:
        """``choose`` is called with one that is clicked."""
        self._outcomes, self._choose = outcomes, choose
        self._shown: Sequence[Kept] = ()
        self._marked: Kept | None = None
        self._kept: dict[Gtk.FlowBoxChild, Kept] = {}
        self._flow = Gtk.FlowBox(
            selection_mode=Gtk.SelectionMode.SINGLE,
            max_children_per_line=_MOST,
            activate_on_single_click=True,
            valign=Gtk.Align.START,
            halign=Gtk.Align.START,
        )
        self._flow.get_accessible().set_name(tr(TITLE))
        self._flow.connect("child-activated", lambda _, child: choose(self._kept[child]))
        self._flow.connect("key-press-event", lambda _, event: self._key(event.keyval))
        self._row = Gtk.ScrolledWindow(
            hscrollbar_policy=Gtk.PolicyType.AUTOMATIC, vscrollbar_policy=Gtk.PolicyType.NEVER
        )
        self._row.add(self._flow)
        self._compare = Gtk.ToggleButton(label=tr(COMPARE), valign=Gtk.Align.CENTER)
        # Of many themes it hardly looks pressed.
        styled(self._compare, "impasto-turned")
        self._compare.set_tooltip_text(tr(COMPARING))
        self._compare.connect("toggled", lambda _: self._turn())
        self.widget = beside(self._row, self._compare, grows=self._row)
        self.widget.show_all()
        self.widget.set_no_show_all(True)
        self.widget.hide()

    def follow(self) -> None:
        """Draw what has changed. To be called again and again."""
        outcomes = self._outcomes
        if outcomes.items is not self._shown:
            self._shown = outcomes.items
            self._fill()
        if outcomes.chosen is not self._marked:
            self._mark(outcomes.chosen)
        compared = outcomes.compared is not None
        self._compare.set_sensitive(compared or outcomes.comparable)
        self._compare.set_active(compared)

    def _fill(self) -> None:
        for child in self._kept:
            self._flow.remove(child)
        self._kept, self._marked = {_tile(kept): kept for kept in reversed(self._shown)}, None
        for child in self._kept:
            self._flow.add(child)
        self._flow.set_min_children_per_line(max(1, len(self._kept)))
        self._flow.show_all()
        self.widget.set_visible(bool(self._kept))

    def _mark(self, chosen: Kept | None) -> None:
        self._marked = chosen
        self._flow.unselect_all()
        for child, kept in self._kept.items():
            if kept is chosen:
                self._flow.select_child(child)

    def _key(self, key: int) -> bool:
        """Enter is the strip's here, and not the button's that paints."""
        child = self._flow.get_focus_child()
        if key not in _ENTER or child is None:
            return False
        child.activate()
        return True

    def _turn(self) -> None:
        on = self._compare.get_active()
        if on != (self._outcomes.compared is not None):
            self._outcomes.compare(on)


def _tile(kept: Kept) -> Gtk.FlowBoxChild:
    image = Gtk.Image()
    image.set_size_request(_SIDE, _SIDE)
    show_within(image, to_pixbuf(kept.told.thumbnail), _SIDE)
    words = [
        label(
            text,
            "impasto-small",
            xalign=0.5,
            ellipsize=Pango.EllipsizeMode.END,
            width_chars=_LETTERS[0],
            max_width_chars=_LETTERS[1],
        )
        for text in (kept.name, kept.time)
    ]
    child = told(styled(Gtk.FlowBoxChild(), "impasto-tile"), kept.label)
    child.set_tooltip_text(kept.description)
    child.add(stacked(image, *words, spacing=1))
    return child
