"""mzML files: read as pyteomics and pymzML read them, and refused in one line where broken."""

import base64
import gzip
import hashlib
import json
import zlib
from pathlib import Path

import numpy as np
import pytest

from assemblysim.errors import InputError
from assemblysim.spectra.reading.mzml import read_mzml, scans_of

FILES = Path(__file__).with_name("files")
OTHERS = json.loads((FILES / "as_read_by_others.json").read_text())
ZLIB, PLAIN = ("MS:1000574", "zlib compression"), ("MS:1000576", "no compression")
KINDS = {"<f8": "MS:1000523", "<f4": "MS:1000521", "<i8": "MS:1000522", "<i4": "MS:1000519"}


def digest(array):
    return hashlib.sha256(array.astype("<f8").tobytes()).hexdigest()


@pytest.mark.parametrize("name", OTHERS)
def test_files_are_read_as_pyteomics_and_pymzml_read_them(name):
    found = read_mzml(FILES / name)

    assert [
        {
            "name": one.name,
            "level": one.level,
            "polarity": one.polarity,
            "sampling": one.sampling,
            "minutes": round(60 * one.time_h, 9),
            "points": one.mz.size,
            "sha256": [digest(one.mz), digest(one.intensities)],
        }
        for one in found
    ] == OTHERS[name]


def term(accession, value=""):
    return f'<cvParam cvRef="MS" accession="{accession}" name="" value="{value}"/>'


def array(numbers, role, kind="<f8", packing=ZLIB, more=""):
    raw = np.asarray(numbers).astype(kind).tobytes()
    text = base64.b64encode(zlib.compress(raw) if packing is ZLIB else raw).decode()
    terms = term(KINDS[kind]) + term(packing[0]) + term(role) + more
    return f"<binaryDataArray>{terms}<binary>{text}</binary></binaryDataArray>"


LEVEL_1 = term("MS:1000511", 1)


def spectrum(arrays, length=3, terms=LEVEL_1, scan="", name="scan=1"):
    return (
        f'<spectrum id="{name}" index="0" defaultArrayLength="{length}">{terms}'
        f"<scanList><scan>{scan}</scan></scanList>"
        f"<binaryDataArrayList>{''.join(arrays)}</binaryDataArrayList></spectrum>"
    )


def document(*spectra, groups=""):
    return (
        '<?xml version="1.0"?><mzML xmlns="http://psi.hupo.org/ms/mzml">'
        f"<referenceableParamGroupList>{groups}</referenceableParamGroupList>"
        f"<run><spectrumList>{''.join(spectra)}</spectrumList></run></mzML>"
    )


MZ, INTENSITY = "MS:1000514", "MS:1000515"
GOOD = (array([100, 200.5, 300], MZ), array([1, 2, 3], INTENSITY))


def written(tmp_path, text, name="file.mzML"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packing", [ZLIB, PLAIN])
def test_arrays_of_all_kinds_and_packings(tmp_path, kind, packing):
    arrays = (array([100, 200, 300], MZ, kind, packing), array([1, 0, 7], INTENSITY, kind, packing))
    (scan,) = read_mzml(written(tmp_path, document(spectrum(arrays))))

    assert scan.mz.tolist() == [100, 200, 300]
    assert scan.intensities.tolist() == [1, 0, 7]
    assert (scan.level, scan.polarity, scan.sampling, scan.time_h) == (1, "", "", None)


def test_terms_of_a_group_count_and_times_have_their_unit(tmp_path):
    group = f'<referenceableParamGroup id="g">{term("MS:1000129")}{term("MS:1000128")}'
    start = term("MS:1000016", 90).replace("/>", ' unitAccession="UO:0000010"/>')
    refers = '<referenceableParamGroupRef ref="g"/>' + term("MS:1000511", 1)
    text = document(
        spectrum(GOOD, terms=refers, scan=start), groups=f"{group}</referenceableParamGroup>"
    )
    (scan,) = read_mzml(written(tmp_path, text))

    assert (scan.polarity, scan.sampling) == ("negative", "profile")
    assert scan.time_h == pytest.approx(90 / 3600)


def test_what_is_no_mass_spectrum_is_passed_over(tmp_path):
    absorption = spectrum((array([1, 2, 3], "MS:1000617"), array([1, 2, 3], INTENSITY)))
    text = document(absorption, spectrum(GOOD, name="scan=2"))

    assert [one.name for one in read_mzml(written(tmp_path, text))] == ["scan=2"]


WHOLE = document(spectrum(GOOD))
NUMPRESS = array([1, 2, 3], INTENSITY, more=term("MS:1002314"))
LYING = array([1, 2, 3], INTENSITY, packing=PLAIN).replace("MS:1000576", "MS:1000574")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (WHOLE[:-40], "is no XML, or is cut off or damaged; export or copy it again (unclosed"),
        ("time,a\n1,2\n", "is no XML, or is cut off or damaged; export or copy it again (syntax"),
        (WHOLE.encode("utf-16")[:-1], "is no XML, or is cut off or damaged"),
        (gzip.compress(WHOLE.encode())[:-12], "is cut off or damaged; export or copy it again"),
        (
            WHOLE.replace('version="1.0"', 'version="1.0" encoding="utf-9"'),
            "is XML in an encoding that is not known; export it as UTF-8",
        ),
        ("<mzXML></mzXML>", "is XML of the kind 'mzXML', no mzML; convert it"),
        (document(), "holds no mass spectrum; export the spectra, too"),
        (
            document(spectrum((GOOD[0], NUMPRESS))),
            "scan 'scan=1': is packed with MS-Numpress; convert it without, as with zlib",
        ),
        (
            document(spectrum((GOOD[0], LYING))),
            "scan 'scan=1': an array is not packed with zlib, though it says so",
        ),
        (
            document(spectrum(GOOD, length=4)),
            "scan 'scan=1': an array has 24 bytes where 4 numbers take 32; is cut off",
        ),
        (
            document(spectrum(GOOD, length=2)),
            "scan 'scan=1': an array has 17 bytes or more where 2 numbers take 16; is cut off",
        ),
        (
            document(spectrum((array([100, 90, 80], MZ), GOOD[1]))),
            "scan 'scan=1': m/z falls from 100 to 90 at point 2; sort the points by m/z",
        ),
        (
            document(spectrum((array([0, 90, 95], MZ), GOOD[1]))),
            "scan 'scan=1': m/z 0 is not above 0; export the spectrum again",
        ),
        (
            document(spectrum((GOOD[0], array([1, np.nan, 3], INTENSITY)))),
            "scan 'scan=1': a number is not finite; export the spectrum again",
        ),
        (
            document(spectrum(GOOD[:1])),
            "scan 'scan=1': has m/z and no intensities; export it again",
        ),
        (
            WHOLE.replace("<binary>", "<binary>*"),
            "scan 'scan=1': an array is no base64; is cut off or damaged",
        ),
        (
            WHOLE.replace(KINDS["<f8"], "MS:1000520"),
            "scan 'scan=1': an array's numbers are of no known kind; export them as 64-bit floats",
        ),
        (
            WHOLE.replace('defaultArrayLength="3"', 'defaultArrayLength="many"'),
            "scan 'scan=1': defaultArrayLength is 'many', no whole number; export it again",
        ),
        (
            document(spectrum(GOOD, terms='<referenceableParamGroupRef ref="g"/>')),
            "scan 'scan=1': refers to a group 'g' that is not there",
        ),
        (
            document(spectrum(GOOD, scan=term("MS:1000016", "soon"))),
            "scan 'scan=1': the scan's start has the unit ''; export it in minutes",
        ),
    ],
)
def test_a_broken_file_is_refused_in_one_line(tmp_path, text, fault):
    path = written(tmp_path, text)
    with pytest.raises(InputError) as refused:
        read_mzml(path)

    assert str(refused.value).startswith(f"{path}: {fault}")
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"gone\.mzML: no such file; check the path"):
        read_mzml(tmp_path / "gone.mzML")


def test_scans_come_one_by_one(tmp_path):
    """What is read first does not wait for a fault further down."""
    text = document(spectrum(GOOD), spectrum((GOOD[0], NUMPRESS), name="scan=2"))
    scans = scans_of(written(tmp_path, text))

    assert next(scans).name == "scan=1"
    with pytest.raises(InputError, match="scan=2"):
        next(scans)


@pytest.mark.parametrize("seed", range(60))
def test_a_changed_byte_never_ends_in_another_error(tmp_path, seed):
    rng = np.random.default_rng(seed)
    raw = bytearray((FILES / "profile_64_zlib.mzML").read_bytes())
    for place in rng.integers(0, len(raw), 3):
        raw[place] = rng.integers(0, 256)
    told = str(tmp_path)
    try:
        read_mzml(written(tmp_path, bytes(raw)))
    except InputError as fault:
        told = str(fault)

    assert told.startswith(str(tmp_path))
