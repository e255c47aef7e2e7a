"""What is painted: a layer of a document, and what of it is selected."""

from __future__ import annotations

from dataclasses import dataclass

from krita import Document, Krita, Node

from . import layers
from .bridge.geometry import Box, Extents, plan
from .bridge.settings import Settings
from .masks import Mask


@dataclass(frozen=True)
class Target:
    """A layer with the selection of the moment; None selects everything."""

    document: Document
    node: Node
    mask: Mask | None

    @classmethod
    def active(cls, document: Document) -> Target:
        """The layer the person is on. Raises BadInput where there is none."""
        document.waitForDone()
        return cls(document, layers.active_layer(document), Mask.of(document))

    @classmethod
    def chosen(cls, document: Document) -> list[Target]:
        """Every layer that is selected in the layer docker, from the bottom up."""
        active = cls.active(document)
        window = Krita.instance().activeWindow()
        view = window.activeView() if window else None
        if view is None or view.document() != document:
            return [active]
        picked = {layers.reference(node) for node in view.selectedNodes()}
        nodes = [node for node in layers.all_layers(document) if layers.reference(node) in picked]
        return [cls(document, node, active.mask) for node in reversed(nodes)] or [active]

    @property
    def open(self) -> bool:
        """Whether its document still is."""
        return self.document in Krita.instance().documents()

    def extents(self) -> Extents:
        return Extents(
            canvas=layers.canvas_of(self.document),
            layer=layers.box_of(self.node),
            selection=None if self.mask is None else self.mask.box,
        )

    def box(self, settings: Settings) -> Box:
        """The part of the canvas that a painting looks at. Raises BadInput where there is none.

        The same as ``bridge.painting.read_request`` reads: labels are those of the whole layer.
        """
        whole = settings.styled("background_style") or bool(settings.content_labels)
        return plan(self.extents(), settings.size, whole, settings.reach).box
