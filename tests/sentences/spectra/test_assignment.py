"""What assigned spectra hold, in sentences: what takes something away comes with it."""

from dataclasses import replace

from assigned_spectra import RESULT, SPECTRUM

from assemblysim.sentences.spectra.assignment import (
    assignment_cautions,
    assignment_sentences,
    spectrum_line,
)


def test_a_spectrum_is_one_line_with_limits_where_nothing_is_seen():
    assert spectrum_line(SPECTRUM) == ("0.5 h, s.csv: A 100 %, B < 2 %; +3.2 ppm, resolution 20000")
    lent = replace(SPECTRUM, anchors=0)
    assert spectrum_line(lent).endswith("(from the other spectra)")


def test_a_core_of_no_species_is_told_first():
    told = list(assignment_sentences(replace(RESULT, no_species=("4 Dy + 1 L",))))

    assert told[0].startswith("Seen, and of no species of the model: 4 Dy + 1 L.")
    assert not any("no species" in one for one in assignment_sentences(RESULT))


def test_the_rate_of_decoys_is_told_and_cautioned_of_where_it_is_high():
    assert any("Of 20 envelopes moved" in one for one in assignment_sentences(RESULT))
    assert list(assignment_cautions(RESULT)) == []
    many = replace(RESULT, spectra=(replace(SPECTRUM, decoys_seen=2),))
    assert [one[:36] for one in assignment_cautions(many)] == [
        "2 of 20 envelopes where no ion can b"
    ]


def test_a_strong_ion_with_a_poor_envelope_is_named_and_a_weak_one_is_not():
    poor = replace(SPECTRUM.ions[0], cosine=0.7)
    strong = replace(RESULT, spectra=(replace(SPECTRUM, ions=(poor,)),))
    weak = replace(RESULT, spectra=(replace(SPECTRUM, ions=(replace(poor, error=90.0),)),))

    assert any("[A]2+" in one for one in assignment_cautions(strong))
    assert list(assignment_cautions(weak)) == []
