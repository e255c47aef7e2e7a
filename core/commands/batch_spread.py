"""The paintings of ``impasto batch``, by several workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.bridge.contract.errors import ImpastoError, NoRoom, Stopped
from core.bridge.contract.request import Progress
from core.bridge.i18n.text import Text
from core.commands.batch_paintings import Tally
from core.system import digest

if TYPE_CHECKING:
    from core.cluster.orders import Order
    from core.cluster.pool import Pool
    from core.engine.errands import Errand
    from core.system.stopping import ShouldStop


def paint(errands: Sequence[Errand], pool: Pool, told: Tally, should_stop: ShouldStop) -> None:
    """Have them all painted.

    Raises:
        Paused: ``should_stop`` said so.
        NoRoom: a disk is full.
        ImpastoError: there are no workers any more, or none that can paint.
    """
    pool.look(errands[0].output.parent)
    at_work: dict[str, Errand] = {}
    shares: dict[str, float] = {}

    def follow(name: str, word: Mapping[str, Any]) -> None:
        if name in at_work:
            shares[name] = float(word["fraction"])
            told.series.follow(Progress(sum(shares.values()), Text("Painting")))

    try:
        for order, answer in pool.done(_orders(errands, told, at_work), should_stop, follow):
            errand = at_work.pop(order.digest)
            shares.pop(order.digest, None)
            if answer.full:
                raise told.no_room(NoRoom("{why}", why=answer.failed))
            if answer.failed:
                told.failed(errand.output, answer.failed)
                continue
            told.once(answer.made["lost"])
            told.painted(errand.output, answer.made["seconds"], answer.made["notes"])
    except Stopped as error:
        raise told.stopped() from error
    told.series.clear()


def _orders(errands: Sequence[Errand], told: Tally, at_work: dict[str, Errand]) -> Iterator[Order]:
    """What is not painted yet, as it is asked for."""
    from core.cluster.orders import PICTURE, Order
    from core.engine import identity
    from core.engine.errands import Reader

    reader = Reader()
    for errand in errands:
        try:
            looked = reader.look(errand)
        except ImpastoError as error:
            told.failed(errand.output, error)
            continue
        if looked.done:
            told.was_there()
            continue
        output = str(errand.output.absolute())
        order = Order(
            PICTURE,
            digest.of(looked.digest, output),
            {
                "picture": str(errand.picture.absolute()),
                "output": output,
                "settings": identity.absolute(errand.settings).as_mapping(),
                "mask": None if errand.mask is None else str(errand.mask.absolute()),
                "digest": looked.digest,
            },
        )
        at_work[order.digest] = errand
        yield order
