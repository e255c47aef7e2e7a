"""The dialog's left side: the picture before and after, and a line on it."""

from __future__ import annotations

from bridge.i18n.texts import tr
from comparison import Comparison
from gi.repository import GimpUi, Gtk, Pango
from pixbufs import Place, laid_over, opacity, over_checks, to_pixbuf, veiled
from previewer import Preview


class PreviewPane:
    """Shows previews, and whether another one is on its way."""

    def __init__(self) -> None:
        self.comparison = Comparison()
        self._preview: Preview | None = None
        self._veil = False
        self._spinner = Gtk.Spinner(no_show_all=True)
        self._note = Gtk.Label(xalign=0, ellipsize=Pango.EllipsizeMode.END)
        self._note.get_style_context().add_class("dim-label")
        self.widget = Gtk.Box(orientation=Gtk.Orientation.VERTICAL, spacing=6)
        self.widget.pack_start(self.comparison.widget, True, True, 0)
        self.widget.pack_start(self._build_line(), False, False, 0)

    def show(self, preview: Preview) -> None:
        self._preview = preview
        before = over_checks(to_pixbuf(preview.before))
        if preview.layer is None or preview.place is None:
            self.comparison.clear_after()
            self.comparison.show(preview.frame, before)
            return
        place = Place.of(preview.place, preview.frame, preview.before.extent)
        after = laid_over(to_pixbuf(preview.layer), before, place)
        if self._veil:
            before = veiled(before, opacity(preview.layer), place)
        self.comparison.show(preview.frame, before, after)

    def show_veil(self, veil: bool) -> None:
        """Whether what is not painted lies under a veil, before it is painted."""
        self._veil = veil
        self.show_again()

    def show_again(self) -> None:
        """Show the last preview, where something else was shown since."""
        if self._preview is not None:
            self.show(self._preview)

    def show_waiting(self, waiting: bool, stale: bool) -> None:
        """Whether another preview is on its way, and this one is painted like something else."""
        self.comparison.mark_stale(stale)
        starting = waiting and not self.comparison.painted
        hint = tr("Drag the line to compare, turn the wheel to zoom.")
        self._note.set_text(tr("Starting the painter…") if starting else hint)
        self._spinner.set_visible(waiting)
        (self._spinner.start if waiting else self._spinner.stop)()

    def _build_line(self) -> Gtk.Widget:
        line = Gtk.Box(spacing=6)
        line.pack_start(self._spinner, False, False, 0)
        line.pack_start(self._note, True, True, 0)
        for icon, text, action in (
            (GimpUi.ICON_ZOOM_OUT, tr("Zoom out"), lambda: self.comparison.zoom_by(-1)),
            (GimpUi.ICON_ZOOM_FIT_BEST, tr("Show all"), self.comparison.fit),
            (GimpUi.ICON_ZOOM_IN, tr("Zoom in"), lambda: self.comparison.zoom_by(1)),
        ):
            button = Gtk.Button(relief=Gtk.ReliefStyle.NONE)
            button.add(Gtk.Image.new_from_icon_name(icon, Gtk.IconSize.MENU))
            button.set_tooltip_text(text)
            button.get_accessible().set_name(text)
            button.connect("clicked", lambda _, act=action: act())
            line.pack_start(button, False, False, 0)
        return line
