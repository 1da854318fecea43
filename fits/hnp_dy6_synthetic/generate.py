"""Simulate intensities.csv from truth.toml; the same bytes whenever it is run."""

from __future__ import annotations

from pathlib import Path

from assemblysim.study.definition.reading import read_outline, read_truth
from assemblysim.study.problem.synthetic import spectra_text

HERE = Path(__file__).parent


def simulated_table() -> str:
    """Return the table as CSV text: a row for each spectrum, 0 where a peak is too small."""
    outline = read_outline(HERE)
    return spectra_text(outline, read_truth(outline))


if __name__ == "__main__":
    (HERE / "intensities.csv").write_text(simulated_table(), encoding="utf-8", newline="")
    print(f"wrote {HERE / 'intensities.csv'}")
