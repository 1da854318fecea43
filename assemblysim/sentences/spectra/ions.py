"""What checking a list of ions found, in words: verdicts, reasons, and what species rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from assemblysim.language import counted, listed
from assemblysim.result.spectra.ions import (
    CalculatedPeak,
    CheckedIon,
    IonListResult,
    IonMatch,
    IonPeak,
    Search,
    SpectrumMatches,
)

CALCULATED: Final[Mapping[CalculatedPeak, str]] = {
    "most abundant isotopes": "peak of the most abundant isotopes",
    "most abundant isotopes and highest": "highest peak, of the most abundant isotopes",
    "highest": "highest peak",
    "another": "other peaks",
    "none": "no peak",
    "too few digits": "too few digits to tell",
    "not printed": "",
}
LEAST_COSINE: Final = 0.8  # what is lower has another shape, or a second ion below it
LEAST_SEEN: Final = 2  # isotope peaks; one peak has the shape of any other
AS_BY_CHANCE: Final = 0.25  # of neighbouring numbers: an explanation of so many explains nothing
FAR: Final = 1000.0  # ppm; what is further off is told in m/z
NO_TOLERANCE: Final = (
    "No tolerance is stated for measured numbers, so none of them is judged; state one, such as "
    "20 ppm or 0.05 u."
)
WHAT_COUNTS: Final = (
    "A calculated number is a peak of its printed formula if it lies within half its last digit "
    "of one at least a hundredth as high as the highest. An ion is sound if so, if its parts fit "
    "the written charge (or the charge of a part is not known), and if the measured number lies "
    "within the tolerance where one is stated. Without a calculated number the measured one has to."
)


def calculated_words(one: CheckedIon) -> str:
    """Say which peak a calculated number is; "" where none is printed."""
    words = CALCULATED[one.calculated_peak]
    if one.calculated_peak == "another" and one.calculated_nearest is not None:
        return peak_words(one.calculated_nearest)
    return words


def found_words(one: CheckedIon) -> str:
    """Say how far a measured number lies from the nearest peak; "" where none is printed."""
    if one.found_nearest is None:
        return ""
    off = f"{distance_words(one)} from {peak_words(one.found_nearest)}"
    return off if one.found_verdict == "no tolerance stated" else f"{one.found_verdict}, {off}"


def peak_words(peak: IonPeak) -> str:
    """Name a peak by its height over the highest."""
    if peak.height > 1 - 1e-9:
        return "the highest peak"
    decimals = 1 if peak.height > 0.99 else 0  # 99.8 % is not the highest
    return f"a peak {100 * peak.height:.{decimals}f} % high"


def distance_words(one: CheckedIon) -> str:
    """Say how far a measured number lies from the nearest peak; "" where none is printed."""
    if one.ppm_nearest is None or one.found_nearest is None or one.found is None:
        return ""
    if abs(one.ppm_nearest) > FAR:
        return f"{one.found - one.found_nearest.mz:+.2f} m/z"
    return f"{one.ppm_nearest:+.0f} ppm"


def reason_words(one: CheckedIon) -> str:
    """Say why a line of a list is as it is judged."""
    parts = [*_on_calculated(one), *_on_charge(one), *_on_found(one), *_on_search(one)]
    if one.most_donors is not None and one.donors > one.most_donors:
        parts.append(
            f"{one.donors} donor atoms at least, where its metals hold {one.most_donors} at most"
        )
    return "; ".join(parts)


def _on_calculated(one: CheckedIon) -> Iterator[str]:
    near, which = one.calculated_nearest, one.calculated_peak
    if near is None or one.highest_mz is None or one.most_abundant_mz is None:
        if one.charge:
            yield "no calculated number is printed"
        return
    if which == "none":
        away = float(one.calculated) - near.mz
        yield (
            f"{one.calculated} is no peak: the nearest is {abs(away):.4f} "
            f"{'below' if away > 0 else 'above'}, {near.mz:.4f} ({peak_words(near)})"
        )
        if one.calculated_remark:
            yield f"it would be {one.calculated_remark}"
    elif which == "another":
        yield (
            f"{one.calculated} is {peak_words(near)}; the highest is at {one.highest_mz:.4f}, the "
            f"most abundant isotopes at {one.most_abundant_mz:.4f}"
        )
    elif which == "too few digits":
        yield f"{one.calculated} has too few digits to tell one peak from another"
    else:
        yield f"{one.calculated} is the {CALCULATED[which]}"


def _on_charge(one: CheckedIon) -> Iterator[str]:
    if one.charge_verdict == "does not fit":
        yield f"its parts come to {charge_words(one.charge_sum)}, not {charge_words(one.charge)}"
    elif one.charge_verdict == "not known":
        yield f"its charge is not checked: that of {listed(one.charge_unknown)} is not known"
    elif not one.charge:
        yield "its parts are neutral together"


def _on_found(one: CheckedIon) -> Iterator[str]:
    if one.found is None or one.found_nearest is None:
        return
    place = f"{distance_words(one)} from {peak_words(one.found_nearest)}"
    if one.found_verdict == "no tolerance stated":
        yield f"found {one.found:g} is {place}"
    else:
        yield f"found {one.found:g} is {one.found_verdict} the tolerance, {place}"


def _on_search(one: CheckedIon) -> Iterator[str]:
    if one.search is not None:
        yield from search_words(one.search)


def search_words(found: Search) -> Iterator[str]:
    """Say which changes would explain a number, and whether others would be explained as well."""
    if not found.found:
        yield "no explanation by up to three small parts"
        return
    first = found.found[0]
    changes = " or ".join(f"({one.change})" for one in found.found)
    if first.peak is None:
        yield f"{changes} would mend the charge"
        return
    yield f"{changes} would make it {peak_words(first.peak)}"
    share = f"{found.neighbours_explained or 'none'} of {found.neighbours} neighbouring numbers"
    if found.neighbours_explained >= AS_BY_CHANCE * found.neighbours:
        yield f"but {share} would be explained as well, so this tells nothing"
    else:
        yield f"{share} would be explained as well"


def charge_words(charge: int) -> str:
    """Return a charge as chemists write it, such as 2+."""
    if charge == 0:
        return "0"
    size = "" if abs(charge) == 1 else str(abs(charge))
    return size + ("+" if charge > 0 else "-")


def ion_summary(found: IonListResult) -> Iterator[str]:
    """Say what a whole list comes to."""
    printed = [one for one in found.ions if one.calculated]
    counts = Counter(one.calculated_peak for one in printed)
    peaks = [kind for kind in CALCULATED if kind not in ("none", "too few digits", "not printed")]
    right = sum(counts[kind] for kind in peaks)
    detail = listed(
        f"{counts[kind]} {'another peak' if kind == 'another' else f'the {CALCULATED[kind]}'}"
        for kind in peaks
        if counts[kind]
    )
    few = counts["too few digits"]
    yield (
        f"Of {counted(len(printed), 'calculated number')}, {right} are a peak of the printed "
        f"formula at its charge{f' ({detail})' if detail else ''}, {counts['none']} "
        f"{'is' if counts['none'] == 1 else 'are'} none"
        + (f", {few} have too few digits." if few else ".")
    )
    yield from _on_tolerance(found)
    for name, of in found.species.items():
        same = "" if of.listed == of.distinct else f", of {of.distinct} compositions"
        yield f"{name} rests on {of.sound or 'no'} sound of {counted(of.listed, 'ion')}{same}."
    for one in found.ions:
        if one.charge_verdict == "does not fit":
            yield f"{one.place}, {one.ion}: {'; '.join([*_on_charge(one), *_on_search(one)])}."
    crowded = [one for one in found.ions if _is_crowded(one)]
    if crowded:
        yield (
            f"More donor atoms than their metals hold (the largest coordination number with a "
            f"listed ionic radius): {listed(f'{one.ion} in {one.place}' for one in crowded)}. "
            "Some of the solvent would be outside of the coordination sphere."
        )
    for lines in found.same:
        yield f"One composition and charge, so one ion: {listed(lines)}."
    if not found.same and found.ions:
        yield "No two lines are one composition with one charge in different writings."


def _on_tolerance(found: IonListResult) -> Iterator[str]:
    off = [abs(one.ppm_nearest) for one in found.ions if one.ppm_nearest is not None]
    near = [one for one in off if one <= FAR]
    if not off:
        return
    if found.tolerance:
        within = sum(one.found_verdict == "within" for one in found.ions)
        yield f"{within} of {len(off)} measured numbers lie within {found.tolerance} of a peak."
    else:
        yield NO_TOLERANCE
    if near:
        far = len(off) - len(near)
        yield (
            f"The nearest peaks are {min(near):.0f} to {max(near):.0f} ppm from the measured "
            f"numbers{f'; of {far} more than {FAR:g} ppm' if far else ''}."
        )


def _is_crowded(one: CheckedIon) -> bool:
    return one.most_donors is not None and one.donors > one.most_donors


def ion_cautions(found: IonListResult) -> Iterator[str]:
    """Say which species no sound ion stands for."""
    bare = [name for name, one in found.species.items() if not one.sound]
    if bare:
        yield (
            f"No ion in the list of {listed(bare)} is sound: what is said of "
            f"{'it' if len(bare) == 1 else 'them'} rests on an assignment that its own numbers "
            "do not bear out."
        )


def bears_out(one: IonMatch) -> bool:
    """Say whether an ion's envelope is in a spectrum, where it should be, and no decoy's is."""
    fits = one.cosine >= LEAST_COSINE and one.cosine > one.decoy_cosine
    return fits and one.shift == 0 and one.seen >= LEAST_SEEN


def match_summary(found: SpectrumMatches) -> Iterator[str]:
    """Say how many ions of a list have their envelope in a spectrum."""
    good = [one for one in found.matches if bears_out(one)]
    yield (
        f"Of {counted(len(found.matches), 'ion')}, {len(good)} have their envelope in the "
        f"spectrum: a cosine of at least {LEAST_COSINE:g}, above that of the same envelope moved "
        f"to {found.matches[0].decoys if found.matches else 0} places between the peaks of "
        "charges up to 4, and not below that of one moved by whole units."
    )
    for one in found.matches:
        if one.shift and one.seen:
            yield (
                f"{one.ion} in {one.place} fits better {abs(one.shift)} u "
                f"{'above' if one.shift > 0 else 'below'}: another number of H, or another charge "
                "of a metal."
            )
    beyond = [one for one in found.matches if not one.expected]
    if beyond:
        yield f"Outside of the spectrum: {listed(f'{one.ion} in {one.place}' for one in beyond)}."
    absent = [one for one in found.matches if one.expected and not one.seen]
    if absent:
        yield f"Without any peak: {listed(f'{one.ion} in {one.place}' for one in absent)}."
    alone = [one for one in good if not one.shared_with]
    yield (
        f"{len(alone)} of these share no peak with another ion of the list; where ions overlap, a "
        "cosine holds for their sum."
    )


def difference_sentences(every: Sequence[SpectrumMatches]) -> Iterator[str]:
    """Say which ions some spectra have and others have not, such as those of several energies."""
    if len(every) < 2:
        return
    changed = False
    for matches in zip(*(one.matches for one in every), strict=True):
        there = [f.source for f, one in zip(every, matches, strict=True) if bears_out(one)]
        gone = [f.source for f, one in zip(every, matches, strict=True) if not bears_out(one)]
        if there and gone:
            changed = True
            ion = matches[0]
            yield f"{ion.ion} in {ion.place}: in {listed(there)}, not in {listed(gone)}."
    if not changed:
        yield f"All {len(every)} spectra have the same ions of the list."
