"""The unknowns of a measurement's responses: exchangeable ones as contrasts, others as stated."""

from __future__ import annotations

from collections.abc import Sequence

from assemblysim.errors import InputError
from assemblysim.inference.model.derived import DerivedByRatios
from assemblysim.inference.model.parameters import Parameter
from assemblysim.inference.model.priors import LogNormal
from assemblysim.language import listed
from assemblysim.measurement.data import Measurement
from assemblysim.measurement.responses import Exchangeable, components, response_name
from assemblysim.study.problem.unknowns import Unknowns

# A response's own names, in the order of the experiments that have them.
_Names = dict[str, list[str]]


def add_responses(
    unknowns: Unknowns, measurement: Measurement, among: Sequence[int], *, measured: bool = True
) -> tuple[Exchangeable, ...]:
    """Add the responses of a measurement: unknown, stated, or 1 where the scale knows them.

    Responses of which nothing is said are exchanged with each other and with those whose values
    are stated. What is stated is relative to `Measurement.relative_to`; without it to those that
    are fixed at 1 or, if there is none, to the first one listed, which is then 1.

    Args:
        unknowns: of the problem, to be added to.
        measurement: how its experiments were measured.
        among: their numbers.
        measured: whether there are intensities, and not words alone.

    Returns:
        What is exchanged with each other: one for each set of experiments that share a response.

    Raises:
        InputError: what responses are relative to has no value, or several.
    """
    names = [response_name(signal.name) for signal in measurement.signals]
    found, default = [], LogNormal(1.0, measurement.response_spread)
    if measurement.scale.responses_unknown:
        every = {name: unknowns.own_names(name) for name in names}
        for part in components([[own[i] for own in every.values()] for i in among]):
            here = {
                name: list(dict.fromkeys(own[i] for i in among if own[i] in part))
                for name, own in every.items()
            }
            exchanged = _exchanged(unknowns, here, measurement, measured=measured)
            if exchanged is not None:
                _enter(unknowns, exchanged)
                found.append(exchanged)
    for name in names:
        known = not measurement.scale.responses_unknown
        unknowns.add(name, "", "response", 1.0 if known else default, among)
    return tuple(found)


def _exchanged(
    unknowns: Unknowns, here: _Names, measurement: Measurement, *, measured: bool
) -> Exchangeable | None:
    """Return what is exchanged among responses, entering what the others are relative to.

    Args:
        unknowns: to be added to.
        here: the names of responses that hang together, in the order of the signals.
        measurement: how they were measured.
        measured: whether there are intensities.

    Returns:
        None where nothing is exchanged: there are words alone, a prior of the first one takes the
        place of a reference, or something is stated of each.
    """
    said = {own: unknowns.said_of(name, own) for name, names in here.items() for own in names}
    of_none = [own for own, one in said.items() if one == "nothing"]
    stated = [own for own, one in said.items() if isinstance(one, float) and one > 0]
    named = measurement.relative_to
    if named is not None:
        reference = here[response_name(named)]
        if len(reference) > 1:
            raise InputError(
                f"[measurement] relative_to: {named} has {len(reference)} responses, "
                f"{listed(reference)}, in experiments that share others; name a signal with one"
            )
        if reference[0] not in (*of_none, *stated):
            raise InputError(
                f"[measurement] relative_to: {reference[0]} has no value; state one, or take what "
                "is said of it out of the study"
            )
    elif 1.0 in said.values() or (measured and not {*said.values()} - {"nothing", "follows"}):
        reference = []
    else:
        reference = next(iter(here.values()))
    if any(own not in (*of_none, *stated) for own in reference):
        return None
    unstated = [own for own in reference if own in of_none]
    for own in unstated:
        unknowns.enter(own, 1.0)
    left = [own for own in of_none if own not in unstated]
    if not left or not measured:
        return None
    return Exchangeable.of(left, [*stated, *unstated], measurement.response_spread)


def _enter(unknowns: Unknowns, exchanged: Exchangeable) -> None:
    """Add the contrasts of exchangeable responses, and the responses as what follows from them."""
    for name, factor in zip(exchanged.contrasts, exchanged.factors, strict=True):
        unknowns.enter(name, Parameter(name, "", "contrast", LogNormal(1.0, factor)))
    level = [1 / len(exchanged.stated) for _ in exchanged.stated]
    for name, row in zip(exchanged.responses, exchanged.powers.tolist(), strict=True):
        inputs = zip((*exchanged.stated, *exchanged.contrasts), (*level, *row), strict=True)
        used = [(one, power) for one, power in inputs if power]
        unknowns.enter(
            name,
            DerivedByRatios(name, tuple(n for n, _ in used), tuple(p for _, p in used))
            if used
            else 1.0,
        )
