import pytest

from assemblysim.errors import InputError
from assemblysim.inference.model.priors import (
    LogNormal,
    LogUniform,
    PositiveNormal,
    Uniform,
)
from assemblysim.inference.model.scipy_priors import Distribution
from assemblysim.measurement.data import Measurement, Signal
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.mechanism.reading.system import read_system
from assemblysim.study.definition.priors_and_fixed import (
    noise_unit,
    read_number_or_prior,
    read_priors_and_fixed,
)
from assemblysim.study.definition.unknowns import study_units

SIGNALS = (Signal("Dy2L", (("Dy2L", 1.0),)),)


@pytest.mark.parametrize(
    ("written", "unit", "read"),
    [
        ("190 mM", "mM", 190.0),
        (1, "", 1.0),
        (
            {"log_uniform": ["1e-4 1/(mM h)", "1e4 1/(mM h)"]},
            "1/(mM h)",
            LogUniform(1e-4, 1e4),
        ),
        ({"uniform": ["0 mM", "2 M"]}, "mM", Uniform(0.0, 2000.0)),
        ({"log_normal": ["23.8 mM", 1.1]}, "mM", LogNormal(23.8, 1.1)),
        ({"normal": ["1 1/h", "0.5 1/h"]}, "1/h", PositiveNormal(1.0, 0.5)),
        ({"uniform": ["1 %", 0.5]}, "", Uniform(0.01, 0.5)),
        (
            {"distribution": "gamma", "a": 2, "scale": "6 1/h"},
            "1/min",
            Distribution("gamma", (("a", 2.0), ("scale", 0.1))),
        ),
        (
            {"distribution": "norm", "loc": "-2000 J/mol", "scale": "1 kJ/mol"},
            "kJ/mol",
            Distribution("norm", (("loc", -2.0), ("scale", 1.0))),
        ),
        (
            {"distribution": "beta", "a": 2, "b": 3},
            "",
            Distribution("beta", (("a", 2.0), ("b", 3.0))),
        ),
    ],
)
def test_a_number_or_a_prior_is_read_in_its_unit(written, unit, read):
    assert read_number_or_prior(written, unit) == read


def test_the_factor_of_a_log_normal_has_no_unit():
    with pytest.raises(InputError) as refusal:
        read_number_or_prior({"log_normal": ["1 mM", "2 mM"]}, "mM")

    assert str(refusal.value) == (
        "log_normal: unit 'mM' (a concentration) does not fit; a pure number or % is needed"
    )


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (
            {"distribution": "gama", "a": 2},
            "distribution: 'gama' is no continuous distribution of scipy.stats; write one, as "
            "gamma",
        ),
        (
            {"distribution": "gamma", "a": 2, "scala": "1 mM"},
            "distribution: unknown key 'scala'; did you mean 'scale'?",
        ),
        (
            {"distribution": "gamma", "scale": "1 mM"},
            "distribution: gamma has no a; write a beside its name",
        ),
        (
            {"distribution": "gamma", "a": 2},
            "distribution: gamma has no scale; write scale beside its name",
        ),
        (
            {"distribution": "gamma", "a": 2, "scale": "1 h"},
            "distribution: unit 'h' (a time) does not fit; a unit like mM (a concentration) is "
            "needed",
        ),
        (
            {"distribution": "norm", "loc": "1 mM", "scale": "1 mM"},
            "norm with loc 1 mM and scale 1 mM has values below 0; choose one that has none, as "
            "gamma",
        ),
    ],
)
def test_a_distribution_that_does_not_fit_is_refused(written, text):
    with pytest.raises(InputError) as refusal:
        read_number_or_prior(written, "mM")

    assert str(refusal.value) == text


def test_units_follow_the_mechanisms_that_are_compared():
    system = read_system("models/hnp_dy6.toml")
    measurement = Measurement(SCALES["per spectrum"], NOISES["proportional"], SIGNALS)
    units = study_units(system, ["two_Dy3L", "both_third_order"], measurement, "mM", None, None)

    assert units["k_chelate"] == "1/(mM h)"
    assert units["k_chelate_third_order"] == "1/(mM^2 h)"
    assert "k_bind" not in units
    assert units["response_Dy2L"] == ""
    assert units["background"] == "mM"
    assert "noise_additive" not in units


@pytest.mark.parametrize(
    ("scale", "noise", "name", "unit"),
    [
        ("absolute", "constant", "noise", "mM"),
        ("absolute", "constant", "sampling_error", "mM"),
        ("absolute", "two-component", "noise", ""),
        ("absolute", "two-component", "noise_additive", "mM"),
        ("absolute", "proportional", "noise", ""),
        ("per species", "constant", "noise", ""),
    ],
)
def test_noise_has_a_unit_where_it_is_added_to_concentrations(scale, noise, name, unit):
    assert noise_unit(Measurement(SCALES[scale], NOISES[noise], SIGNALS), name, "mM") == unit


def test_fixed_values_and_priors_are_told_apart():
    units = {"k": "1/h", "noise": ""}
    fixed, priors = read_priors_and_fixed(
        {"k": "2 1/min", "noise": {"uniform": [0.1, "30 %"]}}, units
    )

    assert fixed == (("k", 120.0),)
    assert priors == (("noise", Uniform(0.1, 0.3)),)
