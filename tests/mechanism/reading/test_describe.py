"""What ``check`` prints: the text that a chemist reads to see that the file says what was meant."""

import pytest

from assemblysim.mechanism.properties import modular
from assemblysim.mechanism.reading.describe import (
    MOST_TOTALS,
    describe,
    write_rate,
    write_rate_equations,
)
from assemblysim.mechanism.reading.equation import parse_reaction
from assemblysim.mechanism.reading.system import read_system

CAGE = """
title = "Cage"
source = "made up"
[species]
M = "M"
L = "L"
ML = "M L"
C = "2M 2L"
acid = ""
[reactions]
bind = "M + L <=> ML ; 6 k_on, k_off"
close = "2 ML -> C ; k_close ; k_close*ML^2*acid"
settle = "C -> ; k_settle"
spend = "acid -> ; k_spend ; k_spend"
[mechanisms]
cage = ["bind", "close"]
[descriptions]
cage = "Two halves close."
"""

EXPECTED = """\
Cage
source: made up

Species and their building blocks
  M     1 M
  L     1 L
  ML    1 M + 1 L
  C     2 M + 2 L
  acid  not in the balance

Steps and their rates v
  bind          M + L -> ML  v = 6 k_on [M] [L]       balanced
  bind_reverse  ML -> M + L  v = k_off [ML]           balanced
  close         2 ML -> C    v = k_close*ML^2*acid    balanced; rate law as written
  settle        C ->         v = k_settle [C]         open: no balance
  spend         acid ->      v = k_spend              open: no balance

The rate of a mass-action step is k times the concentrations of its reactants, without 1/n!: \
for 2 A -> B it is k [A]^2, so A is used up at 2 k [A]^2 and B is made at k [A]^2.

Rate constants
  k_on      1/(mM h)    bind
  k_off     1/h         bind_reverse
  k_close   1/(mM^2 h)  close
  k_settle  1/h         settle
  k_spend   mM/h        spend

Mechanism cage: Two halves close.
  conserved: M + ML + 2 C (M)
  conserved: L + ML + 2 C (L)
  conserved: acid
  d[M]/dt = -v(bind) + v(bind_reverse)
  d[L]/dt = -v(bind) + v(bind_reverse)
  d[ML]/dt = v(bind) - v(bind_reverse) - 2 v(close)
  d[C]/dt = v(close)
  d[acid]/dt = 0
  in principle identifiable, were every species followed: all rate constants

Note
  reaction 'spend': the rate law 'k_spend' does not vanish when the reactant acid is gone, \
so it can drive [acid] below zero; let the law fall to zero with [acid]
  reaction 'settle' belongs to no mechanism
  reaction 'spend' belongs to no mechanism
"""


def system(tmp_path, text):
    path = tmp_path / "cage.toml"
    path.write_text(text)
    return read_system(path)


def test_a_system_is_described_in_full(tmp_path):
    found = describe(system(tmp_path, CAGE)).splitlines()

    assert [" ".join(line.split()) for line in found] == [
        " ".join(line.split()) for line in EXPECTED.splitlines()
    ]


def test_the_time_in_a_rate_law_is_said_with_its_unit(tmp_path):
    text = '[species]\nA = "X"\nB = "X"\n[reactions]\nwake = "A -> B ; k, s ; k*exp(-t/s)*A"\n'

    assert "t in the rate law of wake: the time since mixing, h" in describe(system(tmp_path, text))
    assert "the time" not in describe(system(tmp_path, text.replace("t/s", "A/s")))


def test_columns_stand_under_each_other(tmp_path):
    lines = [line for line in describe(system(tmp_path, CAGE)).splitlines() if "  v = " in line]

    assert len(lines) == 5
    assert len({line.index("v = ") for line in lines}) == 1


def test_units_are_written_in_per_cent_where_concentrations_are(tmp_path):
    assert "k_on      1/(% h)" in describe(system(tmp_path, CAGE), "%")


def test_an_open_mechanism_is_said_to_conserve_nothing(tmp_path):
    text = '[species]\nu = ""\n[reactions]\nbirth = "u -> 2 u ; a"\ndeath = "u -> ; b"\n'
    found = describe(system(tmp_path, text))

    assert "nothing is conserved: the mechanism is open" in found
    assert "not identifiable, even were every species followed: a, b" in found
    assert "u -> 2 u" in found
    assert "no building blocks: no balance" in found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2 A + B -> C ; k", "k [A]^2 [B]"),
        ("2 A -> C ; 0.5 k", "0.5 k [A]^2"),
        ("-> A ; k", "k"),
        ("A -> B ; k, K ; k*A / (K + A)", "k*A / (K + A)"),
    ],
)
def test_a_rate_is_written_as_a_chemist_writes_it(line, expected):
    (step,) = parse_reaction("x", line, ("A", "B", "C"))

    assert write_rate(step) == expected


def test_rate_equations_are_sums_of_rates(tmp_path):
    network = system(tmp_path, CAGE).network("cage")

    assert write_rate_equations(network)[2] == "d[ML]/dt = v(bind) - v(bind_reverse) - 2 v(close)"


def many_sums(folder, count):
    """Write a model of so many steps that have nothing in common, each with two sums."""
    steps = "\n".join(f'r{i} = "A{i} + B{i} -> C{i} ; k"' for i in range(count))
    species = "\n".join(f'{block}{i} = ""' for i in range(count) for block in "ABC")
    return system(folder, f"[species]\n{species}\n[reactions]\n{steps}\n")


def test_of_many_sums_in_a_large_network_some_are_written(tmp_path):
    lines = [x.strip() for x in describe(many_sums(tmp_path, 50)).splitlines() if "conser" in x]

    assert len(lines) == MOST_TOTALS + 1
    assert lines[0] == "conserved: A0 - B0"
    assert lines[-1] == "conserved: 70 other sums"


def test_sums_that_would_take_minutes_are_said_not_to_be_looked_for(tmp_path, monkeypatch):
    monkeypatch.setattr(modular, "MOST_NUMBERS", 14_000)

    assert "conserved: not looked for, 100 or more sums of 150 terms, at most 14000" in describe(
        many_sums(tmp_path, 50)
    )
