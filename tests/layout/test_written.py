import re
import subprocess
import sys

import pytest
from checkout import ROOT

from assemblysim.mechanism.reading.describe import describe
from assemblysim.mechanism.reading.system import read_system
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_readme_example_runs_and_prints_the_course():
    (example,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()

    assert len(example.strip().splitlines()) <= 16
    assert lines[0] == "k_chelate, k_grow, k_dimerise, k_couple, k_close"
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["1 h", "6 h", "48 h"]
    assert lines[-1].endswith("Dy6L2 9.45 mM")


def test_the_readme_sets_up_with_two_commands():
    commands = blocks("sh")

    assert len(commands) == 2
    assert all(len(command.strip().splitlines()) == 1 for command in commands)
    assert "assemblysim run fits/hnp_dy6" in commands[0]
    assert "-m pytest" in commands[1]


def test_the_conduct_of_an_experiment_in_the_readme_is_read(tmp_path):
    (conditions,) = blocks("toml")
    (tmp_path / "model.toml").write_text(
        '[species]\nL = "L"\nH = ""\nLH = "L"\n[reactions]\nbind = "L + H -> LH ; k_bind"\n',
        "utf-8",
    )
    (tmp_path / "data.csv").write_text("time (min),L,LH\n5,9,1\n60,5,5\n300,1,9\n", "utf-8")
    (tmp_path / "study.toml").write_text(
        'title = "t"\nmodel = "model.toml"\nseed = 1\n[[experiments]]\nname = "one"\n'
        f'initial = {{ L = "1 mM", H = "5 mM" }}\ndata = "data.csv"\n{conditions}\n'
        '[measurement]\nscale = "per spectrum"\nsignals = ["L", "LH"]\nnoise = "proportional"\n',
        "utf-8",
    )
    study = read_study(tmp_path)
    problem = build_problem(study, study.mechanisms[0])

    assert {"Ea_bind", "time_5_min"} <= set(problem.parameter_names)
    assert len(study.experiments[0].conditions.protocol.events) == 3


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#]+)\)", README))
def test_links_of_the_readme_lead_somewhere(target):
    assert (ROOT / target).exists()


@pytest.mark.parametrize("path", sorted(ROOT.glob("models/*.toml")), ids=lambda p: p.stem)
def test_every_mechanism_file_reads_and_describes_itself(path):
    system = read_system(path)
    text = describe(system)

    assert all(name in text for name in system.mechanism_names)


@pytest.mark.parametrize("folder", [p.parent for p in sorted(ROOT.glob("fits/*/study.toml"))])
def test_every_study_gives_a_problem_for_each_mechanism(folder):
    study = read_study(folder)
    problems = [build_problem(study, name) for name in study.mechanisms]

    assert [p.mechanism for p in problems] == list(study.mechanisms)
    assert all(p.observations and p.parameters for p in problems)
