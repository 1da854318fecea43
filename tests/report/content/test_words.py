import math

import pytest

from assemblysim.report.content import words


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.03124, 3, "0.0312"),
        (190.0, 3, "190"),
        (0.3, 2, "0.30"),
        (5123.0, 2, "5100"),
        (2.5e-6, 3, "2.50 × 10⁻⁶"),
        (99_999.7, 3, "1.00 × 10⁵"),
        (0.9999, 3, "1.00"),
        (-3.2, 2, "−3.2"),
        (0.0, 3, "0"),
        (None, 3, "–"),
        (math.nan, 3, "–"),
        (math.inf, 3, "–"),
    ],
)
def test_numbers_keep_their_significant_digits(value, digits, text):
    assert words.number(value, digits) == text


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ((0.31, 0.22, 0.42), "0.31 (0.22 to 0.42)"),
        ((100.31, 99.84, 100.88), "100.3 (99.8 to 100.9)"),
        ((18_765.0, 17_012.0, 22_340.0), "18800 (17000 to 22300)"),
        ((3.2, 0.0021, 5123.0), "3.2 (0.0021 to 5100)"),
        ((1.23e-5, 0.9e-5, 1.6e-5), "1.2 (0.9 to 1.6) × 10⁻⁵"),
        ((0.0, -0.1, 0.1), "0 (−0.10 to 0.10)"),
    ],
)
def test_an_interval_is_rounded_by_its_own_width(ends, text):
    assert words.interval(*ends) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (49.0, 3, "49"),
        (99.0, 2, "99"),
        (199.0, 2, "200"),
        (9999.0, 3, "10000"),
        (1e6, 3, "1.00 × 10⁶"),
        (1e300, 2, "1.0 × 10³⁰⁰"),
    ],
)
def test_a_factor_is_not_written_as_computers_write_powers(value, digits, text):
    assert words.factor(value, digits) == text


def test_what_was_not_reached_is_beyond_the_window_not_a_number():
    assert words.interval(None, None, None, "> 48") == "> 48"
    assert words.interval(31.0, 19.0, None, "> 48") == "31 (19 to > 48)"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.62, "0.62"), (1e-90, "< 0.001"), (0.9999, "> 0.999"), (0.996, "0.996"), (None, "–")],
)
def test_a_probability_is_never_rounded_to_certainty(value, text):
    assert words.probability(value) == text


def test_a_share_has_one_percent_sign_behind_its_interval():
    assert words.percent_interval(0.48, 0.38, 0.581) == "48 % (38 to 58 %)"
    assert words.percent_interval(1.0, 1.0, 1.0) == "100 %"
    assert words.percent_interval(None, 0.1, 0.2) == "–"


def test_a_standard_error_has_one_digit_and_its_value_the_same_decimals():
    assert words.plus_minus(-41.234, 0.31) == "−41.2 ± 0.3"
    assert words.plus_minus(-41.234, 0.031) == "−41.23 ± 0.03"
    assert words.plus_minus(12.0, None) == "12.00"


@pytest.mark.parametrize(
    ("unit", "text"),
    [
        ("1/(mM^2 h)", "mM⁻² h⁻¹"),
        ("1/(mM h)", "mM⁻¹ h⁻¹"),
        ("1/h", "h⁻¹"),
        ("1/(% h)", "%⁻¹ h⁻¹"),
        ("mM/h", "mM h⁻¹"),
        ("mM", "mM"),
        ("", ""),
    ],
)
def test_units_are_typeset_with_negative_powers(unit, text):
    assert words.unit(unit) == text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dy5L2", "Dy₅L₂"),
        ("DyL", "DyL"),
        ("Na2(SO4)3", "Na₂(SO₄)₃"),
        ("alpha_pinene", "alpha-pinene"),
        ("hare", "hare"),
        ("cage2", "cage2"),
    ],
)
def test_only_names_that_read_as_formulas_get_subscripts(name, text):
    assert words.formula(name) == text


def test_a_sentence_typesets_its_species_and_leaves_constants_alone():
    known = ["Dy", "L", "Dy2L", "Dy3L", "Dy6L2"]

    text = words.sentence("k_Dy3L: 2Dy3L -> Dy6L2, 12 h, d[Dy2L]/dt, Dy3L2 stays", known)

    assert text == "k_Dy3L: 2 Dy₃L → Dy₆L₂, 12 h, d[Dy₂L]/dt, Dy3L2 stays"


def test_a_species_within_the_name_of_a_labelled_step_stays():
    text = words.sentence("dimerise_2Gd3L and dimerise_Dy3L_Gd3L of 2Gd3L", ["Dy3L", "Gd3L"])

    assert text == "dimerise_2Gd3L and dimerise_Dy3L_Gd3L of 2 Gd₃L"


def test_a_prior_is_typeset_with_powers_of_ten_and_units():
    text = words.prior("log-uniform between 1.096e-7 and 1e4 1/(mM h)")

    assert text == "log-uniform between 1.096 × 10⁻⁷ and 10⁴ mM⁻¹ h⁻¹"


def test_times_are_given_in_the_unit_that_suits_them():
    assert [words.duration(t) for t in (1 / 12, 0.5, 6.0, 607.0, 8766.0, 175320.0)] == [
        "5 min",
        "30 min",
        "6 h",
        "25.3 days",
        "365 days",
        "20 years",
    ]


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("-8.94 ± 0.09 and (-2)", "−8.94 ± 0.09 and (−2)"),
        ("6-8 h, s11222-006, mM-1", "6-8 h, s11222-006, mM-1"),
        ("A -> B", "A → B"),
    ],
)
def test_a_minus_before_a_number_is_a_minus_and_a_hyphen_stays(text, typeset):
    assert words.sentence(text, []) == typeset


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("2 [Dy3L(OH)6]+ + 4 AcO- -> [Dy6L2O4]2+", "2 [Dy₃L(OH)₆]⁺ + 4 AcO⁻ -> [Dy₆L₂O₄]²⁺"),
        ("SO42- + Fe^2+ + PF6- + Na+", "SO₄²⁻ + Fe²⁺ + PF₆⁻ + Na⁺"),
        ("L as H2L, 3 of 12 steps, two-step", "L as H₂L, 3 of 12 steps, two-step"),
    ],
)
def test_ions_have_counts_below_and_charges_above(text, typeset):
    assert words.ions(text) == typeset


def test_inferred_times_have_two_digits_in_the_unit_that_suits_them():
    found = [words.moment(t) for t in (0.00778, 32.34 / 60, 1.652, 12.46, 607.0, None)]

    assert found == ["28 s", "32 min", "1.7 h", "12 h", "25 days", words.MISSING]


def test_units_in_a_sentence_are_typeset_but_not_what_somebody_has_to_write():
    assert words.sentence("its edge (0.0002 1/h) and 5 1/(mM h)", []) == (
        "its edge (0.0002 h⁻¹) and 5 mM⁻¹ h⁻¹"
    )
    assert words.sentence("2.08e-4 1/h", []) == "2.08 × 10⁻⁴ h⁻¹"
    assert words.sentence('write k = "5 1/(mM h)"', []) == 'write k = "5 1/(mM h)"'
