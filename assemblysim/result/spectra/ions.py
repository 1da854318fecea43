"""What checking a list of assigned ions found: one entry a line of the list, as plain facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

CalculatedPeak = Literal[
    "most abundant isotopes",
    "most abundant isotopes and highest",
    "highest",
    "another",
    "none",
    "too few digits",
    "not printed",
]
FoundVerdict = Literal["within", "outside", "no tolerance stated", "not printed"]
ChargeVerdict = Literal["fits", "does not fit", "not known"]


@dataclass(frozen=True)
class IonPeak:
    """One peak of an envelope.

    Attributes:
        mz: u per elementary charge.
        height: over the highest peak.
    """

    mz: float
    height: float


@dataclass(frozen=True)
class Explanation:
    """A change of small parts that would make a printed number a peak.

    Attributes:
        change: such as "+ MeOH - H2O".
        parts: how many small parts are changed.
        peak: which peak of the changed ion the number would be; None where only its charge is
            explained.
    """

    change: str
    parts: int
    peak: IonPeak | None


@dataclass(frozen=True)
class Search:
    """What was searched through for explanations.

    Attributes:
        found: the explanations, fewest parts first.
        tried: compositions that were held against the number.
        neighbours: numbers, whole units away, that were held against the same compositions.
        neighbours_explained: how many of these would be explained as well, by as few parts.
    """

    found: tuple[Explanation, ...]
    tried: int
    neighbours: int
    neighbours_explained: int


@dataclass(frozen=True)
class CheckedIon:
    """One line of a list.

    Attributes:
        place: such as "line 3".
        species: that it is assigned to; "" where the list does not say.
        ion: formula and charge in one spelling.
        charge: as written; 0 of a neutral formula.
        charge_sum: what the charges of all parts come to that are known.
        charge_unknown: parts whose charge is not known.
        charge_verdict: whether the parts fit the written charge.
        calculated: the calculated number as printed; "" where there is none.
        calculated_peak: which peak of the formula it is.
        calculated_nearest: the nearest peak; None without a number.
        calculated_remark: what else the number would be; "" where nothing is known.
        found: the measured number; None where there is none.
        found_verdict: whether it lies within the tolerance of a peak.
        found_nearest: the nearest peak; None without a number.
        ppm_nearest, ppm_highest: how far the measured number lies above that peak and above the
            highest one, in millionths; None without a number.
        most_abundant_mz: with the most abundant isotope of each element; None of a neutral formula.
        highest_mz: of the highest peak; None of a neutral formula.
        search: for explanations; None where none was needed.
        donors: donor atoms that the formula needs at least.
        most_donors: that its metals can hold; None where that is not known.
        sound: whether calculated number and charge fit, and the measured one does where a
            tolerance is stated; without a calculated number the measured one has to.
    """

    place: str
    species: str
    ion: str
    charge: int
    charge_sum: int
    charge_unknown: tuple[str, ...]
    charge_verdict: ChargeVerdict
    calculated: str
    calculated_peak: CalculatedPeak
    calculated_nearest: IonPeak | None
    calculated_remark: str
    found: float | None
    found_verdict: FoundVerdict
    found_nearest: IonPeak | None
    ppm_nearest: float | None
    ppm_highest: float | None
    most_abundant_mz: float | None
    highest_mz: float | None
    search: Search | None
    donors: int
    most_donors: int | None
    sound: bool


@dataclass(frozen=True)
class SpeciesIons:
    """What a species rests on.

    Attributes:
        listed: ions of it in the list.
        distinct: different compositions with their charges among these.
        sound: different compositions with their charges that are sound.
    """

    listed: int
    distinct: int
    sound: int


@dataclass(frozen=True)
class IonListResult:
    """A whole list.

    Attributes:
        source: the list's file name.
        digest: sha256 of the file.
        tolerance: of the measured numbers as stated; "" where none is.
        parts: the small parts that explanations were made of.
        ions: in the list's order.
        same: lines whose ions have one composition and charge in different writings.
        species: for each species of the list, in its order.
        notices: columns that were left alone, and the like.
    """

    source: str
    digest: str
    tolerance: str
    parts: tuple[str, ...]
    ions: tuple[CheckedIon, ...]
    same: tuple[tuple[str, ...], ...]
    species: Mapping[str, SpeciesIons]
    notices: tuple[str, ...]


@dataclass(frozen=True)
class IonMatch:
    """One ion in a measured spectrum.

    Attributes:
        place: in the list, such as "line 3".
        species: that it is assigned to; "" where the list does not say.
        ion: formula and charge in one spelling.
        expected: isotope peaks at least a twentieth as high as the highest, within the
            spectrum's range; 0 where that does not hold half of the envelope.
        seen: how many of these have intensity within the tolerance.
        cosine: between the envelope and the measured intensities at its peaks.
        decoy_cosine: the largest one of the same envelope moved to where no ion can be.
        decoys: how often it was moved.
        shift: by how many units (up to 3) the same envelope would have to be moved for the largest
            cosine; 0 where it is in its place.
        fraction: of the spectrum's intensity that lies at the ion's peaks.
        shared_with: lines of other ions with a peak in the same window.
    """

    place: str
    species: str
    ion: str
    expected: int
    seen: int
    cosine: float
    decoy_cosine: float
    decoys: int
    shift: int
    fraction: float
    shared_with: tuple[str, ...]


@dataclass(frozen=True)
class SpectrumMatches:
    """All ions of a list in one spectrum.

    Attributes:
        tolerance: around each isotope peak, as stated.
        matches: in the list's order, equal compositions once.
        source: the spectrum's file name.
        recognised: what the file was taken for.
    """

    tolerance: str
    matches: tuple[IonMatch, ...]
    source: str = ""
    recognised: str = ""
