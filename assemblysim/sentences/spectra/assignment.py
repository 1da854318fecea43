"""What assigned spectra hold, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from assemblysim.language import counted, listed
from assemblysim.result.spectra.assignment import AssignedSpectrum, SpectraResult

_POOR: Final = 0.9  # cosine of an ion that stands far out of the noise
_STRONG: Final = 20.0  # standard errors; noise alone does not spoil such a cosine
_MANY_DECOYS: Final = 0.05  # of all decoys; then what counts as seen is in doubt


def spectrum_line(one: AssignedSpectrum) -> str:
    """Return one line on a spectrum, for the terminal."""
    seen = [f"{c.core} {100 * c.fraction:.3g} %" for c in one.cores if c.seen]
    absent = [f"{c.core} < {100 * c.upper:.2g} %" for c in one.cores if not c.seen]
    where = f"{one.source}" if one.time_h is None else f"{one.time_h:g} h, {one.source}"
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
    yield (
        "An error is one of counting and overlap. A fit reads errors and covariances beside the "
        "table, and adds the scatter of signals that it infers."
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
        yield f"Fitted, with a cosine below {_POOR} in some spectrum: {listed(poor[:8])}" + (
            f" and {len(poor) - 8} more." if len(poor) > 8 else "."
        )
    lent = [one.source for one in found.spectra if not one.anchors]
    if lent:
        yield (
            f"No envelope is clear in {listed(lent[:5])}; mass shift and peak width are taken from "
            "the other spectra."
        )
