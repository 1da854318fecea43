"""Products that crystallise: a sink that is in the balance and in no spectrum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from checkout import ROOT

from assemblysim.inference.model.likelihood import log_likelihood
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.kinetics.reactor.reactor import Reactor, courses
from assemblysim.mechanism.properties.balance import composition_matrix
from assemblysim.mechanism.reading.system import read_system
from assemblysim.prediction.courses.fine_courses import PREDICTION_TOLERANCE
from assemblysim.prediction.lifetimes import lifetimes_in
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

MODELS = {"hnp_dy6": "both", "dy6": "two_Dy3L"}
RATES = {
    "k_chelate": 0.01,
    "k_grow": 0.002,
    "k_dimerise": 0.03,
    "k_couple": 0.02,
    "k_close": 0.001,
    "k_crystallise": 0.15,
}
START = {"Dy": 190.0, "L": 23.8}
WINDOW = 48.0


def pot_of_model(model: str, mechanism: str) -> Reactor:
    network = read_system(ROOT / f"models/{model}_crystals.toml").network(mechanism)
    rate_constants = np.array([[RATES[name] for name in network.rate_constant_names]])
    initial = np.array([[START.get(name, 0.0) for name in network.species_names]])
    return Reactor.isothermal(network, rate_constants, initial)


@pytest.fixture(scope="module", params=MODELS)
def reactors(request: pytest.FixtureRequest) -> tuple[Reactor, Reactor]:
    """The same reactor without crystals and with them."""
    mechanism = MODELS[request.param]
    return pot_of_model(request.param, mechanism), pot_of_model(
        request.param, f"{mechanism}_crystals"
    )


def test_crystals_are_the_product_that_is_missing_in_solution(
    reactors: tuple[Reactor, Reactor],
) -> None:
    times = np.linspace(0, WINDOW, 4801)
    plain, crystals = (courses(reactor, times, PREDICTION_TOLERANCE) for reactor in reactors)
    made, left = (c.concentrations[0, :, c.species.index("Dy6L2")] for c in (plain, crystals))
    solid = crystals.concentrations[0, :, crystals.species.index("Crystals")]
    formed = np.gradient(made, times, edge_order=2)
    # d(left)/dt = formation - k left, by the variation of constants and Simpson's rule
    k = RATES["k_crystallise"]
    weights = np.full(4801, 2.0)
    weights[1::2], weights[[0, -1]] = 4.0, 1.0
    expected = (weights * formed * np.exp(-k * (WINDOW - times))).sum() * times[1] / 3

    np.testing.assert_allclose(left + solid, made, rtol=1e-6, atol=1e-8)
    assert left[-1] == pytest.approx(expected, rel=1e-4)
    # it rises and falls again, where without crystals it only rises
    assert left.max() > 1.3 * left[-1]
    assert (np.diff(made) > 0).all()


def test_every_element_is_there_with_the_crystals(reactors: tuple[Reactor, Reactor]) -> None:
    reactor = reactors[1]
    found = courses(reactor, np.linspace(0, WINDOW, 49)).concentrations[0]
    blocks = composition_matrix(reactor.network.species)

    np.testing.assert_allclose(
        found @ blocks, np.tile(reactor.initial @ blocks, (49, 1)), rtol=1e-8
    )
    in_solution = found[
        :, [i for i, n in enumerate(reactor.network.species_names) if n != "Crystals"]
    ]
    assert in_solution[-1].sum() < found[-1].sum()


def test_intermediates_live_as_long_since_nothing_goes_back(
    reactors: tuple[Reactor, Reactor],
) -> None:
    plain, crystals = (
        lifetimes_in(
            Reactor.isothermal(p.network, p.rate_constants.at_reference, p.initial), WINDOW, 0.01
        )
        for p in reactors
    )

    # the product itself has become one: it comes and goes
    assert crystals.species == (*plain.species, "Dy6L2")
    np.testing.assert_allclose(crystals.values[:, :-1], plain.values, rtol=1e-6)
    product = dict(zip(crystals.quantities, crystals.values[0, -1], strict=True))
    assert product["lifetime_at_maximum"] == pytest.approx(1 / RATES["k_crystallise"], rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_a_study_takes_crystals_by_name(model: str, tmp_path: Path) -> None:
    text = (ROOT / "fits" / model / "study.toml").read_text("utf-8")
    names = f'"{MODELS[model]}", "{MODELS[model]}_crystals"'
    path = (ROOT / "models" / f"{model}_crystals.toml").as_posix()
    start, end = text.index("model "), text.index("seed ")
    text = f'{text[:start]}model = "{path}"\nmechanisms = [{names}]\n{text[end:]}'
    # The models of crystals state no ions that could take up base.
    text = "".join(line for line in text.splitlines(True) if not line.startswith("base "))
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    words = (ROOT / "fits" / model / "statements.csv").read_text("utf-8")
    (tmp_path / "statements.csv").write_text(words, encoding="utf-8")
    study = read_study(tmp_path)
    plain, crystals = (build_problem(study, name) for name in study.mechanisms)

    extra = {*crystals.parameter_names} - {*plain.parameter_names}
    assert extra == {"k_crystallise", "Ea_crystallise"}
    at = np.zeros((1, len(crystals.parameters)))
    found = log_likelihood(crystals, values_from_normal(crystals.parameters, at))
    assert np.isfinite(found.total).all()
    assert not found.failed.any()
