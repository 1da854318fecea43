"""The picture that the README begins with: ``python fits/hnp_dy6_synthetic/overview.py``.

Drawn from ``results/``, or from the folder that is given, into ``accepted/overview.png``.
"""

import sys
from pathlib import Path
from textwrap import fill

import numpy as np
from matplotlib.figure import Figure

import assemblysim as asm
from assemblysim.report.content.words import formula
from assemblysim.report.figures.appearance import species_looks
from assemblysim.report.titles import title_of

HERE = Path(__file__).parent


def overview(folder: Path) -> Figure:
    """Draw the probabilities of the mechanisms beside the course of the most probable one."""
    results = asm.read_results(folder)
    ranked = sorted(results.probabilities.items(), key=lambda one: -one[1])
    looks = species_looks(results.result)
    figure = Figure(figsize=(10, 3.9), dpi=200, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1, 1.35])
    places = np.arange(len(ranked))[::-1]
    left.barh(places, [p for _, p in ranked], color="#2486bd", height=0.55)
    for place, (_, p) in zip(places, ranked, strict=True):
        left.text(p + 0.02, place, f"{p:.2f}" if p >= 0.005 else "< 0.005", va="center")
    titles = {name: title_of(name, results.result.mechanisms[name]) for name, _ in ranked}
    left.set_yticks(places, [fill(_typeset(titles[name]), 26) for name, _ in ranked])
    left.set(xlim=(0, 1), xlabel="probability of the mechanism")
    left.set_title("synthetic data\nWhich mechanism?", loc="left")
    courses = results.courses(ranked[0][0]).courses
    for i, name in enumerate(courses.signals):
        low, _, middle, _, high = courses.expected[:, :, i]
        color = looks[name].colour
        right.fill_between(courses.times, low, high, color=color, alpha=0.25, linewidth=0)
        right.plot(courses.times, middle, color=color, label=formula(name))
        right.plot(courses.data_times, courses.data[:, i], "o", ms=5, color=color, mec="white")
    right.set(xscale="log", xlim=(0.05, 50), ylim=(0, None), xlabel="time (h)")
    right.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    right.set_ylabel("% of the spectrum's total")
    right.set_title(f"Course under: {_typeset(titles[ranked[0][0]])}", loc="left")
    right.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def _typeset(title: str) -> str:
    return " ".join(map(formula, title.split()))


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "results"
    overview(given).savefig(HERE / "accepted" / "overview.png")
