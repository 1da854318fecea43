"""Five kinds of stored studies whose reports are hard to get right, made up without any fit.

Each begins with what a reader must know first: nothing may be used; nothing was compared; ten
mechanisms; thirty species; no mechanism that fits.
"""

import copy
import functools
import re

import numpy as np
from assembly_example import assembly
from quick_pictures import BLANK
from report_example import (
    courses,
    draws,
    mechanism_summary,
    predictive_checks,
    store_draws,
    summary,
    verdict,
    write_example,
)

from assemblysim.report.content.stored import read_stored
from assemblysim.report.figures.drawing import svg_text
from assemblysim.report.order import document_of
from assemblysim.report.writers.page import render_page
from assemblysim.result.courses import Courses
from assemblysim.result.on_disk import store_assembly, store_courses

TEN = {
    "both": 0.41, "both_reversible": 0.22, "two_step_nucleation": 0.19, "stepwise": 0.17,
    "template_with_dead_end": 6e-3, "third_order_chelation": 3e-3, "dead_end": 9e-4,
    "crystallisation_from_Dy5L2": 5e-5, "off_path_dimer": 2e-9, "template": 3e-31,
}  # fmt: skip
LENGTH = 30


def not_converged():
    """R-hat and effective sizes fail, and there is no verdict."""
    content = summary()
    values = {"both": (1.312, 38.0), "stepwise": (1.087, 412.0), "template": (1.004, 2100.0)}
    for name, (r_hat, size) in values.items():
        checks = content["mechanisms"][name]["checks"]
        checks[0] |= {"value": r_hat, "passed": r_hat <= 1.02}
        checks[1] |= {"value": size, "passed": size >= 400}
    content["converged"] = False
    content["comparison"] |= {
        "left_open": [],
        "verdict": verdict("draws failed", ["both", "stepwise"]),
    }
    return content


def single():
    """One mechanism, whose probability is 1 whatever the data say."""
    content = summary()
    content["mechanisms"] = {"stepwise": content["mechanisms"]["stepwise"]}
    content["averaged"] |= {"lifetimes": {}, "pathways": {}, "windows": {}}
    content["discriminating"] = []
    content["comparison"] = {
        "probabilities": {"stepwise": 1.0}, "intervals": {"stepwise": [1.0, 1.0]},
        "log_bayes_factors": {"stepwise": {"value": 0.0, "error": 0.0}},
        "left_open": ["stepwise"], "verdict": verdict("single", ["stepwise"]),
        "prior_sensitivity": [], "alternatives": [],
        "differences": [], "ratio_widths": [], "faults": [], "averaged": {},
    }  # fmt: skip
    return content


def made_like(place):
    """The mechanism of the example that stands for one of ten."""
    return ("both", "stepwise", "template")[place % 3]


def ten_mechanisms():
    """Ten rivals, four of them open."""
    content = summary()
    content["mechanisms"] = {}
    for place, name in enumerate(TEN):
        one = mechanism_summary(made_like(place))
        one["predictive_checks"] = predictive_checks("template" if place > 6 else name)
        content["mechanisms"][name] = one
    factors = {name: float(np.log(TEN["both"] / p)) for name, p in TEN.items()}
    left_open = [name for name, factor in factors.items() if factor < 3]
    content["comparison"] |= {
        "probabilities": TEN,
        "intervals": {name: [0.95 * p, min(1.0, 1.05 * p)] for name, p in TEN.items()},
        "log_bayes_factors": {
            name: {"value": factor, "error": 0.05} for name, factor in factors.items()
        },
        "left_open": left_open,
        "verdict": verdict("undecided", left_open, [n for n in TEN if n not in left_open]),
        "prior_sensitivity": [
            {"change": "wide", "probabilities": TEN, "cut_off": [], "error": 0.1}
        ],
    }  # fmt: skip
    return content


def thirty_species():
    """A ring that grows by one metal at a time: thirty species, two shared constants."""
    content = summary()
    one = mechanism_summary("both")
    names = [f"M{i}L" for i in range(1, LENGTH)]
    one["species"] = [{"name": "M", "composition": [["M", 1]]}] + [
        {"name": name, "composition": [["M", i], ["L", 1]]} for i, name in enumerate(names, start=1)
    ]
    one["reactions"] = [
        {"name": f"add_{i}", "equation": f"{names[i]} + M -> {names[i + 1]}", "law": None,
         "rate_constant": "k_grow" if i % 2 else "k_close", "further_rate_constants": [],
         "factor": 1, "reverse_of": None, "reactants": [names[i], "M"], "products": [names[i + 1]]}
        for i in range(len(names) - 1)
    ]  # fmt: skip
    one["rate_equations"] = []
    seen = content["measurement"]["signals"] = [names[0], names[9], names[19], names[-1]]
    for part in one["predictive_checks"]["residuals"]:
        part["signals"] = seen
    lifetime = one["lifetimes"]["Dy2L"]
    one["lifetimes"] = {name: copy.deepcopy(lifetime) for name in names[:-1]}
    one["pathways"] = {names[-1]: {f"add_{len(names) - 2}": one["pathways"]["Dy6L2"]["close"]}}
    content["mechanisms"] = {"growth": one, "growth_reversible": copy.deepcopy(one)}
    content["title"], content["question"] = "A made-up ring of thirty species", "Does it shrink?"
    content["averaged"] |= {"lifetimes": one["lifetimes"], "pathways": one["pathways"]}
    content["conditions"][0]["initial"] = {"M": 190, names[0]: 23.8}
    content["comparison"] |= {
        "probabilities": {"growth": 0.9, "growth_reversible": 0.1},
        "intervals": {"growth": [0.89, 0.91], "growth_reversible": [0.09, 0.11]},
        "log_bayes_factors": {
            "growth": {"value": 0.0, "error": 0.0},
            "growth_reversible": {"value": 2.2, "error": 0.05},
        },
        "left_open": ["growth", "growth_reversible"],
        "verdict": verdict("undecided", ["growth", "growth_reversible"]),
        "prior_sensitivity": [],
    }  # fmt: skip
    content["discriminating"] = []
    return content


def does_not_fit():
    """No mechanism compared describes the data: the best fails a check, and a drift is better."""
    content = summary()
    content["mechanisms"]["both"]["predictive_checks"] = predictive_checks("template")
    content["comparison"]["verdict"] |= {
        "lack_of_fit": {
            "checks": ["trend"], "wild": 0, "spectra": 33, "scatter": 0.0,
            "faults": [{"name": "drift in time", "log_bayes_factor": 7.2, "leader": "both",
                        "probability": 0.9}],
        },
    }  # fmt: skip
    return content


@functools.cache
def long_courses():
    """A pulse that wanders along the chain: made up, no solution of its equations."""
    times = np.concatenate([[0.0], np.geomspace(0.01, 48, 160)])
    places = np.arange(LENGTH)
    centre = LENGTH * np.log1p(times) / np.log1p(48)
    amounts = 20 * np.exp(-0.5 * ((places - centre[:, None]) / 2.5) ** 2)
    z = np.array([-1.96, -0.674, 0, 0.674, 1.96])[:, None, None]
    bands = amounts * np.exp(0.1 * z)
    names = tuple(["M"] + [f"M{i}L" for i in range(1, LENGTH)])
    shown = [1, 10, 20, LENGTH - 1]
    at = np.arange(20, 160, 14)
    scatter = np.exp(0.15 * np.random.default_rng(3).standard_normal((len(at), 4)))
    return Courses(
        experiment="80C", times=times, species=names, concentrations=bands,
        signals=tuple(names[i] for i in shown), expected=5 * bands[:, :, shown],
        predictive=5 * bands[[0, 4]][:, :, shown], data_times=times[at],
        data=5 * amounts[at][:, shown] * scatter, display_unit="% of the spectrum's total",
    )  # fmt: skip


KINDS = {
    "not_converged": not_converged,
    "single": single,
    "ten_mechanisms": ten_mechanisms,
    "thirty_species": thirty_species,
    "does_not_fit": does_not_fit,
}


def write_kind(folder, kind):
    """Write the results folder of one kind of study, with courses and draws."""
    content = KINDS[kind]()
    write_example(folder, content, drawn=False)
    for place, name in enumerate(content["mechanisms"]):
        (folder / name).mkdir()
        made = made_like(place) if kind == "ten_mechanisms" else name
        made = "both" if kind == "thirty_species" else made
        drawn = long_courses() if kind == "thirty_species" else courses(made)
        store_courses(folder, name, 0, drawn)
        blocks = ("M", "L") if kind == "thirty_species" else ("Dy", "L")
        pathways = content["mechanisms"][name]["pathways"]
        store_assembly(folder, name, 0, assembly(drawn.times, pathways, blocks=blocks))
        store_draws(folder / name, draws(made))
    return folder


def page_of(results, shown=lambda stem: True):
    """The page of a stored study alone, without the files for print, which take longest.

    Figures that are not to be shown are blank, which takes a tenth of the time.
    """
    return page_with(results, lambda p: svg_text(p.draw()) if shown(p.stem) else BLANK)


def page_with(results, svg_of):
    """The page of a stored study with the pictures that a function gives for its own."""
    document = document_of(read_stored(results))
    return render_page(document, {p.stem: svg_of(p) for p in document.pictures})


# Mechanisms whose courses, draws and schemes are those of another, by kind of report.
SAME = {
    "words": dict.fromkeys(("stepwise", "template"), "both"),
    "ten_mechanisms": {name: made_like(place) for place, name in enumerate(TEN)},
    "thirty_species": {"growth_reversible": "growth"},
}
OWN = ("probabilities", "pathways")  # pictures of all mechanisms of a study


class DrawnOnce:
    """Pictures of reports of several kinds: two that show the same are drawn once."""

    def __init__(self):
        self._drawn = {}

    def page(self, results, kind):
        """The page of a stored study of a kind, each of its pictures a real one."""
        return page_with(results, lambda picture: self._svg(picture, kind))

    def _svg(self, picture, kind):
        apart = kind in ("words", "thirty_species") or picture.stem in OWN
        key = (kind if apart else "readings", _like(picture.stem, SAME.get(kind, {})))
        if key not in self._drawn:
            self._drawn[key] = svg_text(picture.draw())
        return self._drawn[key]


def _like(stem, same):
    """The stem of the picture that shows the same, for the mechanism that is drawn."""
    for name in sorted(same, key=len, reverse=True):
        if re.search(rf"_{name}(_\d|$)", stem):
            return stem.replace(f"_{name}", f"_{same[name]}")
    return stem
