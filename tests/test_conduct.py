"""How experiments are conducted, from study.toml to the likelihood."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.inference.parameters import values_from_normal
from assemblysim.inference.posterior import log_likelihood_gradient
from assemblysim.inference.problem import Problem, courses_of, log_likelihood, pot_of
from assemblysim.kinetics.pots import courses
from assemblysim.study.conduct import conduct_words
from assemblysim.study.problems import build_problem
from assemblysim.study.reading import read_study

MODEL = Path("models/hnp_dy6.toml").resolve()
TABLE = Path("fits/hnp_dy6_synthetic/intensities.csv").resolve()
HEATED = 'temperature = [["0 min", "25 degC"], ["5 min", "25 degC"], ["15 min", "80 degC"]]'


def written(
    folder: Path, first: str = "", second: str = 'temperature = "60 degC"', top: str = "",
    tables: str = "",
) -> Path:  # fmt: skip
    """Write a study of two experiments."""
    one = f'initial = {{ Dy = "190 mM", L = "23.8 mM" }}\ndata = "{TABLE}"'
    text = f"""
title = "two pots"
model = "{MODEL}"
mechanisms = ["template", "both"]
seed = 1
{top}
[[experiments]]
name = "A"
{one}
{first}
[[experiments]]
name = "B"
{one}
{second}
[measurement]
scale = "per spectrum"
signals = ["Dy2L", "Dy3L", "Dy5L2", "Dy6L2"]
noise = "proportional"
detection_limit = "0.5 %"
{tables}
"""
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder


def both_of(folder: Path, **parts: str) -> Problem:
    """Return the problem of the mechanism with both ways."""
    return build_problem(read_study(written(folder, **parts)), "both")


def assert_gradient(problem: Problem) -> None:
    """Hold the gradient against differences of the likelihood, at a few places."""
    rng = np.random.default_rng(0)
    for _ in range(2):
        position = 0.5 * rng.standard_normal(len(problem.parameters))
        _, gradient = log_likelihood_gradient(problem, position)
        shift = 1e-4 * np.eye(len(position))
        sides = np.concatenate([position + shift, position - shift])
        totals = log_likelihood(problem, values_from_normal(problem.parameters, sides)).total
        count = len(position)
        differences = (totals[:count] - totals[count:]) / 2e-4
        assert np.abs(gradient - differences).max() < 1e-3 * np.abs(differences).max()


def test_energies_come_with_a_second_temperature_only(tmp_path: Path) -> None:
    level = both_of(tmp_path, first='temperature = "60 degC"', second='temperature = "60 degC"')
    assert "Ea_grow" not in level.parameter_names
    heated = both_of(tmp_path, first=HEATED)
    energies = {f"Ea_{name}" for name in ("chelate", "grow", "dimerise", "couple", "close")}
    assert energies <= set(heated.parameter_names)
    assert heated.temperatures is not None
    assert heated.temperatures.reference == pytest.approx(343.15)  # mean of the last ones
    assert_gradient(heated)


def test_each_experiment_has_its_own_temperature(tmp_path: Path) -> None:
    problem = both_of(tmp_path, first=HEATED)
    values = values_from_normal(problem.parameters, np.zeros((1, len(problem.parameters))))
    named = problem.named(values)
    at_60 = pot_of(problem, problem.experiments[1], named)
    expected = named.get("k_grow") * np.exp(
        -named.get("Ea_grow") / 8.31446261815324e-3 * (1 / 333.15 - 1 / 343.15)
    )
    found = at_60.rates_at(np.array([[5.0]]))[0, 0, problem.network.rate_names.index("k_grow")]
    assert found == pytest.approx(expected[0], rel=1e-12)


@pytest.mark.parametrize("law", ["arrhenius", "eyring"])
def test_forms_of_a_law_are_the_same_kinetics(tmp_path: Path, law: str) -> None:
    tables = f'[temperature]\nreference = "70 degC"\nlaw = "{law}"\n'
    plain = both_of(tmp_path, first=HEATED, tables=tables)
    separate = both_of(tmp_path, first=HEATED, tables=tables + 'form = "separate"\n')
    assert "k_grow" not in separate.parameter_names
    assert {"A_grow", "Ea_grow"} <= set(separate.parameter_names) or {
        "dH_grow",
        "dS_grow",
    } <= set(separate.parameter_names)
    rng = np.random.default_rng(3)
    position = 0.3 * rng.standard_normal((4, len(separate.parameters)))
    values = values_from_normal(separate.parameters, position)
    named = separate.named(values)
    # The same vectors in the other form: constants at the reference, energies as they are.
    other = np.stack([named.get(name) for name in plain.parameter_names], axis=1)
    assert log_likelihood(separate, values).total == pytest.approx(
        log_likelihood(plain, other).total, rel=1e-9
    )
    assert_gradient(separate)


def test_parameters_belong_to_experiments_by_pattern(tmp_path: Path) -> None:
    problem = both_of(tmp_path, first=HEATED, top='per_experiment = ["response_*", "noise"]')
    names = problem.parameter_names
    assert {"response_Dy3L_A", "response_Dy3L_B", "noise_A", "noise_B"} <= set(names)
    assert "response_Dy3L" not in names
    assert_gradient(problem)
    # A change of B's noise leaves what A's spectra say.
    position = np.zeros((2, len(names)))
    position[1, names.index("noise_B")] = 1.0
    points = log_likelihood(problem, values_from_normal(problem.parameters, position)).points
    ours = np.array([unit.startswith("A: ") for unit in problem.units])
    assert np.array_equal(points[0, ours], points[1, ours])
    assert (points[0, ~ours] != points[1, ~ours]).all()


def test_parameters_belong_to_groups(tmp_path: Path) -> None:
    level = 'temperature = "60 degC"\ngroup = "{}"'
    problem = both_of(
        tmp_path, first=level.format("Dy"), second=level.format("Tb"), top='per_group = ["k_*"]'
    )
    assert {"k_grow_Dy", "k_grow_Tb"} <= set(problem.parameter_names)
    assert "response_Dy3L" in problem.parameter_names


def test_tied_parameters_follow(tmp_path: Path) -> None:
    problem = both_of(
        tmp_path,
        first=HEATED,
        top='per_experiment = ["k_grow"]',
        tables='[tied]\nk_close = "2 * k_grow"\nEa_couple = "Ea_grow + 5"\n',
    )
    names = problem.parameter_names
    assert not {"k_close", "Ea_couple", "Ea_close"} & set(names)
    rng = np.random.default_rng(1)
    values = values_from_normal(problem.parameters, rng.standard_normal((3, len(names))))
    named = problem.named(values)
    for name in "AB":
        own = named.get(f"k_grow_{name}")
        pot = pot_of(problem, problem.experiments["AB".index(name)], named)
        place = problem.network.rate_names.index("k_close")
        assert pot.rates.at_reference[:, place] == pytest.approx(2 * own)
        assert pot.rates.energies[:, place] == pytest.approx(named.get("Ea_grow"))
    assert named.get("Ea_couple") == pytest.approx(named.get("Ea_grow") + 5)
    assert_gradient(problem)


def test_uncertain_sampling_times_are_unknowns(tmp_path: Path) -> None:
    clock = (
        f'{HEATED}\ndead_time = {{ log_normal = ["1 min", 1.5] }}\n'
        'time_error = { "5 min" = "2 min", "1 h" = "5 min" }'
    )
    problem = both_of(tmp_path, first=clock)
    names = problem.parameter_names
    assert {"dead_time_A", "time_5_min_A", "time_1_h_A"} <= set(names)
    assert_gradient(problem)
    # The samples are where a course at those very times says.
    position = np.zeros((2, len(names)))
    position[1, names.index("time_5_min_A")] = -1.0
    position[1, names.index("dead_time_A")] = 2.0
    named = problem.named(values_from_normal(problem.parameters, position))
    experiment = problem.experiments[0]
    found = courses_of(problem, experiment, named).concentrations
    for row in range(2):
        times = experiment.times + named.get("dead_time_A")[row]
        times[0] += named.get("time_5_min_A")[row] - experiment.times[0]
        pot = pot_of(problem, experiment, named)[row : row + 1]
        expected = courses(pot, times, problem.tolerance).concentrations[0]
        assert np.abs(found[row] - expected).max() < 1e-3


def test_exchanged_samples_come_back_in_their_places(tmp_path: Path) -> None:
    clock = f'{HEATED}\ntime_error = {{ "5 min" = "20 min", "30 min" = "20 min" }}'
    problem = both_of(tmp_path, first=clock)
    names, experiment = problem.parameter_names, problem.experiments[0]
    position = np.zeros((1, len(names)))
    position[0, names.index("time_5_min_A")] = 2.0
    position[0, names.index("time_30_min_A")] = -1.0
    named = problem.named(values_from_normal(problem.parameters, position))
    true = [named.get("time_5_min_A")[0], named.get("time_30_min_A")[0]]
    assert true[0] > true[1]
    found = courses_of(problem, experiment, named).concentrations[0, :2]
    pot = pot_of(problem, experiment, named)
    later_first = courses(pot, np.array(true[::-1]), problem.tolerance).concentrations[0]
    assert np.abs(found - later_first[::-1]).max() < 1e-3


def test_a_dead_time_that_is_known_shifts_the_clock(tmp_path: Path) -> None:
    late = both_of(tmp_path, first=f'{HEATED}\ndead_time = "10 min"')
    named = late.named(values_from_normal(late.parameters, np.zeros((1, len(late.parameters)))))
    found = courses_of(late, late.experiments[0], named)
    pot = pot_of(late, late.experiments[0], named)
    assert np.array_equal(
        found.concentrations,
        courses(pot, late.experiments[0].times + 1 / 6, late.tolerance).concentrations,
    )


def test_diluted_samples_are_a_factor(tmp_path: Path) -> None:
    alike = 'temperature = "60 degC"'
    scale = {"first": alike, "second": f"{alike}\nsample_dilution = 100"}
    folder = written(tmp_path, **scale)
    text = (folder / "study.toml").read_text("utf-8")
    text = text.replace('"per spectrum"', '"absolute"').replace('limit = "0.5 %"', 'limit = "1 %"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    table = "time (h),Dy2L (mM),Dy3L (mM),Dy5L2 (mM),Dy6L2 (mM)\n1,1,1,1,1\n2,2,2,2,2\n"
    (folder / "absolute.csv").write_text(table, encoding="utf-8")
    text = text.replace(str(TABLE), "absolute.csv")
    (folder / "study.toml").write_text(text, encoding="utf-8")
    problem = build_problem(read_study(folder), "both")
    from assemblysim.inference.problem import signals_of

    named = problem.named(
        values_from_normal(problem.parameters, np.zeros((1, len(problem.parameters))))
    )
    plain, diluted = problem.experiments
    concentrations = np.ones((1, 2, len(problem.network.species)))
    background = named.get("background")[0]
    whole = signals_of(problem, plain, named, concentrations) - background
    part = signals_of(problem, diluted, named, concentrations) - background
    assert whole == pytest.approx(100 * part)
    assert conduct_words(read_study(folder).experiments[1].conduct, "mM") == (
        "60 °C",
        "samples diluted 100 times before they were measured",
    )


def test_events_are_read_with_their_volumes(tmp_path: Path) -> None:
    events = (
        'temperature = "60 degC"\nvolume = "10 mL"\nheld = ["L"]\n'
        'events = [{ at = "2 h", add = "1000 uL", of = { L = "50 mM" } }, '
        '{ at = "3 h", dilute = 2 }, { at = "4 h", withdraw = "1 mL" }]'
    )
    study = read_study(written(tmp_path, first='temperature = "60 degC"', second=events))
    protocol = study.experiments[1].conduct.protocol
    assert [(e.time, e.volume, e.contents) for e in protocol.events] == [
        (2.0, pytest.approx(1.0), (("L", 50.0),)),
        (3.0, pytest.approx(11.0), ()),
        (4.0, -1.0, ()),
    ]
    assert protocol.held == ("L",)
    assert conduct_words(study.experiments[1].conduct, "mM") == (
        "60 °C",
        "1 mL of 50 mM L added at 2 h",
        "11 mL added at 3 h",
        "1 mL withdrawn at 4 h",
        "L held constant",
    )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {"first": "temperature = 300"},
            "experiment 'A': temperature: 300 says not which degrees; "
            'write "300 K" or "300 degC"',
        ),
        ({"first": 'temperature = "300"'}, "'300' says not which degrees"),
        ({"first": 'temperature = "300 F"'}, "'F' is no unit of temperature; write K or degC"),
        ({"first": 'temperature = "-300 degC"'}, "is -26.85 K; write a temperature above 0 K"),
        ({"first": ""}, "experiment 'A': 1 of 2 experiments state their temperature"),
        (
            {"first": 'temperature = [["0 h", "25 C"], ["2 h", "25 C"], ["1 h", "80 C"]]'},
            "experiment 'A': temperature: time runs backwards, from 2 h to 1 h",
        ),
        (
            {"first": 'temperature = [["5 min", "25 degC"]]'},
            "begins at 0.0833333 h instead of 0 h, the moment of mixing",
        ),
        ({"first": f'{HEATED}\nvolume = "-1 mL"'}, "volume: -1 mL; write one above 0 mL"),
        (
            {"first": f'{HEATED}\nevents = [{{ at = "1 h", add = "1 mL" }}]'},
            "events: item 1: 1 mL of how many; state 'volume'",
        ),
        (
            {"first": f'{HEATED}\nvolume = "1 mL"\nevents = [{{ at = "1 h", withdraw = "2 mL" }}]'},
            "2 mL are withdrawn at 1 h, where the pot holds 1 mL",
        ),
        (
            {"first": f'{HEATED}\nvolume = "1 mL"\nevents = [{{ at = "1 h" }}]'},
            "0 things at once; write one of add, withdraw and dilute",
        ),
        (
            {
                "first": f'{HEATED}\nvolume = "1 mL"\n'
                'events = [{ at = "1 h", add = "1 mL", of = { Tb = "1 mM" } }]'
            },
            "item 1: of: Tb: unknown species 'Tb'",
        ),
        ({"first": f'{HEATED}\nheld = ["H"]'}, "held: unknown species 'H'"),
        (
            {"first": f'{HEATED}\ntime_error = {{ "7 min" = "2 min" }}'},
            "time_error: no sample was taken at 0.116667 h",
        ),
        ({"first": f'{HEATED}\ntime_error = "0 min"'}, "'0 min' is no uncertainty"),
        (
            {"first": HEATED, "tables": '[tied]\nk_grow = "2 * k_shut"'},
            "[tied]: k_grow: expression '2 * k_shut': unknown name 'k_shut'",
        ),
        (
            {"first": HEATED, "tables": '[tied]\nk_grow = "2 * k_close"\nk_close = "k_grow/2"'},
            "k_close and k_grow follow from each other",
        ),
        (
            {"first": HEATED, "top": 'per_experiment = ["reponse_*"]'},
            "per_experiment: 'reponse_*' fits none of",
        ),
        (
            {"first": HEATED, "top": 'per_group = ["k_*"]'},
            "experiment 'A': belongs to no group",
        ),
        (
            {"first": HEATED, "tables": '[temperature]\nlow = "arrhenius"'},
            "[temperature]: unknown key 'low'",
        ),
        (
            {
                "first": 'temperature = "60 degC"',
                "tables": '[temperature]\nform = "separate"',
            },
            "[temperature] form: all experiments have one temperature",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    tmp_path: Path, parts: dict[str, str], words: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_study(written(tmp_path, **parts))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_energies_of_tied_constants_that_do_not_follow_are_asked_for(tmp_path: Path) -> None:
    tables = '[tied]\nk_grow = "k_close + k_couple"'
    study = read_study(written(tmp_path, first=HEATED, tables=tables))
    with pytest.raises(InputError, match="tie Ea_grow as well"):
        build_problem(study, "both")
    with pytest.raises(InputError, match="needs 'k_close', which this mechanism does not have"):
        build_problem(
            replace(study, tied=(("k_grow", "2 * k_close"), ("Ea_grow", "Ea_chelate"))), "template"
        )


REVERSIBLE = """
title = "a triangle"
[species]
A = "M"
B = "M"
C = "M"
[reactions]
first  = "A <=> B ; k_ab, k_ba"
second = "B <=> C ; k_bc, k_cb"
third  = "A <=> C ; k_ac, k_ca"
[constants]
k_ba = "k_ab / K_ab"
k_cb = "k_bc * exp(dG_bc / RT)"
k_ca = "k_ac / K_ac"
K_ac = "K_ab * exp(-dG_bc / RT)"
"""


def test_a_cycle_of_the_model_stays_in_balance_at_every_temperature(tmp_path: Path) -> None:
    (tmp_path / "triangle.toml").write_text(REVERSIBLE, encoding="utf-8")
    (tmp_path / "data.csv").write_text("time (h),A,B,C\n1,1,1,1\n2,1,2,2\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        """
title = "t"
model = "triangle.toml"
seed = 1
[[experiments]]
name = "warm"
initial = { A = "1 mM" }
data = "data.csv"
temperature = [["0 h", "20 degC"], ["1 h", "90 degC"]]
[measurement]
scale = "per spectrum"
signals = ["A", "B", "C"]
noise = "proportional"
[priors]
K_ab = { log_normal = [2.0, 3.0] }
""",
        encoding="utf-8",
    )
    study = read_study(tmp_path)
    problem = build_problem(study, study.mechanisms[0])
    names = problem.parameter_names
    assert set(names) >= {"k_ab", "k_bc", "k_ac", "K_ab", "dG_bc", "Ea_ab", "dH_K_ab", "dH_dG_bc"}
    assert not {"k_ba", "K_ac", "Ea_ba", "dH_K_ac"} & set(names)
    rng = np.random.default_rng(2)
    values = values_from_normal(problem.parameters, rng.standard_normal((3, len(names))))
    pot = pot_of(problem, problem.experiments[0], problem.named(values))
    constants = pot.rates_at(np.array([[0.0, 0.3, 2.0]] * 3))
    k = dict(zip(problem.network.rate_names, constants.transpose(2, 0, 1), strict=True))
    around = k["k_ab"] * k["k_bc"] * k["k_ca"] / (k["k_ba"] * k["k_cb"] * k["k_ac"])
    assert around == pytest.approx(np.ones((3, 3)), rel=1e-9)
    assert not np.allclose(k["k_ab"][:, 0] / k["k_ba"][:, 0], k["k_ab"][:, 2] / k["k_ba"][:, 2])
    assert_gradient(problem)
