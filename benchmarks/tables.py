"""What was measured as a table in words and as a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

ENGINE, IN_32 = "assemblysim", "assemblysim, 32 at a time"
# Okabe & Ito's colours, which the colour-blind can tell apart.
STYLES = {
    ENGINE: ("#D55E00", "o"),
    "numbalsoda": ("#0072B2", "s"),
    "libRoadRunner": ("#009E73", "^"),
    "scipy odeint": ("#999999", "D"),
    "scipy solve_ivp": ("#000000", "v"),
}
TITLES = {"A": "A: two Dy3L join", "B": "B: both pathways", "C": "C: lattice", "D": "D: lattice"}


def write_table(results: dict[str, Any]) -> str:
    """Return everything as Markdown."""
    cases, machine = results["work_precision"], results["machine"]
    lines = [
        "# The engine beside others",
        "",
        "Made by `python -m benchmarks` in one run, on one core: "
        + ", ".join(f"{key} {value}" for key, value in machine.items())
        + ".",
        "",
        "Microseconds for each trajectory at a matched achieved error: 95th percentile over the "
        "vectors of the largest relative error 1e-4 (of a value plus 1e-5 of the ligand). Rate "
        "constants log-uniform over ±3 decades, 12 output times over 48 h.",
        "",
        "| | " + " | ".join(_heading(n, c) for n, c in cases.items()) + " |",
        "|---|" + "---|" * len(cases),
    ]
    for solver in cases["A"]["matched"]:
        cells = [_number(c["matched"][solver]) for c in cases.values()]
        lines.append(f"| {solver} | " + " | ".join(cells) + " |")
    for solver in ("numbalsoda", "libRoadRunner"):
        if solver in results["left_out"]:
            continue
        ratios = [f"{c['matched'][solver] / c['matched'][IN_32]:.1f}x" for c in cases.values()]
        lines.append(f"| *{solver} / {IN_32}* | " + " | ".join(ratios) + " |")
    failed = {
        f"{solver} on {name}": sum(p["failed"] for p in points)
        for name, c in cases.items()
        for solver, points in c["points"].items()
    }
    several = [f"{where}: {n}" for where, n in failed.items() if n]
    spreads = [
        p["spread"] for c in cases.values() for points in c["points"].values() for p in points
    ]
    apart = max(c["reference_apart"] for c in cases.values())
    lines += [
        "",
        f"Trajectories that did not come to their end: {', '.join(several) or 'none'}. Repeated "
        f"timings spread by up to a factor of {max(spreads):.2f}; the least counts. The reference "
        f"solution is the engine's at 1e-11; where scipy's LSODA at 1e-11 was asked too, they "
        f"differ by at most {apart:.0e}.",
        "",
        *_further(results),
    ]
    if results["left_out"]:
        lines[1:1] = ["", f"Left out, since not installed: {', '.join(results['left_out'])}."]
    return "\n".join(lines) + "\n"


def _further(results: dict[str, Any]) -> list[str]:
    batch, threads = results["batch_sizes"], results["threads"]
    species, sampling = results["species"], results["sampling"]
    slopes = results["sensitivities"]["matched"]
    other = results["work_precision"]["B"]["matched"].get("libRoadRunner")
    beside = f", {slopes / other:.2f} of libRoadRunner's time without them" if other else ""
    return [
        f"**Sensitivities** of B by its 7 constants: {slopes:.1f} µs{beside}.",
        "",
        "**Batch size** (B, µs each): "
        + ", ".join(f"{size}: {each:.1f}" for size, each in batch.items())
        + ". **Threads** (B, 2,048 at once): "
        + ", ".join(f"{n}: {each:.1f}" for n, each in threads.items())
        + ".",
        "",
        "**Species** of a growing lattice (µs each; first answer of a new network, compiled and "
        "integrated once): "
        + "; ".join(
            f"{label}: {c['microseconds']:.0f} ({1e3 * c['first_answer_seconds']:.0f} ms)"
            for label, c in species["cost"].items()
        )
        + f". Exponent between 30 and 300 species: {species['exponent_30_to_300']:.2f}.",
        "",
        *_likelihoods(results["likelihoods"]),
        "",
        f"**emcee**, 32 walkers x 2,000 steps (s): likelihood that costs nothing "
        f"{sampling['free']:.2f}; B with 10 % noise on the engine {sampling['engine']:.2f} "
        f"({sampling['engine'] / sampling['free']:.1f}x), on scipy's odeint "
        f"{sampling['scipy odeint']:.0f} and solve_ivp (LSODA) {sampling['scipy solve_ivp']:.0f} "
        f"({sampling['scipy solve_ivp'] / sampling['engine']:.0f}x; both scaled from fewer "
        f"steps); the study hnp_dy6_synthetic, 11 unknowns, gains and limits, on the engine "
        f"{sampling['study']:.2f}.",
    ]


def _likelihoods(measured: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    """Return a table of a batch's integration beside the rest of its posterior."""
    sizes = list(next(iter(measured.values())))
    return [
        "A batch's integration + the rest of its posterior (priors, signals, likelihood), µs for "
        "the whole batch near the best fit:",
        "",
        "| study | " + " | ".join(f"{size} vectors" for size in sizes) + " |",
        "|---|" + "---|" * len(sizes),
        *(
            f"| {study} | "
            + " | ".join(
                f"{costs[size]['integration']:.0f} + {costs[size]['likelihood']:.0f}"
                for size in sizes
            )
            + " |"
            for study, costs in measured.items()
        ),
    ]


def _heading(name: str, case: dict[str, Any]) -> str:
    return f"{TITLES[name]}, {case['species']} species, {case['reactions']} steps"


def _number(value: float) -> str:
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


def draw(results: dict[str, Any], path: Path) -> None:
    """Draw work against precision, one panel a network."""
    figure = Figure(figsize=(7.2, 5.6), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True).ravel()
    for axis, (name, case) in zip(axes, results["work_precision"].items(), strict=True):
        axis.axvline(1e-4, color="#DDDDDD", zorder=0)
        for solver, (colour, marker) in STYLES.items():
            found = case["points"].get(solver, ())
            points = [p for p in found if p["error"] and p["error"] < 1]
            axis.loglog(
                [p["error"] for p in points], [p["microseconds"] for p in points],
                color=colour, marker=marker, markersize=4, linewidth=1.2, label=solver,
            )  # fmt: skip
        axis.set_title(f"{TITLES[name]}, {case['species']} species", fontsize=10)
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_xlim(1e-2, 3e-8)
    for axis in axes[2:]:
        axis.set_xlabel("achieved error (95th percentile)")
    for axis in axes[::2]:
        axis.set_ylabel("µs for each trajectory")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=5,
                  frameon=False, fontsize=9)  # fmt: skip
    figure.savefig(path, dpi=180)
