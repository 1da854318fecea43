"""Mechanism files: read whole, and refused in one line that names file, place and remedy."""

from dataclasses import replace

import pytest
from checkout import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from assemblysim.errors import InputError
from assemblysim.mechanism.network.laws import rate_laws
from assemblysim.mechanism.properties.balance import stoichiometry
from assemblysim.mechanism.reading.system import read_system

MODELS = ROOT / "models"

CAGE = """
title = "Cage"
source = "made up"
[species]
M = "M"
L = "L"
ML = "M L"
C = "2M 2L"
[reactions]
bind = "M + L <=> ML ; k_on, k_off"
close = "2 ML -> C ; k_close"
[mechanisms]
open = ["bind"]
cage = ["bind", "close"]
[descriptions]
cage = "Two halves close."
"""

HARE = """
[species]
hare = ""
lynx = ""
[reactions]
birth = "hare -> 2 hare ; a"
hunt = "hare + lynx -> lynx ; b"
feed = "hare + lynx -> hare + 2 lynx ; d"
death = "lynx -> ; c"
"""


@pytest.fixture
def write(tmp_path):
    """Write text to a file and return its path."""

    def write_file(text):
        path = tmp_path / "cage.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_file


def test_a_file_becomes_a_system(write):
    path = write(CAGE)
    system = read_system(path)

    assert (system.path, system.title, system.source) == (str(path), "Cage", "made up")
    assert system.mechanism_names == ("open", "cage")
    assert system.labels("cage") == ("bind", "close")
    assert system.description("cage") == "Two halves close."
    assert system.description("open") == "Reactions: bind."
    assert system.rate_constant_units() == {
        "k_on": "1/(mM h)",
        "k_off": "1/h",
        "k_close": "1/(mM h)",
    }
    assert system.notes == ()


def test_a_network_holds_only_the_species_that_take_part(write):
    system = read_system(write(CAGE))

    assert system.network("open").species_names == ("M", "L", "ML")
    assert system.network("cage").species_names == ("M", "L", "ML", "C")
    assert [r.name for r in system.network("cage").reactions] == ["bind", "bind_reverse", "close"]


def test_a_catalyst_that_only_a_rate_law_names_takes_part(write):
    text = CAGE.replace('C = "2M 2L"', 'C = "2M 2L"\nH = ""').replace(
        "k_close", "k_close ; k_close*ML^2*H", 1
    )

    assert "H" in read_system(write(text)).network("cage").species_names


def test_without_a_list_of_mechanisms_there_is_one_called_all(write):
    system = read_system(write(CAGE.split("[mechanisms]")[0]))

    assert system.mechanism_names == ("all",)
    assert system.labels("all") == ("bind", "close")


def test_a_file_without_a_title_is_titled_by_its_name(write):
    assert read_system(write(HARE)).title == "cage"


def test_open_and_unbalanced_steps_of_species_without_composition_are_read(write):
    assert read_system(write(HARE)).network("all").rate_constant_names == ("a", "b", "d", "c")


def test_a_byte_order_mark_is_no_fault(write):
    assert read_system(write(b"\xef\xbb\xbf" + CAGE.encode())) == read_system(write(CAGE))


def test_what_is_odd_but_allowed_is_noted(write):
    text = CAGE.replace("k_close", "k_close ; k_close*ML*C", 1).replace(
        'cage = ["bind", "close"]', 'cage = ["close"]'
    )
    text = text.replace('open = ["bind"]\n', "")

    assert read_system(write(text)).notes == ("reaction 'bind' belongs to no mechanism",)


def test_an_unknown_mechanism_is_refused_with_the_nearest_name(write):
    path = write(CAGE)

    with pytest.raises(InputError) as fault:
        read_system(path).network("cags")

    assert str(fault.value) == f"{path}: unknown mechanism 'cags'; did you mean 'cage'?"


@settings(max_examples=20, deadline=None)
@given(st.permutations(["M", "L", "ML", "C"]), st.permutations(["bind", "close"]))
def test_the_order_of_lines_does_not_change_the_chemistry(tmp_path_factory, species, labels):
    blocks = {"M": "M", "L": "L", "ML": "M L", "C": "2M 2L"}
    lines = {"bind": "M + L <=> ML ; k_on, k_off", "close": "2 ML -> C ; k_close"}
    text = "[species]\n" + "".join(f'{s} = "{blocks[s]}"\n' for s in species)
    text += "[reactions]\n" + "".join(f'{label} = "{lines[label]}"\n' for label in labels)
    path = tmp_path_factory.mktemp("order") / "cage.toml"
    path.write_text(text)

    network = read_system(path).network("all")
    dc_dt = stoichiometry(network) @ list(rate_laws(network))
    found = dict(zip(network.species_names, map(str, dc_dt), strict=True))

    assert found == {
        "M": "-L*M*k_on + ML*k_off",
        "L": "-L*M*k_on + ML*k_off",
        "ML": "L*M*k_on - 2*ML**2*k_close - ML*k_off",
        "C": "ML**2*k_close",
    }


def changed(old, new):
    assert old in CAGE
    return CAGE.replace(old, new, 1)


REFUSED = {
    "": "the file is empty; write it, or restore it from its copy",
    "  \n": "the file is empty; write it, or restore it from its copy",
    "# nothing\n": "[species] is missing; add the table",
    changed("[reactions]", "[reaction]"): "unknown key 'reaction'; did you mean 'reactions'?",
    changed("[species]", "[spices]"): "unknown key 'spices'; did you mean 'species'?",
    "colour = 1\n" + CAGE: (
        "unknown key 'colour'; known: blocks, candidate_ions, chemistry, constants, descriptions, "
        "former_names, ions, labelled, labelled_constants, mechanisms, reactions, source, species, "
        "steps, title, titles"
    ),
    'species = "M"\n': "[species] must be a table; write its heading as [species]",
    "[species]\n[reactions]\n": "[species] is empty; write at least one line in it",
    CAGE.split("bind =")[0]: "[reactions] is empty; write at least one line in it",
    changed('title = "Cage"', "title = 3"): "title: '3' is not text; put it in quotation marks",
    changed('M = "M"', 'M = "M"\nM = "M"'): (
        "line 6: not TOML: a name is given twice (Cannot overwrite a value); keep one of them"
    ),
    changed('L = "L"', 'L = "L'): (
        "line 6: not TOML: Illegal character '\\n'; close the quotation mark"
    ),
    changed("[species]", "[species"): (
        "line 4: not TOML: Expected ']' at the end of a table declaration; mend this line"
    ),
    "a = " + "[" * 5000: "brackets nested too deeply to be read; close them",
    changed("M = ", '"2M" = '): (
        "[species]: species '2M' is not a name: a letter first, "
        "then letters, digits and underscores"
    ),
    changed("M = ", '"Dy²" = '): (
        "[species]: species 'Dy²' is not a name: a letter first, "
        "then letters, digits and underscores"
    ),
    changed('M = "M"', "M = 1"): "[species]: 'M': '1' is not text; put it in quotation marks",
    changed('ML = "M L"', 'ML = "M, L"'): (
        "ML: composition 'M, L': cannot read 'M, L'; "
        "write counts and building blocks with spaces between, such as '5Dy 2L'"
    ),
    changed('C = "2M 2L"', 'C = "2M 3L"'): (
        "reaction 'close' does not balance: left 2 L + 2 M, right 3 L + 2 M; the left lacks 1 L"
    ),
    changed('C = "2M 2L"', 'C = "2M 2L"\nX = "M"'): (
        "[species]: 'X' takes part in no reaction; use it, or take it out"
    ),
    changed(
        "2 ML -> C", "2 MLL -> C"
    ): "reaction 'close': unknown species 'MLL'; did you mean 'ML'?",
    changed("k_close", "ML"): (
        "reaction 'close': rate constant 'ML' has the name of a species; rename one of them"
    ),
    changed("k_close", "k_off"): (
        "reaction 'close': rate constant 'k_off' would be in 1/(mM h), but in 1/h for reaction "
        "'bind_reverse'; give each its own constant"
    ),
    changed('"2 ML -> C ; k_close"', "2"): (
        "reaction 'close': not text; write 'equation ; rate constants'"
    ),
    changed("close =", '"close it" ='): (
        "reaction 'close it' is not a label: letters, digits, underscores and hyphens only"
    ),
    changed("close =", "bind_reverse ="): (
        "reaction 'bind_reverse': its step 'bind_reverse' has the name of a step of 'bind'; "
        "rename one of them"
    ),
    changed('"close"]', '"clos"]'): (
        "mechanism 'cage': unknown reaction 'clos'; did you mean 'close'?"
    ),
    changed('["bind", "close"]', "[]"): ("mechanism 'cage' is empty; list at least one reaction"),
    changed('["bind", "close"]', '"bind"'): (
        "mechanism 'cage': write a list of reactions, as [\"bind\"]"
    ),
    changed('["bind", "close"]', '["bind", "bind"]'): (
        "mechanism 'cage': reaction 'bind' is listed twice; list it once"
    ),
    changed('["bind", "close"]', '["bind"]'): (
        "mechanism 'cage': the same reactions as 'open'; keep one of the two"
    ),
    changed("cage = [", '"../cage" = ['): (
        "mechanism '../cage' is not a label: letters, digits, underscores and hyphens only"
    ),
    changed('open = ["bind"]\ncage = ["bind", "close"]', ""): (
        "[mechanisms] is empty; write at least one line in it"
    ),
    changed('cage = "Two', 'cake = "Two'): (
        "[descriptions]: unknown mechanism 'cake'; did you mean 'cage'?"
    ),
    changed('"Two halves close."', "2"): (
        "[descriptions] 'cage': '2' is not text; put it in quotation marks"
    ),
    CAGE.encode() + b"# \xe9\n": "line 17: not UTF-8 (byte 0xe9); save it as UTF-8",
}


@pytest.mark.parametrize("text", REFUSED, ids=[m[:60] for m in REFUSED.values()])
def test_a_malformed_file_is_refused_in_one_line(write, text):
    path = write(text)

    with pytest.raises(InputError) as fault:
        read_system(path)

    assert str(fault.value) == f"{path}: {REFUSED[text]}"


def test_a_missing_file_is_refused(tmp_path):
    path = tmp_path / "absent.toml"

    with pytest.raises(InputError) as fault:
        read_system(path)

    assert str(fault.value) == f"{path}: no such file; check the path"


def test_a_directory_in_place_of_a_file_is_refused(tmp_path):
    with pytest.raises(InputError) as fault:
        read_system(tmp_path)

    assert str(fault.value) == f"{tmp_path}: is a directory; name the file in it"


@pytest.mark.parametrize("path", ["a\0b.toml", "x" * 5000])
def test_an_impossible_path_is_refused_without_a_traceback(path):
    with pytest.raises(InputError, match="cannot be read"):
        read_system(path)


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_model_reads_describes_its_mechanisms_and_has_no_notes(path):
    system = read_system(path)

    assert system.title
    assert system.source
    assert {name for name, _ in system.descriptions} == set(system.mechanism_names)
    assert system.notes == ()


def test_the_models_hold_the_hypotheses_of_the_published_systems():
    dy6, hnp_dy6 = (read_system(MODELS / f"{m}.toml") for m in ("dy6", "hnp_dy6"))
    pinene = read_system(MODELS / "alpha_pinene.toml")

    # The same rivals for both ligands, and none is called as the paper calls one of the two routes.
    assert hnp_dy6.mechanisms == dy6.mechanisms
    assert hnp_dy6.reactions == dy6.reactions
    assert dy6.mechanism_names == (
        "two_Dy3L", "through_Dy5L2", "both", "both_reversible", "dead_end", "two_step",
        "both_third_order", "through_Dy4L2", "two_Dy3L_reversible", "two_Dy3L_third_order",
    )  # fmt: skip
    for system in (dy6, hnp_dy6):
        assert {name for name, _ in system.titles} == set(system.mechanism_names)
        assert not [t for _, t in system.titles if "template" in t or "stepwise" in t]
        assert system.network("stepwise") == system.network("through_Dy5L2")
    assert pinene.mechanism_names == ("published", "no_return", "chain")
    assert pinene.network("published").rate_constant_names == ("k1", "k2", "k3", "k4", "k5")


def test_chelation_takes_up_two_dysprosium_at_a_rate_first_order_in_it():
    network = read_system(MODELS / "hnp_dy6.toml").network("both")

    assert network.rate_constant_names == (
        "k_chelate",
        "k_grow",
        "k_dimerise",
        "k_couple",
        "k_close",
    )
    assert str(rate_laws(network)[0]) == "Dy*L*k_chelate"
    assert network.reactions[0].reactants == ("L", "Dy", "Dy")


def test_a_system_prints_as_one_line():
    path = ROOT / "models" / "alpha_pinene.toml"
    system = read_system(path)

    assert repr(system) == (
        f"<System {system.title!r} from {path}: 5 species, {len(system.reactions)} reactions, "
        f"{len(system.mechanisms)} mechanisms ({', '.join(system.mechanism_names)})>"
    )
    many = replace(system, mechanisms=tuple((f"m{i}", ()) for i in range(90)))
    assert "90 mechanisms (m0, m1, m2, m3, m4, m5, ...)" in repr(many)
    assert "\n" not in repr(many)
