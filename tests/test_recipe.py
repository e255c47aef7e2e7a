"""The recipes that settings mean."""

from __future__ import annotations

import pytest

from core.bridge.contract.errors import BadInput
from core.bridge.contract.settings import Settings
from core.features.models.alexnet import ALEXNET
from core.features.models.vgg19 import VGG19
from core.painterly.optimizers.known import OPTIMIZERS
from core.painterly.recipe import Recipe

ROLES = VGG19.roles


def _recipe(**settings: object) -> Recipe:
    return Recipe.of(Settings.from_mapping(settings), VGG19)


def test_the_settings_own_values_are_the_recipes() -> None:
    """The recipe's defaults, which were measured, are those of the settings."""
    assert _recipe() == Recipe()


def test_weights_are_multiples_of_the_recipes_own() -> None:
    found = _recipe(style_weight=2, content_weight=0.5, matching_weight=3, variation_weight=0.1)
    assert found.style_layers == {name: 2 * weight for name, weight in ROLES.style.items()}
    assert found.content_layers == {name: 0.5 * weight for name, weight in ROLES.content.items()}
    assert found.matching_layers == {name: 3 * weight for name, weight in ROLES.matching.items()}
    assert found.total_variation == pytest.approx(0.1 * Recipe().total_variation)
    assert _recipe(mean_weight=4).mean == 4 * _recipe(mean_weight=1).mean > 0


def test_named_layers_share_what_the_networks_own_have_together() -> None:
    found = _recipe(style_layers="relu1_1=3, block3_conv1", content_layers="conv2_2")
    total = sum(ROLES.style.values())
    assert found.style_layers == pytest.approx({"relu1_1": 0.75 * total, "relu3_1": 0.25 * total})
    assert found.content_layers == {"relu2_2": sum(ROLES.content.values())}
    assert found.matching_layers == ROLES.matching


def test_another_network_has_layers_of_its_own() -> None:
    found = Recipe.of(Settings(), ALEXNET)
    assert found.style_layers == ALEXNET.roles.style
    assert found.content_layers == ALEXNET.roles.content
    assert found.matching_layers == ALEXNET.roles.matching


def test_what_weighs_nothing_is_not_computed() -> None:
    found = _recipe(style_weight=0, matching_weight=0, content_layers="relu2_1=0, relu4_2")
    assert found.style_layers == found.matching_layers == {}
    assert found.content_layers == {"relu4_2": sum(ROLES.content.values())}
    assert found.layers(VGG19) == ["relu4_2"]


def test_the_first_of_several_scales_is_settled_by_statistics() -> None:
    found = _recipe().without_matching()
    assert found.matching_layers == {}
    assert found.style_layers == ROLES.style
    assert found.content_layers == ROLES.content
    matched = _recipe(style_weight=0)
    assert matched.without_matching() == matched, "nothing else would paint it"


def test_gram_matrices_go_without_matching() -> None:
    found = _recipe(statistics="gram", matching_weight=5)
    assert found.statistics == "gram"
    assert found.matching_layers == {}
    assert found.style_layers
    assert found.content_layers


def test_an_optimizer_without_momentum_looks_at_all_layers_at_every_step() -> None:
    for name in OPTIMIZERS:
        found = _recipe(optimizer=name)
        assert found.optimizer == name
        every = {step: found.layers(VGG19, step) for step in range(4)}
        always = all(layers == every[0] for layers in every.values())
        assert always == (name in ("lbfgs", "gradient"))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"style_layers": "relu9_9"}, "has no layer 'relu9_9': it has relu1_1"),
        ({"content_layers": "relu9_9", "content_weight": 0}, "has no layer 'relu9_9'"),
        ({"style_layers": "relu2_1, conv2_1"}, "names a layer twice"),
        (
            {"style_weight": 0, "content_weight": 0, "matching_weight": 0},
            "Nothing would be painted",
        ),
        ({"statistics": "gram", "style_weight": 0, "content_weight": 0}, "Nothing would be"),
        ({"style_layers": "relu2_1=0"}, "all 0"),
        ({"style_layers": "relu2_1=-1"}, "weight of 0 or more"),
        ({"style_layers": "relu2_1=nan"}, "weight of 0 or more"),
        ({"style_weight": float("nan")}, "between 0 and 1000"),
        ({"content_weight": -1.0}, "between 0 and 1000"),
    ],
)
def test_bad_input_gets_one_sentence(settings: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput, match=words) as caught:
        _recipe(**settings)
    assert "\n" not in str(caught.value)
