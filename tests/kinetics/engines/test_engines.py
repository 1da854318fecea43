"""The native engine against the reference, and what holds for the native engine alone."""

import subprocess
import sys

import numpy as np
import pytest
from checkout import ROOT
from generated_networks import lattice, random_network
from sample_networks import (
    AWKWARD,
    CHAIN,
    HNP_DY6,
    HNP_DY6_CONSTANTS,
    HNP_DY6_INITIAL,
    open_species,
)

from assemblysim.errors import InputError, IntegrationError
from assemblysim.kinetics.engines import integration, native
from assemblysim.kinetics.engines.integration import (
    Tolerance,
    integrate,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)
from assemblysim.kinetics.task import Ending
from assemblysim.mechanism.network.network import Network, Reaction
from assemblysim.mechanism.properties.balance import conserved_totals
from assemblysim.mechanism.reading.system import read_system

TIMES = np.array([0.0, 0.05, 0.3, 1.0, 3.0, 9.0, 24.0, 48.0])
TIGHT = Tolerance(1e-9, 1e-12, 100_000)
# How far two engines at TIGHT may differ: relative to a number, or to what there was at the start.
APART, SHARE = 3e-6, 1e-8
# Likewise for derivatives, of which the reference controls the error less strictly.
DERIVATIVES_APART, DERIVATIVES_SHARE = 1e-3, 1e-6
MODELS = [
    (path.stem, name)
    for path in sorted((ROOT / "models").glob("*.toml"))
    if path.stem != "hudson_bay"  # feeds on itself: see below
    for name in read_system(path).mechanism_names
]


def vectors(network, seed, count=6):
    """Rate constants over six decades, and starts of which a third is 0."""
    random = np.random.default_rng(seed)
    rate_constants = 10 ** random.uniform(-3, 3, (count, len(network.rate_constant_names)))
    initial = 10 ** random.uniform(-1, 2, (count, len(network.species)))
    initial[random.random(initial.shape) < 0.33] = 0.0
    return rate_constants, initial


def assert_engines_agree(network, seed):
    """At two vectors: what costs is the reference, and there are many networks."""
    rate_constants, initial = vectors(network, seed)
    assert_engines_agree_at(network, rate_constants[:2], initial[:2])


def agrees_with_itself(extents, derivatives, scale):
    """Where the reference's two integrations of the same vectors agree, shape (B,).

    Autocatalysis from nothing is set off by the integrator's own errors, here and not there: such
    a vector has no reference.
    """
    one, other = (np.nan_to_num(x.trajectories.concentrations) for x in (extents, derivatives))
    return (np.abs(one - other) <= APART * np.abs(other) + SHARE * scale).all(axis=(1, 2))


def assert_engines_agree_at(network, rate_constants, initial):
    given = (network, rate_constants, initial, TIMES, TIGHT)
    scale = np.maximum(initial.max(axis=1), 1e-300)[:, None, None]
    extents = [integrate_extents(*given, engine=e) for e in integration.ENGINES]
    derivatives = [integrate_sensitivities(*given, engine=e) for e in integration.ENGINES]
    good = np.all([x.trajectories.completed for x in (*extents, *derivatives)], axis=0)
    good &= agrees_with_itself(extents[1], derivatives[1], scale)
    assert (~good).sum() <= 1

    def compare(arrays, size, apart, fraction):
        found, expected = (array[good] for array in arrays)
        allowed = apart * np.abs(expected) + fraction * np.broadcast_to(size, arrays[0].shape)[good]
        # What grows like this, by autocatalysis from nothing, has no digits left to compare.
        allowed[np.abs(expected) > 1e9 * np.max(size)] = np.inf
        assert (np.abs(found - expected) <= allowed).all()

    compare([x.trajectories.concentrations for x in extents], scale, APART, SHARE)
    compare([x.trajectories.concentrations for x in derivatives], scale, APART, SHARE)
    compare([x.extents for x in extents], scale * (1 + TIMES[:, None]), APART, SHARE)
    by_log_rate = [x.by_constant * rate_constants[:, None, None, :] for x in derivatives]
    compare(by_log_rate, scale[..., None], DERIVATIVES_APART, DERIVATIVES_SHARE)
    compare([x.by_initial for x in derivatives], 1.0, DERIVATIVES_APART, DERIVATIVES_SHARE)


@pytest.mark.parametrize(("model", "mechanism"), MODELS)
def test_engines_agree_on_every_model(model, mechanism):
    network = read_system(ROOT / "models" / f"{model}.toml").network(mechanism)

    assert_engines_agree(network, seed=len(mechanism))


def test_engines_agree_on_hare_and_lynx_about_their_constants():
    """Over six decades each would grow out of nothing or to no end, without a digit to compare.

    Half a decade to either side of the published constants, one time for each two years.
    """
    network = read_system(ROOT / "models" / "hudson_bay.toml").network("lotka_volterra")
    random = np.random.default_rng(20)
    spread = 10 ** random.uniform(-0.5, 0.5, (6, 4))
    years = 20 / TIMES[-1]
    rate_constants = years * spread * [0.547, 0.0277, 0.800, 0.0241]

    assert_engines_agree_at(network, rate_constants, random.uniform(5, 40, (6, 2)))


@pytest.mark.parametrize("seed", range(0, 40, 2))
def test_engines_agree_on_generated_networks(seed):
    assert_engines_agree(random_network(np.random.default_rng(seed), laws=False), seed)


@pytest.mark.parametrize("seed", range(0, 12, 2))
def test_engines_agree_on_rate_laws_of_other_forms(seed):
    assert_engines_agree(random_network(np.random.default_rng(100 + seed), laws=True), seed)


def test_engines_agree_on_names_and_laws_that_are_awkward():
    rate_constants, initial = np.full((2, 6), 0.1), np.full((2, 5), 2.0)
    found = [
        integrate_sensitivities(AWKWARD, rate_constants, initial, TIMES, TIGHT, engine=e)
        for e in integration.ENGINES
    ]

    np.testing.assert_allclose(found[0].by_constant, found[1].by_constant, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(found[0].by_initial, found[1].by_initial, rtol=1e-6, atol=1e-7)


def test_engines_agree_on_a_lattice_of_41_species():
    network = lattice(6, 5)
    rate_constants = np.tile([1e-2, 0.3, 3e-2, 0.1, 1e-3, 0.05], (2, 1))[
        :, : len(network.rate_constant_names)
    ]
    initial = np.array([[190.0 * (s == "Dy1L0") + 23.8 * (s == "Dy0L1")
                         for s in network.species_names]] * 2)  # fmt: skip
    found = [
        integrate_batch(network, rate_constants, initial, TIMES, TIGHT, engine=e)
        for e in integration.ENGINES
    ]

    assert len(network.species) == 41
    difference = np.abs(found[0].concentrations - found[1].concentrations)
    assert difference.max() < 1e-5
    for total in conserved_totals(network):
        amounts = found[0].concentrations @ np.array(total.coefficients)
        np.testing.assert_allclose(amounts, initial[0] @ total.coefficients, rtol=1e-10)


@pytest.fixture(scope="module")
def many():
    random = np.random.default_rng(8)
    rate_constants = HNP_DY6_CONSTANTS * 10 ** random.uniform(-3, 3, (40, 5))
    return rate_constants, np.tile(HNP_DY6_INITIAL, (40, 1))


DOORS = pytest.mark.parametrize(
    "door",
    [
        lambda *given, **settings: integrate_batch(*given, **settings).concentrations,
        lambda *given, **settings: integrate_extents(*given, **settings).extents,
        lambda *given, **settings: integrate_sensitivities(*given, **settings).by_initial,
        lambda *given, **settings: (
            integrate_sensitivities(*given, by_initial=False, **settings).by_constant
        ),
    ],
    ids=["concentrations", "extents", "by initial", "by rate"],
)


@DOORS
def test_a_result_does_not_depend_on_the_batch_nor_on_threads(door, many):
    rate_constants, initial = many
    whole = door(HNP_DY6, rate_constants, initial, TIMES, engine="native")

    for chosen in ([7], [3, 1], list(range(39, -1, -1)), [5] * 17):
        part = door(HNP_DY6, rate_constants[chosen], initial[chosen], TIMES, engine="native")
        np.testing.assert_array_equal(part, whole[chosen])
    for threads in (2, 3, 8):
        again = door(HNP_DY6, rate_constants, initial, TIMES, engine="native", threads=threads)
        np.testing.assert_array_equal(again, whole)


def test_groups_of_all_widths_give_the_same_derivatives(many, monkeypatch):
    for name in native.instruction_sets():
        monkeypatch.setenv(native.INSTRUCTIONS_VARIABLE, name)
        whole = integrate_sensitivities(HNP_DY6, *many, TIMES, engine="native").by_constant

        for count in (8, 16):
            some = (array[:count] for array in many)
            part = integrate_sensitivities(HNP_DY6, *some, TIMES, engine="native").by_constant
            np.testing.assert_array_equal(part, whole[:count])


@DOORS
def test_a_vector_that_fails_leaves_its_neighbours_as_they_are(door, many):
    rate_constants, initial = (array.copy() for array in many)
    whole = door(HNP_DY6, rate_constants, initial, TIMES, engine="native")
    rate_constants[3], rate_constants[11, 2], initial[20, 1], initial[38, 0] = (
        np.inf,
        np.nan,
        -5.0,
        1e308,
    )

    left = door(HNP_DY6, rate_constants, initial, TIMES, engine="native")

    good = np.setdiff1d(np.arange(40), [3, 11, 20, 38])
    np.testing.assert_array_equal(left[good], whole[good])
    assert np.isnan(left[[3, 11]]).all()


def test_instruction_sets_differ_by_rounding_only(many, monkeypatch):
    sets = native.instruction_sets()
    found = []
    for name in sets:
        monkeypatch.setenv(native.INSTRUCTIONS_VARIABLE, name)
        found.append(integrate_batch(HNP_DY6, *many, TIMES, TIGHT, engine="native").concentrations)

    assert sets[-1] == "baseline"
    for other in found[:-1]:
        np.testing.assert_allclose(other, found[-1], rtol=1e-6, atol=1e-9)


def test_an_unknown_instruction_set_is_refused(monkeypatch, many):
    monkeypatch.setenv(native.INSTRUCTIONS_VARIABLE, "mmx")

    with pytest.raises(InputError, match="'mmx' is not an instruction set of this machine"):
        integrate_batch(HNP_DY6, *many, TIMES, engine="native")


def test_steps_and_status_say_what_it_took_and_how_it_ended(many):
    rate_constants, initial = (array[:4].copy() for array in many)
    rate_constants[1, 0] = np.nan
    rate_constants[2] = 1e5
    batch = integrate_batch(HNP_DY6, rate_constants, initial, TIMES, Tolerance(max_steps=60))
    blown = Network(open_species("A"), (Reaction("x", ("A", "A"), ("A", "A", "A"), "k"),))
    up = integrate_batch(blown, np.ones((1, 1)), np.ones((1, 1)), TIMES)

    assert batch.status[1] == Ending.NOT_FINITE
    assert batch.steps[1] == 0
    assert (batch.steps[[0, 2, 3]] <= 60).all()
    np.testing.assert_array_equal(batch.completed, batch.status == Ending.COMPLETED)
    np.testing.assert_array_equal(batch.reached[batch.completed], 48.0)
    assert (batch.status == Ending.SPENT).any()
    assert up.status[0] in (Ending.STALLED, Ending.SPENT)
    assert up.reached[0] == pytest.approx(1.0, rel=1e-4)


def test_sensitivities_match_finite_differences():
    rate_constants, initial = HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None] + 1.0
    batch = integrate_sensitivities(HNP_DY6, rate_constants, initial, TIMES, TIGHT, engine="native")
    # Steps of 1e-4 leave an error of 1e-8 of a third derivative.
    for values, derivatives, move in (
        (rate_constants, batch.by_constant, lambda k: (k, initial)),
        (initial, batch.by_initial, lambda c: (rate_constants, c)),
    ):
        for i in range(values.shape[1]):
            step = np.zeros_like(values)
            step[0, i] = 1e-4 * values[0, i]
            up, down = (
                integrate_batch(HNP_DY6, *move(values + sign * step), TIMES, TIGHT).concentrations
                for sign in (1, -1)
            )
            expected = (up - down) / (2 * step[0, i])
            size = np.abs(expected).max()
            np.testing.assert_allclose(derivatives[..., i], expected, rtol=1e-4, atol=1e-5 * size)


def test_a_total_depends_on_the_start_only():
    batch = integrate_sensitivities(
        HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None], TIMES, engine="native"
    )
    for total in conserved_totals(HNP_DY6):
        coefficients = np.array(total.coefficients)
        by_initial = np.einsum("s,tsj->tj", coefficients, batch.by_initial[0])
        np.testing.assert_allclose(by_initial, np.tile(coefficients, (len(TIMES), 1)), atol=1e-9)
        by_constant = np.einsum("s,tsk->tk", coefficients, batch.by_constant[0]) * HNP_DY6_CONSTANTS
        np.testing.assert_allclose(by_constant, 0, atol=1e-9)


def test_derivatives_by_the_start_are_computed_where_they_are_wanted():
    given = HNP_DY6, HNP_DY6_CONSTANTS[None], HNP_DY6_INITIAL[None], TIMES
    with_both = integrate_sensitivities(*given)
    alone = integrate_sensitivities(*given, by_initial=False)

    assert alone.by_initial.shape == (1, len(TIMES), 6, 0)
    size = np.abs(with_both.by_constant).max(axis=(0, 1, 2))
    assert (np.abs(alone.by_constant - with_both.by_constant) <= 1e-4 * size).all()


def test_arrays_of_any_layout_and_number_type_are_taken():
    rate_constants, initial = (
        np.array([[1.0, 2.0], [3.0, 1.0]]),
        np.array([[1.0, 0, 0], [2.0, 1, 0]]),
    )
    plain = integrate_batch(CHAIN, rate_constants, initial, TIMES).concentrations

    for array in (np.asfortranarray(initial), initial.astype(np.float32), initial.astype(int)):
        found = integrate_batch(
            CHAIN, np.asfortranarray(rate_constants), array, TIMES
        ).concentrations
        np.testing.assert_array_equal(found, plain)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"engine": "cvode"}, "unknown engine 'cvode'; choose one of native, reference"),
        ({"threads": 0}, "0 threads; at least 1 is needed"),
    ],
)
def test_settings_that_are_no_choice_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        integrate_batch(CHAIN, np.ones((1, 2)), np.ones((1, 3)), TIMES, **settings)


WITHOUT = """
import sys
sys.modules["assemblysim.kinetics.engines._kernel"] = None
import numpy as np
from assemblysim.kinetics.engines.integration import integrate, missing_engine
from assemblysim.mechanism.network.network import Network, Reaction, Species
network = Network((Species("A", ()),), (Reaction("r", ("A",), (), "k"),))
print(integrate(network, np.ones(1), np.ones(1), np.array([1.0])).concentrations[0, 0])
print(missing_engine())
try:
    integrate(network, np.ones(1), np.ones(1), np.array([1.0]), engine="native")
except Exception as error:
    print(type(error).__name__)
"""


def test_without_the_native_engine_the_reference_serves_and_one_line_says_so():
    ran = subprocess.run(
        [sys.executable, "-c", WITHOUT], check=True, capture_output=True, text=True, cwd=ROOT
    )
    value, note, error = ran.stdout.splitlines()

    assert float(value) == pytest.approx(np.exp(-1), rel=1e-7)
    assert note.startswith("the native engine was not built")
    assert "slower" in note
    assert error == IntegrationError.__name__


def test_the_native_engine_is_there():
    assert native.available()
    assert integration.missing_engine() is None
    course = integrate(CHAIN, np.ones(2), np.ones(3), TIMES, engine="native")
    assert course.concentrations.shape == (len(TIMES), 3)


def test_networks_of_hundreds_of_species_and_ten_thousand_reactions_run():
    size = 500
    random = np.random.default_rng(4)
    reactions = []
    for i in range(5000):  # M_i + M_j <=> M_(i + j), which conserves mass
        a, b = random.integers(1, size // 2, 2)
        pair, whole = (f"M{a}", f"M{b}"), (f"M{a + b}",)
        reactions.append(Reaction(f"on{i}", pair, whole, f"on{i % 4}"))
        reactions.append(Reaction(f"off{i}", whole, pair, f"off{i % 4}"))
    network = Network(open_species(*(f"M{i + 1}" for i in range(size))), tuple(reactions))
    initial = np.zeros((1, size))
    initial[0, :20] = 1.0
    rate_constants = np.tile([1e-3, 1e-2], 4)[None]
    batch = integrate_batch(
        network, rate_constants, initial, np.array([1.0, 48.0]), engine="native"
    )

    masses = np.arange(1, size + 1)
    assert batch.completed.all()
    np.testing.assert_allclose(batch.concentrations[0] @ masses, initial[0] @ masses, rtol=1e-9)
