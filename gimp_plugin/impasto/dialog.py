"""The dialog: GIMP draws it from the procedure's arguments, with its presets and last values."""

from __future__ import annotations

import gi

# ruff: noqa: E402  gi wants to hear versions before anything is imported from it.
gi.require_version("GimpUi", "3.0")

from entries import Entry
from gi.repository import Gimp, GimpUi


def ask(entry: Entry, procedure: Gimp.Procedure, config: Gimp.ProcedureConfig) -> bool:
    """Let a person choose the arguments; False where the dialog was cancelled."""
    GimpUi.init(procedure.get_name())
    dialog = GimpUi.ProcedureDialog.new(procedure, config, entry.title)
    dialog.set_ok_label("_Paint")
    for knob in entry.knobs:
        if knob.kind == "float":
            dialog.get_scale_entry(knob.option, 1.0)
    advanced = [knob.option for knob in entry.knobs if knob.advanced]
    dialog.get_label("advanced-title", "_Advanced", False, True)
    dialog.fill_box("advanced-box", advanced)
    dialog.fill_expander("advanced", "advanced-title", False, "advanced-box")
    dialog.fill([*(knob.option for knob in entry.knobs if not knob.advanced), "advanced"])
    agreed: bool = dialog.run()
    dialog.destroy()
    return agreed
