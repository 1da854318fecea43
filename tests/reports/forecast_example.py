"""The made-up study of `report_example` with what follows from it: windows, control, fluxes.

The shares of a parallel decay come from its closed form; everything else is typed in.
"""

import copy

import numpy as np
from report_example import mechanism_summary, result_of, summary

K1, K2, START, WINDOW = 0.3, 0.1, 10.0, 20.0


def spread(median, lower=None, upper=None, **more):
    """A summary of a prediction: median and 95 % interval."""
    lower = median if lower is None else lower
    upper = median if upper is None else upper
    return {"median": median, "lower": lower, "upper": upper, **more}


def parallel(k1=K1, k2=K2):
    """A -> B and A -> C, left for `WINDOW` hours: a stored mechanism from its closed form.

    A negative constant stands for a step that runs back on the whole.
    """
    total = abs(k1) + abs(k2)
    made = START * -np.expm1(-total * WINDOW)
    times = np.linspace(0, WINDOW, 41)
    flux = [[k * START * np.exp(-total * t) for k in (k1, k2)] for t in times]
    shares = {"left": made * k1 / total, "right": made * k2 / total}
    return {
        **mechanism_summary("template"),
        "species": [{"name": n, "composition": [["M", 1]]} for n in "ABC"],
        "reactions": [
            {"name": name, "equation": f"A -> {end}", "rate_constant": f"k_{name}",
             "further_rate_constants": [], "law": None, "factor": 1, "reverse_of": None,
             "reactants": ["A"], "products": [end]}
            for name, end in (("left", "B"), ("right", "C"))
        ],
        "parameters": {},
        "pathways": {},
        "forecast": {
            "windows": {}, "rate_control": {},
            "extents": {
                name: {"extent": spread(one), "unit": "mM", "shares": {"M": spread(one / START)}}
                for name, one in shares.items()
            },
            "flux": {"steps": ["left", "right"], "unit": "mM/h", "times_h": times.tolist(),
                     "median": flux, "lower": flux, "upper": flux},
        },
    }  # fmt: skip


def parallel_study(**constants):
    """The result of a study whose one mechanism is `parallel`."""
    content = {**summary(), "mechanisms": {"parallel": parallel(**constants)}}
    content["comparison"] |= {"probabilities": {"parallel": 1.0}}
    return result_of(content)


def _window(name, chance):
    return {
        "start": spread(0.4, 0.2, 0.7, probability=chance),
        "end": spread(None, 21.0, None, probability_beyond=0.61),
        "peak_time": spread(5.0, 3.5, 7.1),
        "peak_share": spread(0.62, 0.40, 0.79),
        "best": {"time": 5.2, "probability": chance, "expected_share": 0.61,
                 "lower": 3.5, "upper": 7.1},
    }  # fmt: skip


def _extents(mechanism):
    turned = {"chelate": 23.8, "grow": 20.9, "dimerise": 5.6, "couple": 2.9, "close": 2.8}
    return {
        step: {"extent": spread(turned[step], 0.8 * turned[step], 1.2 * turned[step]),
               "unit": "mM",
               "shares": {"L": spread(turned[step] / 23.8, 0.7 * turned[step] / 23.8,
                                      turned[step] / 23.8)}}
        for step in mechanism
    }  # fmt: skip


def _degree(value):
    return spread(value, value - 0.1, value + 0.1, probability=1.0)


def _control(steps):
    degrees = dict(zip(steps, (0.01, 0.02, 0.4, 0.2, 0.15), strict=False))
    return {
        "yield": {"Dy6L2": {s: _degree(v) for s, v in degrees.items()}},
        "maximum": {"Dy3L": {s: _degree(-v) for s, v in degrees.items()}},
    }


def outlook_summary(words=False):
    """The summary of the made-up study, with its forecast."""
    content = summary(words)
    content["forecast"] = {
        "unit": "mM", "experiment": "80C", "until_h": 48.0, "block": "L", "share": 0.2,
        "draws": 400,
        "probabilities": {"both": 0.77, "stepwise": 0.23},
    }  # fmt: skip
    content["averaged"]["windows"] = {"Dy3L": _window("Dy3L", 0.9), "Dy5L2": _window("Dy5L2", 0.1)}
    times = np.linspace(0, 48, 25)
    for name in ("both", "stepwise"):
        steps = [r["name"] for r in content["mechanisms"][name]["reactions"]]
        flux = [[np.exp(-t / (i + 1)) for i in range(len(steps))] for t in times]
        content["mechanisms"][name]["forecast"] = {
            "windows": copy.deepcopy(content["averaged"]["windows"]),
            "rate_control": _control(steps),
            "extents": _extents(steps),
            "flux": {"steps": steps, "unit": "mM/h", "times_h": times.tolist(), "median": flux,
                     "lower": flux, "upper": flux},
        }  # fmt: skip
    return content
