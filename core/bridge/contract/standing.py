"""How far a set-up is: what install.py writes down, line by line, and whoever shows it reads.

A line is one JSON object, the last one counts. Whether a set-up is under way at all is told by the
lock it holds, and not by this file.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

from ..i18n.text import Text

AGAIN = Text("run 'python3 install.py' again")
REMOVE_AGAIN = Text("run 'python3 install.py uninstall' again")
TRY_AGAIN = Text("try again")
"""What helps after most failures: a word of theirs, so that it can be another one where there is a
button for it."""


def in_a_window(said: Text) -> Text:
    """What install.py says, for who has a button where others have a terminal."""
    return said.instead((AGAIN.template, REMOVE_AGAIN.template), TRY_AGAIN)


@dataclass(frozen=True)
class Standing:
    """One line.

    Attributes:
        step: which of its steps is under way, by its name; empty before the first.
        share: how much of the whole set-up is done, from 0 to 1.
        left: seconds that the rest will take; None where nothing tells yet.
        done: bytes of what is fetched that are here; 0 where nothing is fetched.
        of: bytes of all that is fetched now; 0 as above.
        error: what it failed with.
        whole: it came to its end, and what it made works.
    """

    step: str = ""
    share: float = 0.0
    left: float | None = None
    done: int = 0
    of: int = 0
    error: Text | None = None
    whole: bool = False

    @property
    def over(self) -> bool:
        """Nothing more will come."""
        return self.whole or self.error is not None

    def line(self) -> str:
        """As one line, with its end."""
        error = None if self.error is None else self.error.to_json()
        return json.dumps({**vars(self), "error": error}) + "\n"

    @classmethod
    def of_line(cls, line: bytes | str) -> Standing:
        """The inverse of :meth:`line`. Raises ValueError for any other line."""
        found = json.loads(line)
        if not isinstance(found, dict):
            raise ValueError("no object")
        step, error, left = (found.get(name) for name in ("step", "error", "left"))
        if not isinstance(step, str):
            raise ValueError("no step")
        return cls(
            step,
            min(_number(found.get("share")), 1.0),
            None if left is None else _number(left),
            int(_number(found.get("done"))),
            int(_number(found.get("of"))),
            None if error is None else Text.from_json(error),
            found.get("whole") is True,
        )


def _number(value: object) -> float:
    """A finite number from 0 on. Raises ValueError."""
    if type(value) not in (int, float) or not math.isfinite(float(str(value))):
        raise ValueError("no number")
    return max(0.0, float(str(value)))
