"""What the native engine and Python hold in common: constants, names of arguments, file lists."""

import tomllib

import pytest
from checkout import ROOT

from assemblysim.kinetics.engines import _kernel
from assemblysim.kinetics.engines.tape import Operation
from assemblysim.kinetics.symbolic import compilation
from assemblysim.kinetics.task import Ending
from assemblysim.measurement.statements.compiled_claims import (
    ABOVE_NEXT,
    ABSENT,
    ABUNDANT,
    BELOW_NEXT,
    DETECTED,
    PERHAPS_LARGEST,
)
from assemblysim.measurement.statements.lattice import NODES

KERNEL = ROOT / "assemblysim" / "kinetics" / "engines" / "kernel"


@pytest.mark.parametrize(
    ("ours", "kernels"), [(Operation, _kernel.OPERATIONS), (Ending, _kernel.ENDINGS)]
)
def test_operations_and_endings_have_the_same_numbers_in_both_languages(ours, kernels):
    assert {one.name.lower(): int(one) for one in ours} == {
        name: number for number, name in enumerate(kernels)
    }


def test_both_engines_take_the_same_trace_for_nothing():
    assert compilation.TRACE == _kernel.TRACE


def test_panels_have_the_nodes_that_the_kernel_reads():
    assert NODES == _kernel.PANEL_NODES


def test_bits_of_claims_are_in_the_kernels_order():
    ours = (DETECTED, ABSENT, BELOW_NEXT, ABOVE_NEXT, PERHAPS_LARGEST, ABUNDANT)
    names = ("detected", "absent", "below_next", "above_next", "perhaps_largest", "abundant")
    assert dict(zip(_kernel.SAID, (1, 2, 4, 8, 16, 32), strict=True)) == dict(
        zip(names, ours, strict=True)
    )


def test_arguments_are_taken_by_their_names_only():
    with pytest.raises(TypeError, match="lacks its argument 'program'"):
        _kernel.integrate()
    with pytest.raises(TypeError, match="by their names"):
        _kernel.integrate(None)
    with pytest.raises(ValueError, match="malformed species"):
        _kernel.make_program(species=-1)


def test_every_source_of_the_kernel_is_built_and_packed():
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    (extension,) = built["ext-modules"]
    found = {suffix: sorted(KERNEL.rglob(f"*.{suffix}")) for suffix in ("cpp", "hpp")}

    assert [ROOT / path for path in extension["sources"]] == found["cpp"]
    assert [ROOT / path for path in extension["depends"]] == found["hpp"]
