"""Networks ready to run, built when first asked for and kept warm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import torch
from torch import nn

from core import devices
from core.bridge.paths import Installation
from core.features import store
from core.features.adain import DECODER
from core.features.network import Features
from core.features.vgg19 import VGG19
from core.feedforward import Decoder

Module = TypeVar("Module", bound=nn.Module)


class Networks:
    """The networks of an installation, on the devices they were asked for on."""

    def __init__(self, weights: Path, device: str = "auto") -> None:
        """Say where from and where to.

        Args:
            weights: the folder they are read from, verified, at first use.
            device: what ``auto`` means, by the name a setting gives it.
        """
        self._folder = weights
        self._device = device
        self._warm: dict[tuple[str, torch.device], nn.Module] = {}

    @classmethod
    def of(cls, installation: Installation) -> Networks:
        """Those of an installation, on the device it was set up for."""
        return cls(installation.weights, installation.device())

    def device(self, name: str) -> torch.device:
        """The device a setting names. Raises BadInput as :func:`devices.choose` does."""
        return devices.choose(self._device if name == "auto" else name)

    def features(self, device: torch.device) -> Features:
        """VGG-19 for painterly. Raises ImpastoError where its weights are missing or damaged."""
        return self._have(
            "features", device, lambda: Features(VGG19, store.load(VGG19.weights, self._folder))
        )

    def encoder(self, device: torch.device) -> Features:
        """VGG-19 as AdaIN's decoder was trained with. Raises as :meth:`features` does."""
        return self._have(
            "encoder",
            device,
            lambda: Features(VGG19, store.load(VGG19.weights, self._folder), reflect=True),
        )

    def decoder(self, device: torch.device) -> Decoder:
        """AdaIN's decoder. Raises as :meth:`features` does."""
        return self._have("decoder", device, lambda: Decoder(store.load(DECODER, self._folder)))

    def forget(self) -> None:
        """Let go of every network and of the GPU's memory."""
        used = {device for _, device in self._warm}
        self._warm.clear()
        for device in used:
            devices.release(device)

    def _have(self, name: str, device: torch.device, build: Callable[[], Module]) -> Module:
        key = (name, device)
        if key not in self._warm:
            self._warm[key] = (
                build()
                .to(device, devices.convolution_dtype(device))
                .to(memory_format=torch.channels_last)
            )
        return cast(Module, self._warm[key])
