"""One thread for linear algebra, as the command line has it: two of them wait for each other."""

import os
from pathlib import Path

from chromium import find_browser

# Before anything imports numpy, which reads it once.
for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

pytest_plugins = ("quick_pictures",)
BROWSER = find_browser()
# A skip would count as a failure, and a pass without a browser would be a lie.
collect_ignore = [] if BROWSER else ["browser/test_browser.py", "browser/test_explorer_page.py"]


# Those of more than ten seconds of CPU, longest first.
LONGEST = (
    "docs/test_docs.py", "study/execution/test_running.py", "study/campaigns/test_calibration.py",
    "oracles/test_witnesses.py", "browser/test_browser.py", "fits/test_study_figures.py",
    "kinetics/engines/test_engines.py", "study/execution/test_killed_runs.py",
    "fits/test_synthetic.py", "fits/test_accepted_calibration.py",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that no worker is left with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    first = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (first.get(item.path, len(first)), item.path not in slow))


def pytest_report_header():
    """Say whether reports are looked at."""
    return f"browser: {BROWSER or 'none, so no report is looked at (tests/browser)'}"
