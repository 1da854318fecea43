import pytest

from assemblysim.explorer.sliders import Known, prior_range, slider_of, steps_by_constant
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.priors import LogUniform, PositiveNormal
from assemblysim.mechanism.reading.system_text import read_system_text

CONSTANT = Parameter("k_grow", "1/h", "rate", LogUniform(1e-3, 1e3))


def test_before_a_fit_a_slider_spans_95_percent_of_the_prior_from_its_median():
    slider = slider_of(CONSTANT, None)

    assert slider.log
    assert (slider.low, slider.known.at, slider.high) == pytest.approx(
        (1e-3 * 10**0.15, 1.0, 1e3 / 10**0.15)
    )


def test_a_slider_reaches_what_the_fit_found_beyond_it():
    slider = slider_of(CONSTANT, Known(5.0, 4.0, 2.0, 2e4, "determined"))

    assert (slider.known.at, slider.high) == (5.0, 2e4)
    assert slider.plain()["settled"] == "determined"


def test_a_narrow_prior_is_moved_through_evenly():
    assert not slider_of(Parameter("A_0", "mM", "initial", PositiveNormal(10.0, 1.0)), None).log


def test_the_range_of_a_prior_is_its_quantiles():
    assert prior_range(CONSTANT.prior)[1] == pytest.approx(1.0)


def test_a_constant_has_the_equations_of_its_steps():
    text = 'species.A = "M"\nspecies.B = "2 M"\nreactions.x = "2 A <=> B ; k, j"\n'

    assert steps_by_constant(read_system_text(text).network("all")) == {
        "k": ("2 A -> B",),
        "j": ("B -> 2 A",),
    }
