import pytest

from assemblysim.study.tables.deviations import deviation_of, named_beside


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
