"""What assigned spectra hold, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from assemblysim.language import counted, listed
from assemblysim.result.spectra.assignment import AssignedSpectrum, SpectraResult

TO_PASTE: Final = "To be pasted under [species]"  # begins a sentence with lines of a model
_POOR: Final = 0.9  # cosine of an ion that stands far out of the noise
_STRONG: Final = 20.0  # standard errors; noise alone does not spoil such a cosine
_AS_WELL: Final = 9.0  # rise of chi-square; below it, an ion may be another one
_TOLD: Final = 8  # ions in one sentence
_DIFFERENT: Final = 3.0  # combined standard errors, of fractions at two energies
_INTERVAL: Final = 3.92  # standard errors in a 95 % interval
_MANY_DECOYS: Final = 0.05  # of all decoys; then what counts as seen is in doubt


def spectrum_line(one: AssignedSpectrum) -> str:
    """Return one line on a spectrum, for the terminal."""
    seen = [f"{c.core} {100 * c.fraction:.3g} %" for c in one.cores if c.seen]
    absent = [f"{c.core} < {100 * c.upper:.2g} %" for c in one.cores if c.shown and not c.seen]
    rest = [c for c in one.cores if not c.shown]
    if rest:
        most = max(c.upper for c in rest)
        absent.append(f"{counted(len(rest), 'other core')} < {100 * most:.2g} % each")
    where = f"{one.source}" if one.time_h is None else f"{one.time_h:.4g} h, {one.source}"
    shift = f"{one.shift:+.1f} ppm, resolution {one.resolution:.0f}"
    lent = "" if one.anchors else " (from the other spectra)"
    return f"{where}: {', '.join([*seen, *absent])}; {shift}{lent}"


def assignment_sentences(found: SpectraResult) -> Iterator[str]:
    """Yield what all spectra together show."""
    if found.no_species:
        yield (
            f"Seen, and of no species of the model: {listed(found.no_species)}. Their intensities "
            "are in no column of the table; add the species, or find out what else they are."
        )
        lines = ", ".join(species_line(core) for core in found.no_species)
        yield (
            f"{TO_PASTE} of the mechanism file: {lines}. A reaction that makes it goes under "
            "[reactions]; assemblysim propose lists some."
        )
    yield (
        f"{counted(len(found.spectra), 'spectrum', 'spectra')} against "
        f"{counted(found.candidates, 'ion')} from {found.ions_from}."
    )
    tried = sum(one.decoys for one in found.spectra)
    hits = sum(one.decoys_seen for one in found.spectra)
    if tried:
        yield (
            f"Of {tried} envelopes moved to where no ion can be, {hits} would count as seen "
            f"({100 * hits / tried:.2g} %; noise alone gives 0.5 %)."
        )
    total = sum(one.total for one in found.spectra)
    left = sum(one.unexplained for one in found.spectra)
    if total > 0:
        yield f"Around the ions' peaks, {100 * left / total:.2g} % of the intensity is unexplained."
    yield from _needed(found)
    yield from _by_energy(found)
    yield (
        "An error is one of counting and overlap. A fit reads errors and covariances beside the "
        "table, and adds the scatter of signals that it infers."
    )


def species_line(core: str) -> str:
    """Return a line of a mechanism file for a core that no species has, as 3 Pd + 6 L."""
    blocks = [one.split(" ", 1) for one in core.split(" + ")]
    name = "".join(block + (number if number != "1" else "") for number, block in blocks)
    composition = " ".join((number if number != "1" else "") + block for number, block in blocks)
    return f'{name} = "{composition}"'


def _needed(found: SpectraResult) -> Iterator[str]:
    """Yield how many ions explain what all of them explain."""
    every = {(ion.core, ion.ion) for one in found.spectra for ion in one.ions}
    kept = {(i.core, i.ion) for one in found.spectra for i in one.ions if i.needed}
    if any(ion.needed is not None for one in found.spectra for ion in one.ions):
        yield (
            f"{counted(len(kept), 'ion')} of {len(every)} {'is' if len(kept) == 1 else 'are'} "
            "needed in some spectrum; what the others might have, these explain, too."
        )


def _by_energy(found: SpectraResult) -> Iterator[str]:
    """Yield the cores whose fraction in one sample depends on the ion-source energy."""
    pairs: dict[str, tuple[float, str]] = {}
    for one in found.spectra:
        for other in found.spectra:
            same = (one.time_h, one.replicate) == (other.time_h, other.replicate)
            if not same or one.energy >= other.energy:
                continue
            sums = {core.core: core for core in other.cores}
            for core in one.cores:
                beside = sums.get(core.core)
                if beside is None or not (core.seen or beside.seen):
                    continue
                apart = beside.fraction - core.fraction
                widths = (core.upper - core.lower) ** 2 + (beside.upper - beside.lower) ** 2
                sure = abs(apart) * _INTERVAL / max(widths, 1e-300) ** 0.5
                if sure > max(_DIFFERENT, pairs.get(core.core, (0.0, ""))[0]):
                    pairs[core.core] = (
                        sure,
                        (
                            f"{core.core} is {100 * core.fraction:.3g} % at {one.energy} and "
                            f"{100 * beside.fraction:.3g} % at {other.energy}"
                        ),
                    )
    if pairs:
        yield (
            "Between ion-source energies the same sample differs: "
            f"{listed(text for _, text in pairs.values())} (assigned intensity). What grows with "
            "the energy may be a fragment: each energy has a table of its own."
        )


def assignment_cautions(found: SpectraResult) -> Iterator[str]:
    """Yield what takes something away from the table."""
    tried = sum(one.decoys for one in found.spectra)
    hits = sum(one.decoys_seen for one in found.spectra)
    if hits > _MANY_DECOYS * tried:
        yield (
            f"{hits} of {tried} envelopes where no ion can be would count as seen: other ions lie "
            "among those looked for, and shares that are small may be theirs."
        )
    poor = sorted(
        {
            ion.ion
            for one in found.spectra
            for ion in one.ions
            if ion.amount > _STRONG * ion.error and ion.cosine < _POOR
        }
    )
    if poor:
        yield (
            f"Fitted, with a cosine below {_POOR} in some spectrum: {listed(poor[:_TOLD])}"
            + _and_more(poor)
        )
    doubtful: dict[str, str] = {}
    for one in found.spectra:
        for ion in one.ions:
            if ion.needed and ion.worse is not None and ion.worse < _AS_WELL and ion.instead:
                doubtful.setdefault(ion.ion, ion.instead)
    if doubtful:
        pairs = [f"{ion} ({other})" for ion, other in doubtful.items()]
        yield (
            "In some spectrum an ion of those looked for, in brackets, would explain the peaks "
            f"about as well (chi-square higher by less than {_AS_WELL:g}): "
            f"{listed(pairs[:_TOLD])}" + _and_more(pairs)
        )
    full = [one for one in found.spectra if one.saturated]
    if full:
        most = max(full, key=lambda one: len(one.saturated or ()))
        yield (
            f"The detector was saturated in {counted(len(full), 'spectrum', 'spectra')}, in "
            f"{most.source} at {counted(len(most.saturated or ()), 'place')} from m/z "
            f"{(most.saturated or (0.0,))[0]:.2f} on. These peaks do not count: their ions rest on "
            "the other isotope peaks. Dilute, or measure fewer ions at once."
        )
    lent = [one.source for one in found.spectra if not one.anchors]
    if lent:
        yield (
            f"No envelope is clear in {listed(lent[:5])}; mass shift and peak width are taken from "
            "the other spectra."
        )


def _and_more(every: Sequence[str]) -> str:
    return f" and {len(every) - _TOLD} more." if len(every) > _TOLD else "."
