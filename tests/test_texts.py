"""Texts in a person's language."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.bridge.contract.settings import KNOBS
from core.bridge.i18n.texts import FOLDER, Form, speak, tr
from core.bridge.session.presets import QUALITIES
from tests.hosts.roots import REPOSITORY


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    speak("en")


@pytest.mark.parametrize("locale", ["de", "de_DE", "de_AT.UTF-8", "de-CH"])
def test_german_is_spoken_in_all_its_countries(locale: str) -> None:
    speak(locale)
    assert tr("Strength") == "Stärke"


def test_the_first_language_there_is_counts() -> None:
    speak("xx_XX", "de_DE")
    assert tr("Strength") == "Stärke"
    speak("en_GB", "de_DE")
    assert tr("Strength") == "Strength"


def test_unknown_languages_and_texts_stay_english() -> None:
    speak("xx")
    assert tr("Strength") == "Strength"
    speak("de")
    assert tr("never said") == "never said"


def catalogue(*names: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names or ("de.json", "de.sentences.json"):
        found |= json.loads((FOLDER / name).read_text("utf-8"))
    return found


def test_every_knob_speaks_german() -> None:
    said = {quality.label for quality in QUALITIES.values()}
    for knob in KNOBS:
        if knob.tasks:
            said |= {knob.label, knob.help, *(label for _, label in knob.choices)}
    assert said - set(catalogue()) == set()


def test_no_text_is_translated_that_nobody_says() -> None:
    said: set[str] = set()
    for folder in ("core/bridge", "core/styles/drawn", "krita_plugin", "gimp_plugin"):
        for file in (REPOSITORY / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    # A style's name begins with a capital where a person reads it.
                    said |= {node.value, node.value.capitalize()}
    assert set(catalogue("de.json")) - said == set()


def test_translations_keep_their_places_for_names_and_numbers() -> None:
    for english, german in catalogue().items():
        assert set(re.findall(r"{\w*}", german)) <= set(re.findall(r"{\w*}", english)), english


def test_a_text_stands_in_one_file() -> None:
    assert set(catalogue("de.json")) & set(catalogue("de.sentences.json")) == set()


@pytest.mark.parametrize(
    ("english", "german"),
    [
        (
            "The style /my pictures/a.png is 12x9 px: choose one of at least 16 px on each side.",
            "Der Stil /my pictures/a.png hat 12x9 px: Wählen Sie einen von mindestens 16 px auf "
            "jeder Seite.",
        ),
        # Of two forms that fit, the one with more words.
        ("/a.png can't be read: x.", "/a.png lässt sich nicht lesen: x."),
        ("/a.png can't be read as a picture: x.", "/a.png lässt sich nicht als Bild lesen: x."),
        # Gaps are translated in their turn.
        (
            "'a=1, a=2' names a twice: write NAME=WEIGHT once for each.",
            "„a=1, a=2“ nennt a zweimal: Schreiben Sie für jeden einmal NAME=GEWICHT.",
        ),
        (
            "Region 1 of 2: Step 12 at 128x96 in tiles of 512 px, the memory was short, 40 s left",
            "Bereich 1 von 2: Schritt 12 bei 128x96 in Kacheln von 512 px, der Speicher war knapp, "
            "noch 40 s",
        ),
        ("Region 2 of 2: Preparing", "Bereich 2 von 2: Es wird vorbereitet"),
        # Names in braces, and names that are a text of a host's, come through as they are.
        (
            "There is no picture in {count}: choose another folder.",
            "In {count} ist kein Bild: Wählen Sie einen anderen Ordner.",
        ),
        (
            "The preset 'Draft' can't be read: save it again.",
            "Die Voreinstellung „Draft“ lässt sich nicht lesen: Speichern Sie sie noch einmal.",
        ),
    ],
)
def test_sentences_with_names_in_them_are_known_by_their_form(english: str, german: str) -> None:
    assert tr(english) == english
    speak("de")
    assert tr(english) == german
    assert tr(german) == german


def test_no_form_of_a_sentence_is_hidden_by_another() -> None:
    speak("de")
    for english, german in catalogue("de.sentences.json").items():
        gaps = {name: f"x{number}" for number, name in enumerate(re.findall(r"{(\w*)}", english))}
        assert tr(english.format(**gaps)) == german.format(**gaps), english


UNHEARD = {
    *("bench", "train", "setup", "terminal", "commands", "gallery", "cli.py", "demo", "sheet.py"),
    *("fetch.py", "arrays.py", "onnx.py", "writing.py"),
}
"""Folders and files of the core's whose words reach no host."""

TOLD = {
    "describe",
    "told",
    "_prefix",
    "_where",
    "_described",
    "told_of_picture",
    "told_of_mask",
    "told_of_label",
}
"""Functions that put what they return into words for a person."""

SAYING = {"tr", "Progress", "_tell", "_check_proportions"}
"""What is called with words for a person, besides errors."""

REASONS = "_REASONS"
"""A table of words for the end of a sentence."""

UNTOLD = {"Stopped", "Paused", "Enough"}
"""Errors that a host asked for."""


class Said(ast.NodeVisitor):
    """Collects what a module says to people: what it translates, its errors and its progress.

    Each text is the words around its gaps, as it is of an f-string.
    """

    def __init__(self, errors: set[str]) -> None:
        self.texts: list[tuple[str, ...]] = []
        self._errors = errors
        self._local: dict[str, list[ast.expr]] = {}

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer, self._local = self._local, {}
        for inside in ast.walk(node):
            if isinstance(inside, ast.Assign) and isinstance(inside.targets[0], ast.Name):
                self._local.setdefault(inside.targets[0].id, []).append(inside.value)
            if isinstance(inside, ast.Return) and inside.value and node.name in TOLD:
                self._take(inside.value)
        self.generic_visit(node)
        self._local = outer

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "Text" and isinstance(node.args[0], ast.Constant):
            self.texts.append(tuple(re.split(r"{\w*}", str(node.args[0].value))))
        if name in {*self._errors, *SAYING}:
            for argument in node.args:
                self._take(argument)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if getattr(node.targets[0], "id", "") == REASONS and isinstance(node.value, ast.Dict):
            for value in node.value.values:
                self._take(value)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "message":
                self._take(value)
        self.generic_visit(node)

    def _take(self, node: ast.expr) -> None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self.texts.append((node.value,))
        elif isinstance(node, ast.JoinedStr):
            words = [""]
            for part in node.values:
                if isinstance(part, ast.Constant):
                    words[-1] += str(part.value)
                elif isinstance(part, ast.FormattedValue):
                    words.append("")
                    self._take(part.value)
            self.texts.append(tuple(words))
        elif isinstance(node, ast.Name):
            for value in self._local.pop(node.id, []):
                self._take(value)
        elif isinstance(node, ast.IfExp):
            self._take(node.body)
            self._take(node.orelse)
        elif isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Div):
            self._take(node.left)
            self._take(node.right)


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("core", "krita_plugin", "gimp_plugin"):
        for file in sorted((REPOSITORY / folder).rglob("*.py")):
            if not UNHEARD & set(file.relative_to(REPOSITORY).parts):
                yield file, ast.parse(file.read_text("utf-8"))


def said() -> dict[tuple[str, ...], str]:
    """Every text of the core and the plug-ins, besides knobs, and the file it stands in."""
    classes = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for _, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    }
    errors = {"Exception", "ValueError"}
    while more := {name for name, bases in classes.items() if bases & errors} - errors:
        errors |= more
    found: dict[tuple[str, ...], str] = {}
    for file, module in modules():
        visitor = Said(errors & set(classes) - UNTOLD)
        visitor.visit(module)
        found |= {words: file.name for words in visitor.texts if re.search("[a-z]", "".join(words))}
    return found


def test_every_text_that_reaches_a_host_speaks_german() -> None:
    """One in a ``tr`` needs a line in ``de.json``; an error, or a step of progress, that the core
    tells needs one in ``de.sentences.json``."""
    texts, hosts = said(), catalogue("de.json")
    assert len(texts) > 100
    forms = {Form.of(english, "").between for english in catalogue("de.sentences.json")}
    silent = {
        "{}".join(words): file
        for words, file in texts.items()
        # What only stands before another text is known with a gap at its end.
        if words not in forms | {Form.of(english, "").between for english in hosts}
        and (*words, "") not in forms
        and words[0] not in hosts
    }
    assert silent == {}


def test_no_sentence_is_translated_that_nobody_says() -> None:
    forms = {Form.of(english, "").between for english in catalogue("de.sentences.json")}
    told = {words for each in said() for words in (each, (*each, ""))}
    assert forms - told == set()
