"""A pool of workers: orders go in, answers come out as they are made."""

from __future__ import annotations

import json
import logging
import os
import queue
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from core.bridge.contract.errors import BadInput, ImpastoError, Stopped
from core.bridge.storage.whole import write_whole
from core.cluster import addresses, quiet
from core.cluster.addresses import Certificates
from core.cluster.orders import LOOK, Answer, Order
from core.system.done import FOLDER
from core.system.stopping import ShouldStop

_log = logging.getLogger(__name__)

_PATIENCE = 30.0
"""Seconds for a scheduler to answer, and for a first worker to come."""

_SILENCE = 120.0
"""Seconds in which a worker answers that has just been started on a busy machine."""

_TICK = 0.1

_AHEAD = 2
"""Orders for each worker that are sent: one at work, and one that waits for it."""

OnWord = Callable[[str, Mapping[str, Any]], None]
"""Is told the digest of an order at work, and what its worker says."""


class Pool:
    """Workers at a scheduler."""

    def __init__(self, client: Any) -> None:
        """Of one of Dask's clients, which is connected."""
        self._client = client
        self._topic = f"impasto-{uuid.uuid4().hex}"
        self._words: queue.SimpleQueue[Any] = queue.SimpleQueue()
        client.subscribe_topic(self._topic, self._words.put)

    def workers(self) -> dict[str, int]:
        """The threads of each worker, by its address."""
        found = self._client.scheduler_info(n_workers=-1)["workers"]
        return {address: int(worker["nthreads"]) for address, worker in found.items()}

    def look(self, folder: Path) -> None:
        """See that there are workers, of this version, and that they see our files.

        Args:
            folder: that they are to write to; it exists.

        Raises:
            BadInput: they can't paint.
        """
        ends = time.monotonic() + _PATIENCE
        while not (workers := self.workers()):
            if time.monotonic() > ends:
                raise BadInput(
                    "The scheduler has no worker: start 'dask worker' from an installation of "
                    "Impasto, on one machine or several."
                )
            time.sleep(_TICK)
        notes, inside = folder / FOLDER, uuid.uuid4().hex
        notes.mkdir(exist_ok=True)
        path = notes / f"look-{inside}"
        write_whole(path, inside.encode("ascii"))
        try:
            order = Order(LOOK, inside, {"path": str(path.absolute()), "inside": inside})
            asked = [
                self._submit(order, f"{inside}-{number}", workers=[address])
                for number, address in enumerate(workers)
            ]
            for address, future in zip(workers, asked, strict=True):
                if not self._answer(future, time.monotonic() + _SILENCE).checked()["seen"]:
                    raise BadInput(
                        "The worker at {worker} does not see {folder}: let all machines see the "
                        "same disk under the same names.",
                        worker=address,
                        folder=folder,
                    )
        finally:
            path.unlink(missing_ok=True)

    def done(
        self, orders: Iterable[Order], should_stop: ShouldStop, on_word: OnWord
    ) -> Iterator[tuple[Order, Answer]]:
        """Have orders done, each by one worker, and by another where that is lost.

        Args:
            orders: taken one after another, as workers become free.
            should_stop: asked several times a second.
            on_word: is told what workers say meanwhile.

        Raises:
            Stopped: ``should_stop`` said so. What is at work is called off, also where whoever
                takes the answers has enough.
            ImpastoError: the scheduler is lost.
        """
        waiting, pending = iter(orders), dict[Any, Order]()
        finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
        more = True
        try:
            while more or pending:
                while more and len(pending) < _AHEAD * max(1, len(self.workers())):
                    order = next(waiting, None)
                    if order is None:
                        more = False
                    else:
                        future = self._submit(order, order.digest)
                        pending[future] = order
                        future.add_done_callback(finished.put)
                if not pending:
                    continue
                self._hear(on_word)
                if should_stop():
                    raise Stopped("The job was cancelled.")
                with suppress(queue.Empty):
                    future = finished.get(timeout=_TICK)
                    yield pending.pop(future), self._answer(future)
        finally:
            if pending:
                with suppress(Exception):
                    self._client.cancel(list(pending))

    def _submit(self, order: Order, key: str, **how: Any) -> Any:
        from core.cluster import work

        text = order.text(self._topic)
        return self._client.submit(work.do, order.kind, text, key=f"impasto-{key}", **how)

    def _answer(self, future: Any, ends: float | None = None) -> Answer:
        """What came of a task that is finished, or will be until then."""
        while future.status == "pending" and ends is not None:
            if time.monotonic() > ends:
                raise BadInput("A worker of the cluster does not answer: look into its log.")
            time.sleep(_TICK)
        if future.status == "finished":
            return Answer.read(future.result(timeout=_PATIENCE))
        if future.status in ("cancelled", "lost"):
            raise ImpastoError(
                "The cluster's scheduler is lost: start it again. The same command goes on."
            )
        return Answer(
            {},
            failed="no worker could paint it: those that took it died one after another, or have "
            "no Impasto; their logs say more.",
        )

    def _hear(self, on_word: OnWord) -> None:
        with suppress(queue.Empty):
            while True:
                _, said = self._words.get_nowait()
                with suppress(ValueError, KeyError, TypeError):
                    word = json.loads(said)
                    on_word(word["key"].removeprefix("impasto-"), word)


@contextmanager
def at(address: str, certificates: Certificates) -> Iterator[Pool]:
    """The workers of a scheduler.

    Raises:
        BadInput: the address is none, or the certificates can't be used.
        ImpastoError: nobody answers there.
    """
    addresses.check(address)
    addresses.require_dask()
    security = addresses.security(address, certificates)
    with quiet.quiet(), _client(address, security) as client:
        yield Pool(client)


@contextmanager
def here(count: int, device: str) -> Iterator[Pool]:
    """Processes of this machine: each with a GPU of its own, as far as there are any.

    They are spoken to over loopback, with certificates that are made for this and live in memory.
    The part of several GPUs was not run on a GPU.

    Args:
        count: of processes.
        device: the type of the device that is painted on: ``cuda``, ``cpu``...
    """
    addresses.require_dask()
    import dask

    with quiet.quiet(), dask.config.set(_NO_PAGES), _environment():
        from distributed import Nanny, Scheduler, Security, SpecCluster

        security = Security.temporary()
        plain = {"security": security, "host": "127.0.0.1", "dashboard": False}
        options = {
            **plain,
            "nthreads": 1,
            "memory_limit": 0,
            "silence_logs": logging.CRITICAL,
            "preload": ["core.cluster.deaf"],
        }
        workers = {
            number: {"cls": Nanny, "options": {**options, "env": _place(number, device)}}
            for number in range(count)
        }
        own = {**plain, "protocol": "tls://", "port": 0, "dashboard_address": "127.0.0.1:0"}
        scheduler = {"cls": Scheduler, "options": own}
        made = SpecCluster(workers, scheduler, security=security, silence_logs=logging.CRITICAL)
        try:
            with _client(made.scheduler_address, security) as client:
                yield Pool(client)
        finally:
            # Processes that don't leave in time are ended; that says nothing of what they painted.
            try:
                made.close()
            except Exception:
                _log.warning("the processes ended late", exc_info=True)


@contextmanager
def _environment() -> Iterator[None]:
    """What Dask sets for its processes, one thread of OpenMP among it, is not left to ours."""
    before = dict(os.environ)
    try:
        yield
    finally:
        for name in os.environ.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


@contextmanager
def _client(address: str, security: Any) -> Iterator[Any]:
    from distributed import Client

    # Of what comes back nothing is unpickled.
    plain = {"deserializers": ["dask", "msgpack"], "set_as_default": False}
    try:
        client = Client(address, security=security, timeout=_PATIENCE, **plain)
    except (OSError, ValueError) as error:
        _log.info("%s", address, exc_info=True)
        raise ImpastoError(
            "No scheduler answers at {address}: start 'dask scheduler' there, and see that its "
            "certificates are of the same authority as yours.",
            address=address,
        ) from error
    try:
        yield client
    finally:
        client.close()


_NO_PAGES: Mapping[str, list[str]] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
"""Each of Dask's processes serves pages on loopback to whoever is on this machine: of ours none."""

_VISIBLE = {"cuda": "CUDA_VISIBLE_DEVICES", "xpu": "ZE_AFFINITY_MASK"}
"""By which variable a process is told which GPUs are its own."""


def _place(number: int, device: str) -> dict[str, str]:
    """The variables of a process that has one of this machine's GPUs, in turn."""
    variable = _VISIBLE.get(device)
    if variable is None:
        return {}
    given = [each for each in os.environ.get(variable, "").split(",") if each]
    if not given:
        import torch

        module = torch.cuda if device == "cuda" else torch.xpu
        given = [str(each) for each in range(module.device_count())]
    return {variable: given[number % len(given)]} if given else {}
