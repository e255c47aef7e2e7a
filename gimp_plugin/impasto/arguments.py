"""A procedure's arguments, made from the knobs, and the settings read from them and into them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.contract.errors import BadInput
from bridge.contract.knobs import Knob
from bridge.contract.settings import Settings
from bridge.i18n.texts import tr
from gi.repository import Gimp, Gio, GObject

_TAKEN = "aclprswyo"
"""The dialog's own letters: Advanced, Cancel, Load, Paint, Reset, Save, Where, Style, OK."""


def add_arguments(procedure: Gimp.Procedure, knobs: Sequence[Knob]) -> None:
    """Declare the knobs as arguments of the procedure, under their names with ``-``."""
    flags = GObject.ParamFlags.READWRITE
    letters = set(_TAKEN)
    for knob in knobs:
        # Letters are few: those that a person meets first have them.
        label = tr(knob.label)
        if not knob.advanced:
            label = _with_mnemonic(label, letters)
        help = " ".join(tr(told) for told in (knob.help, knob.written) if told)
        named = (knob.option, label, help)
        if knob.kind in ("file", "folder"):
            # A missing style could be refused by GIMP itself, but in words for programmers.
            procedure.add_file_argument(*named, _FILES[knob.kind], True, None, flags)
        elif knob.kind == "text":
            procedure.add_string_argument(*named, knob.default, flags)
        elif knob.kind == "choice":
            procedure.add_choice_argument(*named, _choice(knob), knob.default, flags)
        elif knob.kind == "int":
            procedure.add_int_argument(*named, int(knob.low), int(knob.high), knob.default, flags)
        elif knob.kind == "float":
            procedure.add_double_argument(*named, knob.low, knob.high, knob.default, flags)
        else:
            procedure.add_boolean_argument(*named, knob.default, flags)


def read_arguments(config: Gimp.ProcedureConfig, knobs: Sequence[Knob]) -> dict[str, Any]:
    """The knobs' values in a call, by their names.

    Raises:
        BadInput: a file that is not on this computer.
    """
    return {knob.name: _value(config.get_property(knob.option)) for knob in knobs}


def set_arguments(config: Gimp.ProcedureConfig, knobs: Sequence[Knob], settings: Settings) -> None:
    """Put settings into a call."""
    for knob in knobs:
        value = getattr(settings, knob.name)
        if knob.kind in _FILES:
            value = Gio.File.new_for_path(value) if value else None
        config.set_property(knob.option, value)


_FILES = {"file": Gimp.FileChooserAction.OPEN, "folder": Gimp.FileChooserAction.SELECT_FOLDER}


def _with_mnemonic(label: str, taken: set[str]) -> str:
    """The label with ``_`` before its first letter that no other one has taken for the keyboard."""
    for place, letter in enumerate(label.lower()):
        if letter.isalpha() and letter not in taken:
            taken.add(letter)
            return f"{label[:place]}_{label[place:]}"
    return label


def _choice(knob: Knob) -> Gimp.Choice:
    choice = Gimp.Choice.new()
    for number, (value, label) in enumerate(knob.choices):
        choice.add(value, number, tr(label), "")
    return choice


def _value(value: Any) -> Any:
    if value is None:
        return ""
    if not isinstance(value, Gio.File):
        return value
    path = value.get_path()
    if path is None:
        raise BadInput(
            "{place} is not a file on this computer: save a copy first.", place=value.get_uri()
        )
    # GIMP 3.2 puts another one in front whenever it stores last values.
    return f"/{path.lstrip('/')}" if path.startswith("//") else path
