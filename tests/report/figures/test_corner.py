from dataclasses import replace

import numpy as np
import pytest
from report_example import draws, mechanism_of, result_of, store_draws, summary, write_example
from scipy.stats import chi2

from assemblysim.errors import InputError
from assemblysim.report.content.draws import MOST_DRAWS, ParameterDraws, read_draws
from assemblysim.report.content.stored import names_in_play, read_stored
from assemblysim.report.figures.corner import (
    MOST_SHOWN,
    corner_figure,
    corner_names,
    corner_words,
    correlations,
    describe_corner,
    region_levels,
    smooth_density,
)
from assemblysim.report.order import document_of

NAMES = ("k_grow", "k_couple", "k_close")
BOTH = draws("both")
IN_STEP = (
    f"{np.corrcoef(np.log(BOTH.column('k_couple')), np.log(BOTH.column('k_close')))[0, 1]:.2f}"
)


def pair(r, count=40_000):
    rng = np.random.default_rng(5)
    x, z = rng.standard_normal((2, count))
    return x, r * x + np.sqrt(1 - r**2) * z


@pytest.mark.parametrize("r", [0.0, 0.9])
def test_regions_of_a_gaussian_are_its_ellipses(r):
    x, y = pair(r)
    across, up, density, places = smooth_density(x, y)
    levels = region_levels(density, places)
    cell = (across[1] - across[0]) * (up[1] - up[0])
    areas = [float((density > level).sum()) * cell for level in levels]
    # half the smoothing's variance of 0.2 sd adds a few per cent across the ridge
    expected = [np.pi * np.sqrt(1 - r**2) * chi2.ppf(fraction, 2) for fraction in (0.95, 0.5)]

    np.testing.assert_allclose(areas, expected, rtol=0.13)
    assert areas[1] < 0.5 * areas[0]


def test_regions_hold_the_share_of_draws_that_they_claim():
    x, y = pair(0.6)
    _, _, density, places = smooth_density(x, y)

    for level, fraction in zip(region_levels(density, places), (0.95, 0.5), strict=True):
        assert np.mean(density[places] > level) == pytest.approx(fraction, abs=0.005)


def test_correlations_are_those_of_logarithms():
    x, y = pair(0.8)
    found = ParameterDraws(("a", "b"), ("", ""), np.exp(np.stack([x, 3 * y], axis=1)))

    assert correlations(found, ("a", "b"))["a", "b"] == pytest.approx(0.8, abs=0.01)


def test_only_determined_unknowns_are_shown_and_the_others_are_named():
    mechanism = mechanism_of("both")
    rest = replace(mechanism.parameters["k_close"], determined="not determined")
    mechanism = replace(mechanism, parameters={**mechanism.parameters, "k_close": rest})
    shown = corner_names(mechanism)

    assert "k_close" not in shown
    assert "k_chelate" not in shown
    assert "k_grow" in shown
    assert "do not determine them: k_chelate and k_close" in corner_words(mechanism, shown)


def test_of_many_determined_unknowns_the_narrowest_are_shown_in_the_tables_order():
    names = [f"k_{i}" for i in range(9)]
    one = mechanism_of("both").parameters["k_grow"]
    rows = {name: replace(one, lower=1.0, upper=2.0 + (i * 5) % 9) for i, name in enumerate(names)}
    mechanism = replace(mechanism_of("both"), parameters=rows)
    shown = corner_names(mechanism)
    widest = sorted(names, key=lambda name: rows[name].upper)[MOST_SHOWN:]

    assert shown == tuple(name for name in names if name not in widest)
    assert "less narrowly" in corner_words(mechanism, shown)
    assert all(name in corner_words(mechanism, shown) for name in widest)


def test_the_text_alternative_names_the_strong_correlations_and_no_others():
    text = describe_corner("both", BOTH, NAMES)

    assert 0.88 < float(IN_STEP) < 0.92  # made with 0.9
    assert f"k_couple with k_close ({IN_STEP})" in text
    assert "k_grow with" not in text
    assert "k_grow 0.0030 mM⁻¹ h⁻¹" in text


def test_pairs_stand_below_the_diagonal_and_coefficients_above():
    figure = corner_figure(BOTH, NAMES)

    assert len(figure.axes) == 6
    assert IN_STEP in [text.get_text() for text in figure.texts]
    assert len(figure.texts) == 3
    labels = [axes.get_xlabel() for axes in figure.axes if axes.get_xlabel()]
    assert labels[0] == "log₁₀ $k_{\\mathrm{grow}}$\n(mM⁻¹ h⁻¹)"


def test_axes_are_in_decades_and_hold_the_median():
    found = BOTH
    axes = corner_figure(found, NAMES).axes[0]
    low, high = axes.get_xlim()

    assert low < np.log10(np.median(found.column("k_grow"))) < high
    assert len(axes.get_xticks()) > 1


def test_what_can_be_negative_is_drawn_as_it_is():
    x, y = pair(0.3)
    found = ParameterDraws(("a", "b"), ("kJ/mol", ""), np.stack([60 + x, y], axis=1))
    labels = [a.get_xlabel() for a in corner_figure(found, ("a", "b")).axes if a.get_xlabel()]

    assert labels == ["a\n(kJ mol⁻¹)", "b"]


def test_stored_draws_are_read_with_their_units_and_thinned(tmp_path):
    made = draws("both", count=8 * 4000)
    store_draws(tmp_path, made)
    found = read_draws(tmp_path / "draws.nc")

    assert found.names == made.names
    assert dict(zip(found.names, found.units, strict=True))["k_grow"] == "1/(mM h)"
    assert 0.4 * MOST_DRAWS < len(found.values) <= MOST_DRAWS
    np.testing.assert_allclose(
        np.median(found.values, axis=0), np.median(made.values, axis=0), rtol=0.05
    )


def test_missing_draws_are_no_fault_and_damaged_ones_are_named(tmp_path):
    (tmp_path / "draws.nc").write_bytes(b"not netCDF")

    assert read_draws(tmp_path / "nothing.nc") is None
    with pytest.raises(InputError, match=r"draws\.nc: does not hold draws"):
        read_draws(tmp_path / "draws.nc")


def corners(study):
    stems = [picture.stem for picture in document_of(study).pictures]
    return [stem for stem in stems if stem.startswith("corner")]


def test_mechanisms_that_cannot_change_the_verdict_have_no_corner(tmp_path):
    content = summary()
    content["comparison"]["log_bayes_factors"]["template"]["value"] = 30.0
    study = read_stored(write_example(tmp_path / "r", content))

    assert names_in_play(result_of(content)) == ["both", "stepwise"]
    assert corners(study) == ["corner_both", "corner_stepwise"]


def test_one_determined_unknown_makes_no_corner(tmp_path):
    content = summary()
    for name, one in content["mechanisms"]["both"]["parameters"].items():
        one["determined"] = "determined" if name == "k_grow" else "not determined"
    study = read_stored(write_example(tmp_path / "r", content))

    assert "corner_both" not in corners(study)
