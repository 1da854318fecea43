"""Pots: what is mixed, at which rate constants, and what is done to it; integrated piece by piece.

Each piece of a protocol goes through the door of `integration`: at a constant temperature the
network itself, in a ramp its `ramped` form. Between pieces the concentrations are those of the
mixture, and derivatives and extents are carried on by the chain rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from assemblysim.kinetics.engines.integration import (
    DEFAULT_TOLERANCE,
    Tolerance,
    integrate_batch,
    integrate_extents,
    integrate_sensitivities,
)
from assemblysim.kinetics.reactor.protocol import UNTOUCHED, Piece, Protocol, holding, mixed, pieces
from assemblysim.kinetics.reactor.ramp import Ramp, counted, ramp_rates, ramp_start, ramped
from assemblysim.kinetics.reactor.segments import Endings, asked_of, end_of, put
from assemblysim.kinetics.reactor.temperature import GAS_CONSTANT, Rates
from assemblysim.kinetics.trajectory import ExtentBatch, TrajectoryBatch
from assemblysim.mechanism.network.network import Network


@dataclass(frozen=True, eq=False)
class Pot:
    """B pots that are mixed alike, treated alike, and differ in numbers.

    Attributes:
        network: the mechanism, with S species, R reactions and P rate constants.
        rates: of the B parameter vectors.
        initial: shape (B, S), mM, at the moment of mixing.
        protocol: what is done to each.
    """

    network: Network
    rates: Rates
    initial: np.ndarray
    protocol: Protocol = UNTOUCHED

    @classmethod
    def isothermal(cls, network: Network, rates: np.ndarray, initial: np.ndarray) -> Pot:
        """Return a pot of constants, shape (B, P), and starts, shape (B, S), left alone."""
        return cls(network, Rates.isothermal(np.asarray(rates)), initial)

    def __len__(self) -> int:
        return len(self.initial)

    def __getitem__(self, part: slice | np.ndarray) -> Pot:
        """Return some of the B pots."""
        return Pot(self.network, self.rates[part], self.initial[part], self.protocol)

    @property
    def running(self) -> Network:
        """The network as it runs, with species held constant."""
        return holding(self.network, self.protocol.held)

    def rates_at(self, times: np.ndarray) -> np.ndarray:
        """Return the constants at times of shape (B, X), h: shape (B, X, P)."""
        programme = self.protocol.programme
        if programme is None:
            return np.repeat(self.rates.at_reference[:, None], times.shape[1], axis=1)
        found = np.empty((*times.shape, self.rates.at_reference.shape[1]))
        for column, moments in enumerate(times.T):
            kelvin = programme.course(moments)[:, None]
            found[:, column] = self.rates.at_each(kelvin)
        return found


@dataclass(frozen=True, eq=False)
class PotSensitivities:
    """Courses of B pots with their derivatives.

    Attributes:
        trajectories: the courses.
        by_rate: shape (B, T, S, P), by the rate constants at the reference temperature.
        by_energy: shape (B, T, S, P), mol mM/kJ; of no length in P where nothing is heated or it
            was not asked for.
        by_initial: shape (B, T, S, S), or of no length where it was not asked for.
    """

    trajectories: TrajectoryBatch
    by_rate: np.ndarray
    by_energy: np.ndarray
    by_initial: np.ndarray

    def change(self, pot: Pot, moved: Pot) -> np.ndarray:
        """Return by how much concentrations change, to first order, shape (N B, T, S), mM.

        Args:
            pot: what these derivatives are of, B pots.
            moved: N B pots with other constants, energies and starts: N beside the first of the
                B, then N beside the second, and so on.
        """
        each = len(moved) // len(pot)

        def along(slopes: np.ndarray, there: np.ndarray, here: np.ndarray) -> np.ndarray:
            batch, times, species, width = slopes.shape
            steps = there.reshape(batch, each, width) - here[:, None]
            found = np.einsum("bnx,btsx->bnts", steps, slopes)
            return np.asarray(found.reshape(-1, times, species))

        change = along(self.by_rate, moved.rates.at_reference, pot.rates.at_reference)
        if self.by_energy.shape[-1]:
            change += along(self.by_energy, moved.rates.energies, pot.rates.energies)
        if self.by_initial.shape[-1]:
            change += along(self.by_initial, moved.initial, pot.initial)
        return change


@dataclass(frozen=True, eq=False)
class _Stretch:
    """A piece as the door takes it.

    Attributes:
        network: plain or `ramped`.
        rates: shape (B, P').
        start: shape (B, S').
        times: shape (T',) or (B, T'), h after its begin, the end included.
        unit: shape (B,), of the added species in a ramp.
    """

    network: Network
    rates: np.ndarray
    start: np.ndarray
    times: np.ndarray
    unit: np.ndarray


def _stretch(pot: Pot, piece: Piece, start: np.ndarray, times: np.ndarray) -> _Stretch:
    network = pot.running
    unit = np.fmax.reduce(start, axis=1, initial=0.0)
    unit = np.where(unit > 0, unit, 1.0)
    if piece.first is None or piece.last is None:
        return _Stretch(network, pot.rates.at_reference, start, times, unit)
    if not piece.ramp:
        return _Stretch(network, pot.rates.at(piece.first), start, times, unit)
    ramp = Ramp(piece.end - piece.begin, piece.first, piece.last)
    return _Stretch(
        ramped(network, pot.rates.exponents),
        ramp_rates(pot.rates, ramp, unit),
        ramp_start(network, start, unit),
        times,
        unit,
    )


def _simple(pot: Pot) -> bool:
    """Whether one call of the door does all: nothing happens, and one temperature is kept."""
    programme = pot.protocol.programme
    return not pot.protocol.events and (programme is None or programme.constant)


def _plain_rates(pot: Pot) -> np.ndarray:
    programme = pot.protocol.programme
    return pot.rates.at_reference if programme is None else pot.rates.at(programme.kelvin[0])


def courses(
    pot: Pot,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
    *,
    engine: str | None = None,
) -> TrajectoryBatch:
    """Integrate B pots; one that fails never raises.

    Args:
        pot: what runs.
        times: shape (T,), h, increasing, none below 0; or (B, T), each pot's own, not decreasing
            and with the same last one. What happens at a sampling time happens after the sample.
        tolerance: accuracy and budget, of each piece of the protocol.
        engine: as in `integration.integrate_batch`.

    Returns:
        The courses at these times, how far each came and what it took.

    Raises:
        ValueError: the arrays do not fit.
        InputError: the protocol holds a species that the network does not have.
    """
    if _simple(pot):
        return integrate_batch(
            pot.running, _plain_rates(pot), pot.initial, times, tolerance, engine=engine
        )
    size = len(pot.network.species)
    found = np.full((len(pot), times.shape[-1], size), np.nan)
    state, endings = np.array(pot.initial, dtype=float), Endings(len(pot))
    for piece in pieces(pot.protocol, end_of(times)):
        asked, columns = asked_of(piece, times)
        part = _stretch(pot, piece, state, asked)
        batch = integrate_batch(
            part.network, part.rates, part.start, part.times, tolerance, engine=engine
        )
        endings.add(piece, batch)
        put(found, batch.concentrations[..., :size], piece, times, columns)
        last = batch.concentrations[:, -1, :size]
        state, _ = mixed(pot.network, last, piece, pot.protocol.held)
    return _batch(pot, times, found, endings)


def _batch(
    pot: Pot, times: np.ndarray, concentrations: np.ndarray, endings: Endings
) -> TrajectoryBatch:
    return TrajectoryBatch(
        pot.network.species_names,
        times,
        concentrations,
        endings.reached,
        endings.status,
        endings.steps,
    )


def extents(pot: Pot, times: np.ndarray, tolerance: Tolerance = DEFAULT_TOLERANCE) -> ExtentBatch:
    """Integrate B pots with the extent of every reaction.

    Args:
        pot: what runs.
        times: shape (T,), h, increasing, none below 0.
        tolerance: accuracy and budget.

    Returns:
        The courses; and the extents, in mM of the *initial* volume: what a reaction made in
        mmol over the litres that there were at the start, so that volumes that change do not
        change what was made before.
    """
    network = pot.running
    if _simple(pot):
        return integrate_extents(network, _plain_rates(pot), pot.initial, times, tolerance)
    size, steps = len(network.species), len(network.reactions)
    found = np.full((len(pot), len(times), size), np.nan)
    made = np.full((len(pot), len(times), steps), np.nan)
    state, endings = np.array(pot.initial, dtype=float), Endings(len(pot))
    so_far = np.zeros((len(pot), steps))
    for piece in pieces(pot.protocol, end_of(times)):
        asked, columns = asked_of(piece, times)
        batch = _piece_extents(pot, piece, state, asked, tolerance)
        endings.add(piece, batch.trajectories)
        concentrations = batch.trajectories.concentrations
        total = so_far[:, None] + batch.extents * (piece.volume / pot.protocol.volume)
        put(found, concentrations, piece, times, columns)
        put(made, total, piece, times, columns)
        so_far = total[:, -1]
        state, _ = mixed(pot.network, concentrations[:, -1], piece, pot.protocol.held)
    return ExtentBatch(_batch(pot, times, found, endings), made)


def _piece_extents(
    pot: Pot, piece: Piece, start: np.ndarray, times: np.ndarray, tolerance: Tolerance
) -> ExtentBatch:
    """Integrate a piece with the extents of the network's own reactions.

    In a ramp the steps of its clock and factors may run backwards, which no extent can: there each
    reaction makes a species that counts it.
    """
    if not piece.ramp:
        part = _stretch(pot, piece, start, times)
        return integrate_extents(part.network, part.rates, part.start, part.times, tolerance)
    size, steps = start.shape[1], len(pot.network.reactions)
    nothing = np.zeros((len(start), steps))
    counting = Pot(counted(pot.running), pot.rates, pot.initial)
    part = _stretch(counting, piece, np.concatenate([start, nothing], axis=1), times)
    batch = integrate_batch(part.network, part.rates, part.start, part.times, tolerance)
    here = batch.concentrations
    own = replace(batch, species=pot.network.species_names, concentrations=here[..., :size])
    return ExtentBatch(own, here[..., size : size + steps])


def sensitivities(
    pot: Pot,
    times: np.ndarray,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
    *,
    by_energy: bool = True,
    by_initial: bool = True,
) -> PotSensitivities:
    """Integrate B pots with the derivatives by rate constants, energies and initial concentrations.

    Args:
        pot: what runs.
        times: as in `courses`.
        tolerance: accuracy and budget.
        by_energy: whether the derivatives by the energies are wanted.
        by_initial: whether the derivatives by the initial concentrations are wanted.
    """
    size, constants = len(pot.network.species), len(pot.network.rate_names)
    if _simple(pot) and pot.protocol.programme is None:
        batch = integrate_sensitivities(
            pot.running,
            pot.rates.at_reference,
            pot.initial,
            times,
            tolerance,
            by_initial=by_initial,
        )
        nothing = np.zeros((*batch.by_rate.shape[:3], 0))
        return PotSensitivities(batch.trajectories, batch.by_rate, nothing, batch.by_initial)
    kinetic = (2 if by_energy else 1) * constants
    width = kinetic + (size if by_initial else 0)
    found = np.full((len(pot), times.shape[-1], size), np.nan)
    derived = np.full((len(pot), times.shape[-1], size, width), np.nan)
    state, endings = np.array(pot.initial, dtype=float), Endings(len(pot))
    carried = np.zeros((len(pot), size, width))
    if by_initial:
        carried[:, :, kinetic:] = np.eye(size)
    for piece in pieces(pot.protocol, end_of(times)):
        asked, columns = asked_of(piece, times)
        part = _stretch(pot, piece, state, asked)
        batch = integrate_sensitivities(
            part.network,
            part.rates,
            part.start,
            part.times,
            tolerance,
            # Nothing of a first start depends on what derivatives are wanted by.
            by_initial=by_initial or piece.begin > 0,
            leading=(kinetic if piece.ramp else constants, size),
        )
        endings.add(piece, batch.trajectories)
        own = _own_derivatives(pot, piece, part, batch.by_rate[:, :, :size], by_energy=by_energy)
        # A start that is turned into another: what it was made from counts as well. The added
        # species of a ramp start at a unit, with constants in that unit: it cancels.
        by_start = batch.by_initial[:, :, :size]
        total = np.matmul(by_start, carried[:, None, : by_start.shape[-1]])
        total[..., :kinetic] += own
        concentrations = batch.trajectories.concentrations[..., :size]
        put(found, concentrations, piece, times, columns)
        put(derived, total, piece, times, columns)
        state, shares = mixed(pot.network, concentrations[:, -1], piece, pot.protocol.held)
        carried = total[:, -1] * shares[:, None]
    return PotSensitivities(
        _batch(pot, times, found, endings),
        derived[..., :constants],
        derived[..., constants:kinetic],
        derived[..., kinetic:],
    )


def _own_derivatives(
    pot: Pot, piece: Piece, part: _Stretch, by_constant: np.ndarray, *, by_energy: bool
) -> np.ndarray:
    """Return derivatives by constants at the reference, then by energies, (B, T', S, P or 2 P).

    Args:
        pot: what runs.
        piece: of its protocol.
        part: the piece as it was integrated.
        by_constant: shape (B, T', S, P'), by the first constants of the piece's network.
        by_energy: whether the derivatives by the energies are wanted.
    """
    rates, constants = pot.rates, len(pot.network.rate_names)
    if piece.first is None or piece.last is None:
        if not by_energy:
            return by_constant
        return np.concatenate([by_constant, np.zeros(by_constant.shape)], axis=-1)
    here = by_constant[..., :constants]
    if piece.ramp:
        here = here / part.unit[:, None, None, None]
    by_rate = here * rates.factors(piece.first)[:, None, None]
    if not by_energy:
        return np.asarray(by_rate)
    slopes = here * (rates.at_reference * rates.factor_slopes(piece.first))[:, None, None]
    if piece.ramp:
        ramp = Ramp(piece.end - piece.begin, piece.first, piece.last)
        growth = ramp.slope / (GAS_CONSTANT * ramp.first**2) / part.unit**2
        slopes += by_constant[..., constants:] * growth[:, None, None, None]
    return np.concatenate([by_rate, slopes], axis=-1)
