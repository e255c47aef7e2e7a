"""The procedure's arguments, made from the knobs, and the settings read back from them."""

from __future__ import annotations

from typing import Any

from bridge.errors import BadInput
from bridge.settings import KNOBS, Knob, Settings
from gi.repository import Gimp, Gio, GObject


def add_arguments(procedure: Gimp.Procedure) -> None:
    """Declare every knob as an argument of the procedure, under its name with ``-``."""
    flags = GObject.ParamFlags.READWRITE
    letters = set("acrp")  # the dialog's own: Advanced, Cancel, Reset, Paint
    for knob in KNOBS:
        named = (knob.option, _with_mnemonic(knob.label, letters), knob.help)
        if knob.kind == "file":
            # A missing style could be refused by GIMP itself, but in words for programmers.
            action = Gimp.FileChooserAction.OPEN
            procedure.add_file_argument(*named, action, True, None, flags)
        elif knob.kind == "choice":
            procedure.add_choice_argument(*named, _choice(knob), knob.default, flags)
        elif knob.kind == "int":
            procedure.add_int_argument(*named, int(knob.low), int(knob.high), knob.default, flags)
        elif knob.kind == "float":
            procedure.add_double_argument(*named, knob.low, knob.high, knob.default, flags)
        else:
            procedure.add_boolean_argument(*named, knob.default, flags)


def read_arguments(config: Gimp.ProcedureConfig) -> Settings:
    """The settings a call was made with.

    Raises:
        BadInput: a file that is not on this computer.
    """
    return Settings(**{knob.name: _value(config.get_property(knob.option)) for knob in KNOBS})


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
        choice.add(value, number, label, "")
    return choice


def _value(value: Any) -> Any:
    if value is None:
        return ""
    if not isinstance(value, Gio.File):
        return value
    if value.get_path() is None:
        raise BadInput(f"{value.get_uri()} is not a file on this computer: save a copy first.")
    return value.get_path()
