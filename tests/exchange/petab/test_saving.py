"""PEtab problems on disk: a folder for each mechanism, both versions, nothing of others lost."""

import petab_tables
import pytest
from small_study import chain_table, small_study

from assemblysim.errors import InputError
from assemblysim.exchange.petab.saving import save_petab


@pytest.fixture
def study(tmp_path):
    return small_study(tmp_path, table=chain_table(), noise=None)


def test_each_mechanism_is_a_problem_of_its_own(study, tmp_path):
    folder = tmp_path / "out"
    notes = save_petab(folder, study)
    assert list(notes) == ["chain", "detour"]
    assert (folder / "model_space.tsv").read_text().splitlines() == [
        "model_subspace_id\tmodel_subspace_petab_yaml",
        "chain\tchain/problem.yaml",
        "detour\tdetour/problem.yaml",
    ]
    text = (folder / "chain/problem.yaml").read_text()
    assert text.startswith("# made by assemblysim; what PEtab says otherwise than the study:\n# - ")
    assert "\nformat_version: 2.0.0\n" in text
    unknown = {row["parameterId"]: row for row in petab_tables.rows(folder / "chain", "parameters")}
    assert unknown["k_first"]["priorDistribution"] == "log-uniform"
    assert unknown["k_first"]["priorParameters"] == "0.01;100.0"
    assert unknown["noise"]["priorDistribution"] == "log-normal"
    assert unknown["noise"]["estimate"] == "true"
    save_petab(folder, study)  # its own files it may replace


def test_a_table_that_was_edited_since_is_kept(study, tmp_path):
    folder = tmp_path / "out"
    save_petab(folder, study, ["chain"])
    table = next((folder / "chain").glob("*.tsv"))
    table.write_text("edited\n")

    save_petab(folder, study, ["chain"])

    assert (folder / "chain/kept" / table.name).read_text() == "edited\n"
    assert table.read_text() != "edited\n"


def test_a_space_of_models_of_others_is_not_replaced(study, tmp_path):
    folder = tmp_path / "out"
    save_petab(folder, study, ["chain"])
    theirs = "model_subspace_id\tmodel_subspace_petab_yaml\nmine\telsewhere/problem.yaml\n"
    (folder / "model_space.tsv").write_text(theirs)

    with pytest.raises(InputError, match="was not written by this command"):
        save_petab(folder, study, ["chain"])
    assert (folder / "model_space.tsv").read_text() == theirs


def test_version_1_has_its_own_words(study, tmp_path):
    save_petab(tmp_path / "out", study, ["chain"], version=1)
    folder = tmp_path / "out/chain"
    assert "\nformat_version: 1\n" in (folder / "problem.yaml").read_text()
    unknown = {row["parameterId"]: row for row in petab_tables.rows(folder, "parameters")}
    assert unknown["k_first"]["objectivePriorType"] == "parameterScaleUniform"
    numbers = [float(one) for one in unknown["k_first"]["objectivePriorParameters"].split(";")]
    assert numbers == pytest.approx([-4.605170185988091, 4.605170185988091])
    assert {
        row["observableTransformation"] for row in petab_tables.rows(folder, "observables")
    } == {"log"}
    (condition,) = petab_tables.rows(folder, "conditions")
    assert float(condition["A"]) == 10.0


def test_files_of_others_stay(study, tmp_path):
    (tmp_path / "out/chain").mkdir(parents=True)
    (tmp_path / "out/chain/mine.txt").write_text("mine")
    with pytest.raises(InputError, match="holds files that were not exported; name another"):
        save_petab(tmp_path / "out", study)
    with pytest.raises(InputError, match="PEtab version 3; 1 and 2 are written"):
        save_petab(tmp_path / "new", study, version=3)
