"""Studies of two or more groups of experiments, each with a table, under stated hypotheses."""

from pathlib import Path

from assemblysim.study.definition.reading import read_study

MODEL = """
[species]
M = "M"
L = "L"
ML = "M L"
M2L = "2M L"
M4L2 = "4M 2L"
M3L2 = "3M 2L"
[reactions]
bind = "M + L -> ML ; k_bind"
grow = "ML + M -> M2L ; k_grow"
join = "2 M2L -> M4L2 ; k_join"
couple = "ML + M2L -> M3L2 ; k_couple"
close = "M3L2 + M -> M4L2 ; k_close"
[mechanisms]
direct = ["bind", "grow", "join"]
both = ["bind", "grow", "join", "couple", "close"]
"""
ROWS = {
    "A": "0.5,8,3,1,1\n2,4,5,2,3\n8,1,2,3,7\n",
    "B": "0.5,7,4,1,2\n2,3,5,1,4\n8,1,3,1,9\n",
    "C": "0.5,9,2,1,1\n2,5,4,2,2\n8,2,3,3,5\n",
}
INITIAL = {"A": "{ M = '10 mM', L = '2 mM' }", "B": "{ M = '15 mM', L = '3 mM' }"}
PRIORS = """
[priors]
k_bind = { log_uniform = ["0.01 1/(mM h)", "10 1/(mM h)"] }
k_grow = { log_uniform = ["0.01 1/(mM h)", "10 1/(mM h)"] }
k_join = { log_uniform = ["0.01 1/(mM h)", "10 1/(mM h)"] }
k_couple = { log_uniform = ["0.01 1/(mM h)", "10 1/(mM h)"] }
k_close = { log_uniform = ["0.01 1/(mM h)", "10 1/(mM h)"] }
background = "0.001 mM"
noise = 0.2
"""
SMALL = """
[sampling]
ensembles = 2
walkers = 16
max_steps = 60
round_steps = 20
screened = 64
starts = 2
convergence = { r_hat = 3.0, effective_size = 5, autocorrelation_times = 1 }
smc = { pilot_particles = 128, runs = 4, particles = 128 }
prior_changes = { pilot_particles = 128, runs = 2, particles = 128 }
"""


def write(folder, hypotheses="", *, names="AB", top="", further=None, priors=PRIORS):
    """Write a study whose experiments are named and grouped by letters, in the order given."""
    folder = Path(folder)
    (folder / "model.toml").write_text(MODEL)
    experiments = ""
    for name in names:
        (folder / f"{name}.csv").write_text(f"time (h),ML,M2L,M3L2,M4L2\n{ROWS[name]}")
        experiments += (
            f'[[experiments]]\nname = "{name}"\ngroup = "L{name}"\ndata = "{name}.csv"\n'
            f"initial = {INITIAL.get(name, INITIAL['A'])}\n{(further or {}).get(name, '')}\n"
        )
    (folder / "study.toml").write_text(
        f'title = "ligands"\nmodel = "model.toml"\nseed = 1\n{top}\n[hypotheses]\n{hypotheses}\n'
        f"{experiments}\n[measurement]\nscale = 'per spectrum'\nnoise = 'proportional'\n"
        f"signals = ['ML', 'M2L', 'M3L2', 'M4L2']\nwild_spectra = 0\n{priors}{SMALL}"
    )
    return folder


def studied(folder, hypotheses="", **more):
    """Write and read such a study."""
    return read_study(write(folder, hypotheses, **more))
