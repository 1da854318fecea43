"""An unknown of a fitted mechanism as it is stored, for what is said of it."""

from assemblysim.result.numbers import StoredPrior
from assemblysim.result.unknowns import DeterminedBy, ParameterResult, ProfileInterval


def unknown(kind, median, *, prior, factor):
    """One that its log-normal prior puts within a factor of a median."""
    known = StoredPrior("log_normal", {"median": prior, "factor": factor})
    both = DeterminedBy("determined", "determined")
    numbers = (median, median, median, median)
    return ParameterResult(
        "", *numbers, "determined", both, ProfileInterval(None, None), known, kind
    )
