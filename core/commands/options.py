"""Knobs as options of a command, and the settings read back from them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection, Iterable
from typing import Any

from core.bridge.contract.errors import BadInput
from core.bridge.contract.knobs import Knob
from core.bridge.contract.settings import Settings, knobs


def add_knobs(parser: argparse.ArgumentParser, task: str, without: Collection[str] = ()) -> None:
    """Declare every knob of a task, but those that the command has its own way for."""
    for knob in knobs(task):
        if knob.name not in without:
            _add(parser, knob)


def settings(options: argparse.Namespace, task: str, **given: object) -> Settings:
    """The settings of parsed options; what is given here counts instead.

    Raises:
        BadInput: a value its knob refuses.
    """
    values = {knob.name: getattr(options, knob.name, None) for knob in knobs(task)}
    named = {name: value for name, value in values.items() if value is not None}
    return Settings.from_mapping(named | given)


def refuse_unlooked(asked: Iterable[Settings]) -> None:
    """Raise BadInput where a subject is meant, but none of the paintings looks for subjects."""
    asked = list(asked)
    looked = any(settings.segment != "off" for settings in asked)
    if not looked and any(settings.subject for settings in asked):
        raise BadInput("--subject says which of the subjects is meant: add --segment auto.")


def _add(parser: argparse.ArgumentParser, knob: Knob) -> None:
    option = f"--{knob.option}"
    told = filter(None, (knob.help, knob.written, _range(knob)))
    help = " ".join(told).replace("%", "%%")
    if knob.kind == "flag":
        parser.add_argument(option, action=argparse.BooleanOptionalAction, help=help)
    elif knob.kind == "choice":
        parser.add_argument(option, choices=[name for name, _ in knob.choices], help=help)
    elif knob.kind in _PLACEHOLDERS:
        parser.add_argument(option, metavar=_PLACEHOLDERS[knob.kind], help=help)
    else:
        parser.add_argument(option, type=_number(knob), metavar="N", help=help)


def _range(knob: Knob) -> str:
    """What a knob takes, as far as argparse does not say it, and its default if it has one."""
    if knob.kind == "flag":
        return f"Default: {'on' if knob.default else 'off'}."
    if knob.kind in ("int", "float"):
        return f"{knob.span}, default: {knob.default:g}."
    default = f"Default: {knob.default}." if knob.default else ""
    if knob.kind == "choice":
        return default
    known = ", ".join(name for name, _ in knob.choices)
    return f"Known: {known}. {default}" if known else default


def _number(knob: Knob) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return knob.number(text)
        except BadInput as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


_PLACEHOLDERS = {"file": "FILE", "folder": "FOLDER", "text": "TEXT"}
