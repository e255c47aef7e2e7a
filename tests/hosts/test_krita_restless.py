"""A person who does not wait, in Krita's dialog."""

from __future__ import annotations

from .kritas import Krita, one_layer


def test_a_restless_hand_breaks_nothing(krita: Krita) -> None:
    told = krita.told("restless")
    assert told["failed"] == []
    assert told["reopened"] == 4
    assert told["at last"] is None, "the last settings were good ones"
    assert told["workers"] == 1
    one_layer(told["painted"])
    assert krita.report["uncaught"]["errors"] == []


def test_a_dialog_that_is_closed_while_krita_tells_it_of_layers_is_gone(krita: Krita) -> None:
    assert krita.told("closed_while_told")["failed"] == []
