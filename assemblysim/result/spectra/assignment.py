"""What spectra were found to hold, ion by ion and core by core, as plain facts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AssignedIon:
    """One ion in one spectrum.

    Attributes:
        core: of its species.
        ion: formula and charge.
        writings: others of the same composition and charge.
        charge: in elementary charges.
        mz: of its highest peak.
        amount: intensity over its whole envelope, not below 0.
        error: standard error of the intensity.
        upper: one-sided 95 % limit where the ion is not seen; None where it is.
        cosine: between its envelope and what is measured less all other ions.
        chi_square: mean square of standardised residuals at its peaks.
        expected: isotope peaks at least a twentieth as high as the highest, in the range.
        seen: how many of these stand out of the noise by three standard deviations.
        not_told_apart: ions whose share and this one's cannot be told apart here.
        needed: whether the other ions cannot explain its peaks, too, and none of these is
            missing; None in older results.
        instead: the ion that would explain its peaks best in its place; "" where none would.
        worse: by how much chi-square would rise, below 0 where it would fall; None where no ion
            would explain any of it.
        saturated: isotope peaks at which the detector no longer followed; they do not count.
    """

    core: str
    ion: str
    writings: tuple[str, ...]
    charge: int
    mz: float
    amount: float
    error: float
    upper: float | None
    cosine: float
    chi_square: float
    expected: int
    seen: int
    not_told_apart: tuple[str, ...]
    needed: bool | None = None
    instead: str | None = None
    worse: float | None = None
    saturated: int | None = None


@dataclass(frozen=True)
class CoreSum:
    """All ions of one core in one spectrum.

    Attributes:
        core: its species, or its building blocks.
        ions: how many were fitted.
        seen: whether the sum is above what noise alone reaches in one of 200 spectra.
        amount: sum of intensities, without a bound at 0, so that it is not biased.
        error: its standard error.
        fraction: of all cores together, from 0 to 1.
        lower, upper: 95 % interval of that; the lower end is 0 where the core is not seen.
    """

    core: str
    ions: int
    seen: bool
    amount: float
    error: float
    fraction: float
    lower: float
    upper: float

    @property
    def of_no_species(self) -> bool:
        """Whether it is named by its building blocks, as 3 Pd + 6 L: no species has it."""
        return " " in self.core

    @property
    def shown(self) -> bool:
        """Whether it belongs into tables and figures: a species', or seen."""
        return self.seen or not self.of_no_species


@dataclass(frozen=True)
class UnexplainedPeak:
    """Intensity that no ion explains.

    Attributes:
        mz: where.
        intensity: how much.
    """

    mz: float
    intensity: float


@dataclass(frozen=True)
class PartCount:
    """How many of a small part the ions of a core hold on average, by their intensity.

    Attributes:
        core: that is seen.
        part: an adduct, an anion or a solvent.
        mean: its mean number.
        error: standard error of that.
    """

    core: str
    part: str
    mean: float
    error: float


@dataclass(frozen=True)
class EnvelopePanel:
    """The strongest envelope of a core in one spectrum, cell by cell.

    Attributes:
        core: whose ions are meant.
        ion: the strongest of them.
        mz: middles of the cells.
        measured: intensities.
        fitted: of all ions and the background together.
        own: of the core's ions alone.
    """

    core: str
    ion: str
    mz: tuple[float, ...]
    measured: tuple[float, ...]
    fitted: tuple[float, ...]
    own: tuple[float, ...]


@dataclass(frozen=True)
class SpectrumPanels:
    """The envelopes of one spectrum.

    Attributes:
        source: the file's name.
        panels: one for each core.
    """

    source: str
    panels: tuple[EnvelopePanel, ...]


@dataclass(frozen=True)
class SpectraPanels:
    """The envelopes of all spectra, in their order."""

    spectra: tuple[SpectrumPanels, ...]


@dataclass(frozen=True)
class AssignedSpectrum:
    """One spectrum.

    Attributes:
        source: the file's name.
        recognised: what it was taken for.
        time_h: of the reaction, h; None where not stated.
        replicate: as stated; "" where not.
        energy: of the ion source, as stated; "" where not.
        shift: by how much measured m/z are too high, ppm.
        shift_error: standard error of that.
        resolution: m/z over the full width at half maximum.
        anchors: ions that shift and resolution rest on; 0 where they are the other spectra's.
        ions: all that were fitted.
        cores: sums of the ions of each core.
        covariance: of these sums, in the order of `cores`.
        unit_count: intensity of one count, as the residuals tell.
        total: intensity around the peaks of all ions.
        background: the part of it that is smooth.
        unexplained: the part of it that stands out above all ions.
        largest: the largest unexplained peaks, and the largest ones elsewhere.
        decoys: envelopes that were fitted where no ion can be.
        decoys_seen: how many of these would have counted as seen.
        counts: of small parts in the ions of each core; None in older results.
        saturated: m/z at which the detector no longer followed, in the range of the ions.
    """

    source: str
    recognised: str
    time_h: float | None
    replicate: str
    energy: str
    shift: float
    shift_error: float
    resolution: float
    anchors: int
    ions: tuple[AssignedIon, ...]
    cores: tuple[CoreSum, ...]
    covariance: tuple[tuple[float, ...], ...]
    unit_count: float
    total: float
    background: float
    unexplained: float
    largest: tuple[UnexplainedPeak, ...]
    decoys: int
    decoys_seen: int
    counts: tuple[PartCount, ...] | None = None
    saturated: tuple[float, ...] | None = None


@dataclass(frozen=True)
class SpectraResult:
    """All spectra of a study.

    Attributes:
        table: file name of the species table.
        ions_from: where the candidates come from.
        candidates: how many came into question.
        digests: file name to its sha256.
        spectra: in the order of time.
        no_species: cores that were seen and that no mechanism has.
    """

    table: str
    ions_from: str
    candidates: int
    digests: tuple[tuple[str, str], ...]
    spectra: tuple[AssignedSpectrum, ...]
    no_species: tuple[str, ...]
