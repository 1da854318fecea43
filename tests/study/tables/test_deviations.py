import pytest

from assemblysim.study.tables.deviations import deviation_of, named_beside, unit_of_deviations


@pytest.mark.parametrize(
    "label",
    ["A sd", "A_sd", "sd A", "± A", "A (±)", "A (+-)", "A (SD)", "A std. dev.", "err A",
     "standard deviation of A", "sigma(A)", "A_err (mM)", "A error / uM", "sd(A) / mM"],
)  # fmt: skip
def test_columns_of_standard_deviations_say_whose(label):
    assert deviation_of(label, ["B", "A"]) == "A"
    assert deviation_of(label, ["B"]) == ""


@pytest.mark.parametrize("label", ["A", "A (mM)", "A2", "Ase", "A_1", "sdA2", "SE"])
def test_other_columns_hold_none(label):
    assert deviation_of(label, ["A", "SE"]) == ""


def test_a_bare_label_belongs_to_the_column_on_its_left():
    header = ["time (h)", "A (mM)", "±", "[PdPy4]2+", "SD (uM)"]

    assert named_beside(header)[2:] == ["± A", "[PdPy4]2+", "± [PdPy4]2+ (uM)"]


def test_a_bare_label_that_is_known_by_its_name_keeps_it():
    assert named_beside(["time (h)", "A", "Se"], ["A", "Se"]) == ["time (h)", "A", "Se"]
    assert named_beside(["t", "A", "sd", "B", "sd"], ["sd"]) == ["t", "A", "± A", "B", "± B"]


def test_a_label_of_standard_deviations_says_its_unit_wherever_it_stands():
    labels = ["A (uM) sd", "A sd (uM)", "± A / uM", "sd of A (uM)", "A (uM) (sd)"]

    assert [unit_of_deviations(one) for one in labels] == ["uM"] * 5
    assert unit_of_deviations("A (sd)") is None
