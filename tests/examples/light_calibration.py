"""Settings and a study for calibrations of a few seconds."""

from dataclasses import replace

import numpy as np
from small_study import chain_table, small_study

from assemblysim.inference.calibration.quick import QuickSettings
from assemblysim.inference.sampling.settings import SmcSettings
from assemblysim.study.campaigns.simulated_study import CAREFUL

# Draws that a truth is ranked among, from a fifth of the particles.
LIGHT_SEARCH = replace(
    CAREFUL,
    screened=64,
    starts=2,
    smc=SmcSettings(
        pilot_particles=128,
        runs=2,
        particles=128,
        exploratory_runs=1,
        ess_threshold=0.3,
        exploratory_ess_threshold=0.3,
        independent_moves=1,
        most_rounds=1,
    ),
)
LIGHT = QuickSettings(
    screened=64,
    starts=1,
    efforts=(SmcSettings(pilot_particles=64, ess_threshold=0.5, local_moves=2, most_rounds=1),),
    draws=400,
    refits=6,
    confirmed=2,
    wanted=120,
    walkers=60,
    looks=6,
    moves=6,
)


def replicated_study(folder, *, noise=None, replicates=2):
    """The small study with independent replicates, its noise unknown unless stated."""
    study = small_study(folder, table=chain_table(replicates=replicates), noise=noise)
    return replace(study, measurement=replace(study.measurement, share_replicates=False))


def without_readings(study):
    """The same study with blanks: not every signal is measured in every spectrum."""
    (experiment,) = study.experiments
    values = experiment.table.values.copy()
    values[1, 0] = np.nan
    table = replace(experiment.table, values=values)
    return replace(study, experiments=(replace(experiment, table=table),))
