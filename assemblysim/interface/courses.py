"""Courses for people who write Python: quantities by name in, named columns out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from assemblysim.errors import InputError, did_you_mean
from assemblysim.files.places import at
from assemblysim.interface.arguments import refuse_no_mapping
from assemblysim.interface.converting import needed
from assemblysim.kinetics.engines.integration import integrate, integrate_batch
from assemblysim.kinetics.task import Tolerance
from assemblysim.kinetics.trajectory import Trajectory
from assemblysim.mechanism.constants.rate_constant_units import rate_constant_units
from assemblysim.mechanism.network.network import Network
from assemblysim.notebooks import html_table
from assemblysim.units import quantity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A number in the unit that is meant, or a text such as "0.1 1/(mM h)".
Quantity = float | str
POINTS = 241
_RTOL = 1e-8  # as `integrate` has by default
_ROWS_SHOWN = 6
_MOST_SHOWN = 8


@dataclass(frozen=True, eq=False, repr=False)
class Course:
    """Concentrations of every species over time.

    Attributes:
        species: names, length S.
        times: shape (T,), h.
        concentrations: shape (T, S), mM.

    Example:
        >>> import assemblysim as asm
        >>> system = asm.make_system({"M": "M", "M2": "2M"}, {"pair": "2 M -> M2 ; k_pair"})
        >>> network = system.network("all")
        >>> course = asm.integrate(network, {"k_pair": "1 1/(mM h)"}, {"M": "1 mM"}, "8 h")
        >>> course["M2"].shape, course.to_frame().index.name
        ((241,), 'time (h)')
    """

    species: tuple[str, ...]
    times: np.ndarray
    concentrations: np.ndarray

    def __getitem__(self, name: str) -> np.ndarray:
        """Return one species' concentrations, shape (T,), mM.

        Raises:
            InputError: there is no such species.
        """
        if name not in self.species:
            raise InputError(f"no species '{name}'{did_you_mean(name, self.species)}")
        return np.asarray(self.concentrations[:, self.species.index(name)])

    def to_frame(self) -> Any:
        """Return a pandas DataFrame: one column a species (mM), indexed by ``time (h)``.

        Raises:
            InputError: pandas is not installed.
        """
        pd = needed("pandas")

        index = pd.Index(self.times, name="time (h)")
        return pd.DataFrame(self.concentrations, index=index, columns=list(self.species))

    def plot(self, axes: Axes | None = None, species: Sequence[str] = ()) -> Axes:
        """Draw the courses.

        Args:
            axes: where; a new figure of pyplot where None, which notebooks show at once and
                ``matplotlib.pyplot.show()`` elsewhere.
            species: which; all where empty.

        Returns:
            The axes.

        Raises:
            InputError: there is no such species.
        """
        if axes is None:
            import matplotlib.pyplot as plt

            axes = plt.figure(layout="constrained").add_subplot()
        for name in species or self.species:
            axes.plot(self.times, self[name], label=name)
        axes.set(xlabel="time (h)", ylabel="concentration (mM)")
        axes.legend(frameon=False)
        return axes

    def _shown(self) -> tuple[list[str], list[list[str]]]:
        rows = np.unique(np.linspace(0, len(self.times) - 1, _ROWS_SHOWN).astype(int))
        names = [*self.species[:_MOST_SHOWN], *(["..."] if len(self.species) > _MOST_SHOWN else [])]
        numbers = [
            [f"{self.times[i]:g}", *(f"{c:.4g}" for c in self.concentrations[i, :_MOST_SHOWN])]
            for i in rows
        ]
        return ["time (h)", *names], numbers

    def __repr__(self) -> str:
        """Show a few of the times."""
        heads, rows = self._shown()
        widths = [max(10, len(head)) for head in heads]
        lines = [heads, *([*row, *[""] * (len(heads) - len(row))] for row in rows)]
        text = "\n".join(
            "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in lines
        )
        return f"Course of {len(self.species)} species at {len(self.times)} times, mM\n{text}"

    def _repr_html_(self) -> str:
        heads, rows = self._shown()
        return html_table("mM", heads, rows)


@dataclass(frozen=True, eq=False, repr=False)
class CourseBatch:
    """Courses for B sets of numbers.

    Attributes:
        species: names, length S.
        times: shape (T,), h.
        concentrations: shape (B, T, S), mM; nan where an integration did not come to its end.
        completed: shape (B,), bool.

    Example:
        >>> import assemblysim as asm
        >>> system = asm.make_system({"M": "M", "M2": "2M"}, {"pair": "2 M -> M2 ; k_pair"})
        >>> network = system.network("all")
        >>> batch = asm.integrate_many(network, {"k_pair": [1.0, 2.0]}, {"M": "1 mM"}, [1.0])
        >>> len(batch), batch[1].times
        (2, array([1.]))
    """

    species: tuple[str, ...]
    times: np.ndarray
    concentrations: np.ndarray
    completed: np.ndarray

    def __len__(self) -> int:
        """Return B."""
        return len(self.concentrations)

    def __getitem__(self, number: int) -> Course:
        """Return one of the courses."""
        return Course(self.species, self.times, self.concentrations[number])

    def to_frame(self) -> Any:
        """Return a pandas DataFrame: a column a species (mM), by ``course`` and ``time (h)``.

        Raises:
            InputError: pandas is not installed.
        """
        pd = needed("pandas")

        index = pd.MultiIndex.from_product(
            [range(len(self)), self.times], names=["course", "time (h)"]
        )
        values = self.concentrations.reshape(-1, len(self.species))
        return pd.DataFrame(values, index=index, columns=list(self.species))

    def __repr__(self) -> str:
        """Count what there is."""
        failed = len(self) - int(self.completed.sum())
        more = f"; {failed} of them not to the end" if failed else ""
        return (
            f"CourseBatch of {len(self)} courses: {len(self.species)} species at "
            f"{len(self.times)} times, mM{more}"
        )

    def _repr_html_(self) -> str:
        shown = self.species[:_MOST_SHOWN]
        rows = [
            (str(i), *(f"{c:.4g}" for c in self.concentrations[i, -1, :_MOST_SHOWN]))
            for i in range(min(len(self), _ROWS_SHOWN))
        ]
        caption = f"{len(self)} courses; at their end, {self.times[-1]:g} h, mM"
        more = len(self) - len(rows)
        return html_table(caption, ("course", *shown), rows, f"{more} more" if more else "")


def integrate_named(
    network: Network,
    rate_constants: Mapping[str, Quantity],
    initial: Mapping[str, Quantity],
    times: str | Sequence[float] | np.ndarray,
) -> Course:
    """Integrate a mechanism from t = 0 with numbers given by name.

    Args:
        network: from ``read_system(...).network(name)``.
        rate_constants: by name; a text with its unit, or a number in h and mM.
        initial: by species; a text with its unit, or a number in mM. The others start at 0.
        times: h, increasing; or how long as a text such as "48 h", at 241 even times.

    Returns:
        The course.

    Raises:
        InputError: a name is unknown or missing, or a text is no such quantity.
        IntegrationError: the end was not reached.

    Example:
        >>> import assemblysim as asm
        >>> network = asm.read_system_text('''
        ... [species]
        ... M = "M"
        ... M2 = "2M"
        ... [reactions]
        ... pair = "2 M -> M2 ; k_pair"
        ... ''').network("all")
        >>> course = asm.integrate(network, {"k_pair": "0.5 1/(mM h)"}, {"M": "1 mM"}, [0.0, 1.0])
        >>> round(float(course["M"][-1]), 6)
        0.5
    """
    constants, start = _vectors(network, rate_constants, initial)
    if len(constants) != 1 or len(start) != 1:
        raise InputError(
            f"{max(len(constants), len(start))} sets of numbers; integrate_many takes several"
        )
    largest = float(start.max(initial=0.0)) or 1.0
    found: Trajectory = integrate(
        network, constants[0], start[0], _times(times), rtol=_RTOL, atol=0.01 * _RTOL * largest
    )
    return Course(found.species, found.times, found.concentrations)


def integrate_many(
    network: Network,
    rate_constants: Mapping[str, ArrayLike | str],
    initial: Mapping[str, ArrayLike | str],
    times: str | Sequence[float] | np.ndarray,
) -> CourseBatch:
    """Integrate a mechanism for B sets of numbers at once, as `integrate_named` does for one.

    Args:
        network: the mechanism.
        rate_constants: by name; B numbers in h and mM or texts with units, or one for all.
        initial: by species, alike, in mM.
        times: h, increasing; or a text such as "48 h".

    Returns:
        The courses.

    Raises:
        InputError: a name is unknown or missing, or the arrays are not equally long.

    Example:
        >>> import assemblysim as asm
        >>> system = asm.make_system({"M": "M", "M2": "2M"}, {"pair": "2 M -> M2 ; k_pair"})
        >>> network = system.network("all")
        >>> batch = asm.integrate_many(network, {"k_pair": [1.0, 2.0]}, {"M": "1 mM"}, [1.0])
        >>> batch.concentrations.shape
        (2, 1, 2)
    """
    constants, start = _vectors(network, rate_constants, initial)
    batch = max(len(constants), len(start))
    if {len(constants), len(start)} - {1, batch}:
        raise InputError(
            f"{len(constants)} sets of rate constants and {len(start)} of initial concentrations; "
            "give as many of both, or one"
        )
    shape = (batch, -1)
    found = integrate_batch(
        network,
        np.ascontiguousarray(np.broadcast_to(constants, (batch, constants.shape[1]))),
        np.broadcast_to(start, (batch, start.shape[1])).reshape(shape).copy(),
        _times(times),
        Tolerance(_RTOL, _RTOL * 0.01),
    )
    seen = np.where(found.completed[:, None, None], found.concentrations, np.nan)
    return CourseBatch(found.species, found.times, seen, found.completed)


def _vectors(
    network: Network,
    rate_constants: Mapping[str, ArrayLike | str],
    initial: Mapping[str, ArrayLike | str],
) -> tuple[np.ndarray, np.ndarray]:
    """Return rate constants, shape (B, P) or (1, P), and starts, shape (B, S) or (1, S)."""
    if not isinstance(network, Network):
        raise InputError(
            f"network: {type(network).__name__}, no mechanism; give read_system(...).network(name)"
        )
    refuse_no_mapping("rate_constants", rate_constants, '{"k": "0.1 1/h"}')
    refuse_no_mapping("initial", initial, '{"A": "1 mM"}')
    constants = _vector(rate_constants, rate_constant_units(network), "rate constant")
    start = _vector(initial, dict.fromkeys(network.species_names, "mM"), "species", default=0.0)
    return constants, start


def _times(times: str | Sequence[float] | np.ndarray) -> np.ndarray:
    if isinstance(times, str):
        with at("times"):
            until = quantity(times, "h")
            if until <= 0:
                raise InputError(f"{times} is not after the start; write one such as 48 h")
            return np.linspace(0, until, POINTS)
    try:
        found = np.asarray(times, float)
    except (TypeError, ValueError):
        raise InputError("times: no numbers; give h, or how long as a text such as 48 h") from None
    rising = found.ndim == 1 and found.size > 0 and bool((np.diff(found) > 0).all())
    if not rising or not np.isfinite(found).all() or found[0] < 0:
        raise InputError("times: not increasing numbers of h from 0 on; sort them, each once")
    return found


def _vector(
    given: Mapping[str, ArrayLike | str],
    units: Mapping[str, str],
    what: str,
    default: float | None = None,
) -> np.ndarray:
    """Return numbers by name as one array, shape (B, N), in the order of `units`."""
    for name in given:
        if name not in units:
            raise InputError(f"no {what} '{name}'{did_you_mean(name, units)}")
    missing = [name for name in units if name not in given]
    if default is None and missing:
        raise InputError(f"no value for {what} {', '.join(missing)}; give one in h and mM")
    columns = []
    for name, unit in units.items():
        value: Any = given.get(name, default)
        with at(name):
            if isinstance(value, str):
                value = quantity(value, unit)
            elif isinstance(value, list | tuple):
                value = [quantity(v, unit) if isinstance(v, str) else v for v in value]
        try:
            columns.append(np.atleast_1d(np.asarray(value, float)))
        except (TypeError, ValueError):
            raise InputError(f"{name}: no number and no quantity; give one in {unit}") from None
        if columns[-1].ndim != 1 or not (columns[-1] >= 0).all():
            raise InputError(
                f"{name}: negative, not a number or of {columns[-1].ndim} dimensions; give numbers "
                f"from 0 up, in {unit}"
            )
    lengths = sorted({len(column) for column in columns} - {1})
    if len(lengths) > 1:
        raise InputError(f"arrays of {lengths[0]} and of {lengths[1]} numbers; give equal lengths")
    return np.stack(np.broadcast_arrays(*columns), axis=1)
