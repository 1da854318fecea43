"""Steps of a high order are pointed out, in a mechanism file and in a study."""

from __future__ import annotations

from pathlib import Path

import pytest

from assemblysim.mechanism.properties.orders import notes_on_steps
from assemblysim.mechanism.reading.system import read_system
from assemblysim.study.definition.reading import read_study

MODEL = """\
[species]
Gd = "Gd"
L = "L"
Gd2L2 = "2Gd 2L"
Gd12L8 = "12Gd 8L"
[reactions]
pair = "2 Gd + 2 L -> Gd2L2 ; k_pair ; k_pair*Gd*L"
close = "4 Gd2L2 + 4 Gd -> Gd12L8 ; k_close{law}"
[mechanisms]
whole = ["pair", "close"]
first = ["pair"]
"""
CONDITIONS = """\
[[experiments]]
name = "one"
initial = { Gd = "1 mM", L = "1 mM" }
data = "data.csv"
[measurement]
scale = "absolute"
noise = "constant"
signals = ["Gd2L2"]
"""
NOTE = (
    "reaction 'close' is taken as one step of order 8, with the rate k_close [Gd2L2]^4 [Gd]^4; "
    "8 molecules do not meet at once: write the steps between, or a rate law behind its constant"
)


def written(folder: Path, law: str = "") -> Path:
    """Write the model and return its path."""
    path = folder / "model.toml"
    path.write_text(MODEL.replace("{law}", law), encoding="utf-8")
    return path


def test_an_overall_equation_is_pointed_out_where_it_is_taken_as_one_step(tmp_path: Path) -> None:
    network = read_system(written(tmp_path)).whole_network()

    assert notes_on_steps(network) == (NOTE,)


def test_a_written_law_has_no_order_to_point_out(tmp_path: Path) -> None:
    network = read_system(written(tmp_path, " ; k_close*Gd2L2*Gd")).whole_network()

    assert notes_on_steps(network) == ()


@pytest.mark.parametrize(("mechanism", "notes"), [("whole", (NOTE,)), ("first", ())])
def test_a_study_has_the_notes_of_the_mechanisms_that_it_fits(
    tmp_path: Path, mechanism: str, notes: tuple[str, ...]
) -> None:
    written(tmp_path)
    (tmp_path / "data.csv").write_text("time (h),Gd2L2 (mM)\n1,0.5\n2,0.7\n", encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        f'title = "T"\nmodel = "model.toml"\nmechanisms = ["{mechanism}"]\nseed = 1\n' + CONDITIONS,
        encoding="utf-8",
    )

    assert read_study(tmp_path).notes == notes
