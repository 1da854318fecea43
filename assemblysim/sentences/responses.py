"""What is assumed of response factors, and where the data go beyond it, in words."""

from __future__ import annotations

import math
from collections.abc import Mapping

from assemblysim.inference.evidence.prior_changes import RESPONSE_SCALES
from assemblysim.language import counted, listed
from assemblysim.measurement.responses import RESPONSE
from assemblysim.result.mechanism import ExchangedResponses, MechanismResult
from assemblysim.result.unknowns import ParameterResult

# Prior widths beyond which the data have pushed a response that far that the prior is in doubt.
FAR = 2.0


def exchanged_words(one: ExchangedResponses) -> str:
    """Say what is assumed of responses of which nothing is stated."""
    names = listed([_signal(name) for name in one.names])
    many = len(one.names) > 1
    if one.stated:
        others = listed([_signal(name) for name in one.stated])
        mean = "the geometric mean of those of" if len(one.stated) > 1 else "that of"
        return (
            f"of the response{'s' if many else ''} of {names} nothing is stated: "
            f"{'each lies' if many else 'it lies'} within a factor of "
            f"{one.spread ** math.sqrt(1 + 1 / len(one.stated)):.3g} of {mean} {others}, two times "
            "in three"
        )
    if not many:
        return f"the response of {names} alone is hidden in the scale factors, and taken to be 1"
    return (
        f"of the responses of {names} nothing is stated: only their ratios count, and any two are "
        f"within a factor of {one.spread ** math.sqrt(2):.2g} of each other, two times in three; "
        "their geometric mean is taken to be 1"
    )


def reference_words(fixed: Mapping[str, float], reference: str | None, first: str) -> str:
    """Say what responses are relative to, where the level of at least one of them is stated.

    Args:
        fixed: values of responses, by name.
        reference: the signal that ``relative_to`` names.
        first: the signal that is listed first.
    """
    if reference is not None:
        return f"responses are relative to that of {reference}, as relative_to says"
    if not fixed:
        return "each response has the prior listed, on a scale of its own"
    fixed = {name: value for name, value in fixed.items() if value > 0} or fixed
    values = [f"{_signal(name)} ({value:g})" for name, value in fixed.items()]
    only = f"{RESPONSE}{first}"
    why = ", the first one listed; relative_to names another" if list(fixed) == [only] else ""
    which = "that" if len(fixed) == 1 else "those"
    return f"responses are relative to {which} of {listed(values)}{why}"


def far_words(parameters: Mapping[str, ParameterResult]) -> tuple[str, ...]:
    """Name the responses that the data push beyond two widths of their log-normal priors."""
    far = [_beyond(name, one) for name, one in parameters.items() if one.kind == "response"]
    told = [text for text in far if text]
    if not told:
        return ()
    return (
        f"The data push {counted(len(told), 'response')} further from the prior's median than "
        f"{FAR:g} of its widths: {listed(told)}. Either the ions of these signals answer more "
        "unlike than was assumed, or the mechanism makes up for what it lacks.",
    )


def wider_words(mechanism: MechanismResult) -> tuple[str, ...]:
    """Say what intervals of rate constants owe to how far responses may spread."""
    known = mechanism.parameters
    times = {
        name: math.log(upper / lower) / math.log(known[name].upper / known[name].lower)
        for name, (lower, upper) in mechanism.wider_responses.items()
        if name in known and 0 < known[name].lower < known[name].upper
    }
    if not times or not mechanism.responses:
        return ()
    widest = max(times, key=times.__getitem__)
    lower, upper = mechanism.wider_responses[widest]
    spread = max(one.spread for one in mechanism.responses)
    other = spread ** RESPONSE_SCALES["responses wider"]
    return (
        f"With responses that spread by a factor of {other:.2g} in place of {spread:.2g}, 95 % "
        f"intervals of rate constants (in the logarithm) become at most {times[widest]:.2g} times "
        f"as wide: that of {widest} becomes {lower:.2g} to {upper:.2g} {known[widest].unit}.",
    )


def _beyond(name: str, one: ParameterResult) -> str:
    """Say how far a response is from its prior's median, where that is far."""
    widths = abs(one.prior_widths)
    return f"{_signal(name)} ({one.median:.2g}, {widths:.1f} widths)" if widths > FAR else ""


def _signal(response: str) -> str:
    return response.removeprefix(RESPONSE)
