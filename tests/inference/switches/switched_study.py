"""A small synthetic study whose true steps are bind and pair, with what may happen beside them."""

import numpy as np

from assemblysim.kinetics.engines.integration import integrate
from assemblysim.mechanism.reading.system import read_system

MODEL = """
title = "Synthetic: two ML join"
[species]
M = "M"
L = "L"
ML = "M L"
M2L = "2M L"
M2L2 = "2M 2L"
[reactions]
bind = "M + L -> ML ; k_bind"
pair = "2 ML -> M2L2 ; k_pair"
grow = "ML + M -> M2L ; k_grow"
close = "M2L + L -> M2L2 ; k_grow"
fall = "M2L2 -> 2 ML ; k_fall"
pair_by_M = "2 ML -> M2L2 ; k_third ; k_third*ML^2*M"
[mechanisms]
true = ["bind", "pair"]
all = ["bind", "pair", "grow", "close", "fall", "pair_by_M"]
"""
STUDY = """
title = "Synthetic: two ML join"
model = "m.toml"
mechanisms = ["all"]
seed = 7
[[experiments]]
name = "e"
initial = { M = "2 mM", L = "2 mM" }
data = "d.csv"
[measurement]
scale = "per spectrum"
signals = ["ML", "M2L", "M2L2", "L"]
noise = "proportional"
wild_spectra = 0
"""
TIMES = np.array([0.2, 0.5, 1, 2, 4, 8, 16, 32.0])
SIGNALS = ("ML", "M2L", "M2L2", "L")


def write_study(folder, steps):
    """Write the study with a table [steps] into a folder; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "m.toml").write_text(MODEL)
    network = read_system(folder / "m.toml").network("true")
    start = np.array([{"M": 2.0, "L": 2.0}.get(n, 0.0) for n in network.species_names])
    course = integrate(network, np.array([0.02, 0.05]), start, TIMES)
    rng = np.random.default_rng(1)
    rows = []
    for t, c in zip(TIMES, course.concentrations, strict=True):
        here = dict(zip(network.species_names, c, strict=True))
        seen = (np.array([here.get(n, 0.0) for n in SIGNALS]) + 1e-5) * rng.lognormal(0, 1)
        rows.append(",".join(f"{v:.6g}" for v in (t, *(seen * rng.lognormal(0, 0.1, 4)))))
    (folder / "d.csv").write_text("\n".join(["time (h)," + ",".join(SIGNALS), *rows, ""]))
    (folder / "study.toml").write_text(f"{STUDY}[steps]\n{steps}\n")
    return folder
