"""A crate whose command does not give its numbers, or whose files were changed, is told."""

import json
import zipfile

import h5py
import numpy as np
import pytest

from benchmarks.crates import __main__ as crates


@pytest.fixture
def results(tmp_path):
    for name in ("before", "after"):
        folder = tmp_path / name
        (folder / "one").mkdir(parents=True)
        (folder / "numbers").mkdir()
        said = {"seed": 7, "seconds": len(name), "lifetimes": {"A": 1.5}}
        (folder / "summary.json").write_text(json.dumps(said))
        (folder / "numbers/rates.csv").write_text("k,0.1\n")
        with h5py.File(folder / "one/draws.nc", "w") as file:
            file["posterior/k"] = np.array([0.1, 0.2])
    return tmp_path / "before", tmp_path / "after"


def test_the_same_numbers_are_the_same_whatever_time_it_took(results):
    assert list(crates.unlike(*results)) == []


def test_every_number_that_is_another_is_told(results):
    before, after = results
    (after / "summary.json").write_text(json.dumps({"seed": 7, "lifetimes": {"A": 1.6}}))
    (after / "numbers/rates.csv").unlink()
    with h5py.File(after / "one/draws.nc", "r+") as file:
        file["posterior/k"][1] = np.nextafter(0.2, 1)
    assert list(crates.unlike(before, after)) == [
        "summary.json: lifetimes.A",
        "numbers/rates.csv",
        "one/draws.nc: posterior/k",
    ]


def test_a_file_that_the_metadata_do_not_describe_is_told(tmp_path):
    graph = [{"@id": "my%20data.csv", "@type": "File", "sha256": "0"}]
    with zipfile.ZipFile(tmp_path / "crate.zip", "w") as archive:
        archive.writestr(crates.METADATA, json.dumps({"@graph": graph}))
        archive.writestr("my data.csv", "1")
    with pytest.raises(ValueError, match=r"my%20data.csv is not what the metadata say"):
        crates.unpacked(tmp_path / "crate.zip", tmp_path / "there")
    with pytest.raises(ValueError, match="no command of assemblysim"):
        crates.run_again("rm -r everything", tmp_path)
