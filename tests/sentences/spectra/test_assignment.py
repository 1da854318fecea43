"""What assigned spectra hold, in sentences: what takes something away comes with it."""

from dataclasses import replace

from assigned_spectra import RESULT, SPECTRUM

from assemblysim.sentences.spectra.assignment import (
    assignment_cautions,
    assignment_sentences,
    species_line,
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


def test_a_core_of_no_species_comes_with_a_line_to_paste():
    told = list(assignment_sentences(replace(RESULT, no_species=("4 Dy + 1 L",))))

    assert 'under [species] of the mechanism file: Dy4L = "4Dy L".' in told[1]
    assert species_line("1 Pd + 6 L") == 'PdL6 = "Pd 6L"'


def test_cores_of_no_species_that_are_not_seen_are_counted():
    others = [replace(SPECTRUM.cores[1], core=f"{n} Dy", upper=0.01 * n) for n in (2, 3)]
    one = replace(SPECTRUM, cores=(*SPECTRUM.cores, *others))

    assert "A 100 %, B < 2 %, 2 other cores < 3 % each; +3.2" in spectrum_line(one)
    seen = replace(one, cores=(SPECTRUM.cores[0], replace(others[0], seen=True, fraction=0.1)))
    assert "A 100 %, 2 Dy 10 %; +3.2" in spectrum_line(seen)


def with_ions(*ions):
    return replace(RESULT, spectra=(replace(SPECTRUM, ions=ions),))


def test_ions_that_are_needed_are_counted():
    first, second = SPECTRUM.ions
    known = with_ions(replace(first, needed=True), replace(second, needed=False))

    assert any("1 ion of 2 is needed in some" in one for one in assignment_sentences(known))
    assert not any("needed" in one for one in assignment_sentences(RESULT))


def test_an_ion_that_may_as_well_be_another_is_named_with_it():
    first = replace(SPECTRUM.ions[0], needed=True, instead="[B]2+", worse=4.0)

    (told,) = assignment_cautions(with_ions(first))
    assert "about as well (chi-square higher by less than 9): [A]2+ ([B]2+)." in told
    assert list(assignment_cautions(with_ions(replace(first, worse=30.0)))) == []
    assert list(assignment_cautions(with_ions(replace(first, needed=False)))) == []


def test_saturation_is_cautioned_of():
    full = replace(RESULT, spectra=(replace(SPECTRUM, saturated=(543.2, 543.7)), SPECTRUM))

    (told,) = assignment_cautions(full)
    assert "saturated in 1 spectrum, in s.csv at 2 places from m/z 543.20 on." in told


def test_what_depends_on_the_energy_of_the_ion_source_is_told():
    soft = replace(SPECTRUM, energy="20 eV")
    a, b = SPECTRUM.cores
    hard = replace(
        SPECTRUM,
        energy="80 eV",
        cores=(
            replace(a, fraction=0.7, lower=0.65, upper=0.75),
            replace(b, seen=True, fraction=0.3, lower=0.25, upper=0.35),
        ),
    )
    (told,) = (
        one
        for one in assignment_sentences(replace(RESULT, spectra=(soft, hard)))
        if "energies" in one
    )

    assert "A is 100 % at 20 eV and 70 % at 80 eV and B is 0 % at 20 eV and 30 % at 80 eV" in told
    later = replace(hard, time_h=9.0)
    other = assignment_sentences(replace(RESULT, spectra=(soft, later)))
    assert not any("energies" in one for one in other)


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
