from dataclasses import replace

from assemblysim.commands.predicting.ending_words import ending_view
from assemblysim.commands.predicting.shown_units import ShownUnits
from assemblysim.report.writers.terminal import plain_text
from assemblysim.result.numbers import Interval, LifetimeQuantity
from assemblysim.study.questions.endings import MadeMost, Remainder, WhereItEnds

ALL, NONE, SOME = Interval(1.0, 1.0, 1.0), Interval(0.0, 0.0, 0.0), Interval(0.4, 0.3, 0.5)
FOUND = WhereItEnds(
    "mM",
    24.0,
    "M",
    {"B": Remainder(NONE, NONE), "C": Remainder(Interval(4.0, 4.0, 4.0), ALL)},
    Interval(100.0, 80.0, 120.0),
    0.0,
    MadeMost("B", SOME, NONE, 1.0),
    ("first",),
    400,
    {"B": {"DT50": LifetimeQuantity(2.0, 1.0, 3.0, "h", 0.0),
           "DT90": LifetimeQuantity(None, 20.0, None, "h", 0.75)}},
)  # fmt: skip


def said(found):
    return " ".join(plain_text(ending_view(found, ShownUnits())).split())


def test_rest_trap_and_disappearance_are_said():
    text = said(FOUND)

    assert "At rest, which is reached after 100 (80 to 120) h, there is of M: C 100 %." in text
    assert "which is a trap on the way: at rest 0 % is left of it." in text
    assert "first has no way back in the model" in text
    assert "2.0 (1.0 to 3.0) h" in text
    # B is highest at some time, from which on it is less than 24 h to the end.
    assert "not by 24 h" in text
    assert "> 24 h" not in text
    assert "with probability 0.75" in text


def test_what_stays_is_no_trap_and_what_may_be_one_has_a_probability():
    stays = replace(FOUND, product=MadeMost("C", ALL, ALL, 0.0), one_way=())
    may_be = replace(FOUND, product=MadeMost("B", SOME, SOME, 0.4), restless=0.2)

    assert "which is no trap: at rest there is 100 %." in said(stays)
    assert "All steps have their way back, so that rest is the equilibrium." in said(stays)
    assert "is a trap with probability 0.40" in said(may_be)
    assert "With probability 0.20 it still changes after a million times as long." in said(may_be)
    assert "is not at rest after a million times as long" in said(replace(FOUND, restless=1.0))
    assert "rest there is" not in said(replace(FOUND, restless=1.0))
    assert "trap" not in said(replace(FOUND, restless=1.0))
    # A slow step ends, too: only what is followed can be told.
    assert "never" not in said(replace(may_be, restless=1.0)) + said(may_be)


def test_a_mixture_that_cannot_be_followed_is_said_to_be_so():
    none = replace(FOUND, draws=0, failed=400, rest={}, product=None, restless=None)
    some = replace(FOUND, draws=300, failed=100)

    assert "Whether the mixture comes to rest is not known" in said(none)
    assert "At rest" not in said(none)
    assert "rest is where the steps end" not in said(none)
    assert "100 of 400 draws change too much to be followed" in said(some)
    assert "too much" not in said(FOUND)


def test_a_rest_that_need_not_be_the_equilibrium_is_not_called_one():
    text = said(replace(FOUND, one_way=(), balanced=False))

    assert "rest need not be the equilibrium" in text
    assert "so that rest is the equilibrium" not in text
