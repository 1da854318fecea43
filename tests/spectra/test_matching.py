"""Ions of a list in made-up spectra, whose contents are known."""

from dataclasses import replace

import numpy as np
import pytest
from direct_envelopes import peaks

from assemblysim.errors import InputError
from assemblysim.mechanism.ions.chemical_formula import FormulaReader
from assemblysim.sentences.spectra.ions import bears_out, match_summary
from assemblysim.spectra.ion_list import read_ion_list
from assemblysim.spectra.matching import match_ions
from assemblysim.spectra.reading.scan import Scan
from assemblysim.spectra.tolerance import read_tolerance

READER = FormulaReader({"Dy": "Dy", "L": "C29H19N5O4"})
IONS = ("[Dy2(L)(OH)3]+", "[Dy3(L)(OH)6(DMF)]+", "[Dy6(L)2(O)4(OAc)4]2+", "[Dy2(L)(OMe)2(OAc)]+")
TOLERANCE = read_tolerance("10 ppm")


def listed(tmp_path, *texts):
    path = tmp_path / "list.csv"
    path.write_text("\n".join(("ion", *texts)))
    return read_ion_list(path, READER).ions


def made(texts, *, ppm=0.0, noise=0.0, heights=None, lost=0.0, seed=1, **more):
    """A peak list of ions, each with its height, shifted and with scattered intensities."""
    rng = np.random.default_rng(seed)
    points = []
    for n, text in enumerate(texts):
        inner, _, charge = text.rpartition("]")
        size = int(charge[:-1] or 1) * (1 if charge.endswith("+") else -1)
        height = 1.0 if heights is None else heights[n]
        for mz, h in peaks(READER.atoms(READER.read(inner[1:])), size, least=1e-3):
            scattered = h * height * rng.lognormal(0, noise) if noise else h * height
            if h > lost:
                points.append((mz * (1 + ppm * 1e-6), scattered))
    points += [(x, 1e-4) for x in rng.uniform(500, 2500, 300)]
    mz, intensities = np.array(sorted(points)).T
    return Scan("made", mz, intensities, **more)


def test_ions_that_are_there_have_their_envelope(tmp_path):
    scan = made(IONS[:3], ppm=4, noise=0.05, heights=(1, 0.5, 0.2))
    found = match_ions(listed(tmp_path, *IONS), [scan], READER, TOLERANCE).matches

    for one in found[:3]:
        assert one.cosine > 0.99
        assert one.seen == one.expected > 5
        assert one.shift == 0
        assert bears_out(one)
        assert one.decoy_cosine < one.cosine
    assert (found[3].cosine < 0.5, bears_out(found[3])) == (True, False)
    assert sum(one.fraction for one in found[:3]) == pytest.approx(1, abs=0.05)


def test_the_cosine_is_that_of_the_definition(tmp_path):
    scan = made(IONS[:1], noise=0.3)
    (one,) = match_ions(listed(tmp_path, IONS[0]), [scan], READER, TOLERANCE).matches
    expected = peaks(READER.atoms(READER.read(IONS[0][1:-2])), 1)
    pairs = [
        (
            h,
            sum(
                i for m, i in zip(scan.mz, scan.intensities, strict=True) if abs(m - x) <= x * 1e-5
            ),
        )
        for x, h in expected
    ]
    a, b = np.array(pairs).T

    assert one.cosine == pytest.approx(a @ b / np.sqrt((a @ a) * (b @ b)), abs=1e-6)


def test_the_first_and_the_last_line_of_a_list_are_peaks_too(tmp_path):
    whole = made(IONS[:1], ppm=2)
    strong = np.flatnonzero(whole.intensities > 0.3 * whole.intensities.max())
    ends = slice(strong[0], strong[-1] + 1)
    scan = replace(whole, mz=whole.mz[ends], intensities=whole.intensities[ends])
    wider = replace(
        scan, mz=np.r_[50, scan.mz, 5000], intensities=np.r_[1e-9, scan.intensities, 1e-9]
    )
    # the theoretical peak of the first line lies 2 ppm before it
    ions = listed(tmp_path, IONS[0])
    one, other = (match_ions(ions, [each], READER, TOLERANCE).matches[0] for each in (scan, wider))

    assert one.seen == len(strong)
    assert one.seen == other.seen


def test_beyond_the_tolerance_nothing_is_seen(tmp_path):
    near, far = (made(IONS[:1], ppm=ppm) for ppm in (9, 12))
    ions = listed(tmp_path, IONS[0])

    assert match_ions(ions, [near], READER, TOLERANCE).matches[0].cosine > 0.99
    assert match_ions(ions, [far], READER, TOLERANCE).matches[0].cosine < 0.1


def test_an_assignment_with_two_hydrogens_too_few_is_seen_to_be_moved(tmp_path):
    scan = made(["[Dy2(L)(OH)3(H2O)]+"])
    ions = listed(tmp_path, "[Dy2(L)(OH)3(O)]+", "[Dy2(L)(OH)3(H2O)]+")
    # 2 H have a larger mass defect than 2 units of dysprosium: 16 mDa of 950 are 17 ppm.
    wrong, right = match_ions(ions, [scan], READER, read_tolerance("25 ppm")).matches

    assert (wrong.shift, bears_out(wrong)) == (2, False)
    assert (right.shift, bears_out(right)) == (0, True)


def test_ions_find_the_scans_of_their_own_polarity(tmp_path):
    negative = "[Dy2(L)(OAc)5]-"
    scans = [made(IONS[:1], polarity="positive"), made([negative], polarity="negative")]
    found = match_ions(listed(tmp_path, IONS[0], negative), scans, READER, TOLERANCE)

    assert all(bears_out(one) for one in found.matches)
    with pytest.raises(InputError, match="none of its 1 scans is a mass spectrum"):
        match_ions(listed(tmp_path, IONS[0]), scans[1:], READER, TOLERANCE)


def test_ions_that_share_peaks_name_each_other(tmp_path):
    texts = ("[Dy2(L)(OH)2(MeOH)]+", "[Dy2(L)(OH)2(O)(O)]+", "[Dy3(L)(OH)6]+")
    found = match_ions(
        listed(tmp_path, *texts), [made(texts)], READER, read_tolerance("30 ppm")
    ).matches

    assert [one.shared_with for one in found] == [("line 3",), ("line 2",), ()]


def test_equal_compositions_come_once_and_neutral_formulas_not_at_all(tmp_path):
    ions = listed(tmp_path, "[Dy2(L)(OMe)(OH)2(H2O)]+", "[Dy2(L)(OH)3(MeOH)]+", "[Dy2(L)(OH)4]")
    found = match_ions(ions, [made(IONS[:1])], READER, TOLERANCE)

    assert [one.place for one in found.matches] == ["line 2"]


def test_a_profile_bears_the_same_ions_out(tmp_path):
    lines = made(IONS[:2])
    mz = np.arange(800.0, 1500.0, 0.005)
    shown = np.zeros_like(mz)
    for x, height in zip(lines.mz, lines.intensities, strict=True):
        near = np.abs(mz - x) < 0.3
        shown[near] += height * np.exp(-0.5 * ((mz[near] - x) / 0.02) ** 2)
    scan = Scan("profile", mz, shown, sampling="profile")
    found = match_ions(listed(tmp_path, *IONS[:2], IONS[3]), [scan], READER, TOLERANCE).matches

    assert [bears_out(one) for one in found] == [True, True, False]


def test_a_tolerance_as_wide_as_isotope_peaks_is_refused(tmp_path):
    with pytest.raises(InputError) as refused:
        match_ions(listed(tmp_path, IONS[2]), [made(IONS[:3])], READER, read_tolerance("0.3 u"))

    assert str(refused.value).startswith(f"line 2, {'[Dy6L2O4(OAc)4]2+'}: isotope peaks are 0.50")


def test_noise_alone_bears_nothing_out(tmp_path):
    """Of 60 spectra of random peaks only, none has an envelope of six dysprosium."""
    ions = listed(tmp_path, IONS[2])
    borne = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        mz = np.sort(rng.uniform(1000, 1300, 3000))
        scan = Scan("noise", mz, rng.lognormal(0, 1, mz.size))
        borne += bears_out(match_ions(ions, [scan], READER, TOLERANCE).matches[0])

    assert borne == 0


def test_the_summary_names_what_is_absent_and_what_is_moved(tmp_path):
    scan = made(["[Dy2(L)(OH)3(H2O)]+"])
    ions = listed(tmp_path, "[Dy2(L)(OH)3(O)]+", "[Dy2(L)(OH)3(H2O)]+", IONS[2])
    said = list(match_summary(match_ions(ions, [scan], READER, read_tolerance("25 ppm"))))

    assert said[0].startswith("Of 3 ions, 1 have their envelope in the spectrum")
    assert "[Dy2L(OH)3O]+ in line 2 fits better 2 u above" in said[1]
    assert "Without any peak: [Dy6L2O4(OAc)4]2+ in line 4." in said
