"""Networks ready to run, built when first asked for and kept warm."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

import torch
from torch import Tensor

from core.bridge.contract.errors import BadInput, ImpastoError, Stopped
from core.bridge.i18n.text import Text
from core.bridge.storage.paths import Installation
from core.features import classifiers, known
from core.features.chain import ChainNetwork, Padding
from core.features.convolutions import choice
from core.features.convolutions.algorithm import Algorithm
from core.features.descriptor import Chain
from core.features.models import centerface, facemesh, u2netp
from core.features.models.adain import DECODER
from core.features.models.pastiche import PASTICHE
from core.features.models.vgg19 import VGG19
from core.features.network import FeatureNetwork
from core.features.weights import store
from core.masks.faces import FaceFinder
from core.masks.salient import SalientNetwork
from core.onepass.instant import CHOOSABLE, AdaIN, Decoder, folded
from core.onepass.pastiche import PasticheNetwork
from core.styles.statistics_cache import StatisticsCache
from core.system import devices
from core.system.stopping import ShouldStop

_log = logging.getLogger(__name__)

Thing = TypeVar("Thing")

_WRAPS = " that wraps"


class Networks:
    """The networks of an installation, on the devices they were asked for on."""

    def __init__(
        self,
        weights: Path,
        device: str = "auto",
        styles: Path | None = None,
        libraries: Path | None = None,
        convolutions: Path | None = None,
    ) -> None:
        """Say where from and where to.

        Args:
            weights: the folder they are read from, verified, at first use.
            device: what ``auto`` means, by the name a setting gives it.
            styles: the folder that remembers what was measured of styles.
            libraries: the folder that remembers what was found out about folders of pictures.
            convolutions: the file that says which algorithm of a convolution is the quickest here.
        """
        self.styles = StatisticsCache(styles)
        self.libraries = libraries
        self._convolutions = convolutions
        self._folder = weights
        self._device = device
        self._warm: dict[tuple[str, torch.device], Any] = {}
        self._prepared = False

    @classmethod
    def of(cls, installation: Installation) -> Networks:
        """Those of an installation, on the device it was set up for."""
        return cls(
            installation.weights,
            installation.device(),
            installation.styles,
            installation.libraries,
            installation.convolutions,
        )

    def device(self, name: str) -> torch.device:
        """The device a setting names. Raises BadInput as :func:`devices.choose` does."""
        return devices.choose(self._device if name == "auto" else name)

    def prepare(self, should_stop: ShouldStop = lambda: False) -> None:
        """Measure what no one has on this machine: some seconds once, and at most once for each
        object. Networks that are warm are built anew then.

        Args:
            should_stop: asked often; True puts it off to another call.
        """
        if self._prepared or self._convolutions is None:
            return
        try:
            if choice.measure_once(self._convolutions, self.device("auto"), should_stop):
                self.forget()
        except Stopped:
            return
        except BadInput:
            pass  # whoever paints is told that there is no such device
        self._prepared = True

    def convolutions(self, device: torch.device) -> choice.Times:
        """What was measured of convolutions on a device; empty if nothing was."""
        return choice.kept(self._convolutions, device)

    def features(
        self, device: torch.device, name: str = VGG19.name, *, wraps: bool = False
    ) -> FeatureNetwork:
        """A feature network for painterly, by the name a setting gives it or from a file.

        Args:
            device: to compute on.
            name: of the network.
            wraps: for pictures that repeat; see :class:`core.features.network.FeatureNetwork`. The
                network is one that ``repeats``.

        Raises:
            BadInput: there is no such network.
            ImpastoError: its weights are missing or damaged.
        """

        def build() -> FeatureNetwork:
            if classifiers.is_one(name):
                return classifiers.load(name, device)
            return self._chain(name, device, "zeros", wraps)

        # A file that was trained further is another network.
        digest = known.by_name(name).weights.digest
        return self._have(f"features {name} {digest}{_WRAPS * wraps}", device, build)

    def instant(self, device: torch.device, *, wraps: bool = False) -> AdaIN:
        """AdaIN with style swap, on VGG-19. Raises as :meth:`features` does; ``wraps`` as there."""

        def build() -> AdaIN:
            tensors = _laid_out(folded(store.load(DECODER, self._folder)), device)
            quick = choice.of_kinds(CHOOSABLE, tensors, self._convolutions)
            encoder = self._chain(VGG19.name, device, "reflect", wraps)
            return AdaIN(encoder, Decoder(tensors, quick, wraps=wraps), wraps=wraps)

        return self._have(f"instant{_WRAPS * wraps}", device, build)

    def pastiche(self, device: torch.device, *, wraps: bool = False) -> PasticheNetwork:
        """The network of 26 styles. Raises as :meth:`features` does; ``wraps`` as there."""

        def build() -> PasticheNetwork:
            tensors = store.load(PASTICHE, self._folder)
            here = {name: tensor.to(device) for name, tensor in tensors.items()}
            return PasticheNetwork(here, wraps=wraps)

        return self._have(f"pastiche{_WRAPS * wraps}", device, build)

    def salient(self, device: torch.device) -> SalientNetwork | None:
        """The network that tells what stands out; None where :meth:`no_subjects` says why."""
        return _or_none(self._salient(device))

    def no_subjects(self, device: torch.device) -> Text | None:
        """Why that network can't be had, as its weights are missing or damaged; None if it can."""
        return _why(self._salient(device))

    def faces(self) -> FaceFinder | None:
        """What finds faces; None where :meth:`no_faces` says why."""
        return _or_none(self._faces())

    def no_faces(self) -> Text | None:
        """As :meth:`no_subjects`, of what finds faces."""
        return _why(self._faces())

    def forget(self) -> None:
        """Let go of every network, and of the memory that painting took."""
        used = {device for _, device in self._warm}
        self._warm.clear()
        for device in used:
            devices.release(device)

    def _chain(
        self, name: str, device: torch.device, padding: Padding, wraps: bool
    ) -> ChainNetwork:
        """A chain on its weights, of which there is one copy."""

        def build() -> tuple[Chain, Mapping[str, Tensor], Mapping[str, Algorithm]]:
            network, read = known.load(name, self._folder)
            tensors = _laid_out(read, device)
            return network, tensors, choice.algorithms(network, tensors, self._convolutions)

        digest = known.by_name(name).weights.digest
        network, tensors, quick = self._have(f"tensors {name} {digest}", device, build)
        plain = ChainNetwork(network, tensors, padding=padding, algorithms=quick)
        if not wraps:
            return plain
        return ChainNetwork(network, tensors, padding="circular", algorithms=quick, plain=plain)

    def _salient(self, device: torch.device) -> SalientNetwork | ImpastoError:
        def build() -> SalientNetwork:
            return SalientNetwork(store.load(u2netp.WEIGHTS, self._folder), device)

        return self._have_or_not("salient", device, build)

    def _faces(self) -> FaceFinder | ImpastoError:
        def build() -> FaceFinder:
            return FaceFinder(
                *(store.load(each.WEIGHTS, self._folder) for each in (centerface, facemesh))
            )

        return self._have_or_not("faces", torch.device("cpu"), build)

    def _have_or_not(
        self, name: str, device: torch.device, build: Callable[[], Thing]
    ) -> Thing | ImpastoError:
        """What a painting can do without, or why it can't be had, which the log has once."""

        def attempt() -> Thing | ImpastoError:
            try:
                return build()
            except ImpastoError as error:
                _log.warning("Nothing of %s: %s", name, error)
                return error

        return self._have(name, device, attempt)

    def _have(self, name: str, device: torch.device, build: Callable[[], Thing]) -> Thing:
        key = (name, device)
        if key not in self._warm:
            # What an instant run builds, painterly takes gradients through.
            with torch.inference_mode(False):
                self._warm[key] = build()
        return cast(Thing, self._warm[key])


def _or_none(found: Thing | ImpastoError) -> Thing | None:
    return None if isinstance(found, ImpastoError) else found


def _why(found: object) -> Text | None:
    return found.text if isinstance(found, ImpastoError) else None


def _laid_out(tensors: Mapping[str, Tensor], device: torch.device) -> dict[str, Tensor]:
    """Weights on a device, in the type and the layout in which convolutions are fastest there."""
    dtype = devices.convolution_dtype(device)
    return {
        name: tensor.to(device, dtype).contiguous(
            memory_format=torch.channels_last if tensor.dim() == 4 else torch.contiguous_format
        )
        for name, tensor in tensors.items()
    }
