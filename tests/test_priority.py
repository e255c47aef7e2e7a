"""The worker's manners towards other programs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch

from core.system import priority


@pytest.mark.skipif(os.name == "nt", reason="niceness is POSIX")
def test_a_lowered_process_is_nicer_and_so_are_its_threads() -> None:
    """In a process of its own, as the way back is closed."""
    program = (
        "import os, threading; from core.system import priority; before = os.nice(0);"
        "priority.lower(); found = [];"
        "thread = threading.Thread(target=lambda: found.append(os.nice(0)));"
        "thread.start(); thread.join(); print(found[0] - before)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert said.stdout.strip() == str(min(priority.NICENESS, 19 - os.nice(0))), said.stderr


@pytest.mark.parametrize(
    ("cores", "processors", "threads"),
    [(1, 1, 1), (2, 2, 2), (4, 4, 3), (16, 16, 15), (4, 8, 4), (3, 16, 3)],
)
def test_one_of_more_than_two_processors_stays_free(
    cores: int, processors: int, threads: int
) -> None:
    assert priority.threads(cores, processors) == threads


@pytest.mark.parametrize(
    ("asked", "before", "processors", "inside"),
    [(0, 2, 2, 2), (0, 4, 4, 3), (0, 3, 4, 3), (1, 4, 4, 1), (4, 3, 4, 4), (1024, 3, 4, 4)],
)
def test_a_job_has_the_threads_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, asked: int, before: int, processors: int, inside: int
) -> None:
    threads = [before]
    monkeypatch.setattr(os, "cpu_count", lambda: processors)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads[-1])
    monkeypatch.setattr(torch, "set_num_threads", threads.append)
    with pytest.raises(KeyError), priority.computing(asked):
        assert threads[-1] == inside
        raise KeyError
    assert threads[-1] == before
