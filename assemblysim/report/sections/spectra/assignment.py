"""The spectra behind the table: what each holds, every envelope, and what is chance."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from assemblysim.language import counted
from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.content.words import MISSING
from assemblysim.report.document.nodes import (
    Caution,
    Cell,
    FigureBlock,
    Folded,
    Listing,
    Node,
    Paragraph,
    Picture,
    Section,
    Table,
    table_blocks,
)
from assemblysim.report.figures.spectra import (
    MOST_MAPPED,
    envelope_figure,
    ion_map,
    share_figure,
    shown_cores,
)
from assemblysim.result.spectra.assignment import (
    AssignedIon,
    AssignedSpectrum,
    CoreSum,
    SpectraPanels,
    SpectraResult,
)
from assemblysim.sentences.spectra.assignment import (
    TO_PASTE,
    assignment_cautions,
    assignment_sentences,
)

_HOW = (
    "Fractions of the assigned intensity, with 95 % intervals; what is not seen is below its upper "
    "limit. They are no concentrations: response factors are unknown. Each leads to its envelopes."
)


def spectra_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section; none where the study's table was not made of spectra."""
    found = study.spectra
    if found is None or not found.spectra:
        return ()
    parts = (*_told(found, study.panels), *_shown(found), *_folded(found, study.panels))
    return (Section("spectra", "The spectra behind the table", parts, link="Spectra"),)


def _told(found: SpectraResult, panels: SpectraPanels | None) -> Iterator[Node]:
    yield from (Caution(words.ions(text)) for text in assignment_cautions(found))
    yield Listing(tuple(_worded(text) for text in assignment_sentences(found)))
    yield Paragraph(_HOW)
    yield from table_blocks("shares", share_table(found, linked=panels is not None))
    every = {core.core for one in found.spectra for core in one.cores}
    rest = len(every) - len(shown_cores(found.spectra))
    if rest:
        yield Paragraph(f"{counted(rest, 'other core')} that no mechanism has: none is seen.")


def _worded(text: str) -> str:
    """Set formulas of ions, but in lines that are to be pasted into a file."""
    return text if text.startswith(TO_PASTE) else words.ions(text)


def _shown(found: SpectraResult) -> Iterator[Node]:
    timed = [one for one in found.spectra if one.time_h is not None]
    if timed:
        yield FigureBlock(
            Picture(
                "spectra_shares",
                "The fraction of each core in the assigned intensity over time",
                partial(share_figure, timed, {}),
            ),
            "Cores over time: fractions of the assigned intensity with 95 % intervals.",
        )
    yield FigureBlock(
        Picture(
            "spectra_ions",
            "How much of each spectrum's assigned intensity every ion has, over time",
            partial(ion_map, found.spectra),
        ),
        "All ions over time, sorted by core and m/z: parts of the spectrum's assigned intensity. "
        f"White is not seen; of more than {MOST_MAPPED} ions the strongest are shown.",
        broad=True,
    )
    yield from table_blocks("parts", part_count_table(found))


def _folded(found: SpectraResult, panels: SpectraPanels | None) -> Iterator[Node]:
    ions = needed_ion_table(found)
    if ions is not None:
        yield Folded("What each core rests on", tuple(table_blocks("ions_needed", ions)))
    yield Folded("Every spectrum", tuple(table_blocks("spectra", spectrum_table(found))))
    if panels is None:
        return
    figures = tuple(
        FigureBlock(
            Picture(
                envelope_stem(place),
                f"Measured and fitted envelopes of {_name(one)}",
                partial(envelope_figure, drawn.panels, one),
            ),
            f"{_name(one)}: the strongest envelope of each core, as measured (grey), as fitted "
            "with all ions (line) and with the core's own ions (dashed).",
            broad=True,
        )
        for place, (one, drawn) in enumerate(zip(found.spectra, panels.spectra, strict=False))
    )
    yield Folded("Every envelope, measured and fitted", figures)


def envelope_stem(place: int) -> str:
    """Return the stem of a spectrum's figure of envelopes, by its place."""
    return f"envelopes_{place + 1:03d}"


def share_table(found: SpectraResult, *, linked: bool = False) -> Table:
    """Show the fraction of each core in each spectrum.

    Args:
        found: all spectra.
        linked: whether a cell leads to the figure of the spectrum's envelopes.
    """
    cores = shown_cores(found.spectra)
    rows = []
    for place, one in enumerate(found.spectra):
        sums = {core.core: core for core in one.cores}
        stem = envelope_stem(place) if linked else ""
        cells = [_share(sums[name], stem) if name in sums else Cell(MISSING) for name in cores]
        rows.append((Cell(_name(one), one.source if one.time_h is not None else ""), *cells))
    return Table.of("Cores in the spectra, % of the assigned intensity", ("spectrum", *cores), rows)


def _share(core: CoreSum, stem: str) -> Cell:
    if not core.seen:
        return Cell(f"< {100 * core.upper:.2g}", shown_in=stem)
    between = f"{100 * core.lower:.3g} to {100 * core.upper:.3g}"
    return Cell(f"{100 * core.fraction:.3g}", between, shown_in=stem)


def part_count_table(found: SpectraResult) -> Table | None:
    """Show mean numbers of small parts over time; None where none are known."""
    pairs = list(
        dict.fromkeys((held.core, held.part) for one in found.spectra for held in one.counts or ())
    )
    if not pairs:
        return None
    rows = []
    for one in found.spectra:
        counts = {(held.core, held.part): held for held in one.counts or ()}
        cells = [
            f"{counts[p].mean:.2f} ± {counts[p].error:.2g}" if p in counts else MISSING
            for p in pairs
        ]
        rows.append((_name(one), *cells))
    heads = (f"{part} in {core}" for core, part in pairs)
    return Table.of(
        "Mean numbers of small parts in the ions of a core, with standard errors: what comes and "
        "goes. Where two writings are one composition, the shorter one counts",
        ("spectrum", *heads),
        rows,
    )


def needed_ion_table(found: SpectraResult) -> Table | None:
    """Show what each core rests on: the ions that spectra need, each where it is strongest.

    None where no ion is needed, or results are older than that.
    """
    every: dict[tuple[str, str], list[tuple[float, AssignedSpectrum, AssignedIon]]] = {}
    cores = shown_cores(found.spectra)
    for one in found.spectra:
        total = sum(ion.amount for ion in one.ions) or 1.0
        for ion in one.ions:
            if ion.needed and ion.core in cores:
                own = every.setdefault((ion.core, ion.ion), [])
                own.append((ion.amount / total, one, ion))
    kept = sorted(every, key=lambda key: -max(part for part, _, _ in every[key]))[:MOST_MAPPED]
    rows = []
    for key in sorted(kept, key=lambda key: (cores.index(key[0]), every[key][0][2].mz)):
        part, one, ion = max(every[key], key=lambda seen: seen[0])
        rows.append((
            key[0], Cell(words.ions(ion.ion), f"m/z {ion.mz:.2f}"),
            f"{len(every[key])} of {len(found.spectra)}",
            Cell(f"{100 * part:.2g} %", f"at {_name(one)}"),
            f"{ion.cosine:.3f}", f"{ion.chi_square:.2g}",
            Cell(f"{ion.seen} of {ion.expected}", _saturated(ion)), _instead(ion),
        ))  # fmt: skip
    if not rows:
        return None
    return Table.of(
        "What each core rests on: the ions that the spectra need, each as it is where it is "
        "strongest, and the candidate that would fit best in its place",
        ("core", "ion", "needed in", "share", "cosine", "chi-square", "isotope peaks seen",
         "else"),
        rows,
    )  # fmt: skip


def _saturated(ion: AssignedIon) -> str:
    return f"{ion.saturated} more saturated" if ion.saturated else ""


def _instead(ion: AssignedIon) -> Cell:
    if not ion.instead or ion.worse is None:
        return Cell(MISSING, "no other one lies there")
    change = f"{abs(ion.worse):.0f}" if abs(ion.worse) >= 10 else f"{abs(ion.worse):.2g}"
    told = f"chi-square higher by {change}" if ion.worse >= 0 else f"chi-square lower by {change}"
    return Cell(words.ions(ion.instead), told)


def spectrum_table(found: SpectraResult) -> Table:
    """Show how each spectrum was read, and what it has that no ion explains."""
    return Table.of(
        "Spectra: mass shift, peak width, envelopes where no ion can be, what is unexplained",
        ("spectrum", "shift (ppm)", "resolution", "decoys seen", "unexplained", "largest at m/z"),
        (_row(one) for one in found.spectra),
    )


def _row(one: AssignedSpectrum) -> tuple[Cell | str, ...]:
    shift = f"{one.shift:+.1f} ± {one.shift_error:.1g}".replace("-", "−")
    own = "" if one.anchors else "from the other spectra"
    left = f"{100 * one.unexplained / one.total:.2g} %" if one.total > 0 else MISSING
    return (
        Cell(_name(one), one.recognised),
        Cell(shift, own),
        f"{one.resolution:.0f}",
        f"{one.decoys_seen} of {one.decoys}",
        left,
        ", ".join(f"{peak.mz:.2f}" for peak in one.largest[:3]) or MISSING,
    )


def _name(one: AssignedSpectrum) -> str:
    told = one.source if one.time_h is None else f"{one.time_h:.4g} h"
    return ", ".join([told, *(part for part in (one.replicate, one.energy) if part)])
