"""The statistics of calibration: quick fits, ranks of truths, recovered verdicts."""
