"""What README and CONTRIBUTING say is so: the table of knobs, commands, floors and links."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.commands import knobs
from core.commands.command import COMMANDS, parser

REPOSITORY = Path(__file__).parents[1]
README = (REPOSITORY / "README.md").read_text("utf-8")
CONTRIBUTING = (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8")
DOCUMENTS = sorted(
    file for file in (*REPOSITORY.glob("*.md"), *REPOSITORY.glob("core/**/*.md")) if file.is_file()
)


def test_the_table_of_knobs_is_made_from_the_declarations() -> None:
    assert knobs.rewritten(README) == README, "run python -m core.commands.knobs"


def examples() -> Iterator[list[str]]:
    """The arguments of every ``impasto ...`` in a block of code."""
    joined = README.replace("\\\n", " ")
    for line in re.findall(r"^    impasto (.*)$", joined, re.MULTILINE):
        yield shlex.split(line, comments=True)


@pytest.mark.parametrize("arguments", list(examples()), ids=" ".join)
def test_an_example_is_a_command_line(arguments: list[str]) -> None:
    parser().parse_args(arguments)


def test_every_command_is_in_readme() -> None:
    assert set(re.findall(r"^\| `impasto (\w+)", README, re.MULTILINE)) == set(COMMANDS)


def test_the_floors_are_those_that_are_checked() -> None:
    drawn = (REPOSITORY / "pyproject.toml").read_text("utf-8")
    layers = re.search(r"exhaustive_ignores.*?layers = \[(.*?)\]", drawn, re.DOTALL)
    told = re.search(r"^\| floor \|.*?\n\n", CONTRIBUTING, re.DOTALL | re.MULTILINE)
    assert layers and told
    checked = [line.split(" | ") for line in re.findall(r'"(.*)"', layers[1])]
    floors = re.findall(r"^\| (`.*?`) \|", told[0], re.MULTILINE)
    assert [re.findall(r"`(\w+)`", floor) for floor in floors] == checked


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_links_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target
