from dataclasses import replace

import numpy as np
import pytest
from light_calibration import LIGHT, LIGHT_SEARCH, replicated_study, without_readings

from assemblysim.errors import RunError
from assemblysim.inference.model.priors import LogUniform
from assemblysim.measurement.noise.registry import NOISES
from assemblysim.measurement.scales import SCALES
from assemblysim.measurement.simulation.misspecifications import MISSPECIFICATIONS
from assemblysim.study.campaigns.calibration import Request, design_of
from assemblysim.study.campaigns.simulated_study import calibrate_one, make_data, with_tables


def design(folder, *, study=None, settings=LIGHT):
    return design_of(
        study or replicated_study(folder), Request(settings=settings, search=LIGHT_SEARCH), folder
    )


def test_a_simulated_study_depends_on_its_number_alone(tmp_path):
    made = design(tmp_path)

    first, second, other = (calibrate_one(made, "none", i) for i in (3, 3, 5))
    assert first == second
    assert first.values != other.values
    assert [first.truth, other.truth] == ["detour", "detour"]


def test_a_record_ranks_every_parameter_of_the_true_mechanism(tmp_path):
    record = calibrate_one(design(tmp_path), "none", 0)

    assert set(record.ranks) == {"k_first", "k_second", "noise"}
    assert all(0 <= rank <= 99 for rank in record.ranks.values())
    assert sum(record.probabilities.values()) == pytest.approx(1)
    for rank, below in zip(record.ranks.values(), record.below.values(), strict=True):
        # 99 of the draws against all of them.
        assert abs(rank / 99 - below) < 4 * 0.5 / np.sqrt(99)


def test_truths_are_the_same_whatever_the_misfit(tmp_path):
    made = design(tmp_path)
    truths = [
        make_data(made, made.problems[0], m, 4).position for m in ("none", *MISSPECIFICATIONS)
    ]

    for truth in truths:
        np.testing.assert_array_equal(truth, truths[0])


def test_truths_come_from_the_prior(tmp_path):
    made = design(tmp_path)
    positions = np.stack(
        [make_data(made, made.problems[0], "none", i).position for i in range(300)]
    )

    # Standard-normal coordinates: 300 draws of each.
    assert (np.abs(positions.mean(axis=0)) < 4 / np.sqrt(300)).all()
    assert (np.abs(positions.std(axis=0) - 1) < 4 / np.sqrt(600)).all()


def test_gaps_and_priors_are_those_of_the_real_study(tmp_path):
    made = design(tmp_path, study=without_readings(replicated_study(tmp_path)))
    (table,) = make_data(made, made.problems[0], "none", 0).tables
    again = with_tables(made.problems[1], (table,))

    assert np.isnan(table.values[1, 0])
    assert np.isfinite(table.values).sum() == table.values.size - 1
    assert again.parameters == made.problems[1].parameters
    assert again.experiments[0].table is table


def test_truths_that_make_no_table_are_counted_and_in_the_end_refused(tmp_path):
    study = replicated_study(tmp_path)
    told = replace(study.measurement, scale=SCALES["absolute"], noise=NOISES["proportional"])
    some = replace(
        study, measurement=told, priors=(*study.priors, ("noise", LogUniform(200, 2000)))
    )
    none = replace(
        study, measurement=told, priors=(*study.priors, ("noise", LogUniform(5000, 6000)))
    )

    found = [
        make_data(d, d.problems[0], "none", i).no_table
        for d in [design(tmp_path, study=some)]
        for i in range(5)
    ]
    assert sum(found) > 0
    made = design(tmp_path, study=none)
    with pytest.raises(RunError, match="1000 truths made no table: 0 could not be integrated"):
        make_data(made, made.problems[0], "none", 0)


def test_a_fit_that_is_not_trusted_gives_no_verdict(tmp_path):
    made = design(tmp_path, settings=replace(LIGHT, least=1e9))
    record = calibrate_one(made, "none", 0)

    assert record.outcome == "no verdict"
    assert not record.trusted
