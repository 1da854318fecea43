"""What the data show: a signal of which words are only silent is drawn as not seen."""

from types import SimpleNamespace as Made

from assemblysim.report.content.stored import seen_signals


def sentence(*signals, silent=False):
    return Made(silent=silent, claims=[Made(signal=one) for one in signals])


def of(*sentences, measurements=0):
    return Made(
        mechanisms={"both": Made(statements=sentences)},
        measurement=Made(signals=("Dy3L", "Dy5L2", "Dy6L2")),
        conditions=[Made(measurements=measurements)],
    )


def test_a_signal_of_which_words_are_only_silent_is_not_seen():
    silence, named = sentence("Dy5L2", silent=True), sentence("Dy3L", "Dy6L2")

    assert seen_signals(of(silence, named)) == ("Dy3L", "Dy6L2")
    assert seen_signals(of(silence, sentence("Dy5L2"))) == ("Dy3L", "Dy5L2", "Dy6L2")
    assert seen_signals(of(silence, named, measurements=9)) == ("Dy3L", "Dy5L2", "Dy6L2")
    assert seen_signals(of()) == ("Dy3L", "Dy5L2", "Dy6L2")
