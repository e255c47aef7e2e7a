"""What is kept of work, how much of it, and what tells one work from another."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from core.features.faces import Face
from core.features.regions import StyledMask, WeightedStyle
from core.painterly.recipe import Recipe
from core.pixels.imaging import Picture
from core.system import digest, memory
from core.system.keep import Keep


def _keep(keep: Keep, work: str, size: int = 40) -> None:
    keep.bookmark(work).put(size, lambda: work.upper())


def test_what_was_put_is_found_by_the_same_work() -> None:
    keep = Keep(1000)
    _keep(keep, "sky")
    assert keep.bookmark("sky").found == "SKY"
    assert keep.bookmark("sea").found is None


def test_no_one_keeps_anything_by_default() -> None:
    keep = Keep()
    keep.bookmark("sky").put(0, lambda: pytest.fail("it was made"))
    assert keep.bookmark("sky").found is None


def test_what_was_used_least_recently_goes() -> None:
    keep = Keep(100)
    for work in ("sky", "sea"):
        _keep(keep, work)
    assert keep.bookmark("sky").found
    _keep(keep, "sand")
    assert [keep.bookmark(work).found for work in ("sky", "sea", "sand")] == ["SKY", None, "SAND"]
    assert keep.bytes == 80


def test_a_newer_value_takes_the_place_of_the_older() -> None:
    keep = Keep(100)
    mark = keep.bookmark("sky")
    for size in (90, 60, 80):
        mark.put(size, lambda size=size: size)  # type: ignore[misc]
    assert mark.found == 80 and keep.bytes == 80


def test_what_is_too_large_is_not_even_made() -> None:
    keep = Keep(100)
    keep.bookmark("sky").put(101, lambda: pytest.fail("it was made"))
    assert keep.bookmark("sky").found is None and keep.bytes == 0


def test_memory_that_others_need_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    others, keep = 0, Keep(10**6)
    monkeypatch.setattr(memory, "free", lambda: 8000 - others - keep.bytes)
    for number in range(100):
        _keep(keep, str(number))
    assert 900 < keep.bytes <= 1000
    others = 7200
    keep.fit()
    assert keep.bytes == 80
    _keep(keep, "sky")
    keep.bookmark("sea").give_back()
    assert keep.bytes == 0


@dataclass(frozen=True)
class _Work:
    name: str
    values: torch.Tensor


REGION = StyledMask(
    torch.ones(1, 1, 4, 5),
    (WeightedStyle(Picture(torch.zeros(1, 3, 4, 4), torch.ones(1, 1, 4, 4)), 1.0),),
    faces=(Face(np.zeros((3, 2), np.float32)),),
)


def test_the_same_values_have_the_same_digest() -> None:
    def values() -> list[object]:
        strided = torch.arange(12.0).view(3, 4).T
        return ["a", 1, 1.0, None, (2, 3), {"x": 0.1}, _Work("w", strided), np.ones(3), Recipe()]

    assert digest.of(*values()) == digest.of(*values())
    assert digest.of(torch.ones(()).expand(2, 3)) == digest.of(torch.ones(2, 3))
    assert digest.of(REGION) == digest.of(replace(REGION, mask=REGION.mask.clone()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (torch.zeros(2), torch.zeros(2).double()),
        (torch.zeros(2, 3), torch.zeros(3, 2)),
        (torch.tensor(0.0), torch.tensor(-0.0)),
        (torch.tensor(1.0), torch.tensor(1.0000001)),
        (torch.zeros(2, dtype=torch.bfloat16), torch.ones(2, dtype=torch.bfloat16)),
        (("a", "b"), ("ab",)),
        ((1, (2, 3)), ((1, 2), 3)),
        (1, True),
        ("1", 1),
        ({"a": 1.0, "b": 2.0}, {"b": 2.0, "a": 1.0}),
        (Recipe(), Recipe(seed=1)),
        (Recipe(), replace(Recipe(), terms=Recipe().terms[1:])),
        (REGION, replace(REGION, faces=())),
        (REGION, replace(REGION, faces=(Face(np.ones((3, 2), np.float32)),))),
        (REGION, replace(REGION, kinds=torch.ones(1, 1, 4, 5))),
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_values_have_another_digest(one: object, other: object) -> None:
    assert digest.of(one) != digest.of(other)


def test_what_has_no_digest_is_no_input() -> None:
    with pytest.raises(TypeError, match="object"):
        digest.of(object())
