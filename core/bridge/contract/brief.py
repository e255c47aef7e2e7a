"""A value from outside as a sentence can quote it, however large, long or deep it is."""

from __future__ import annotations

LONGEST = 80
"""Characters of a text that are shown, of its two ends."""


def brief(value: object) -> str:
    """Any value in a few words."""
    if isinstance(value, str):
        return repr(shortened(value))
    if isinstance(value, int) and value.bit_length() > 64:
        return f"a number of {value.bit_length() * 30103 // 100000 + 1} digits"
    if value is None or isinstance(value, (int, float)):
        return str(value)
    return f"a {type(value).__name__}"


def shortened(text: str) -> str:
    """A text as it is, or its beginning and its end where it is long."""
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]}…{text[-half:]}"
