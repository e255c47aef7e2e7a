"""The rows of the dialog's pages: the widgets GIMP makes for knobs, each with its reset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bridge.contract.knobs import Knob
from bridge.i18n.texts import tr
from bridge.session.panel import drawing
from gi.repository import GdkPixbuf, Gimp, GimpUi, GObject, Gtk
from widgets import beside, icon_button

_SLIDERS = {
    "strength": (100.0, 0, 100, 1),
    "stroke_size": (1.0, 0.25, 4, 2),
    "size": (1.0, 128, 2048, 2),
    "grow": (1.0, -50, 50, 1),
    "feather": (1.0, 0, 100, 1),
    "rate": (1.0, 0.0001, 0.2, 2),
}
"""What a person moves with a slider: the factor it is shown with, the slider's ends, and a power
above 1 where small values want more of its length."""


def make_row(
    dialog: GimpUi.ProcedureDialog,
    config: Gimp.ProcedureConfig,
    knob: Knob,
    column: Gtk.SizeGroup,
) -> Gtk.Box:
    """A knob's row: GIMP's widget, and a button that puts the knob back.

    Args:
        dialog: makes the widget.
        config: what it changes.
        knob: the one to show.
        column: of what stands at the left of the page's rows.
    """
    widget = _widget(dialog, config, knob)
    if isinstance(widget, GimpUi.Labeled):
        column.add_widget(widget.get_label())
    elif isinstance(widget, GimpUi.FileChooser):
        column.add_widget(widget.get_label_widget())
    explained(widget, knob)
    default = None if knob.kind in ("file", "folder") else knob.default
    return with_reset(config, knob.option, default, widget)


def explained(widget: Gtk.Widget, knob: Knob) -> None:
    """Let a drawing stand beside the knob's help where there is one."""
    file = drawing(knob)
    if file is None:
        return
    picture = GdkPixbuf.Pixbuf.new_from_file(str(file))

    def tell(_: Gtk.Widget, x: int, y: int, keyboard: bool, tooltip: Gtk.Tooltip) -> bool:
        tooltip.set_text(tr(knob.help))
        tooltip.set_icon(picture)
        return True

    widget.set_has_tooltip(True)
    widget.connect("query-tooltip", tell)


def with_reset(
    config: Gimp.ProcedureConfig, option: str, default: Any, widget: Gtk.Widget
) -> Gtk.Box:
    """A row of an argument's widget and a button that puts the argument back."""
    reset = reset_button(lambda: config.set_property(option, default))

    def follow(*_: object) -> None:
        reset.set_sensitive(config.get_property(option) != default)

    config.connect(f"notify::{option}", follow)
    follow()
    return beside(widget, reset, grows=widget)


def reset_button(reset: Callable[[], object]) -> Gtk.Button:
    """The button at a row's end that puts it back."""
    text = tr("Reset to the default")
    return icon_button(GimpUi.ICON_RESET, text, reset, valign=Gtk.Align.CENTER)


def scrolled(child: Gtk.Widget) -> Gtk.ScrolledWindow:
    """A page that may be longer than the dialog is high."""
    child.set_property("margin", 12)
    window = Gtk.ScrolledWindow(hscrollbar_policy=Gtk.PolicyType.NEVER)
    window.add(child)
    return window


def _widget(dialog: GimpUi.ProcedureDialog, config: Gimp.ProcedureConfig, knob: Knob) -> Gtk.Widget:
    if knob.name in _SLIDERS:
        factor, low, high, gamma = _SLIDERS[knob.name]
        slider = dialog.get_spin_scale(knob.option, factor)
        slider.set_scale_limits(low, high)
        slider.set_gamma(gamma)
        return slider
    if knob.kind == "choice":
        return _combo(config, knob)
    widget = dialog.get_widget(knob.option, GObject.TYPE_NONE)
    if knob.kind == "text" and knob.choices:
        widget.get_entry().set_completion(_completion([name for name, _ in knob.choices]))
    return widget


def _combo(config: Gimp.ProcedureConfig, knob: Knob) -> Gtk.Widget:
    """A list to open: the dialog itself, from GIMP 3.2 on, spreads few choices over the page."""
    combo = GimpUi.prop_choice_combo_box_new(config, knob.option)
    combo.set_hexpand(True)
    label = config.find_property(knob.option).nick
    widget = GimpUi.LabelStringWidget.new(label, combo)
    widget.set_tooltip_text(tr(knob.help))
    return widget


def _completion(texts: Sequence[str]) -> Gtk.EntryCompletion:
    """Suggests one of the texts as soon as its first letter is there."""
    store = Gtk.ListStore(str)
    for text in texts:
        store.append([text])
    completion = Gtk.EntryCompletion(model=store, minimum_key_length=1)
    completion.set_text_column(0)
    return completion
