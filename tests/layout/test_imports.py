"""What is slow to import must wait until it is needed."""

import subprocess
import sys

import pytest
from checkout import ROOT

PACKAGES = "sympy scipy pint matplotlib emcee arviz_stats h5py pydantic jinja2 rich"
SLOW = set(PACKAGES.split())
READ = """
from assemblysim.mechanism.reading.system import read_system
system = read_system("models/hnp_dy6.toml")
networks = [system.network(name) for name in system.mechanism_names]
"""
INTEGRATE = f"""
import numpy as np
{READ}
from assemblysim.kinetics.engines.integration import integrate_batch
for network in networks:
    rate_constants = np.ones((1, len(network.rate_constant_names)))
    initial = np.ones((1, len(network.species)))
    assert integrate_batch(network, rate_constants, initial, np.array([48.0])).completed.all()
"""


def imported_slowly(code, slow=SLOW):
    """Which of the slow packages a fresh interpreter has imported after running some code."""
    ending = f"\nimport sys\nprint(*sorted({slow} & set(sys.modules)))"
    ran = subprocess.run(
        [sys.executable, "-c", code + ending], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return ran.stdout.split()


@pytest.mark.parametrize(
    "code", ["import assemblysim", READ, INTEGRATE], ids=["import", "read", "integrate"]
)
def test_nothing_slow_is_imported(code):
    assert imported_slowly(code) == []


def command(*words):
    """Code that runs a command to its end; what it says is dropped."""
    return f"""
import contextlib, io, sys
sys.argv = ["assemblysim", *{words!r}]
from assemblysim.__main__ import main
with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.suppress(SystemExit):
    main()
assert "mechanism" in said.getvalue()
"""


def test_help_imports_nothing_slow_not_even_numpy():
    assert imported_slowly(command("--help"), SLOW | {"numpy"}) == []


def test_a_model_is_checked_without_algebra_and_without_scipy():
    # typer brings pydantic along when it reads the arguments of a command.
    assert imported_slowly(command("check", "models/hnp_dy6.toml")) == ["pydantic"]


def test_a_study_is_checked_without_what_only_a_fit_needs():
    needless = {"emcee", "arviz_stats", "scipy.stats"}

    assert imported_slowly(command("check", "fits/hnp_dy6_synthetic"), needless) == []


def test_a_law_that_is_no_product_brings_algebra_with_it():
    code = """
from assemblysim.mechanism.network.expression import read_rate_law
from assemblysim.mechanism.network.network import Network, Reaction, Species
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
law = read_rate_law("k*A/(K + A)")
reaction = Reaction("r", ("A",), (), "k", law=law, further_rate_constants=("K",))
assert rate_constant_units(Network((Species("A", ()),), (reaction,))) == {"k": "mM/h", "K": "mM"}
"""

    assert imported_slowly(code) == ["sympy"]
