"""What is asked of a worker, and what it answers: texts in JSON, for they go to other machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.bridge import VERSION
from core.bridge.contract.errors import BadInput, ImpastoError, NoRoom

PICTURE, STRETCH, LOOK = "picture", "stretch", "look"
"""A picture of a batch; a part of a clip; whether a worker sees our files."""


@dataclass(frozen=True)
class Order:
    """One piece of work that depends on no other.

    Attributes:
        kind: one of the above.
        digest: of all that its result depends on. By that it is known: who asks for the same again
            gets what is painted already.
        told: the rest, as JSON can say it.
    """

    kind: str
    digest: str
    told: Mapping[str, Any]

    def text(self, topic: str) -> str:
        """As it is sent.

        Args:
            topic: under which the worker tells how far it is.
        """
        return json.dumps({**self.told, "version": VERSION, "topic": topic})


@dataclass(frozen=True)
class Answer:
    """What came of an order.

    Attributes:
        made: what the worker says of it; empty where it failed.
        failed: why, in a sentence; empty where it did not.
        full: whether it failed for want of room on a disk.
        stopped: whether it was called off.
    """

    made: Mapping[str, Any]
    failed: str = ""
    full: bool = False
    stopped: bool = False

    def text(self) -> str:
        return json.dumps(
            {"made": self.made, "failed": self.failed, "full": self.full, "stopped": self.stopped}
        )

    @classmethod
    def read(cls, text: object) -> Answer:
        """Of what came; it is checked, as it comes from elsewhere.

        Raises:
            ImpastoError: a worker does not answer as one of this version does.
        """
        try:
            values = json.loads(text) if isinstance(text, str) else None
        except ValueError:
            values = None
        if not (
            isinstance(values, dict)
            and isinstance(values.get("made"), dict)
            and isinstance(values.get("failed"), str)
        ):
            raise ImpastoError(
                "A worker of the cluster answers in another way than Impasto's: install the same "
                "version everywhere."
            )
        return cls(
            values["made"], values["failed"], bool(values.get("full")), bool(values.get("stopped"))
        )

    def checked(self) -> Mapping[str, Any]:
        """What was made.

        Raises:
            NoRoom: a disk is full.
            BadInput: it failed in another way.
        """
        if self.failed:
            raise (NoRoom if self.full else BadInput)("{why}", why=self.failed)
        return self.made
