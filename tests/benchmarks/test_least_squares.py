"""The least squares of others' data, on data whose answer is known."""

import numpy as np
import pytest

from benchmarks.measured.least_squares import STUDIES, least, problem_of

TIMES = np.array([0.05, 0.1, 0.2, 0.4, 0.8])
TH1, TH2, TH3 = 9.0, 5.0, 2.0
MODEL = """
species.A = ""
species.Q = ""
species.S = ""
reactions.crack = "A -> Q ; th1 ; th1*A*A"
reactions.over = "Q -> S ; th2"
reactions.coke = "A -> S ; th3 ; th3*A*A"
mechanisms.full = ["crack", "over", "coke"]
"""


def made(folder):
    """Data of gas oil without noise, [Q] by quadrature: Q = int th1 A(s)^2 exp(-th2 (t - s)) ds."""
    rows = ["time (h),A (mM),Q (mM)"]
    for t in TIMES:
        nodes, weights = np.polynomial.legendre.leggauss(60)
        s = t * (nodes + 1) / 2
        lost = TH1 / (1 + (TH1 + TH3) * s) ** 2 * np.exp(-TH2 * (t - s))
        rows.append(f"{t},{1 / (1 + (TH1 + TH3) * t):.12f},{lost @ weights * t / 2:.12f}")
    for name in ("models", "fits/gas_oil"):
        (folder / name).mkdir(parents=True)
    (folder / "models" / "gas_oil.toml").write_text(MODEL)
    (folder / "fits" / "gas_oil" / "data.csv").write_text("\n".join(rows) + "\n")
    return folder


def test_the_least_sum_is_at_the_constants_that_the_data_were_made_with(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    problem = problem_of("gas_oil", made(tmp_path / "real"), work)
    found = least(problem, 3, 1)

    assert found.sum_of_squares < 1e-12
    for name, value in {"th1": TH1, "th2": TH2, "th3": TH3}.items():
        assert found.values[name] == pytest.approx(value, rel=1e-5)
    assert len(found.sums) == 3


def test_millionths_are_zeros_again(tmp_path):
    real = made(tmp_path / "real")
    table = real / "fits" / "gas_oil" / "data.csv"
    table.write_text(table.read_text() + "1.0,1e-6,1e-06\n")
    work = tmp_path / "work"
    work.mkdir()

    values = problem_of("gas_oil", real, work).experiments[0].table.values
    assert values[-1].tolist() == [0.0, 0.0]
    assert "pd2l4" in STUDIES
