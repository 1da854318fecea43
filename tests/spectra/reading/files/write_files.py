"""Writes the mzML files beside it, by a writer that is not ours: psims, which tests do not need.

Made-up peaks. What pyteomics and pymzML read of them is stored as well, so that the tests need
neither. Run as ``python write_files.py`` where psims, pyteomics and pymzml are installed.
"""

import gzip
import hashlib
import io
import json
from pathlib import Path

import numpy as np
import pymzml.run
from psims.mzml import MzMLWriter
from pyteomics import mzml

HERE = Path(__file__).parent


SIGNS = ("positive scan", "negative scan")


def points(rng, count):
    return np.sort(rng.uniform(200, 2000, count)), rng.lognormal(8, 2, count)


def write(name, *, kind, polarity, centroided, compression, seed, scans=3):
    rng = np.random.default_rng(seed)
    encoding = {"m/z array": kind, "intensity array": kind}
    with MzMLWriter(str(HERE / name), close=True) as out:
        out.controlled_vocabularies()
        out.file_description(["MS1 spectrum"])
        out.software_list([{"id": "psims-writer", "version": "1", "params": ["python-psims"]}])
        source = out.Source(1, ["electrospray ionization"])
        out.instrument_configuration_list(
            [out.InstrumentConfiguration(id="one", component_list=[source])]
        )
        out.data_processing_list([out.DataProcessing([], id="none")])
        with out.run(id="run", instrument_configuration="one"), out.spectrum_list(count=scans):
            for scan in range(scans):
                mz, intensities = points(rng, 0 if scan == 1 and scans > 3 else 40 + scan)
                sign = SIGNS[scan % 2] if polarity == "both" else polarity
                out.write_spectrum(
                    mz.astype(kind),
                    intensities.astype(kind),
                    id=f"scan={scan + 1}",
                    centroided=centroided,
                    scan_start_time=0.5 * scan,
                    polarity=sign,
                    params=[{"ms level": 2 if scan == 2 and scans > 3 else 1}],
                    compression=compression,
                    encoding=encoding,
                )


write("profile_64_zlib.mzML", kind=np.float64, polarity="positive scan", centroided=False,
      compression="zlib", seed=1)  # fmt: skip
write("centroid_32_plain.mzML", kind=np.float32, polarity="negative scan", centroided=True,
      compression="none", seed=2)  # fmt: skip
write("both_polarities.mzML", kind=np.float64, polarity="both", centroided=True,
      compression="zlib", seed=3, scans=5)  # fmt: skip
packed = HERE / "both_polarities.mzML"
(HERE / "both_polarities.mzML.gz").write_bytes(gzip.compress(packed.read_bytes(), mtime=0))
packed.unlink()


def as_read(path):
    """What pyteomics and pymzML both read of a file: a list with an entry a scan."""
    raw = path.read_bytes()
    with mzml.MzML(io.BytesIO(gzip.decompress(raw) if path.suffix == ".gz" else raw)) as reader:
        theirs = list(reader)
    found = []
    for one, other in zip(theirs, pymzml.run.Reader(str(path)), strict=True):
        arrays = [np.asarray(one[f"{kind} array"], "<f8") for kind in ("m/z", "intensity")]
        assert not arrays[0].size or all(map(np.array_equal, arrays, (other.mz, other.i)))
        signs = [sign for sign in SIGNS if sign in one]
        found.append(
            {
                "name": one["id"],
                "level": one["ms level"],
                "polarity": signs[0].split()[0],
                "sampling": "profile" if "profile spectrum" in one else "centroid",
                "minutes": float(one["scanList"]["scan"][0]["scan start time"]),
                "points": len(arrays[0]),
                "sha256": [hashlib.sha256(array.tobytes()).hexdigest() for array in arrays],
            }
        )
    return found


every = {path.name: as_read(path) for path in sorted(HERE.glob("*.mzML*"))}
(HERE / "as_read_by_others.json").write_text(json.dumps(every, indent=1) + "\n")
