"""The section on the ions behind the signals, and the sentences that it is made of."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

from checkout import ROOT
from quick_pictures import BLANK
from report_pages import Page, document, small

from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.report.document.collected import filed_tables
from assemblysim.report.document.nodes import Caution, Folded, Listing, opened
from assemblysim.report.sections.spectra.ions import ion_section, ion_table, ion_view
from assemblysim.report.writers.latex import latex_tables
from assemblysim.report.writers.markdown import render_markdown
from assemblysim.report.writers.page import render_page
from assemblysim.report.writers.sheets import csv_text
from assemblysim.report.writers.terminal import plain_text
from assemblysim.result.spectra.ions import Explanation, IonPeak, Search
from assemblysim.sentences.spectra.ions import (
    NO_TOLERANCE,
    calculated_words,
    charge_words,
    distance_words,
    found_words,
    ion_cautions,
    ion_summary,
    peak_words,
    reason_words,
    search_words,
)
from assemblysim.spectra.checking import IonListRequest, check_ion_list
from assemblysim.spectra.tolerance import read_tolerance

READER = FormulaReader({"Dy": "Dy", "L": "C29H19N5O4"})
LIST = ROOT / "fits" / "hnp_dy6" / "ions.csv"
FOUND = check_ion_list(IonListRequest(LIST, READER, {"Dy": 3, "L": -2}))
JUDGED = check_ion_list(IonListRequest(LIST, READER, {"Dy": 3, "L": -2}, read_tolerance("50 ppm")))


def line(number, found=FOUND):
    (one,) = (one for one in found.ions if one.place == f"line {number}")
    return one


def test_the_section_stands_where_a_study_has_a_list():
    (section,) = ion_section(SimpleNamespace(ions=FOUND))
    (folded,) = (part for part in section.parts if isinstance(part, Folded))

    assert ion_section(SimpleNamespace(ions=None)) == ()
    (caution,) = (part.text for part in section.parts if isinstance(part, Caution))
    assert caution.startswith("No ion in the list of Dy₂L is sound")
    listing = next(part for part in opened(folded.parts) if isinstance(part, Listing))
    assert len(listing.items) == len(FOUND.ions) == 17


def test_every_writer_takes_the_section():
    written = document(small(), ions=FOUND)
    page = Page(render_page(written, {one.stem: BLANK for one in written.pictures}))
    (filed,) = (one for one in filed_tables(written) if one.stem == "ions")

    assert "Dy₆L₂ rests on 4 sound of 6 ions." in page.text
    assert page.faults == []
    assert "1448.22 is no peak" in render_markdown(written)
    assert "1342.13" in csv_text(filed.table)
    assert "1342.13" in latex_tables([filed], written.names)


def test_the_table_says_both_verdicts_of_every_ion():
    rows = {row[0].text: row for row in ion_table(JUDGED).rows}
    assert len(rows) == 17
    _, ion, charge, calculated, found, highest, sound = rows["line 7"]
    assert (ion.text, charge.text) == ("[Dy₃L(OH)₆(DMF)₃(MeOH)]⁺", "+")
    assert (calculated.text, calculated.note) == ("1342.13", "highest peak")
    assert (found.note, found.mark) == ("within, -37 ppm from the highest peak", "good")
    assert (highest.text, sound.text) == ("−37", "sound")
    assert rows["line 9"][3].mark == rows["line 9"][6].mark == "bad"
    assert (rows["line 20"][2].note, rows["line 20"][6].text) == ("does not fit", "–")


def test_a_reason_names_what_the_number_would_have_to_be():
    assert reason_words(line(7)) == (
        "1342.13 is the highest peak; found 1342.08 is -37 ppm from the highest peak"
    )
    assert reason_words(line(9)).startswith(
        "1448.22 is no peak: the nearest is 114.0873 below, 1334.1327 (a peak 2 % high)"
    )
    assert "no explanation by up to three small parts" in reason_words(line(9))
    assert distance_words(line(9)) == "+113.95 m/z"
    assert reason_words(line(4)).startswith("no calculated number is printed")
    assert "its parts come to 2-, not 0; (- O2-) or (+ 2 H+) would mend" in reason_words(line(20))
    assert calculated_words(line(18)) == "a peak 99.8 % high"
    assert found_words(line(18, JUDGED)) == "within, -21 ppm from a peak 99.8 % high"


def test_an_explanation_that_chance_gives_as_well_tells_nothing():
    planted = Explanation("+ MeOH", 1, IonPeak(1000.0, 1.0))
    few, many = (Search((planted,), 60, 20, n) for n in (4, 5))

    assert list(search_words(few)) == [
        "(+ MeOH) would make it the highest peak",
        "4 of 20 neighbouring numbers would be explained as well",
    ]
    assert list(search_words(many))[1] == (
        "but 5 of 20 neighbouring numbers would be explained as well, so this tells nothing"
    )


def test_the_summary_counts_what_species_rest_on():
    said, judged = list(ion_summary(FOUND)), list(ion_summary(JUDGED))

    assert said[0] == (
        "Of 15 calculated numbers, 7 are a peak of the printed formula at its charge (1 the "
        "highest peak and 6 another peak), 8 are none."
    )
    assert NO_TOLERANCE in said
    assert "Dy2L rests on no sound of 3 ions." in said
    assert "Dy6L2 rests on 4 sound of 6 ions." in said
    assert "11 of 16 measured numbers lie within 50 ppm of a peak." in judged
    assert NO_TOLERANCE not in judged
    same = replace(FOUND, same=(("line 2: A", "line 3: B"),))
    assert "One composition and charge, so one ion: line 2: A and line 3: B." in ion_summary(same)


def test_a_caution_goes_where_every_species_has_a_sound_ion():
    sound = {name: replace(one, sound=1) for name, one in FOUND.species.items()}

    assert len(list(ion_cautions(FOUND))) == 1
    assert list(ion_cautions(replace(FOUND, species=sound))) == []


def test_peaks_and_charges_in_words():
    assert peak_words(IonPeak(1.0, 1.0)) == "the highest peak"
    assert peak_words(IonPeak(1.0, 0.998)) == "a peak 99.8 % high"
    assert peak_words(IonPeak(1.0, 0.29)) == "a peak 29 % high"
    assert [charge_words(n) for n in (0, 1, -1, 3, -2)] == ["0", "+", "-", "3+", "2-"]


def test_the_terminal_shows_it_in_plain_text():
    text = plain_text(ion_view(FOUND))

    assert "Dy₆L₂ rests on 4 sound of 6 ions." in text
    assert str(Path("ions.csv")) in text
    assert "\x1b" not in text
