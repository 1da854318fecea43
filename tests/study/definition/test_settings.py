import dataclasses
import math

import pytest

from assemblysim.errors import InputError
from assemblysim.inference.sampling.settings import (
    ConvergenceCriteria,
    FitSettings,
    ImportanceSettings,
    SmcSettings,
)
from assemblysim.study.definition.settings import (
    _CONVERGENCE,
    _EFFORT,
    _IMPORTANCE,
    _SMC,
    StatementSettings,
    read_sampling,
)


def test_an_empty_table_leaves_the_defaults():
    assert read_sampling({}) == FitSettings()


def test_what_is_written_replaces_its_default():
    settings = read_sampling({"ensembles": 6, "convergence": {"r_hat": 1.05}})

    assert settings.ensembles == 6
    assert settings.convergence.r_hat == 1.05
    assert settings.convergence.effective_size == FitSettings().convergence.effective_size


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({"ensembles": 1}, "ensembles: 1 is not between 2 and 1000; write one that is"),
        ({"size_sought": 0.5}, "size_sought: 0.5 is not between 1 and 1000000; write one that is"),
        ({"walkers": 10**9}, "walkers: 1000000000 is not between 4 and 100000; write one that is"),
        ({"walkers": 7}, "walkers: 7 is odd; write an even number"),
        (
            {"convergence": {"r_hat": 1.0}},
            "convergence r_hat: 1.0 is not between 1.0001 and 1000000; write one that is",
        ),
        (
            {"convergence": {"effective_size": math.nan}},
            "convergence effective_size: nan is not between 0 and 1000000000000; write one that is",
        ),
        (
            {"smc": {"exploratory_runs": -1}},
            "smc exploratory_runs: -1 is not between 1 and 1000; write one that is",
        ),
        (
            {"ensembles": 8},
            "smc runs: 6 is fewer than the 8 ensembles that start from them; write as many",
        ),
        (
            {"importance": {"batches": 4}, "ensembles": 5},
            "importance batches: 4 is fewer than the 5 ensembles that start from them; "
            "write as many",
        ),
        (
            {"importance": {"batches": 90}},
            "importance most_batches: 80 is fewer than batches, 90; write as many",
        ),
        (
            {"importance": {"most_rounds": 2}},
            "importance most_rounds: 2 is fewer than rounds, 3; write as many",
        ),
        ({"convergence": {"rhat": 1.1}}, "convergence: unknown key 'rhat'; did you mean 'r_hat'?"),
    ],
)
def test_settings_that_no_run_could_be_done_with_are_refused(table, line):
    with pytest.raises(InputError) as refusal:
        read_sampling(table)

    assert str(refusal.value) == line


@pytest.mark.parametrize(
    ("kind", "known"),
    [
        (FitSettings, _EFFORT),
        (ConvergenceCriteria, _CONVERGENCE),
        (SmcSettings, _SMC),
        (ImportanceSettings, _IMPORTANCE),
    ],
)
def test_every_number_of_the_settings_has_its_bounds(kind, known):
    numbers = {f.name for f in dataclasses.fields(kind) if f.type in ("int", "float")}

    assert set(known) == numbers


def test_an_error_rate_is_below_one_half():
    assert StatementSettings().error_rate == 0.02
    with pytest.raises(InputError) as refusal:
        StatementSettings(0.0)
    assert str(refusal.value) == (
        "error_rate: 0.0 is not between 0 and 0.5; write one such as 0.02"
    )
