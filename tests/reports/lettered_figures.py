"""Figures of nothing but texts."""

from matplotlib.figure import Figure

from assemblysim.report.figures.drawing import styled

FACES = [(weight, slant) for weight in ("normal", "bold") for slant in ("normal", "italic")]


TEXTS = ("AVA Ty. first", "k\u0302 Dvořák", "σ² h⁻¹ ₂ ⇌ ∅ ≤", "Жуков")


@styled
def lettered(*texts, family=None):
    """A figure of nothing but texts, each in all four faces."""
    figure = Figure(figsize=(4, 0.4 * len(texts)))
    chosen = {} if family is None else {"family": family}
    for row, text in enumerate(texts):
        for column, (weight, slant) in enumerate(FACES):
            place = (0.01 + 0.25 * column, (row + 0.3) / len(texts))
            figure.text(*place, text, weight=weight, style=slant, **chosen)
    return figure
