"""How every figure looks: its style, its four neutral colours, the colour of each species."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from matplotlib.typing import LineStyleType

from assemblysim.result.summary import StudyResult

# Widths of a figure in a journal of two columns.
ONE_COLUMN_CM, TWO_COLUMNS_CM = 8.5, 17.0
CM = 1 / 2.54  # inches

# The neutral colours of a figure on white paper; the page replaces them by its own, so that
# a figure is readable on a dark page too.
INK, FAINT, LINE, PAPER = "#1b1f24", "#59626e", "#cfd5dc", "#ffffff"

# Okabe & Ito's colours for every kind of colour vision, without black, which is ink, and
# yellow, which is lost on white (https://jfly.uni-koeln.de/color/).
# Behind them dark ones of three further hues, which lightness tells apart from the first six.
HUES = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#5e3c99", "#7a1f3d",
    "#4d5d0d",
)  # fmt: skip
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "*", "h", "<", ">")
BLOCK_HUES = ("#7d8590", "#a68a64")
DASHES: Final[tuple[LineStyleType, ...]] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.5, 1.2)),
    (0, (5, 1.2, 1.2, 1.2)),
    (0, (9, 2)),
)

# The full font comes with matplotlib, so that figures look alike everywhere. The small one is
# made of it, see font_subset.py; what it lacks is taken from the full one.
FULL_FONT, SMALL_FONT = "DejaVu Sans", "DejaVu Sans Few"

STYLE: Final[dict[str, str | float | bool | list[str]]] = {
    "font.family": [SMALL_FONT, FULL_FONT],
    "font.size": 7,
    "mathtext.fontset": "dejavusans",
    "axes.labelsize": 7,
    "axes.titlesize": 7.5,
    "axes.titlepad": 4,
    "axes.labelpad": 2.5,
    "axes.linewidth": 0.6,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.facecolor": PAPER,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 1.5,
    "ytick.minor.size": 1.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.pad": 2,
    "ytick.major.pad": 2,
    "lines.linewidth": 1.1,
    "lines.markersize": 3,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    # Letters as outlines: the same picture whichever fonts the reader has.
    "svg.fonttype": "path",
    "svg.hashsalt": "assemblysim",
    # Journals refuse type 3 fonts; as TrueType the letters can be searched and edited.
    "pdf.fonttype": 42,
    # matplotlib 3.11 asks this one whether a PDF's font has room for letters beyond the 256th;
    # as type 3 they would go into a second font.
    "ps.fonttype": 42,
    "path.simplify": True,
    "path.simplify_threshold": 0.25,
}


@dataclass(frozen=True)
class Look:
    """How one species is drawn.

    Attributes:
        colour: hexadecimal.
        dash: a matplotlib line style, so that more species than colours stay apart.
        marker: of measurements, where several species share a panel.
    """

    colour: str
    dash: LineStyleType
    marker: str = "o"


def species_looks(result: StudyResult) -> dict[str, Look]:
    """Give every species and signal of a study one look for all its figures.

    Species made of one building block are grey, so that colours are kept for what is
    assembled; where all are (isomers, say), all get colours. What the data show has the
    first colours, so that it can be told apart in a study of many species.

    Args:
        result: of the study.

    Returns:
        Looks by name of species or signal: signals, then species as mechanisms name them.
    """
    compositions: dict[str, int] = {}
    for mechanism in result.mechanisms.values():
        for species in mechanism.species:
            size = sum(count for _, count in species.composition)
            compositions.setdefault(species.name, size)
    blocks = [name for name, size in compositions.items() if size == 1]
    if len(blocks) == len(compositions):
        blocks = []
    signals = result.measurement.signals
    coloured = [name for name in compositions if name in signals and name not in blocks]
    coloured += [name for name in signals if name not in compositions]
    coloured += [name for name in compositions if name not in (*blocks, *coloured)]
    return {**_spread(coloured, HUES), **_spread(blocks, BLOCK_HUES)}


def step_looks(result: StudyResult) -> dict[str, Look]:
    """Give every step one look in all mechanisms of a study.

    Args:
        result: of the study.

    Returns:
        Looks by name of the step, a reversible one being one, in the order of the mechanisms.
    """
    together = [
        [one.name for one in mechanism.reactions if not one.reverse_of]
        for mechanism in result.mechanisms.values()
    ]
    found: dict[str, Look] = {}
    for name in dict.fromkeys(name for steps in together for name in steps):
        beside = [found[n] for steps in together if name in steps for n in steps if n in found]
        every = [Look(hue, dash) for dash in DASHES for hue in HUES]
        # One that stands beside it in some mechanism shall not look like it.
        free = [look for look in every if look not in beside]
        found[name] = free[0] if free else every[len(found) % len(every)]
    return found


def _spread(names: Iterable[str], hues: tuple[str, ...]) -> dict[str, Look]:
    return {
        name: Look(
            hues[i % len(hues)],
            DASHES[(i // len(hues)) % len(DASHES)],
            MARKERS[i % len(MARKERS)],
        )
        for i, name in enumerate(names)
    }
