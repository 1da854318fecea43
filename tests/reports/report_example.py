"""A made-up study's results folder, clearly synthetic, for the tests of the report.

No number here comes from an experiment or from a fit: the courses are integrated with plain
Euler steps at stated constants, and everything else is typed in.
"""

import copy
import functools

import numpy as np
from assembly_example import assembly
from stored_draws import made_up

from assemblysim.files.codec import from_plain, to_plain
from assemblysim.inference.model.priors import LogNormal, LogUniform
from assemblysim.report.content.draws import ParameterDraws
from assemblysim.result.courses import Courses
from assemblysim.result.mechanism import MechanismResult
from assemblysim.result.on_disk import store_assembly, store_courses, store_result
from assemblysim.result.summary import SUMMARY_VERSION, StudyResult
from assemblysim.study.draws.netcdf import write_draws
from assemblysim.study.results.experiments import stored_prior

SPECIES = {
    "Dy": [["Dy", 1]],
    "L": [["L", 1]],
    "Dy2L": [["Dy", 2], ["L", 1]],
    "Dy3L": [["Dy", 3], ["L", 1]],
    "Dy5L2": [["Dy", 5], ["L", 2]],
    "Dy6L2": [["Dy", 6], ["L", 2]],
}
SIGNALS = ["Dy2L", "Dy3L", "Dy5L2", "Dy6L2"]
SAMPLED = [1 / 12, 0.5, 1, 2, 3, 6, 9, 12, 24, 36, 48]
SAID = [1 / 12, 1, 6, 12, 48]
STEPS = {
    "chelate": (["L", "Dy", "Dy"], ["Dy2L"], "k_chelate*L*Dy", 0.1),
    "grow": (["Dy2L", "Dy"], ["Dy3L"], None, 0.003),
    "dimerise": (["Dy3L", "Dy3L"], ["Dy6L2"], None, 0.0015),
    "couple": (["Dy2L", "Dy3L"], ["Dy5L2"], None, 0.012),
    "close": (["Dy5L2", "Dy"], ["Dy6L2"], None, 0.0015),
}
MECHANISMS = {
    "template": ["chelate", "grow", "dimerise"],
    "stepwise": ["chelate", "grow", "couple", "close"],
    "both": ["chelate", "grow", "dimerise", "couple", "close"],
}
PROBABILITIES = {"both": 0.77, "stepwise": 0.2296, "template": 0.0004}


@functools.cache
def course(mechanism):
    """Concentrations in mM, shape (T, S), at 241 times of 0 to 48 h, by Euler steps."""
    grid = np.concatenate([[0], np.geomspace(0.01, 48, 240)])
    names = list(SPECIES)
    now = np.array([190.0, 23.8, 0, 0, 0, 0])
    rows, time = [now.copy()], 0.0
    for end in grid[1:]:
        steps = max(4, int((end - time) / 2e-3))
        for _ in range(steps):
            now = now + (end - time) / steps * _slope(mechanism, dict(zip(names, now, strict=True)))
        time = end
        rows.append(now.copy())
    return grid, np.array(rows)


def _slope(mechanism, c):
    change = dict.fromkeys(SPECIES, 0.0)
    for step in MECHANISMS[mechanism]:
        reactants, products, law, k = STEPS[step]
        rate = k * (c["L"] * c["Dy"] if law else np.prod([c[name] for name in reactants]))
        for name in reactants:
            change[name] -= rate
        for name in products:
            change[name] += rate
    return np.array(list(change.values()))


def _quantiles(values, width):
    """Five quantiles round a course, shape (5, ...): -2, -0.67, 0, 0.67 and 2 widths."""
    z = np.array([-1.96, -0.674, 0, 0.674, 1.96]).reshape(-1, *[1] * values.ndim)
    return values * np.exp(z * width)


def _range(median, width=0.3, **more):
    lower, upper = median * np.exp(-1.96 * width), median * np.exp(1.96 * width)
    return {"median": median, "lower": lower, "upper": upper, **more}


def _prediction(median, width, unit="h"):
    return _range(median, width, unit=unit, probability_beyond=0.0)


def _parameters(mechanism, words):
    rows = _values(mechanism, words)
    for one in rows.values():
        word = one["determined"]
        lower, upper = one["lower"] * 0.9, one["upper"] * 1.1
        below, above = word != "not determined", word == "determined"
        one["profile"] = {"lower": lower if below else None, "upper": upper if above else None}
        one["determined_by"] = {"posterior": word, "profile": word}
    rows["k_chelate"]["determined_by"]["posterior"] = "determined"
    return rows


def _identifiability(mechanism, words):
    """What the data would settle: of words alone only a product, of two constants."""
    pair = ["k_couple", "k_close"] if words and mechanism != "template" else []
    product = {
        "names": pair, "exponents": [1, 1], "structural": False, "determined": True,
        "unit": "1/(mM^2 h^2)", "lower": 1.4e-5, "median": 1.8e-5, "upper": 2.4e-5,
    }  # fmt: skip
    return {
        "parameters": pair, "rank_at_optimum": len(pair), "rank": len(pair), "measured": True,
        "structurally_non_identifiable": [], "without_effect": [],
        "combinations": [product] if pair else [],
    }  # fmt: skip


def _values(mechanism, words):
    width, rows = 1.6 if words else 0.12, {}
    for step in MECHANISMS[mechanism]:
        class_ = "not determined" if words and step != "grow" else "determined"
        prior = LogUniform(1.096e-7, 631.6)
        rows[f"k_{step}"] = _unknown(STEPS[step][3], width, "rate", class_, prior, "1/(mM h)")
    rows["k_chelate"]["determined"] = "bounded on one side"
    about_one = LogNormal(1.0, 2.0)
    if words:
        return rows | {"limit": _unknown(0.01, 0.7, "statement", "not determined", about_one)}
    noise = _unknown(0.15, 0.08, "noise", "determined", LogUniform(0.01, 1.0))
    response = _unknown(1.1, 0.2, "response", "determined", about_one)
    return rows | {"response_Dy6L2": response, "noise": noise}


def _unknown(median, width, kind, determined, prior, unit=""):
    return {
        **_range(median, width, unit=unit), "map": median, "kind": kind, "determined": determined,
        "prior": to_plain(stored_prior(prior)),
    }  # fmt: skip


def _lifetimes(mechanism):
    never = {"median": None, "lower": None, "upper": None, "unit": "h", "probability_beyond": 0.98}
    table = {}
    for place, name in enumerate(s for s in SPECIES if s in ("Dy2L", "Dy3L", "Dy5L2")):
        if name == "Dy5L2" and mechanism == "template":
            continue
        late = never | {"median": 31.0, "lower": 19.0, "probability_beyond": 0.12}
        table[name] = {
            "onset": _prediction(0.01 * (place + 1), 0.2),
            "time_of_maximum": _prediction(0.1 + 3 * place, 0.1),
            "maximum": _prediction(12.0 - 3 * place, 0.1, "mM"),
            "half_life": late if place else _prediction(0.9, 0.1),
            "width_at_half_maximum": never if place else _prediction(1.0, 0.1),
            "residence_time": _prediction(1.4 + 4 * place, 0.1),
            "lifetime_at_maximum": _prediction(1.8 + 4 * place, 0.1),
        }
    return table


def _pathways(mechanism):
    if mechanism != "both":
        step = "dimerise" if mechanism == "template" else "close"
        return {"Dy6L2": {step: {**_range(1.0, 0.0), "limit": 1.0}}}
    shares = {"dimerise": (0.53, 0.42, 0.63, 0.61), "close": (0.47, 0.37, 0.58, 0.56)}
    ends = ("median", "lower", "upper", "limit")
    return {"Dy6L2": {step: dict(zip(ends, one, strict=True)) for step, one in shares.items()}}


def _reactions(mechanism):
    return [
        {"name": step, "equation": f"{step} as written", "rate_constant": f"k_{step}",
             "further_rate_constants": [],
         "law": STEPS[step][2], "factor": 1, "reverse_of": None,
         "reactants": STEPS[step][0], "products": STEPS[step][1]}
        for step in MECHANISMS[mechanism]
    ]  # fmt: skip


def _statements(mechanism):
    seen = 0.03 if mechanism == "template" else 0.93
    said = [
        ("Dy2L", "detected", 1 / 12, 1 / 12, "formed at once", 0.97),
        ("Dy5L2", "detected", 1, 1, "starts to appear at 1 h", seen),
        ("Dy5L2", "absent", 48, 48, "gone at the end", 0.95),
        ("Dy6L2", "increasing", 1 / 12, 48, "intensity rises gradually", 0.9),
    ]
    return [
        {"experiment": "80C", "text": (text := f"{signal} {relation} at {start:.3g} h"),
            "interpretation": "", "silent": False, "rate": 0.02,
            "claims": [{"text": text, "reading": reading, "signal": signal, "relation": relation,
                        "from_h": start, "to_h": end}],
            "probability": p, "log_contribution": float(np.log(0.02 + 0.96 * p))}
        for signal, relation, start, end, reading, p in said
    ]  # fmt: skip


def predictive_checks(mechanism, p=0.4):
    """Made-up residuals: normal ones; under `template` Dy5L2 stays above its course."""
    times = np.repeat(SAMPLED, 3)
    residuals = np.random.default_rng(11).standard_normal((len(times), len(SIGNALS)))
    residuals -= residuals.mean(axis=1, keepdims=True)
    if mechanism == "template":
        p = 1 / 301
        residuals[:, 2] += 1.5
    residuals[4, 1] = np.nan
    return {
        "passed": p >= 0.0125, "threshold": 0.0125, "replicated": 300,
        "statistics": {"scatter": 0.5, "largest": 0.5, "trend": p, "lack of fit": 0.5},
        "trends": {name: p if name == "Dy5L2" else 0.5 for name in SIGNALS},
        "residuals": [
            {"signals": SIGNALS, "times_h": times.tolist(), "mean": residuals.tolist()}
        ],
    }  # fmt: skip


def draws(mechanism, words=False, count=4000):
    """Made-up draws: log-normal with the stated widths, k_couple and k_close in step."""
    rows = _values(mechanism, words)
    rng = np.random.default_rng(13)
    normal = dict(zip(rows, rng.standard_normal((len(rows), count)), strict=True))
    if "k_couple" in rows:
        normal["k_close"] = 0.9 * normal["k_couple"] + np.sqrt(1 - 0.9**2) * normal["k_close"]
    widths = {n: np.log(one["upper"] / one["lower"]) / 3.92 for n, one in rows.items()}
    values = [rows[n]["median"] * np.exp(widths[n] * normal[n]) for n in rows]
    units = tuple(one["unit"] for one in rows.values())
    return ParameterDraws(tuple(rows), units, np.stack(values, axis=1))


def store_draws(folder, found):
    """Write draws.nc as a fit does."""
    write_draws(folder / "draws.nc", made_up(found.names, found.units, found.values), {})


def mechanism_summary(mechanism, words=False):
    used = {name for step in MECHANISMS[mechanism] for side in STEPS[step][:2] for name in side}
    return {
        "title": "",
        "description": f"A made-up description of {mechanism} with Dy3L in it, no title." * 2,
        "species": [{"name": n, "composition": c} for n, c in SPECIES.items() if n in used],
        "reactions": _reactions(mechanism),
        "rate_equations": ["d[Dy2L]/dt = k_chelate*L*Dy - k_grow*Dy2L*Dy"],
        "checks": [
            {"name": "R-hat across ensembles", "value": 1.006, "bound": 1.02, "passed": True},
            {"name": "bulk effective sample size", "value": 2310.0, "bound": 400, "passed": True},
            {"name": "fraction of failed integrations", "value": 0.0, "bound": 0.05,
             "passed": True},
        ],
        "parameters": _parameters(mechanism, words),
        "identifiability": _identifiability(mechanism, words),
        "log_evidence": [
            {"method": method, "error": 0.04,
             "value": -40.0 + float(np.log(PROBABILITIES[mechanism]))}
            for method in ("bridge sampling", "sequential Monte Carlo")
        ],
        "log_likelihood_max": -31.2,
        "aicc": None if words else 80.4,
        "bic": 82.0,
        "elpd_loo": {"value": -37.9, "error": 3.1, "bad_k": 1 if mechanism == "both" else 0,
                     "recomputed": 0},
        "optima": [
            {"log_density": -33.0, "basin_count": 14},
            {"log_density": -36.1, "basin_count": 2},
        ],
        "statements": _statements(mechanism) if words else [],
        "predictive_checks": None if words else predictive_checks(mechanism),
        "modes": [], "activation": [],
        "measurements": 0 if words else 132,
        "derived": {},
        "first_estimate": None, "prior_changes": {},
        "lifetimes": _lifetimes(mechanism),
        "lifetimes_by_experiment": {},
        "pathways": _pathways(mechanism),
        "pathways_by_experiment": {},
        "responses": [],
        "wider_responses": {},
        "forecast": None,
        "steps": 4000, "alternatives": [],
        "wild_spectra": [], "exchanged_spectra": [], "fault_factors": {},
        "failed_integrations": 3,
        "likelihood_calls": 412000,
        "seconds": 233.0,
    }  # fmt: skip


def summary(words=False):
    """The content of a summary.json: intensities, or words only."""
    return copy.deepcopy({
        "version": SUMMARY_VERSION,
        "study": "made_up_words" if words else "made_up",
        "title": "A made-up study of two routes to Dy6L2",
        "question": "Which way is Dy6L2 made?",
        "source": "",
        "synthetic": True,
        "seed": 7,
        "versions": {"assemblysim": "0.1.0", "numpy": "2.0"},
        "inputs": {"study.toml": "ab" * 32, "intensities.csv": "cd" * 32},
        "notes": ["The constants were chosen for the test.", "Temperature is taken as constant."],
        "converged": True,
        "temperature": None,
        "conditions": [{
            "experiment": "80C", "unit": "mM", "initial": {"Dy": 190, "L": 23.8},
            "temperature": [], "events": [], "held": [], "dead_time_h": 0, "time_errors": [],
            "dilution": 1, "window_h": 48,
            "measurements": 0 if words else 132, "statements": 4 if words else 0,
            "sampled_h": SAID if words else SAMPLED,
        }],
        "measurement": {"scale": "per spectrum", "noise": "proportional",
                        "detection_limit": None if words else 0.005, "signal_limits": {},
                        "cell_limits": 0, "signals": SIGNALS,
                        "fixed": {"background": 0.001}, "error_rate": 0.02,
                        "wild_spectra": 0.0 if words else 0.03, "tails": "normal", "ratios": []},
        "sampling": {"ensembles": 4, "walkers": 32, "max_steps": 4000, "starts": 16},
        "mechanisms": {name: mechanism_summary(name, words) for name in MECHANISMS},
        "averaged": {"lifetimes": _lifetimes("both"), "pathways": _pathways("both"),
                     "lifetimes_by_experiment": {}, "pathways_by_experiment": {}, "windows": {}},
        "comparison": {
            "probabilities": PROBABILITIES, "intervals": {
                "template": [0.0003, 0.0005], "stepwise": [0.2, 0.26], "both": [0.74, 0.8],
            },
            "log_bayes_factors": {
                "both": {"value": 0.0, "error": 0.0},
                "stepwise": {"value": 1.21, "error": 0.06},
                "template": {"value": 7.56, "error": 0.06},
            },
            "left_open": ["both", "stepwise"], "alternatives": [], "differences": [],
            "faults": [], "averaged": {},
            "ratio_widths": [],
            "verdict": verdict("undecided", ["both", "stepwise"], ["template"]),
            "prior_sensitivity": [
                {"change": "wide", "cut_off": [], "error": 0.1,
                 "probabilities": {"both": 0.7, "stepwise": 0.29, "template": 0.01}},
                {"change": "narrow", "probabilities": None, "cut_off": ["both"], "error": None},
            ],
        },
        "discriminating": [{
            "between": ["both", "stepwise"], "signal": "Dy5L2", "time_h": 3.0, "median_a": 11.2,
            "median_b": 24.0, "unit": "%", "probability": 0.9, "experiment": "",
        }],
        "forecast": None, "chemistry": {},
    })  # fmt: skip


def verdict(kind, mechanisms, against=()):
    """What is stored of a verdict."""
    return {"kind": kind, "mechanisms": list(mechanisms), "against": list(against), "strength": "",
            "log_bayes_factor": None, "simplest": None, "simplest_unknowns": 0,
            "disagreements": [], "left_out": None, "lack_of_fit": None}  # fmt: skip


def result_of(content):
    """The result that stands for the content of a summary."""
    return from_plain(StudyResult, content)


def mechanism_of(name, words=False):
    """The result of one mechanism."""
    return from_plain(MechanismResult, mechanism_summary(name, words))


def courses(mechanism, words=False):
    """Made-up courses of one mechanism: bands of a fixed width about one course."""
    times, concentrations = course(mechanism)
    names, used = list(SPECIES), [s["name"] for s in mechanism_summary(mechanism)["species"]]
    seen = concentrations[:, [names.index(name) for name in SIGNALS]]
    fraction = 100 * seen / np.maximum(seen.sum(axis=1, keepdims=True), 1e-9)
    fraction[0] = 0.0
    bands = np.minimum(_quantiles(fraction, 0.5 if words else 0.1), 100.0)
    readings, data_times = np.zeros((0, len(SIGNALS))), np.zeros(0)
    if not words:
        at = np.repeat(np.abs(times[:, None] - np.array(SAMPLED)).argmin(axis=0), 3)
        scatter = np.random.default_rng(7).standard_normal((len(at), len(SIGNALS)))
        readings, data_times = fraction[at] * np.exp(0.15 * scatter), times[at]
        readings[readings < 0.5] = 0.0
        readings[4, 1] = np.nan
    return Courses(
        experiment="80C",
        times=times,
        species=tuple(used),
        concentrations=_quantiles(concentrations[:, [names.index(n) for n in used]], 0.05),
        signals=tuple(SIGNALS),
        expected=bands,
        predictive=np.minimum(_quantiles(fraction, 0.2)[[0, 4]], 100.0),
        data_times=data_times,
        data=readings,
        display_unit="% of the spectrum's total",
    )


def write_example(folder, content, *, drawn=True):
    """Write a results folder with a summary and, where drawn, courses for each mechanism."""
    words = any(c["statements"] for c in content["conditions"])
    folder.mkdir(parents=True, exist_ok=True)
    store_result(folder, result_of(content))
    for name in content["mechanisms"] if drawn else ():
        (folder / name).mkdir(exist_ok=True)
        made = name if name in MECHANISMS else "both"
        store_courses(folder, name, 0, courses(made, words))
        store_assembly(folder, name, 0, assembly(courses(made).times, _pathways(made)))
        store_draws(folder / name, draws(made, words))
    return folder
