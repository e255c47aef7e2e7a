"""Texts in a person's language."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import pytest

from core.bridge.contract.errors import Reason
from core.bridge.contract.knobs import Group
from core.bridge.contract.settings import KNOBS
from core.bridge.i18n.text import Text
from core.bridge.i18n.texts import FOLDER, speak, tr
from core.bridge.session.presets import QUALITIES
from tests.hosts.roots import REPOSITORY


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


LANGUAGES = sorted(file.stem for file in FOLDER.glob("*.json"))


def catalogue(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FOLDER / f"{language}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_knob_speaks_each_language(language: str) -> None:
    said = {group.label for group in Group if group.label}
    said |= {text for quality in QUALITIES.values() for text in (quality.label, quality.help)}
    for knob in KNOBS:
        if knob.tasks:
            told = (knob.label, knob.help, knob.written, *knob.in_sketch)
            said |= {*filter(None, told), *(label for _, label in knob.choices)}
    assert said - set(catalogue(language)) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_their_places_for_names_and_numbers(language: str) -> None:
    for english, other in catalogue(language).items():
        assert set(re.findall(r"{\w*}", other)) <= set(re.findall(r"{\w*}", english)), english


@pytest.mark.parametrize(
    ("text", "english", "german"),
    [
        (
            Text(
                "The style {name} is {width}x{height} px: choose one of at least {least} px on "
                "each side.",
                name=Path("/my pictures/a.png"),
                width=12,
                height=9,
                least=16,
            ),
            "The style /my pictures/a.png is 12x9 px: choose one of at least 16 px on each side.",
            "Der Stil /my pictures/a.png hat 12x9 px: Wählen Sie einen von mindestens 16 px auf "
            "jeder Seite.",
        ),
        # A text in a text is translated in its turn, and so is an error's.
        (
            Text(
                "Region {number} of {count}: {text}",
                number=1,
                count=2,
                text=Text("Step {step} {where}", step=12, where=Text("on or off")),
            ),
            "Region 1 of 2: Step 12 on or off",
            "Bereich 1 von 2: Schritt 12 an oder aus",
        ),
        (
            Text("{name} is no label picture: {reason}.", name="a", reason=Reason("on or off")),
            "a is no label picture: on or off.",
            "a ist kein Flächenplan: an oder aus.",
        ),
        # Names that are a template, or a text of a host's, come through as they are.
        (
            Text("There is no picture in {folder}: choose another folder.", folder="{folder.x[0]}"),
            "There is no picture in {folder.x[0]}: choose another folder.",
            "In {folder.x[0]} ist kein Bild: Wählen Sie einen anderen Ordner.",
        ),
        (
            Text("The preset '{name}' can't be read: save it again.", name="Draft"),
            "The preset 'Draft' can't be read: save it again.",
            "Die Voreinstellung „Draft“ lässt sich nicht lesen: Speichern Sie sie noch einmal.",
        ),
        # What another Impasto says is shown as it comes.
        (Text("Never {how}: {what}.", how="said"), "Never said: {what}.", "Never said: {what}."),
    ],
)
def test_a_text_is_its_template_with_its_fields(text: Text, english: str, german: str) -> None:
    assert tr(text) == str(text) == english
    assert Text.from_json(json.loads(json.dumps(text.to_json()))) == text
    speak("de")
    assert tr(text) == german


@pytest.mark.parametrize(
    "told",
    [
        None,
        "Starting",
        ["Starting"],
        {},
        {"name": "x"},
        {"": 3},
        {"": "x" * 2000},
        {"": "{a}", "a": 3},
        {"": "{a}", "a": None},
        {"": "{a}", "a": ["x"]},
        {"": "{a}", "a": {"b": "x"}},
        {"": "{a}", "a": "x" * 20_000},
        {"": "x", **{f"a{number}": "x" for number in range(20)}},
        {"": "x", "a": {"": "x", "a": {"": "x", "a": {"": "x", "a": {"": "x", "a": {"": "x"}}}}}},
        {"": "{a}" * 300, "a": {"": "{a}" * 300, "a": "x" * 20}},
    ],
)
def test_what_is_no_text_is_refused(told: object) -> None:
    with pytest.raises(ValueError, match="text"):
        Text.from_json(told)


def test_a_text_is_sent_as_large_and_as_deep_as_it_is_taken() -> None:
    deep = reduce(lambda inner, _: Text("{a}", a=inner), range(9), Text("x" * 20_000))
    assert str(Text.from_json(deep.to_json())) == "x" * 10_000


UNHEARD = {
    *("bench", "train", "cluster", "terminal", "commands", "cli.py", "demo", "sheet.py"),
    *("fetch.py", "carried.py", "archives.py", "arrays.py", "onnx.py", "tfjs.py", "writing.py"),
    "stretches.py",
}
"""Folders and files of the core's whose words reach no host."""

UNTOLD = {"Stopped", "Paused", "Enough"}
"""Errors that a host asked for."""

AS_IT_COMES = {"text.py", "texts.py", "whole.py"}
"""Files where a text's template may be something else than a constant."""


class Said(NamedTuple):
    """A place in the source where something is said to a person.

    Attributes:
        file: its path.
        line: of the file.
        template: what is said; None where it is put together in another way.
        fields: the names that are given with it; None where they can't be told.
        by: what is called.
    """

    file: Path
    line: int
    template: str | None
    fields: set[str] | None
    by: str

    @property
    def gaps(self) -> set[str]:
        return set(re.findall(r"{(\w*)}", self.template or ""))

    @property
    def heard(self) -> bool:
        """Whether it can be met in a host."""
        return self.by not in UNTOLD and not UNHEARD & set(self.file.parts)

    @property
    def in_words(self) -> bool:
        """Whether there is anything in it to be translated."""
        return re.search("[a-z]", re.sub(r"{\w*}", "", self.template or "")) is not None


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for folder in ("core", "krita_plugin", "gimp_plugin"):
        for file in sorted((REPOSITORY / folder).rglob("*.py")):
            yield file.relative_to(REPOSITORY), ast.parse(file.read_text("utf-8"))


def errors() -> set[str]:
    """The names of the exceptions that say their reason to a person."""
    classes = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for _, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
    }
    found = {"Told"}
    while more := {name for name, bases in classes.items() if bases & found} - found:
        found |= more
    return found


def said() -> list[Said]:
    """Everything that the core and the plug-ins say, besides knobs."""
    called = {*errors(), "Text", "tr"}
    found = []
    for file, module in modules():
        for node in ast.walk(module):
            called_as = getattr(node, "func", None)
            name = getattr(called_as, "id", getattr(called_as, "attr", ""))
            if not isinstance(node, ast.Call) or name not in called or not node.args:
                continue
            fields = {keyword.arg or "" for keyword in node.keywords} - {"code"}
            given = None if "" in fields else fields
            for template in _constants(node.args[0]):
                found.append(Said(file, node.lineno, template, given, name))
    return found


def _constants(node: ast.expr) -> list[str | None]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_constants(node.body), *_constants(node.orelse)]
    return [None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_reaches_a_host_speaks_each_language(language: str) -> None:
    """What a host writes itself, an error, or a step of progress: a line in the language's file."""
    texts, known = said(), catalogue(language)
    assert len(texts) > 100
    silent = [one for one in texts if one.heard and one.in_words and one.template not in known]
    assert silent == []


def test_what_is_said_is_a_template_with_its_fields() -> None:
    """Put together in any other way it would be of no form that a translation could stand for."""
    texts = [one for one in said() if one.file.name not in AS_IT_COMES]
    assert [one for one in texts if one.template is None and one.by != "tr"] == []
    given = [one for one in texts if one.template is not None and one.fields is not None]
    assert [one for one in given if one.fields != one.gaps] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_translated_that_nobody_says(language: str) -> None:
    told: set[str | None] = {one.template for one in said() if one.heard}
    for file, module in modules():
        if file.parts[:2] == ("core", "bridge") or file.parts[0] != "core" or "drawn" in file.parts:
            for node in ast.walk(module):
                # What has gaps is said by an error, a Text or tr, never as it stands.
                text = getattr(node, "value", None) if isinstance(node, ast.Constant) else None
                if isinstance(text, str) and "{" not in text:
                    # A style's name begins with a capital where a person reads it.
                    told |= {text, text.capitalize()}
    assert set(catalogue(language)) - told == set()
