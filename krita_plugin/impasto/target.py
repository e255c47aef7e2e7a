"""What is painted: a layer of a document, and what of it is selected."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from krita import Document, Krita, Node

from . import layers
from .bridge.contract.errors import BadInput
from .bridge.contract.geometry import Box, Extents
from .bridge.session.record import Selected
from .hands import settle
from .masks import selected


@dataclass(frozen=True)
class Target:
    """A layer, by its reference, with the selection of the moment; None selects everything."""

    document: Document
    source: str
    selected: Selected | None
    instead_of: str = ""
    """The name of the painting that was chosen, where its original is taken."""

    @classmethod
    def of(cls, document: Document, node: Node) -> Target:
        """A layer with what is selected of it now."""
        return cls(document, layers.reference(node), selected(document, node))

    @classmethod
    def active(cls, document: Document) -> Target:
        """The layer the person is on. Raises BadInput where there is none."""
        settle(document)
        return cls.of(document, layers.active_layer(document))

    @classmethod
    def chosen(cls, document: Document) -> list[Target]:
        """Every layer that is selected in the layer docker, from the bottom up."""
        settle(document)
        active = layers.active_layer(document)
        window = Krita.instance().activeWindow()
        view = window.activeView() if window else None
        nodes = [active]
        if view is not None and view.document() == document:
            picked = {layers.reference(node) for node in view.selectedNodes()}
            found = [n for n in layers.all_layers(document) if layers.reference(n) in picked]
            nodes = found[::-1] or nodes
        return [cls.of(document, node) for node in nodes]

    @property
    def node(self) -> Node:
        """The layer, looked up anew. Raises BadInput where it is gone."""
        node = layers.find(self.document, self.source)
        if node is None:
            raise BadInput("The layer to paint from is gone: choose another one and try again.")
        return node

    @property
    def open(self) -> bool:
        """Whether its document still is."""
        return self.document in Krita.instance().documents()

    @cached_property
    def shown(self) -> Box:
        """The box of what the layer shows."""
        return layers.shown_box(self.document, self.node)

    def extents(self) -> Extents:
        return Extents(
            canvas=layers.canvas_of(self.document),
            layer=self.shown,
            selection=self.selected and self.selected.bounds,
        )


def wraps(document: Document) -> bool:
    """Whether the document is looked at in wrap-around mode, as one that is to repeat."""
    window = Krita.instance().activeWindow()
    view = window.activeView() if window else None
    return bool(view and view.document() == document and view.canvas().wrapAroundMode())
