"""What becomes of faces, kept and painted as the rest.

Three judges that nothing is optimised for say how like itself each face stays, and the judge of the
style whether it is still painted.
"""

from __future__ import annotations

import logging
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor

from core.bench.identity import IdentityNetwork
from core.bench.judges import Judges
from core.bench.likeness import FaceJudge, Likeness, patches
from core.bench.pairs import Pair, persons
from core.bench.plan import Plan
from core.bench.report import Figure
from core.bridge.contract.errors import ImpastoError
from core.bridge.contract.settings import Settings
from core.engine import job as engine
from core.features.models import facerecognition
from core.features.weights import store
from core.features.weights.fetch import fetch
from core.pixels.imaging import to_picture

_log = logging.getLogger(__name__)

_NAME = "faces"

MOVED = 0.05
"""How far a mesh's points may move, over the distance of the eyes."""

PAINTED = 1.03
"""The most that the judge of the style may find worse in a kept face."""


@dataclass(frozen=True)
class _Judged:
    """A face: what it has become, and what the judge of the style says of it, over that of the
    same face painted as the rest."""

    likeness: Likeness
    over: float


def measure(plan: Plan) -> Iterator[Figure]:
    """Each pair's figures, and those of all faces together, which have the targets.

    A pair without a face has none.
    """
    judges = Judges(plan.installation.weights, plan.device)
    identity, missing = _identity(plan)
    finder = plan.networks.faces()
    if finder is None:
        raise ImpastoError("Faces can't be judged: run 'python3 install.py' again.")
    judge = FaceJudge(finder, identity)
    judged: list[_Judged] = []
    for whole in _pairs(plan):
        pair = whole.at(plan.size)
        name = f"{pair.name}, {pair.content.extent.long_side} px"
        if not judge.find(pair.content.color):
            yield Figure(_NAME, f"{name}: faces", 0, note="none is found in the content")
            continue
        kept, plain = (_painted(pair, faces, plan) for faces in ("keep", "as-the-rest"))
        found = _judged(pair, kept, plain, judge, judges)
        judged += found
        yield from _told(name, found, judge.judge(plain, pair.content.color))
    if judged:
        yield from _together(judged, missing)


def _pairs(plan: Plan) -> list[Pair]:
    pairs = list(plan.given or persons())
    return pairs[:1] if plan.quick else pairs


def _identity(plan: Plan) -> tuple[IdentityNetwork | None, str]:
    """The network, fetched when it is first asked for; None, and why, where it can't be."""
    weights, folder = facerecognition.WEIGHTS, plan.installation.weights
    plan.say(f"fetching {weights.name}")
    try:
        fetch(folder, [weights])
        return IdentityNetwork(store.load(weights, folder)), ""
    except ImpastoError as error:
        _log.info("%s", error)
        return None, str(error)


def _painted(pair: Pair, faces: str, plan: Plan) -> Tensor:
    plan.say(f"painting {pair.name}, faces: {faces}")
    size = max(64, pair.content.extent.long_side)
    settings = Settings(size=size, faces=faces, device=plan.device_name)
    result = engine.run(pair.request(settings), plan.networks, lambda _: None, lambda: False)
    return to_picture(result.layer).color


def _judged(
    pair: Pair, kept: Tensor, plain: Tensor, judge: FaceJudge, judges: Judges
) -> list[_Judged]:
    device = judges.device
    content, style = pair.content.color, pair.style.color
    found = []
    for face, likeness in zip(judge.find(content), judge.judge(kept, content), strict=True):
        ours, theirs = (
            patches(judges, face, painted.to(device), content.to(device), style.to(device))
            for painted in (kept, plain)
        )
        found.append(_Judged(likeness, ours / theirs))
    return found


def _told(name: str, kept: list[_Judged], plain: list[Likeness]) -> Iterator[Figure]:
    """The worst of a pair's faces, and beside it the worst of those painted as the rest."""
    likenesses = [each.likeness for each in kept]

    def worst(found: list[Likeness]) -> dict[str, float]:
        told = {
            "faces lost": float(sum(each.sure == 0 for each in found)),
            "mesh moved": max(each.moved for each in found),
        }
        apart = [each.apart for each in found if each.apart is not None]
        return {**told, "identity": max(apart)} if apart else told

    before = worst(plain)
    for kind, value in worst(likenesses).items():
        note = f"{before[kind]:.3g} as the rest"
        yield Figure(_NAME, f"{name}: {kind}", value, note=note)
    over = max(each.over for each in kept)
    yield Figure(_NAME, f"{name}: patches", over, "times", note="inside a face, over as the rest")


def _together(judged: list[_Judged], missing: str) -> Iterator[Figure]:
    """The figures that have targets."""
    likenesses = [each.likeness for each in judged]
    worst = f"worst of {len(judged)} faces"
    lost = sum(each.sure == 0 for each in likenesses)
    yield Figure(_NAME, "faces lost", lost, "", 0, f"of {len(judged)}")
    yield Figure(_NAME, "mesh moved", max(each.moved for each in likenesses), "", MOVED, worst)
    if apart := [each.apart for each in likenesses if each.apart is not None]:
        note = f"{worst}; two persons lie farther apart"
        yield Figure(_NAME, "identity", max(apart), "", facerecognition.SAME, note)
    else:
        yield Figure(_NAME, "identity judged", 0, note=missing)
    over = statistics.mean(each.over for each in judged)
    yield Figure(_NAME, "patches over as the rest", over, "times", PAINTED, "mean of the faces")
