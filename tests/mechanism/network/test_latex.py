"""Mechanisms as LaTeX and Markdown: what stands there is what the mechanism says."""

import pytest
from matplotlib.mathtext import MathTextParser

import assemblysim as asm
from assemblysim.mechanism.network.latex import latex_constant, latex_species


@pytest.fixture
def network():
    species = {"Dy": "Dy", "Dy3L": "3Dy", "Dy6L2": "6Dy", "X": ""}
    return asm.make_system(
        species,
        {
            "join": "2 Dy3L <=> Dy6L2 ; 6 k_join, k_part",
            "catch": "3 Dy -> Dy3L ; k_catch, K_m ; k_catch*Dy/(K_m + Dy)*exp(-X/K_m)",
        },
    ).network("all")


def test_names_are_set_as_chemists_set_them():
    assert latex_species("Dy6L2") == r"\mathrm{Dy_{6}L_{2}}"
    assert latex_species("dimer_1") == r"\mathrm{dimer\_1}"
    assert latex_constant("k_Dy_L") == r"k_{\mathrm{Dy\_L}}"
    assert latex_constant("Km") == r"\mathit{Km}"


def test_steps_rates_and_rate_equations_are_there(network):
    steps, rates, equations = network.to_latex().split("\n\n")
    assert r"2\,\mathrm{Dy_{3}L} \xrightarrow{k_{\mathrm{join}}} \mathrm{Dy_{6}L_{2}}" in steps
    assert r"v_{\mathrm{join}} &= 6\,k_{\mathrm{join}}\,[\mathrm{Dy_{3}L}]^{2}" in rates
    assert r"\frac{k_{\mathrm{catch}}\,[\mathrm{Dy}]\,\exp{" in rates
    change = r"&= - 2v_{\mathrm{join}} + 2v_{\mathrm{join\_reverse}} + v_{\mathrm{catch}}"
    assert rf"[\mathrm{{Dy_{{3}}L}}]}}{{\mathrm{{d}}t}} {change}" in equations
    # A species that no step changes.
    assert r"\frac{\mathrm{d}[\mathrm{X}]}{\mathrm{d}t} &= 0" in equations


def test_what_stands_between_dollars_can_be_typeset(network):
    parser = MathTextParser("path")
    rows = network.to_markdown().split("\n")[2:]
    assert len(rows) == 3
    for row in rows:
        rate = row.split("|")[3].strip()
        parser.parse(rate.replace(r"\left", "").replace(r"\right", ""))


def test_notebooks_get_both(network):
    assert network._repr_latex_().count("$$") == 6
    assert network._repr_markdown_().startswith("| step | equation | rate |")
