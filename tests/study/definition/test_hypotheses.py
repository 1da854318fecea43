"""Hypotheses: a mechanism for each group, constants that differ, and what is refused of them."""

from dataclasses import replace

import numpy as np
import pytest
from quadrature import by_quadrature
from two_ligands import PRIORS, studied, write

from assemblysim.errors import InputError
from assemblysim.inference.evidence.nested import nested_check
from assemblysim.inference.model.likelihood import log_likelihood, log_likelihood_gradients
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.inference.model.problem import reactor_of
from assemblysim.study.definition.hypotheses import RATIO, Differing
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

SAME = 'same = { mechanism = "both" }\n'
DIFFERS = 'differs = { mechanism = "both", per_group = ["k_couple"] }\n'
OTHER = 'other = { mechanism = { LA = "direct", LB = "both" } }\n'
NEVER = 'never = { mechanism = "both", fixed = { LA = { k_couple = 0 } } }\n'


def drawn(problem, count=4, seed=0):
    """Some parameter vectors of a problem, by name."""
    positions = 0.5 * np.random.default_rng(seed).standard_normal((count, len(problem.parameters)))
    values = values_from_normal(problem.parameters, positions)
    return dict(zip(problem.parameter_names, values.T, strict=True))


def at(problem, named):
    """The log-likelihoods of a problem at named values, by experiment."""
    values = np.stack([named[name] for name in problem.parameter_names], axis=1)
    found = log_likelihood(problem, values).pointwise
    owners = np.array([one.partition(":")[0] for one in problem.observations])
    return {name: found[:, owners == name].sum(axis=1) for name in dict.fromkeys(owners)}


def constants(problem, named, experiment):
    """The rate constants of an experiment by name."""
    values = np.stack([named[name] for name in problem.parameter_names], axis=1)
    part = problem.experiments[experiment]
    found = reactor_of(problem, part, problem.named(values)).rate_constants.at_reference
    return dict(zip(part.network.rate_constant_names, found.T, strict=True))


def test_a_study_of_mechanisms_alone_has_the_hypothesis_of_each(tmp_path):
    study = studied(tmp_path, top='mechanisms = ["direct", "both"]')
    hypothesis = study.hypothesis("both")

    assert study.mechanisms == ("direct", "both")
    assert hypothesis.mechanisms == ("both", "both")
    assert (hypothesis.differing, hypothesis.fixed) == ((), ())


def test_a_former_name_in_a_hypothesis_is_answered_by_one_line(tmp_path):
    folder = write(tmp_path, OTHER.replace("direct", "old"))
    model = next(one for one in tmp_path.rglob("*.toml") if one.name != "study.toml")
    model.write_text(model.read_text() + '\n[former_names]\nold = "direct"\n')
    study = read_study(folder)

    assert study.hypothesis("other").mechanisms == ("direct", "both")
    assert study.notices == (
        f"{folder}/study.toml: mechanism 'old' is called 'direct' now; the former name is still "
        "read",
    )


def test_hypotheses_stand_beside_mechanisms_or_in_their_place(tmp_path):
    assert studied(tmp_path, SAME + OTHER).mechanisms == ("same", "other")
    beside = studied(tmp_path, OTHER, top='mechanisms = ["both"]')
    assert beside.mechanisms == ("both", "other")


def test_a_hypothesis_in_which_nothing_differs_is_its_mechanism_to_the_last_digit(tmp_path):
    study = studied(tmp_path, SAME, top='mechanisms = ["both"]')
    plain, same = (build_problem(study, name) for name in ("both", "same"))

    assert plain.parameters == same.parameters
    values = np.stack(list(drawn(plain).values()), axis=1)
    ours, theirs = (log_likelihood(one, values).pointwise for one in (plain, same))
    np.testing.assert_array_equal(ours, theirs)


def test_a_constant_that_differs_has_its_geometric_mean_and_a_ratio(tmp_path):
    problem = build_problem(studied(tmp_path, DIFFERS), "differs")
    named = drawn(problem)
    first, second = (constants(problem, named, i)["k_couple"] for i in (0, 1))

    np.testing.assert_allclose(np.sqrt(first * second), named["k_couple"], rtol=1e-12)
    np.testing.assert_allclose(second / first, named["ratio_k_couple"], rtol=1e-12)
    kinds = {one.name: (one.kind, one.prior.describe()) for one in problem.parameters}
    assert kinds["ratio_k_couple"] == ("ratio", "log-normal with median 1 and factor 10")
    assert constants(problem, named, 0)["k_grow"] == pytest.approx(named["k_grow"])


def test_a_ratio_of_one_gives_the_likelihood_of_shared_constants(tmp_path):
    study = studied(tmp_path, SAME + DIFFERS)
    same, differs = (build_problem(study, name) for name in ("same", "differs"))
    named = drawn(same)
    one = {**named, "ratio_k_couple": np.ones(4)}

    for name, expected in at(same, named).items():
        np.testing.assert_allclose(at(differs, one)[name], expected, rtol=1e-9)
    three = {**named, "ratio_k_couple": np.full(4, 3.0)}  # the check has power
    assert (np.abs(at(differs, three)["A"] - at(same, named)["A"]) > 1e-3).all()


@pytest.mark.parametrize("count", [2, 3, 5])
def test_no_group_stands_before_another_in_the_prior(count):
    groups = tuple("ABCDE"[:count])
    differing = Differing("k", groups, None)
    priors = differing.priors(RATIO)
    powers = np.array([differing.powers(group) for group in groups])
    spreads = np.log([one.factor for one in priors])
    covariance = (powers * spreads**2) @ powers.T
    pairs = [
        covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
        for i in range(count)
        for j in range(i)
    ]

    np.testing.assert_allclose(pairs, np.log(10) ** 2, rtol=1e-12)
    np.testing.assert_allclose(powers.sum(axis=0), 0, atol=1e-12)


def test_the_order_of_experiments_changes_nothing(tmp_path):
    text = DIFFERS + 'other = { mechanism = { LA = "direct", LB = "both", LC = "both" } }\n'
    first = studied(tmp_path, text, names="ABC")
    second = studied(tmp_path, text, names="CAB")
    for name in first.mechanisms:
        one, other = build_problem(first, name), build_problem(second, name)
        named = drawn(one)
        assert {str(p) for p in one.parameters} == {str(p) for p in other.parameters}
        for experiment, expected in at(one, named).items():
            np.testing.assert_allclose(at(other, named)[experiment], expected, rtol=1e-12)


def test_a_group_has_the_steps_of_its_own_mechanism(tmp_path):
    study = studied(tmp_path, OTHER, top='mechanisms = ["direct", "both"]')
    direct, both, other = (build_problem(study, name) for name in ("direct", "both", "other"))
    named = drawn(other)

    assert "M3L2" not in other.experiments[0].network.species_names
    np.testing.assert_array_equal(at(other, named)["B"], at(both, named)["B"])
    np.testing.assert_array_equal(at(other, named)["A"], at(direct, named)["A"])


def test_a_constant_fixed_in_a_group_stays_unknown_in_the_others(tmp_path):
    study = studied(tmp_path, SAME + NEVER)
    same, never = (build_problem(study, name) for name in ("same", "never"))
    named = drawn(never)

    assert (constants(never, named, 0)["k_couple"] == 0).all()
    np.testing.assert_array_equal(constants(never, named, 1)["k_couple"], named["k_couple"])
    np.testing.assert_array_equal(at(same, named)["B"], at(never, named)["B"])
    assert (at(same, named)["A"] != at(never, named)["A"]).all()


def test_where_nothing_is_shared_the_log_likelihood_is_the_sum_of_two_studies(tmp_path):
    own = 'per_group = ["k_*", "response_*", "background", "noise"]\nmechanisms = ["both"]'
    joint = build_problem(studied(tmp_path, top=own), "both")
    named = drawn(joint)
    together = at(joint, named)
    for name in "AB":
        (tmp_path / name).mkdir()
        study = studied(tmp_path / name, names=name, top='mechanisms = ["both"]')
        alone = build_problem(study, "both")
        ours = {one: named[f"{one}_L{name}"] for one in alone.parameter_names}
        values = np.stack([ours[one] for one in alone.parameter_names], axis=1)
        expected = log_likelihood(alone, values).total
        np.testing.assert_allclose(together[name], expected, rtol=1e-12)


def test_the_gradient_goes_through_ratios(tmp_path):
    problem = build_problem(studied(tmp_path, DIFFERS), "differs")
    position = 0.2 * np.random.default_rng(1).standard_normal((1, len(problem.parameters)))
    gradient = log_likelihood_gradients(problem, position)[1][0]
    place = problem.parameter_names.index("ratio_k_couple")
    sides = position.repeat(2, axis=0)
    sides[:, place] += [1e-4, -1e-4]
    ends = log_likelihood(problem, values_from_normal(problem.parameters, sides)).total

    assert gradient[place] == pytest.approx((ends[0] - ends[1]) / 2e-4, rel=1e-3)


def test_priors_of_ratios_are_those_of_the_hypothesis_else_of_the_study(tmp_path):
    narrow = DIFFERS.replace("differs", "narrow").replace(
        '"k_couple"]', '"k_couple"], ratios = { k_couple = { log_normal = [1, 3] } }'
    )
    said = f"{PRIORS}ratio_k_couple = {{ log_normal = [1, 5] }}\n"
    study = studied(tmp_path, DIFFERS + narrow, priors=said)
    found = {
        name: next(p.prior for p in build_problem(study, name).parameters if p.kind == "ratio")
        for name in study.mechanisms
    }
    assert {name: one.factor for name, one in found.items()} == {"differs": 5.0, "narrow": 3.0}


def test_a_known_ratio_is_no_unknown(tmp_path):
    said = f"{PRIORS}ratio_k_couple = 30\n"
    problem = build_problem(studied(tmp_path, DIFFERS, priors=said), "differs")
    named = drawn(problem)
    first, second = (constants(problem, named, i)["k_couple"] for i in (0, 1))
    np.testing.assert_allclose(second / first, 30, rtol=1e-12)


NMR = """measurement = { name = "NMR", scale = "absolute", noise = "constant", signals = ["ML"] }"""


def beside(tmp_path):
    """A study of spectra in one experiment and of NMR in another."""
    folder = write(tmp_path, SAME, further={"B": NMR})
    (folder / "B.csv").write_text("time (h),ML (mM)\n0.5,2\n2,1\n8,0.3\n")
    return read_study(folder)


def test_nmr_beside_spectra_shares_constants_and_no_number_of_its_measurement(tmp_path):
    study = beside(tmp_path)
    problem = build_problem(study, "same")
    names = problem.parameter_names

    assert [one.measurement.scale.name for one in problem.experiments] == [
        "per spectrum",
        "absolute",
    ]
    assert "noise_NMR" in names
    assert dict(problem.fixed)["noise"] == 0.2
    assert dict(problem.fixed)["response_ML_NMR"] == 1.0
    named = drawn(problem)
    louder = {**named, "noise_NMR": 2 * named["noise_NMR"]}
    before, after = at(problem, named), at(problem, louder)
    np.testing.assert_array_equal(before["A"], after["A"])
    assert (before["B"] != after["B"]).all()
    faster = {**named, "k_bind": 2 * named["k_bind"]}
    assert all((at(problem, faster)[name] != before[name]).all() for name in "AB")


def test_what_is_said_of_one_measurement_is_not_said_of_another(tmp_path):
    folder = write(tmp_path, SAME, further={"B": NMR}, priors=f'{PRIORS}noise_NMR = "0.1 mM"\n')
    (folder / "B.csv").write_text("time (h),ML (mM)\n0.5,2\n2,1\n8,0.3\n")
    problem = build_problem(read_study(folder), "same")
    fixed = dict(problem.fixed)

    assert (fixed["noise"], fixed["noise_NMR"]) == (0.2, 0.1)


@pytest.mark.parametrize(
    ("hypotheses", "message"),
    [
        (
            'a = { mechanism = { LA = "both", LX = "both" } }',
            "hypothesis 'a': mechanism: unknown group 'LX'; known: LA, LB",
        ),
        (
            'a = { mechanism = { LA = "both" } }',
            "hypothesis 'a': mechanism: group 'LB' has none; add LB = ...",
        ),
        (
            'a = { mechanism = "bth" }',
            "hypothesis 'a': mechanism: unknown mechanism 'bth'; did you mean 'both'?",
        ),
        (
            'a = { mechanism = "both", per_group = ["q_*"] }',
            "hypothesis 'a': per_group: 'q_*' fits none of 5 constants: k_bind, k_grow, k_join, "
            "k_couple, k_close",
        ),
        (
            'a = { mechanism = { LA = "direct", LB = "both" }, per_group = ["k_couple"] }',
            "hypothesis 'a': per_group: 'k_couple' fits k_couple, which is unknown in the group LB "
            "alone, and so differs from nothing; take it out",
        ),
        (
            'a = { mechanism = "both", ratios = { k_grow = { log_normal = [1, 3] } } }',
            "hypothesis 'a': ratios: 'k_grow' is shared, and has no ratio; add it to per_group, "
            "or take it out",
        ),
        (
            'a = { mechanism = "both", per_group = ["k_grow"], ratios = { k_grow = 3 } }',
            "hypothesis 'a': ratios: k_grow: a ratio needs a prior above 0; write "
            "{ log_normal = [1, 10] }",
        ),
        (
            'a = { mechanism = "both", fixed = { LC = { k_grow = 0 } } }',
            "hypothesis 'a': fixed: unknown group 'LC'; known: LA, LB",
        ),
        (
            'a = { mechanism = "both", fixed = { LA = { k_grow = "1 mM" } } }',
            "hypothesis 'a': fixed: k_grow: unit 'mM' (a concentration) does not fit; a unit like "
            "1/(mM h) (second order) is needed",
        ),
        (
            'a = { mechanism = "both" }\nb = { mechanism = "both" }',
            "hypothesis 'b': the same as 'a'; keep one of the two",
        ),
        (
            'a = { mechanizm = "both" }',
            "hypothesis 'a': unknown key 'mechanizm'; did you mean 'mechanism'?",
        ),
    ],
)
def test_a_fault_is_told_in_one_line(tmp_path, hypotheses, message):
    with pytest.raises(InputError) as caught:
        studied(tmp_path, hypotheses)
    assert str(caught.value).partition("study.toml: ")[2] == message


def test_groups_are_asked_for_where_a_hypothesis_speaks_of_them(tmp_path):
    folder = write(tmp_path, DIFFERS)
    path = folder / "study.toml"
    path.write_text(path.read_text().replace('group = "LB"\n', ""))
    with pytest.raises(InputError, match="experiment 'B' belongs to no group; add group to it"):
        read_study(folder)


def test_a_constant_that_is_fixed_or_differs_anyway_is_refused(tmp_path):
    fixed = PRIORS.replace(
        'k_couple = { log_uniform = ["0.01 1/(mM h)", "10 1/(mM h)"] }', 'k_couple = "1 1/(mM h)"'
    )
    with pytest.raises(InputError, match="'k_couple' fits k_couple, which is fixed or follows"):
        studied(tmp_path, DIFFERS, priors=fixed)
    with pytest.raises(InputError, match="'k_couple' differs under every hypothesis"):
        studied(tmp_path, DIFFERS, top='per_group = ["k_*"]')


def test_two_measurements_of_one_name_are_refused(tmp_path):
    own = {name: f'measurement = {{ name = "NMR", detection_limit = "{i} %" }}'
           for name, i in (("A", 1), ("B", 2))}  # fmt: skip
    with pytest.raises(InputError, match="experiment 'B': measurement: 'NMR' is another one"):
        studied(tmp_path, SAME, further=own)


def test_priors_of_several_ratios_are_about_one(tmp_path):
    wide = DIFFERS.replace(
        '"k_couple"]', '"k_couple"], ratios = { k_couple = { log_normal = [2, 3] } }'
    )
    with pytest.raises(InputError, match="among 3 groups the prior of a ratio is log-normal about"):
        studied(tmp_path, wide, names="ABC")
    study = studied(tmp_path, DIFFERS, names="ABC", priors=f"{PRIORS}ratio_k_couple = 2\n")
    with pytest.raises(InputError, match="'ratio_k_couple' stands for 2 ratios among 3 groups"):
        build_problem(replace(study), "differs")


def test_where_nothing_is_shared_the_evidence_is_the_product_of_two_studies(tmp_path):
    known = [f'{name} = "0.3 1/(mM h)"' for name in ("k_bind", "k_grow")]
    known += [f"response_{name} = 1.0" for name in ("ML", "M2L", "M3L2", "M4L2")]
    said = [one for one in PRIORS.splitlines() if one.startswith(("k_join", "background", "["))]
    priors = "\n".join([*said, *known, "noise = 0.6", ""])
    one = 'one = { mechanism = "direct" }\n'
    apart = {"priors": priors, "top": 'per_group = ["k_*"]'}
    for name in ("both", "A", "B"):
        (tmp_path / name).mkdir()
    joint = build_problem(studied(tmp_path / "both", one, **apart), "one")
    assert joint.parameter_names == ("k_join_LA", "k_join_LB")

    def of_one(name):
        problem = build_problem(studied(tmp_path / name, one, names=name, **apart), "one")
        axis = np.linspace(-6, 6, 241)
        values = values_from_normal(problem.parameters, axis[:, None])
        logs = log_likelihood(problem, values).total - axis**2 / 2
        return np.logaddexp.reduce(logs) + np.log(0.05 / np.sqrt(2 * np.pi))

    alone = of_one("A") + of_one("B")
    found = nested_check(joint, 5, live=60)

    assert by_quadrature(joint, reach=6.0, points=41) == pytest.approx(alone, abs=1e-3)
    assert abs(found.value - alone) < 4 * found.error
    assert found.error < 0.4
