import pytest
from malformed_files import model, study, write_good_study

from assemblysim.errors import InputError
from assemblysim.study.definition.reading import read_study
from assemblysim.study.problem.problems import build_problem

START = study('{ A = "10 mM" }', '{ A = { log_normal = ["10 mM", 1.2] } }')
LATE = study('name       = "one"', 'name = "one"\ndead_time = { log_uniform = ["1 s", "1 min"] }')


@pytest.mark.parametrize(("name", "change"), [("initial_A", START), ("dead_time", LATE)])
def test_a_rate_constant_is_never_one_number_with_an_unknown_of_an_experiment(
    name, change, tmp_path
):
    folder = write_good_study(tmp_path)
    change(tmp_path)
    alone = {one.name for one in build_problem(read_study(folder), "forward").parameters}
    model("k_part", name)(tmp_path)

    assert {name, "k_part"} <= alone
    with pytest.raises(InputError, match=f"2 parameters would be called '{name}'; rename a rate"):
        build_problem(read_study(folder), "forward")
