"""An independent count of atoms and charge: expanded by hand-written rules, not by the package."""

import re
from collections import Counter

# Condensed formulas of what the published ions and the co-reactants hold, written out by hand.
WRITTEN_OUT = {
    "OAc": "C2H3O2",
    "AcO": "C2H3O2",
    "OMe": "CH3O",
    "MeOH": "CH4O",
    "DMF": "C3H7NO",
    "CH3COO": "C2H3O2",
    "CH3OH": "CH4O",
    "CH3O": "CH3O",
}
LIGANDS = {"L1": "C29H33N7O4", "L2": "C29H19N5O4"}


def atoms(formula, ligand=""):
    """Elements of a formula with one level of brackets; `ligand` is what L stands for."""
    for name, written in sorted(WRITTEN_OUT.items(), key=lambda pair: -len(pair[0])):
        formula = re.sub(
            rf"\({re.escape(name)}\)|(?<![A-Za-z]){name}(?![a-z0-9])", f"({written})", formula
        )
    for name, written in LIGANDS.items():
        formula = formula.replace(f"({name})", f"({written})")
    formula = formula.replace("(L)", f"({ligand})")
    formula = re.sub(r"L(?![a-z])", f"({ligand})", formula)
    total = Counter()
    for inner, times, element, count in re.findall(
        r"\(([^()]*)\)(\d*)|([A-Z][a-z]?)(\d*)", formula
    ):
        if element:
            total[element] += int(count or 1)
        else:
            for one, n in re.findall(r"([A-Z][a-z]?)(\d*)", inner):
                total[one] += int(n or 1) * int(times or 1)
    return total


def side(text, ligand):
    """Atoms and charge of one side of an equation, such as ``2 [Dy3L(OH)6]+ + 4 AcO-``."""
    total = Counter()
    for term in text.split(" + "):
        times, formula, charge = re.fullmatch(
            r"(?:(\d+) )?(.*?)(\d*[+-])?", term.replace("[", "").replace("]", "@")
        ).groups()
        if charge and not formula.endswith("@"):
            formula, charge = formula + charge[:-1], charge[-1]
        for element, n in atoms(formula.replace("@", ""), ligand).items():
            total[element] += int(times or 1) * n
        if charge:
            size = int(charge[:-1] or 1) * (1 if charge[-1] == "+" else -1)
            total["charge"] += int(times or 1) * size
    return {symbol: n for symbol, n in total.items() if n}


def balanced(equation, ligand):
    left, right = equation.split(" -> ")
    return side(left, ligand) == side(right, ligand)
