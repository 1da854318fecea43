"""Made-up records of simulated studies, for tests of what is made of them."""

import numpy as np

from assemblysim.result.calibration import CALIBRATION_VERSION, CalibrationResult, SimulatedRecord
from assemblysim.study.campaigns.summary import condition_summary

MECHANISMS = ("template", "stepwise", "both")


def record(index, outcome="right", *, below=None, probability=0.97, suffices=False, trusted=True):
    """One record; the truth is the most probable mechanism where the outcome is right."""
    truth = MECHANISMS[index % 3]
    best = truth if outcome in ("right", "cannot tell") else MECHANISMS[(index + 1) % 3]
    below = {"k_grow": 0.5, "noise": 0.5} if below is None else below
    rest = [name for name in MECHANISMS if name != best]
    return SimulatedRecord(
        index=index,
        truth=truth,
        outcome=outcome,
        leans=False,
        suffices=suffices,
        probabilities={best: probability, **dict.fromkeys(rest, (1 - probability) / 2)},
        left_open=(best,),
        values={},
        log_evidence={},
        trusted=trusted,
        calls=1000,
        not_integrated=0,
        no_table=1 if index == 0 else 0,
        ranks={name: round(99 * value) for name, value in below.items()},
        below=below,
        prediction_ranks={
            f"time_of_maximum of {name}": min(399, int(400 * value))
            for name, value in below.items()
        },
    )


def uniform_records(count=60, seed=1, **changes):
    """Records whose truths lie anywhere in their posteriors alike."""
    rng = np.random.default_rng(seed)
    return [
        record(
            i,
            below=dict(zip(("k_grow", "noise"), rng.uniform(size=2).tolist(), strict=True)),
            **changes,
        )
        for i in range(count)
    ]


def calibration(inputs=None, **conditions):
    """A calibration with these records by kind of error."""
    files = {"study.toml": "ab" * 32, "intensities.csv": "cd" * 32}
    kinds = {name.replace("_", "-"): records for name, records in conditions.items()}
    return CalibrationResult(
        version=CALIBRATION_VERSION,
        study="made_up",
        title="A made-up study",
        seed=7,
        source="prior",
        studies=len(conditions["none"]),
        made_from="",
        versions={},
        inputs=files if inputs is None else inputs,
        settings={},
        mechanisms=MECHANISMS,
        contained_in={},
        conditions={
            kind: condition_summary(records, MECHANISMS, "prior", kind)
            for kind, records in kinds.items()
        },
    )
