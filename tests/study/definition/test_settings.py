import pytest

from assemblysim.errors import InputError
from assemblysim.inference.sampling.settings import FitSettings
from assemblysim.study.definition.settings import StatementSettings, read_sampling


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
        ({"ensembles": 1}, "ensembles: 1 is too few; write 2 or more"),
        (
            {"size_sought": 0.5},
            "size_sought: 0.5 is below 1, where the convergence criteria are; write 1 or more",
        ),
        ({"walkers": 7}, "walkers: 7 is odd; write an even number"),
        (
            {"convergence": {"r_hat": 1.0}},
            "convergence r_hat: 1.0 is not above 1; write one such as 1.01",
        ),
        (
            {"convergence": {"failed_fraction": 2}},
            "convergence failed_fraction: 2.0 is not between 0 and 1; write one such as 0.05",
        ),
        ({"convergence": {"rhat": 1.1}}, "convergence: unknown key 'rhat'; did you mean 'r_hat'?"),
    ],
)
def test_settings_that_no_run_could_be_done_with_are_refused(table, line):
    with pytest.raises(InputError) as refusal:
        read_sampling(table)

    assert str(refusal.value) == line


def test_an_error_rate_is_below_one_half():
    assert StatementSettings().error_rate == 0.02
    with pytest.raises(InputError) as refusal:
        StatementSettings(0.0)
    assert str(refusal.value) == (
        "error_rate: 0.0 is not between 0 and 0.5; write one such as 0.02"
    )
