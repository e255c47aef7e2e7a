"""``python -m core.commands.knobs``: write the tables of knobs in README.md anew.

They are made from the declarations, as flags, arguments and widgets are.
"""

from __future__ import annotations

import sys
from pathlib import Path

from core.bridge.contract.knobs import Knob
from core.bridge.contract.settings import KNOBS
from core.bridge.session.panel import grouped

README = Path(__file__).parents[2] / "README.md"

START, END = "<!-- knobs: python -m core.commands.knobs -->\n", "<!-- end of knobs -->\n"
"""The tables stand between these two lines."""

BETWEEN = "Behind *What is painted* (*Where* in GIMP) and *Advanced*, under their headings:"

_HEAD = ("knob", "in the dialogs", "values, **the default**", "what it does")

_SHOWN = 4
"""Suggestions of a text that are listed; ``--help`` has all."""


def rewritten(readme: str) -> str:
    """README with the tables as the declarations are now.

    Raises:
        ValueError: one of the lines around the tables is missing.
    """
    before, _, rest = readme.partition(START)
    _, _, after = rest.partition(END)
    if not after:
        raise ValueError(f"README.md has no {START.strip()} and {END.strip()}")
    met = [knob for knob in KNOBS if knob.tasks]
    first = _table([knob for knob in met if not knob.advanced])
    advanced = "\n".join(
        f"**{group.label}**\n\n{_table(inside)}"
        for group, inside in grouped([knob for knob in met if knob.advanced])
    )
    return f"{before}{START}\n{first}\n{BETWEEN}\n\n{advanced}\n{END}{after}"


def _table(knobs: list[Knob]) -> str:
    rows = [_HEAD, ("---",) * len(_HEAD)]
    rows += [(f"`{knob.option}`", knob.label, _values(knob), _help(knob)) for knob in knobs]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _help(knob: Knob) -> str:
    return f"{knob.help} {knob.written}".rstrip()


def _values(knob: Knob) -> str:
    """What a knob takes, its default in bold type."""
    if knob.kind == "flag":
        on, off = ("**on**", "off") if knob.default else ("on", "**off**")
        return f"{on}, {off}"
    if knob.kind in ("int", "float"):
        return f"{knob.span}; **{knob.default:g}**"
    if knob.kind in ("file", "folder"):
        return {"file": "a picture", "folder": "a folder"}[knob.kind]
    names = [f"**`{name}`**" if name == knob.default else f"`{name}`" for name, _ in knob.choices]
    if knob.kind == "choice":
        return ", ".join(names)
    return ", ".join([*names[:_SHOWN], "…"]) if names else "a text"


def main() -> int:
    README.write_text(rewritten(README.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
