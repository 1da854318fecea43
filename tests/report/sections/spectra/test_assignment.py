"""The section on spectra: what is in it, and what leads where."""

from dataclasses import replace
from pathlib import Path

import pytest
from assigned_spectra import PANELS, RESULT, SPECTRUM
from report_example import result_of, summary

from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.document.nodes import Document, Folded, TableBlock, opened
from assemblysim.report.sections.spectra.assignment import (
    needed_ion_table,
    part_count_table,
    share_table,
    spectra_section,
    spectrum_table,
)
from assemblysim.report.writers.markdown import render_markdown
from assemblysim.report.writers.page import render_page
from assemblysim.result.spectra.assignment import PartCount


def study(**more):
    return StoredStudy(Path(), result_of(summary()), {}, **more)


def document(section):
    return Document("T", "", (), "", (), (section,))


def test_without_spectra_there_is_no_section():
    assert spectra_section(study()) == ()
    assert spectra_section(study(spectra=replace(RESULT, spectra=()))) == ()


def test_it_says_decoys_and_what_is_unexplained_and_shows_every_envelope():
    (section,) = spectra_section(study(spectra=RESULT, panels=PANELS))

    page = document(section)
    text = render_markdown(page)
    assert "Of 20 envelopes moved to where no ion can be, 1 would count as seen" in text
    assert "2 % of the intensity is unexplained" in text
    assert [one.stem for one in page.pictures] == [
        "spectra_shares", "spectra_ions", "envelopes_001",
    ]  # fmt: skip
    assert [one.title for one in section.parts if isinstance(one, Folded)] == [
        "Every spectrum", "Every envelope, measured and fitted",
    ]  # fmt: skip


def test_lines_to_paste_stay_as_a_file_has_them():
    (section,) = spectra_section(study(spectra=replace(RESULT, no_species=("3 Pd + 6 L",))))

    assert 'Pd3L6 = "3Pd 6L"' in render_markdown(document(section))


def test_a_share_leads_to_the_envelopes_of_its_spectrum():
    (section,) = spectra_section(study(spectra=RESULT, panels=PANELS))
    page = document(section)
    drawn = {one.stem: "<svg></svg>" for one in page.pictures}

    html = render_page(page, drawn)

    assert '<a href="#figure-envelopes_001">100</a>' in html
    assert '<figure id="figure-envelopes_001"' in html
    assert "[100](figures/envelopes_001.svg)" in render_markdown(page)


def test_without_stored_envelopes_nothing_leads_nowhere():
    (section,) = spectra_section(study(spectra=RESULT))

    tables = [part.table for part in opened(section.parts) if isinstance(part, TableBlock)]
    assert not any(cell.shown_in for table in tables for row in table.rows for cell in row)


def test_what_is_not_seen_is_below_its_limit():
    table = share_table(RESULT)

    assert table.columns == ("spectrum", "A", "B")
    (name, seen, absent) = table.rows[0]
    assert (name.text, name.note) == ("0.5 h", "s.csv")
    assert (seen.text, seen.note) == ("100", "97 to 100")
    assert absent.text == "< 2"


def test_cores_that_no_mechanism_has_are_shown_where_they_are_seen_and_counted_where_not():
    gone = replace(SPECTRUM.cores[1], core="3 Pd")
    there = replace(SPECTRUM.cores[0], core="2 Pd")
    more = replace(RESULT, spectra=(replace(SPECTRUM, cores=(*SPECTRUM.cores, gone, there)),))

    assert share_table(more).columns == ("spectrum", "A", "B", "2 Pd")
    (section,) = spectra_section(study(spectra=more))
    text = render_markdown(document(section))
    assert "1 other core that no mechanism has: none is seen." in text


@pytest.mark.parametrize("counts", [None, ()])
def test_small_parts_that_are_not_known_have_no_table(counts):
    assert part_count_table(replace(RESULT, spectra=(replace(SPECTRUM, counts=counts),))) is None


def test_small_parts_come_and_go_over_time():
    held = replace(SPECTRUM, counts=(PartCount("A", "OAc", 2.5, 0.04),))
    gone = replace(SPECTRUM, time_h=3.0, counts=())

    table = part_count_table(replace(RESULT, spectra=(held, gone)))

    assert table.columns == ("spectrum", "OAc in A")
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["0.5 h", "2.50 ± 0.04"], ["3 h", "–"],
    ]  # fmt: skip


def test_a_core_rests_on_the_ions_that_spectra_need_as_they_are_where_they_are_strongest():
    ion, absent = SPECTRUM.ions
    needed = replace(ion, needed=True, instead="[B]2+", worse=41.3, saturated=2)
    weaker = replace(needed, amount=1.0, cosine=0.5, instead="")
    beside = replace(absent, amount=99.0)
    spectra = (
        replace(SPECTRUM, ions=(weaker, replace(beside, needed=True)), time_h=1.0),
        replace(SPECTRUM, ions=(needed, replace(beside, needed=False))),
    )
    chance = replace(needed, core="3 Pd")  # of no species, and as a sum not seen
    gone = replace(SPECTRUM.cores[1], core="3 Pd")
    spectra = (
        spectra[0],
        replace(spectra[1], ions=(*spectra[1].ions, chance), cores=(*SPECTRUM.cores, gone)),
    )
    first, second = needed_ion_table(replace(RESULT, spectra=spectra)).rows

    assert [cell.text for cell in first] == [
        "A", "[A]²⁺", "2 of 2", "47 %", "0.990", "1.1", "9 of 9", "[B]²⁺",
    ]  # fmt: skip
    assert (first[3].note, first[6].note) == ("at 0.5 h", "2 more saturated")
    assert first[7].note == "chi-square higher by 41"
    assert [cell.text for cell in second][:4] == ["B", "[B]²⁺", "1 of 2", "99 %"]
    assert second[7].note == "no other one lies there"


def test_older_results_have_no_table_of_needed_ions():
    assert needed_ion_table(RESULT) is None


def test_each_spectrum_says_its_shift_and_its_largest_unexplained_peaks():
    lent = replace(SPECTRUM, anchors=0, replicate="b", total=0.0)
    first, second = spectrum_table(replace(RESULT, spectra=(SPECTRUM, lent))).rows

    assert [cell.text for cell in first] == [
        "0.5 h", "+3.2 ± 0.1", "20000", "1 of 20", "2 %", "550.10",
    ]  # fmt: skip
    assert (second[0].text, second[1].note) == ("0.5 h, b", "from the other spectra")
    assert second[4].text == "–"
