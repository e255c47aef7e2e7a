#!/usr/bin/env python3
"""GIMP's plug-in: "Neural Style Transfer…" and its relatives, see entries.py, and their run.

``install.py`` puts the bridge beside this file; torch and the networks live in the worker.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence

import gi

# ruff: noqa: E402  gi wants to hear versions before anything is imported from it.
gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")

from arguments import add_arguments
from bridge.contract.errors import ImpastoError
from bridge.i18n.texts import speak, tr
from bridge.session.installing.need import carried, needed
from bridge.session.remedies import explained
from bridge.storage.paths import Installation
from call import Call
from clip_call import ClipCall, asked, session_of
from entries import ENTRIES, LABEL_LAYER, STRENGTH_LAYER
from gi.repository import Gegl, Gimp, GLib, GObject
from run import AnyRun, Made, made_of, paint, paint_clip

_LAYERS = {
    LABEL_LAYER: (
        "Label layer",
        "A layer in flat colours, one for each region of the original, to use instead of a picture "
        "of labels.",
    ),
    STRENGTH_LAYER: (
        "Strength layer",
        "A grey layer to use instead of a picture as the strength mask: white is the full "
        "strength.",
    ),
}


_RETURNED = {
    False: ("layer", "Layer", "The new layer, the first of several"),
    True: ("animation", "Animation", "The new image, a layer for each painted frame"),
}

_ONE = Gimp.ProcedureSensitivityMask.DRAWABLE
_ANY = _ONE | Gimp.ProcedureSensitivityMask.DRAWABLES | Gimp.ProcedureSensitivityMask.NO_DRAWABLES


class Impasto(Gimp.PlugIn):
    def do_query_procedures(self) -> list[str]:
        return list(ENTRIES)

    def do_set_i18n(self, name: str) -> bool:
        return False

    def do_create_procedure(self, name: str) -> Gimp.Procedure:
        entry = ENTRIES[name]
        procedure = Gimp.ImageProcedure.new(self, name, Gimp.PDBProcType.PLUGIN, run, None)
        procedure.set_image_types("*")
        procedure.set_sensitivity_mask(_ANY if entry.animates else _ONE)
        procedure.set_documentation(tr(entry.blurb), tr(entry.help), None)
        procedure.set_attribution("The Impasto authors", "GPL-3.0-or-later", "2026")
        procedure.set_menu_label(tr(entry.label))
        procedure.add_menu_path("<Image>/Filters/Artistic")
        procedure.add_menu_path("<Image>/Filters/Development/Python-Fu")
        add_arguments(procedure, entry.arguments)
        for name, (label, help) in _LAYERS.items() if entry.labels else ():
            procedure.add_layer_argument(
                name, tr(label), tr(help), True, GObject.ParamFlags.READWRITE
            )
        returned, flags = _RETURNED[entry.animates], GObject.ParamFlags.READWRITE
        if entry.animates:
            procedure.add_image_return_value(*returned, False, flags)
        else:
            procedure.add_layer_return_value(*returned, False, flags)
        return procedure


def run(
    procedure: Gimp.Procedure,
    run_mode: Gimp.RunMode,
    image: Gimp.Image,
    drawables: Sequence[Gimp.Drawable],
    config: Gimp.ProcedureConfig,
    data: None,
) -> Gimp.ValueArray:
    """What GIMP calls, from the menu and from scripts. A person never sees a traceback."""
    Gegl.init(None)
    # What GIMP refuses is seen from its answer, and said in our own words.
    Gimp.get_plug_in().set_pdb_error_handler(Gimp.PDBErrorHandler.PLUGIN)
    entry = ENTRIES[procedure.get_name()]
    try:
        if run_mode == Gimp.RunMode.INTERACTIVE and not _engine_there():
            return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
        call = asked(entry, config, image, drawables)
        if run_mode == Gimp.RunMode.INTERACTIVE:
            painted = _show_dialog(procedure, call)
            if painted is None:
                return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, GLib.Error())
        else:
            painted = _paint(call)
        return Gimp.ValueArray.new_from_values(
            [
                GObject.Value(Gimp.PDBStatusType, Gimp.PDBStatusType.SUCCESS),
                GObject.Value(Gimp.Image if entry.animates else Gimp.Layer, painted[0]),
            ]
        )
    except Exception as error:
        return _failed(procedure, tr(explained(error)))
    finally:
        Gimp.progress_end()


def _engine_there() -> bool:
    """Whether there is an engine to paint with, at the latest after the page that fetches it."""
    if carried() is None or needed(Installation.here()) is None:
        return True
    # Loads GTK, as below.
    from installing import engine_there

    return engine_there()


def _paint(call: Call) -> Sequence[Made]:
    """Paint what a script asks for."""
    clip = call.clip() if isinstance(call, ClipCall) else None
    run: AnyRun = (
        paint(call.hosts(), call.settings()) if clip is None else paint_clip(clip, call.settings())
    )
    failed = [] if run.error is None else [tr(run.error)]
    for note in (*call.notes, *failed, *run.reports, *run.notes):
        Gimp.message(note)
    return made_of(run)


def _show_dialog(procedure: Gimp.Procedure, call: Call) -> Sequence[Made] | None:
    """Let a person choose and see it painted; None where it was cancelled."""
    call.begin()
    session = session_of(call)
    # The worker paints the first preview while the dialog is made, which says what is wrong.
    with contextlib.suppress(ImpastoError):
        session.change(call.settings())
        session.tick()
    # Loads GTK, which takes a while, and which a run without a dialog does without.
    from dialog import StyleDialog

    dialog = StyleDialog(procedure, call, session)
    painted = dialog.run()
    if dialog.leaving is not None:
        dialog.leaving.remove()
    return _show_dialog(*call.editing()) if dialog.edits else painted


def _failed(procedure: Gimp.Procedure, message: str) -> Gimp.ValueArray:
    error = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), message, 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, error)


speak(*GLib.get_language_names())
Gimp.main(Impasto.__gtype__, sys.argv)
