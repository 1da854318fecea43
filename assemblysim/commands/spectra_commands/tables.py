"""What ``[spectra]`` of a study file may hold."""

from __future__ import annotations

import typing

from pydantic import Field

from assemblysim.study.definition.schema import TomlTable


class CourseTable(TomlTable):
    """``[spectra.course]``: one file of a continuous infusion, whose scan times are the course.

    Attributes:
        file: mzML file, or text with times of scans as MassLynx DataBridge writes it.
        start: when the reaction began by the clock of the run; negative where before the run.
        bins: width of the bins of reaction time whose scans are averaged, as "10 min", or their
            ends, as ["0 min", "2 min", "10 min", "1 h"]; what lies beyond the last is left out.
        gaps: parts of the run that are left out, by its clock, as [["3 h", "3.2 h"]].
    """

    file: str = Field(min_length=1)
    start: str = "0 min"
    bins: str | list[str]
    gaps: list[typing.Annotated[list[str], Field(min_length=2, max_length=2)]] = Field(
        default_factory=list
    )


class SpectraTable(TomlTable):
    """``[spectra]``: measured spectra that the species table is made of, by ``spectra`` or ``run``.

    Attributes:
        files: table of the spectra, CSV or XLSX, relative to the study's folder; see below.
        course: one file instead, whose scans are the whole course; see ``[spectra.course]``.
        table: CSV file that is made of them; name it as an experiment's `data`. Beside it stands
            one more, NAME_covariance.csv, which the experiment reads too.
        ions: list of the ions to look for; the model's [candidate_ions] by default.
        shift: how far m/z may be off, as "30 ppm", the default.
        resolution: m/z over the full width of a peak at half its height; measured by default, and
            needed for peak lists.
        sampling: "profile" or "centroid", where the files do not say which they are.
        energy: ion-source energy whose spectra are assigned; all by default, with a table for
            each where there are several: species_20.csv of the energy 20.
        between: first and last time of a file's scans to average, as ["1 min", "3 min"].
        group: of experiments, whose formulas of building blocks the ions have.
        saturation: intensity of one scan from which on the detector no longer follows; flat tops
            of profiles are found by default. Such peaks do not count.
        standards: inert compound to its ions, as IS = "[N(C4H9)4]+"; each has a column of the
            table. Its concentration stands under [measurement], in `standards`.
    """

    files: str | None = Field(default=None, min_length=1)
    course: CourseTable | None = None
    table: str = Field(default="species.csv", min_length=1, pattern=r"\.csv$")
    ions: str | None = None
    shift: str = "30 ppm"
    resolution: float | None = Field(default=None, ge=100, le=10_000_000)
    sampling: typing.Literal["profile", "centroid", ""] = ""
    energy: str | None = None
    between: list[str] | None = Field(default=None, min_length=2, max_length=2)
    group: str | None = None
    saturation: float | None = Field(default=None, gt=0)
    standards: dict[str, str | list[str]] = Field(default_factory=dict)
