"""A table of steps: what it means, and how each fault is told with its line."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from malformed_files import write_good_study

from assemblysim.errors import InputError
from assemblysim.mechanism.network.network import Reaction
from assemblysim.mechanism.reading.equation import write_equation
from assemblysim.mechanism.reading.system import read_system
from assemblysim.study.definition.reading import read_study

MODEL = 'blocks = ["Pd", "L", "X"]\nsteps = "steps.csv"\n'
HEADER = "reactants,products,count,rate constant,reverse count,reverse constant,name,group"
TABLE = f"""\
{HEADER}
PdX4 + L,PdLX3 + X,8,k_on,,k_off,first,bind
PdLX3 + L,PdL2X2 + X,6,k_on,2,k_off,,bind
# a comment
2 PdL2X2,Pd2L4X4,2/5,k_pair,,,pair,
"""


@pytest.fixture
def write(tmp_path):
    def written(table=TABLE, model=MODEL, name="steps.csv"):
        (tmp_path / "cage.toml").write_text(model, "utf-8")
        (tmp_path / name).write_bytes(table.encode() if isinstance(table, str) else table)
        return tmp_path / "cage.toml"

    return written


def test_rows_become_steps_with_their_factors_and_reverses(write):
    system = read_system(write())
    steps = {label: steps for label, steps in system.reactions}

    assert steps["bind"][0] == Reaction("first", ("PdX4", "L"), ("PdLX3", "X"), "k_on", 8)
    assert steps["bind"][1] == Reaction(
        "first_reverse", ("PdLX3", "X"), ("PdX4", "L"), "k_off", 1, reverse_of="first"
    )
    assert [step.name for step in steps["bind"]] == [
        "first", "first_reverse", "step_3", "step_3_reverse",
    ]  # fmt: skip
    assert [step.factor for step in steps["bind"]] == [8, 1, 6, 2]
    assert steps["pair"] == (Reaction("pair", ("PdL2X2",) * 2, ("Pd2L4X4",), "k_pair", 0.4),)


def test_counts_of_rows_that_state_one_step_are_added(write):
    header = "reactants,products,count,rate constant,reverse count,reverse constant"
    rows = ("PdX4 + L,PdLX3 + X,3,k_on,1,k_off", "L + PdX4,PdLX3 + X,5,k_on,,")
    system = read_system(write("\n".join([header, *rows, "X + PdLX3,PdX4 + L,1/2,k_off,,", ""])))
    steps = system.whole_network().reactions

    assert [(s.name, s.rate_constant, s.factor) for s in steps] == [
        ("step_2", "k_on", 8), ("step_2_reverse", "k_off", 1.5),
    ]  # fmt: skip
    assert system.notes == (
        "steps.csv: line 2 and line 3 state one step; their counts are added",
        "steps.csv: line 2 and line 4 state one step; their counts are added",
    )


def test_equal_steps_with_other_constants_or_of_other_groups_stay_apart(write):
    rows = ("PdL,Pd + L,k,a", "PdL,Pd + L,q,a", "PdL,Pd + L,k,b")
    system = read_system(write("\n".join(["reactants,products,rate constant,group", *rows, ""])))

    assert [len(steps) for _, steps in system.reactions] == [2, 1]
    assert system.notes == ()


def test_species_come_from_their_formulas_in_order_of_mention(write):
    system = read_system(write())

    assert system.species_names == ("PdX4", "L", "PdLX3", "X", "PdL2X2", "Pd2L4X4")
    assert dict(system.species[4].composition) == {"Pd": 1, "L": 2, "X": 2}


def test_listed_species_come_first_and_need_no_formula(write):
    model = MODEL + '[species]\nX = "X"\nguest = ""\n[reactions]\nlose = "guest -> ; k_lose"\n'
    system = read_system(write(model=model))

    assert system.species_names[:3] == ("X", "guest", "PdX4")
    assert [label for label, _ in system.reactions] == ["lose", "bind", "pair"]


def test_mechanisms_are_made_of_groups_and_of_rows_that_have_none(write):
    model = MODEL + '[mechanisms]\nboth = ["bind", "pair"]\nonly = ["bind"]\n'
    system = read_system(write(model=model))

    assert len(system.network("both").reactions) == 5
    assert len(system.network("only").reactions) == 4
    assert "Pd2L4X4" not in system.network("only").species_names


def test_without_a_column_of_groups_all_rows_carry_the_name_of_the_file(write):
    system = read_system(write("reactants,products,rate constant\nPdL,Pd + L,k\n"))

    assert [label for label, _ in system.reactions] == ["steps"]
    assert system.mechanisms == (("all", ("steps",)),)


def test_the_same_steps_in_the_model_file_are_the_same_network(write, tmp_path):
    found = read_system(write()).whole_network()
    lines = [
        f'{r.name} = "{write_equation(r)} ; {r.factor} {r.rate_constant}"' for r in found.reactions
    ]
    species = [
        f'{s.name} = "{" ".join(f"{n}{b}" for b, n in s.composition)}"' for s in found.species
    ]
    text = "\n".join(["[species]", *species, "[reactions]", *lines])
    (tmp_path / "plain.toml").write_text(text, "utf-8")
    plain = read_system(tmp_path / "plain.toml").whole_network()

    assert plain.species == found.species
    assert plain.reactions == tuple(replace(r, reverse_of=None) for r in found.reactions)


@pytest.mark.parametrize(
    "table",
    [
        TABLE.replace(",", ";").encode("utf-8-sig"),
        TABLE.replace(",", "\t"),
        TABLE.replace(",", ";").replace("2/5", "0,4"),
        TABLE.replace("\n", "\r\n"),
        TABLE.replace("rate constant", "Rate_Constant"),
    ],
    ids=["semicolons and a byte order mark", "tabs", "decimal commas", "Windows", "label"],
)
def test_what_spreadsheets_do_to_a_table_is_read(write, table):
    expected = read_system(write()).reactions

    assert read_system(write(table)).reactions == expected


def row(text, header="reactants,products,rate constant,count,reverse constant,reverse count"):
    return f"{header}\nPdX4 + L,PdLX3 + X,k_on,,,\n{text}\n"


REFUSED = {
    row("PdLX3 + L,PdLX3 + X,k_on,,,"): (
        "line 3: reaction 'step_3' does not balance: left 2 L + 1 Pd + 3 X, right 1 L + 1 Pd + "
        "4 X; the right lacks 1 L; the left lacks 1 X"
    ),
    row("PdX4 + M,PdLX3 + X,k_on,,,"): (
        "line 3: unknown species 'M': no formula over Pd, L, X; mend it, or list it under [species]"
    ),
    row("PdX4 = L,PdLX3 + X,k_on,,,"): (
        "line 3: '=' does not say which way; write -> --> => → for one way, <=> <-> <==> ⇌ for both"
    ),
    row(",PdLX3 + X,k_on,,,"): (
        "line 3: column 'reactants' is blank; name what is there (a source or a sink is written "
        "under [reactions])"
    ),
    row("PdX4,PdX4,k_on,,,"): "line 3: the step changes nothing; mend one of its sides",
    row("PdX4 + L,PdLX3 + X,,,,"): (
        "line 3: column 'rate constant' is blank; write it, or delete the row"
    ),
    row("PdLX3 + L,PdL2X2 + X,6 k_on,,,"): (
        "line 3: column 'rate constant': rate constant '6 k_on' is not a name: a letter first, "
        "then letters, digits and underscores"
    ),
    row("PdLX3 + L,PdL2X2 + X,PdX4,,,"): (
        "line 3: column 'rate constant': rate constant 'PdX4' has the name of a species; rename "
        "one of them"
    ),
    row("PdLX3,Pd + L + 3 X,k_on,,,"): (
        "line 3: rate constant 'k_on' would be in 1/h, but in 1/(mM h) at line 2; give each its "
        "own constant"
    ),
    row("PdLX3 + L,PdL2X2 + X,k_on,many,,"): (
        "line 3: column 'count': 'many' is not a number; write a number or a fraction such as "
        "2/5; blank is 1"
    ),
    row("PdLX3 + L,PdL2X2 + X,k_on,0,,"): (
        "line 3: column 'count': statistical factor '0'; it must be above 0 and at most 1000000"
    ),
    row("PdLX3 + L,PdL2X2 + X,k_on,,,2"): (
        "line 3: 'reverse count' without 'reverse constant'; name the constant"
    ),
    row("PdLX3 + L,PdL2X2 + X,k_on"): (
        "line 3: 3 cells, the header has 6; give every row 6 cells (decimal commas need columns "
        "separated by semicolons)"
    ),
    "reactants,products,rate constants\nPd,Pd,k\n": (
        "line 1: unknown column 'rate constants'; did you mean 'rate constant'?"
    ),
    "reactants,products\nPd,L\n": "line 1: no column 'rate constant'; label one so",
    "reactants,products,rate constant,reverse count\nPd,L,k,1\n": (
        "line 1: 'reverse count' without 'reverse constant'; add that column"
    ),
    "reactants,products,rate constant,name\nPdL,Pd + L,k,a\nPdX,Pd + X,k,a\n": (
        "line 3: the step's name 'a' is taken at line 2; rename one"
    ),
    "reactants,products,rate constant,group\nPdL,Pd + L,k,a b\n": (
        "line 2: group 'a b' is not a label: letters, digits, underscores and hyphens only"
    ),
    b"reactants,products,rate constant\nPdL,Pd + L,\xe4\n": (
        "line 2: not UTF-8 (byte 0xe4); save it as UTF-8"
    ),
    "": "the file is empty; write a header and at least one row",
}


@pytest.mark.parametrize("table", REFUSED, ids=[m[:60] for m in REFUSED.values()])
def test_a_malformed_table_is_refused_in_one_line_with_its_place(write, table):
    path = write(table)

    with pytest.raises(InputError) as fault:
        read_system(path)

    assert str(fault.value) == f"{path.parent / 'steps.csv'}: {REFUSED[table]}"


MODELS_REFUSED = {
    MODEL + "colour = 1\n": (
        "unknown key 'colour'; known: blocks, candidate_ions, chemistry, constants, descriptions, "
        "former_names, ions, labelled, labelled_constants, mechanisms, reactions, source, species, "
        "steps, title, titles"
    ),
    'blocks = ["Pd", "L", "X"]\n[species]\nPd = "Pd"\n': (
        "blocks: they make the species of a table of steps; state 'steps' too"
    ),
    'blocks = "Pd"\nsteps = "steps.csv"\n': (
        'blocks: write a list of building blocks, as blocks = ["Pd", "L"]'
    ),
    "steps = 3\n": 'steps: write the name of a table, as steps = "cage_steps.csv"',
    'steps = "steps.csv"\n': "[species] is missing; add the table",
    MODEL + '[reactions]\nbind = "PdX4 -> ; k"\n': (
        "[reactions]: 'bind' is also a label in the table of steps; rename one of them"
    ),
    MODEL + '[reactions]\nfirst = "PdX4 -> PdX4 + X ; k"\n': (
        "reaction 'first' does not balance: left 1 Pd + 4 X, right 1 Pd + 5 X; the left lacks 1 X"
    ),
    MODEL + '[reactions]\nfirst = "PdX4 + X -> PdX4 + X + X + L ; k"\n': (
        "reaction 'first' does not balance: left 1 Pd + 5 X, right 1 L + 1 Pd + 6 X; the left "
        "lacks 1 L + 1 X"
    ),
    MODEL + '[reactions]\nfirst = "PdLX3 + X -> PdX4 + L ; k"\n': (
        "[reactions]: step 'first' has the name of a step in the table of steps; rename one of them"
    ),
    MODEL + '[reactions]\nown = "PdLX3 -> ; k_on"\n': (
        "reaction 'first': rate constant 'k_on' would be in 1/(mM h), but in 1/h for reaction "
        "'own'; give each its own constant"
    ),
}


@pytest.mark.parametrize("model", MODELS_REFUSED, ids=[m[:60] for m in MODELS_REFUSED.values()])
def test_a_model_that_does_not_fit_its_table_is_refused_in_one_line(write, model):
    path = write(model=model)

    with pytest.raises(InputError) as fault:
        read_system(path)

    assert str(fault.value) == f"{path}: {MODELS_REFUSED[model]}"


def test_a_missing_table_is_refused(write, tmp_path):
    path = write(model=MODEL.replace("steps.csv", "absent.csv"))

    with pytest.raises(InputError) as fault:
        read_system(path)

    assert str(fault.value) == f"{tmp_path / 'absent.csv'}: no such file; check the path"


def test_a_study_knows_the_bytes_of_the_table_that_its_model_names(tmp_path):
    folder = write_good_study(tmp_path)
    model = next(tmp_path.glob("**/models/small.toml"))
    text = model.read_text("utf-8").replace("[species]", '[species]\nB3 = "3M"', 1)
    model.write_text('steps = "more.csv"\n' + text, "utf-8")
    table = model.with_name("more.csv")
    table.write_text("reactants,products,rate constant\nB + B2,B3,k_more\n", "utf-8")
    inputs = dict(read_study(folder).inputs)
    (key,) = (name for name in inputs if name.endswith("more.csv"))

    assert inputs[key] == hashlib.sha256(table.read_bytes()).hexdigest()


def test_a_table_is_read_by_its_columns_whatever_their_order(write):
    random = np.random.default_rng(0)
    rows = [line.split(",") for line in TABLE.splitlines() if not line.startswith("#")]
    order = random.permutation(len(rows[0]))
    shuffled = "\n".join(",".join(cells[i] for i in order) for cells in rows)

    expected = read_system(write(TABLE.replace("# a comment\n", ""))).reactions
    assert read_system(write(shuffled + "\n")).reactions == expected
