"""How large and how fast is the explorer: ``python -m benchmarks.explorer.speed``.

Two pages are opened in a headless Chromium: `hnp_dy6_synthetic` with a cloud of draws from its
priors, as many as after a fit, and a chain of 32 species in reversible steps. Measured are the
bytes of a page without its numbers; the time from navigation to the first picture; and, for events
of sliders of constants and of starting concentrations, from the event until the page has been drawn
and laid out, without the wait for the screen. Each page is opened anew several times, and of each
event the quickest counts, so that other work on the machine does less; no test asks for times.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from assemblysim.explorer.model import ModelQuestion, explored_model
from assemblysim.explorer.page_text import explorer_page
from assemblysim.explorer.study import DRAWS, explored_study
from assemblysim.explorer.tables import Plain
from assemblysim.inference.model.parameters import values_from_normal
from assemblysim.mechanism.reading.expanding import read_expanded_system
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
from chromium import Chromium, find_browser  # noqa: E402

STUDY = "hnp_dy6_synthetic"
CHAIN = 32  # species
# What is asked: bytes, s, ms.
LARGEST, FIRST, EVENT = 300_000, 0.5, 30.0
_WATCH = """
(function wait() {
  if (window.explorer && window.explorer.picture) {
    requestAnimationFrame(() => { window.firstPicture = performance.now() / 1000; });
  } else requestAnimationFrame(wait);
})();
"""
_MOVE = """
(async (places) => {
  const ranges = [...document.querySelectorAll("input[type=range]")];
  const took = [];
  let drawn = 0;
  const refresh = explorer.refresh.bind(explorer);
  let begun = 0, waited = 0;
  explorer.refresh = () => {
    waited = performance.now() - begun;
    refresh();
    drawn = performance.now() - waited;
  };
  for (const place of places) {
    const range = ranges[took.length % ranges.length];
    await new Promise(requestAnimationFrame);
    begun = performance.now();
    range.value = Math.round(place * Number(range.max));
    range.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise(requestAnimationFrame);
    document.body.getBoundingClientRect();
    took.push(drawn - begun);
  }
  return [ranges.length, took];
})(PLACES)
"""


def study_content(name: str, seed: int) -> dict[str, Plain]:
    """Return the page's content of a study with a cloud of draws from the priors."""
    study = read_study(ROOT / "fits" / name)
    content = explored_study(study, study.folder / "results", None)
    rng = np.random.default_rng(seed)
    for told in content["mechanisms"]:  # type: ignore[union-attr]
        problem = build_problem(study, str(told["name"]))  # type: ignore[index,call-overload]
        normal = rng.normal(size=(DRAWS, len(problem.parameters)))
        values = np.array([values_from_normal(problem.parameters, one) for one in normal])
        names = [str(one["name"]) for one in told["sliders"]]  # type: ignore[index,call-overload]
        rows = problem.named(values).stack(tuple(names)).tolist()
        told["draws"] = {"names": names, "values": rows}  # type: ignore[index,call-overload]
    return content


def chain_content(species: int) -> dict[str, Plain]:
    """Return the page's content of a mechanism in which blocks are taken up one by one."""
    names = ["A", *(f"A{i}B{i}" for i in range(1, species - 1)), "B"]
    lines = ["[species]", *(f'{name} = "{i + 1}M"' for i, name in enumerate(names[:-1]))]
    lines += ['B = "M"', "[reactions]"]
    lines += [
        f'step{i} = "{a} + B <=> {b} ; k{i}, k{i}_back"'
        for i, (a, b) in enumerate(pairwise(names[:-1]))
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "chain.toml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        system = read_expanded_system(path)
    return explored_model(ModelQuestion(system, {"A": 1.0, "B": float(species)}, 48.0))


def measured(
    browser: Chromium, content: dict[str, Plain], times: int, seed: int
) -> dict[str, object]:
    """Open a page so many times; return sizes, and medians and worst of what it takes."""
    page = explorer_page(content)
    own = len(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())
    places = np.random.default_rng(seed).uniform(0.05, 0.95, 20).round(4).tolist()
    first: list[float] = []
    events: list[list[float]] = []
    computed: list[float] = []
    thought: list[float] = []
    moved = 0
    for _ in range(times):
        browser.open(page_url(page), 1440)
        first.append(float(browser.evaluate(_until("window.firstPicture"))))
        opened = computing(browser)
        moved, took = browser.evaluate(_MOVE.replace("PLACES", json.dumps(places)))
        events.append(took)
        thought.append(opened)  # counted anew with every page
        computed.append(1000 * (computing(browser) - opened) / len(places))
    best = np.min(events, axis=0).tolist()
    return {
        "bytes": len(page.encode()),
        "bytes_without_numbers": len(page.encode()) - own,
        "sliders": moved,
        "curves": int(browser.evaluate("explorer.picture.curves.length")),
        "first_picture_s": _spread(first),
        "event_ms": _spread(best),
        "computing_to_first_picture_s": min(thought),
        "computing_an_event_ms": min(computed),
    }


def computing(browser: Chromium) -> float:
    """Return how long the page's thread has computed, s, whatever else the machine does."""
    found = browser.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in found if one["name"] == "TaskDuration"))


def _spread(found: list[float]) -> dict[str, float]:
    return {"best": min(found), "median": statistics.median(found), "worst": max(found)}


def page_url(page: str) -> str:
    """Write a page beside the others of this process; return its address."""
    path = Path(tempfile.gettempdir()) / f"explorer-speed-{os.getpid()}.html"
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


def _until(expression: str) -> str:
    return (
        f"new Promise((done) => (function wait() {{ const found = {expression}; "
        "if (found) done(found); else requestAnimationFrame(wait); })())"
    )


def faults(found: dict[str, dict[str, object]]) -> Iterator[str]:
    """Say what is larger or slower than is asked."""
    for name, one in found.items():
        for key, of, most in (
            ("bytes_without_numbers", "", LARGEST),
            ("first_picture_s", "best", FIRST),
            ("event_ms", "median", EVENT),
        ):
            told = one[key]
            value = float(told[of] if isinstance(told, dict) else str(told))
            if value > most:
                yield f"{name}: {key} is {value:.4g}, at most {most:g} is asked for"


def main() -> int:
    """Measure, say and perhaps store; 0 where all is within what is asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.explorer.speed")
    parser.add_argument("--times", type=int, default=5, help="how often each page is opened")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    path = find_browser()
    if path is None:
        sys.stdout.write("DID NOT RUN: no Chromium is installed\n")
        return 3
    contents = {
        STUDY: study_content(STUDY, asked.seed),
        f"chain of {CHAIN} species": chain_content(CHAIN),
    }
    found = {}
    with Chromium(path) as browser:
        browser.send("Performance.enable", timeDomain="threadTicks")
        browser.send("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
        for name, content in contents.items():
            found[name] = measured(browser, content, asked.times, asked.seed)
            sys.stdout.write(f"{name}: {found[name]}\n")
    said = list(faults(found))
    if asked.out:
        told = {
            "seed": asked.seed,
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0],
            "pages": found,
        }
        asked.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(said or ["within what is asked"]) + "\n")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
