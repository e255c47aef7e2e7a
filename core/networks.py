"""Networks ready to run, built when first asked for and kept warm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from torch import Tensor

from core import devices
from core.bridge.paths import Installation
from core.features import store
from core.features.adain import DECODER
from core.features.network import Features
from core.features.vgg19 import VGG19
from core.feedforward import Decoder, Instant
from core.styles import Memory

Thing = TypeVar("Thing")


class Networks:
    """The networks of an installation, on the devices they were asked for on."""

    def __init__(self, weights: Path, device: str = "auto", styles: Path | None = None) -> None:
        """Say where from and where to.

        Args:
            weights: the folder they are read from, verified, at first use.
            device: what ``auto`` means, by the name a setting gives it.
            styles: the folder that remembers what was measured of styles.
        """
        self.styles = Memory(styles)
        self._folder = weights
        self._device = device
        self._warm: dict[tuple[str, torch.device], Any] = {}

    @classmethod
    def of(cls, installation: Installation) -> Networks:
        """Those of an installation, on the device it was set up for."""
        return cls(installation.weights, installation.device(), installation.styles)

    def device(self, name: str) -> torch.device:
        """The device a setting names. Raises BadInput as :func:`devices.choose` does."""
        return devices.choose(self._device if name == "auto" else name)

    def features(self, device: torch.device) -> Features:
        """VGG-19 for painterly. Raises ImpastoError where its weights are missing or damaged."""
        return self._have("features", device, lambda: Features(VGG19, self._vgg19(device)))

    def instant(self, device: torch.device) -> Instant:
        """AdaIN, on the same VGG-19. Raises as :meth:`features` does."""
        return self._have(
            "instant",
            device,
            lambda: Instant(
                Features(VGG19, self._vgg19(device), reflect=True),
                Decoder(store.load(DECODER, self._folder))
                .to(device, devices.convolution_dtype(device))
                .to(memory_format=torch.channels_last),
            ),
        )

    def forget(self) -> None:
        """Let go of every network and of the GPU's memory."""
        used = {device for _, device in self._warm}
        self._warm.clear()
        for device in used:
            devices.release(device)

    def _vgg19(self, device: torch.device) -> Mapping[str, Tensor]:
        """Its weights, once for both networks made of them, as convolutions are fastest with."""
        dtype = devices.convolution_dtype(device)
        return self._have(
            "vgg19",
            device,
            lambda: {
                name: tensor.to(device, dtype).contiguous(
                    memory_format=torch.channels_last
                    if tensor.dim() == 4
                    else torch.contiguous_format
                )
                for name, tensor in store.load(VGG19.weights, self._folder).items()
            },
        )

    def _have(self, name: str, device: torch.device, build: Callable[[], Thing]) -> Thing:
        key = (name, device)
        if key not in self._warm:
            # What an instant run builds, painterly takes gradients through.
            with torch.inference_mode(False):
                self._warm[key] = build()
        return cast(Thing, self._warm[key])
