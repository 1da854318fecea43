"""Write models/cage_steps.csv: every ligand exchange between PdX4, a ditopic ligand L and a cage.

A species Pd_m L_n X_k holds 4m places for ligand ends. In Pd2 species b of the ligands bridge the
two Pd, in Pd3 (a chain) two; the others hang on one end, and what places are left hold X. So the
formula says everything. All ligands that hang, and all X, are spread over the places with equal
chances; then the statistical factors below are exact averages, and all cycles keep detailed
balance whatever the eight constants are.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from fractions import Fraction
from math import comb
from pathlib import Path

TABLE = Path(__file__).parents[2] / "models" / "cage_steps.csv"
COLUMNS = ("reactants", "products", "count", "rate constant", "reverse count", "reverse constant")


def places(m: int, bridges: int) -> int:
    """Return how many places hold X or a hanging ligand."""
    return 4 * m - 2 * bridges


def name(m: int, bridges: int, hanging: int) -> str:
    """Return the formula, such as PdL2X2."""
    counts = {"Pd": m, "L": bridges + hanging, "X": places(m, bridges) - hanging}
    return "".join(f"{b}{n if n > 1 else ''}" for b, n in counts.items() if n)


def rate_swaps() -> list[tuple[str, ...]]:
    """Return L + Pd-X <=> Pd-L + X: either end of L takes any X, X drives off any hanging L."""
    rows = []
    for m, bridges in ((1, 0), (2, 1), (2, 2), (2, 3), (3, 2)):
        group = "trinuclear" if m == 3 else "exchange"
        for hanging in range(places(m, bridges)):
            free = places(m, bridges) - hanging
            rows.append(
                (f"{name(m, bridges, hanging)} + L", f"{name(m, bridges, hanging + 1)} + X",
                 str(2 * free), "k_on", str(hanging + 1), "k_off", group)
            )  # fmt: skip
    return rows


def joins() -> list[tuple[str, ...]]:
    """Return the steps in which a ligand that hangs on one complex takes a place of another.

    Back, X breaks one end of a bridge (two ends in Pd2, four in Pd3); how the hanging ligands
    are spread over the two segments is a matter of combinations.
    """
    found: dict[tuple[str, ...], list[Fraction]] = defaultdict(lambda: [Fraction(0)] * 2)
    for one, other, whole in (((1, 0), (1, 0), (2, 1)), ((2, 1), (1, 0), (3, 2))):
        sizes = places(*one), places(*other)
        both = [(one, other)] if one == other else [(one, other), (other, one)]
        for giver, taker in both:
            ways = 2  # ends of bridges whose breaking leaves the ligand on the giver
            g, t = places(*giver), places(*taker)
            for hanging in range(1, g + 1):
                for beside in range(t):
                    segments = sorted((name(*giver, hanging), name(*taker, beside)))
                    product = name(*whole, hanging - 1 + beside)
                    group = "trinuclear" if whole[0] == 3 else "join"
                    chance = Fraction(
                        comb(g - 1, hanging - 1) * comb(t - 1, beside),
                        comb(sum(sizes) - 2, hanging - 1 + beside),
                    )
                    counts = found[" + ".join(segments), f"{product} + X", group]
                    counts[0] = counts[0] + hanging * (t - beside)
                    counts[1] = counts[1] + ways * chance
    return [
        (left, right, str(count), "k_join", str(back), "k_part", group)
        for (left, right, group), (count, back) in found.items()
    ]


def closures() -> list[tuple[str, ...]]:
    """Return the steps in which a hanging ligand of Pd2 takes a place of the other Pd.

    The last of them, which closes the cage Pd2L4, has constants of its own.
    """
    rows = []
    for bridges in (1, 2, 3):
        whole = places(2, bridges)
        kind = ("k_seal", "k_unseal") if bridges == 3 else ("k_close", "k_open")
        for hanging in range(1, whole):
            # On the other Pd are half of the places; a share of all others but this holds X.
            pairs = Fraction(hanging * (whole - hanging) * (whole // 2), whole - 1)
            rows.append(
                (name(2, bridges, hanging), f"{name(2, bridges + 1, hanging - 1)} + X",
                 str(pairs), kind[0], str(2 * (bridges + 1)), kind[1], "close")
            )  # fmt: skip
    return rows


def table() -> str:
    """Return the table of steps as CSV text."""
    file = io.StringIO(newline="")
    file.write(
        "# Made by fits/cage_synthetic/network.py, where the statistical factors are said.\n"
    )
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*COLUMNS, "group"])
    writer.writerows([*rate_swaps(), *joins(), *closures()])
    return file.getvalue()


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8", newline="")
    print(f"wrote {TABLE}")
