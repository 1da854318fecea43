"""The posterior draws that a study stored, as the report needs them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import h5netcdf
import numpy as np

from assemblysim.errors import InputError
from assemblysim.files.writing.manifest import read_result
from assemblysim.report.document.arrays import Floats

# A picture needs no more; thinning is even, so that every walker and every part of a run counts.
MOST_DRAWS = 20_000


@dataclass(frozen=True, eq=False)
class ParameterDraws:
    """Posterior draws of one mechanism.

    Attributes:
        names: of the P unknowns.
        units: of each; "" where it has none.
        values: shape (D, P), in these units.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    values: Floats

    def column(self, name: str) -> Floats:
        """Return the draws of one unknown, shape (D,)."""
        return np.asarray(self.values[:, self.names.index(name)])


def read_draws(path: Path) -> ParameterDraws | None:
    """Read ``draws.nc`` of a mechanism, evenly thinned to at most `MOST_DRAWS`.

    Args:
        path: the netCDF file, with a group ``posterior`` of variables over chain and draw.

    Returns:
        The draws; None where the file is not there.

    Raises:
        InputError: the file does not hold draws.
    """
    if not path.is_file():
        return None
    try:
        with h5netcdf.File(io.BytesIO(read_result(path)), "r") as file:
            group = file["posterior"]
            names = [n for n, v in group.variables.items() if v.dimensions == ("chain", "draw")]
            units = tuple(str(group.variables[n].attrs.get("units", "")) for n in names)
            columns = [np.asarray(group.variables[n][...]).ravel() for n in names]
            names = [str(group.variables[n].attrs.get("long_name", n)) for n in names]
    except (InputError, OSError, KeyError, ValueError, RuntimeError) as fault:
        reason = " ".join(str(fault).split())
        raise InputError(
            f"{path}: does not hold draws ({reason}); run 'assemblysim fit' again"
        ) from fault
    values = np.stack(columns, axis=1).astype(float) if columns else np.zeros((0, 0))
    step = -(-len(values) // MOST_DRAWS) or 1
    return ParameterDraws(tuple(names), units, values[::step])
