"""File names in the texts of ``mix`` and ``label-styles``: any name goes there and comes back."""

from __future__ import annotations

import random
import re

import pytest

from core.bridge.contract import label_styles
from core.bridge.contract.errors import BadInput
from core.bridge.contract.quoting import NAMES, PATHS, quoted, unquoted
from core.bridge.contract.weighted import weighted, written

NASTY = [
    *(
        "a;b.jpg",
        "a=b.jpg",
        "a,b.jpg",
        "a;b=c.jpg",
        "=",
        ";",
        '"',
        '""',
        '"a"',
        'a"b',
        '"a" and "b"',
    ),
    *(
        " a",
        "a ",
        "\ta",
        "a\u00a0",
        "a\nb",
        "a\r\nb",
        "#ff0000=a.jpg",
        "#",
        "=0.5",
        "a=0.5",
        '"=0.5',
    ),
    *(
        r"C:\Bilder\a;b.jpg",
        r"\\server\x\y",
        'C:\\"',
        "Straße/Ödön.png",
        "絵.jpg",
        "\udcff.jpg",
        "a\x00b",
    ),
]


def names(seed: int, many: int = 300) -> list[str]:
    """Names of what is special, and a little that is not."""
    draw = random.Random(seed)
    alphabet = ";=,\"# \n\t\\/'a0.ö\udc80\U0001f3a8"
    made = {"".join(draw.choices(alphabet, k=draw.randint(1, 12))) for _ in range(many)}
    return [*NASTY, *sorted(made - set(NASTY))]


@pytest.mark.parametrize("seed", range(5))
def test_any_name_comes_back(seed: int) -> None:
    found, draw = names(seed), random.Random(seed)
    weights = {name: draw.choice([0.0, 1.0, 1e-9, 0.1 + 0.2, draw.random()]) for name in found}
    styles = {f"#{number:06x}": name for number, name in enumerate(found)}
    assert all(unquoted(quoted(name)) == name for name in found)
    for between in (PATHS, NAMES):
        assert list(weighted(written(weights), between).items()) == list(weights.items())
    assert list(label_styles.read(label_styles.written(styles)).items()) == list(styles.items())
    assert label_styles.fitted(styles, styles) == styles


def test_what_people_write() -> None:
    assert weighted('"a;b=c.jpg"=0.5; other.jpg', PATHS) == {"a;b=c.jpg": 0.5, "other.jpg": 1}
    assert weighted('"a=b.jpg"', PATHS) == {"a=b.jpg": 1}
    assert weighted(' "a, b" = 2 , c', NAMES) == {"a, b": 2, "c": 1}
    assert label_styles.read('#FF0000 = "a;b.jpg" ; #0000ff="c ""d"".png"') == {
        "#ff0000": "a;b.jpg",
        "#0000ff": 'c "d".png',
    }


def test_a_name_without_anything_special_is_written_as_it_always_was() -> None:
    assert written({"/a b/c.jpg": 0.5, "d.png": 1.0}) == "/a b/c.jpg=0.5; d.png=1.0"
    assert label_styles.written({"#ff0000": "/ä b/c.jpg"}) == "#ff0000=/ä b/c.jpg"


@pytest.mark.parametrize("seed", range(5))
def test_a_text_without_quotes_means_what_it_always_did(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(300):
        text = "".join(draw.choices(";=, \na0.5#b\\", k=draw.randint(0, 20)))
        meant = {}
        for entry in filter(None, map(str.strip, re.split(r"[;\n]", text))):
            name, given, weight = entry.rpartition("=")
            if re.fullmatch(r"\s*[0-9.]*[0-9][0-9.]*\s*", weight) and given and name.strip():
                meant[name.strip()] = weight
            elif not given:
                meant[entry] = "1"
            else:
                break
        else:
            try:
                found = weighted(text, PATHS)
            except BadInput:
                continue
            assert found == {name: float(weight) for name, weight in meant.items()}, text


@pytest.mark.parametrize("text", ['"a.jpg', 'a"b.jpg=0.5', '"a;b.jpg"=0.5; "c'])
def test_a_quote_that_is_not_closed_is_said(text: str) -> None:
    for read in (lambda text: weighted(text, PATHS), label_styles.read):
        with pytest.raises(BadInput, match=re.escape(f"'{text}' lacks a closing quote")):
            read(text)


@pytest.mark.parametrize("text", ['""', '""=1', '"a"=b', "a; a=2"])
def test_what_is_wrong_inside_of_quotes_is_said_as_without(text: str) -> None:
    with pytest.raises(BadInput):
        weighted(text, PATHS)
