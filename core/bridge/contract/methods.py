"""The methods of painting, as far as they are known without running one.

What a method does is in ``core/engine/methods``, in a file of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SELECTION, REST = "style", "background_style"
"""The two parts that a selection makes of a picture, each called by the setting that names the
picture it is painted like."""


@dataclass(frozen=True)
class Cost:
    """What a method takes on two processor cores without a GPU, as it was measured.

    Attributes:
        begun: seconds before the first step: a network is loaded, the style is measured.
        pace: seconds for a million pixels of the work.
        in_steps: whether the pace is that of one step, of as many as the settings say, and finer
            scales follow.
        kinds: settings that change the pace in a way that only past runs can tell.
    """

    begun: float
    pace: float
    in_steps: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What is known of a method.

    Attributes:
        name: in settings.
        label: for a person.
        knobs: the setting that names the style of each part of a picture.
        from_pictures: whether the styles are pictures, which can be mixed and labelled. Otherwise
            they are names that the method knows.
        cost: for estimates.
    """

    name: str
    label: str
    knobs: Mapping[str, str]
    from_pictures: bool
    cost: Cost


_PICTURES = {SELECTION: "style", REST: "background_style"}
_NAMES = {SELECTION: "pastiche", REST: "background_pastiche"}

METHODS: Mapping[str, Known] = {
    method.name: method
    for method in (
        Known(
            "painterly",
            "Painterly",
            _PICTURES,
            from_pictures=True,
            cost=Cost(2.0, 3.0, in_steps=True, kinds=("network", "statistics", "optimizer")),
        ),
        Known("instant", "Instant", _PICTURES, from_pictures=True, cost=Cost(0.3, 3.5)),
        Known("pastiche", "Pastiche", _NAMES, from_pictures=False, cost=Cost(0.3, 1.2)),
    )
}
"""All methods by name, in the order faces show them."""
