import pytest

from assemblysim.errors import InputError
from assemblysim.files.cells import read_grid
from assemblysim.files.rows import SheetLayout

TEXT = "Zeit (h);A (µM)\n1;2,5\n"
LAYOUT = SheetLayout(lambda cells: len(cells) > 1, lambda text: True)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("kind", ["csv", "dat"])
def test_a_table_is_read_in_the_encodings_of_spreadsheets(tmp_path, encoding, kind):
    path = tmp_path / f"data.{kind}"
    path.write_bytes(TEXT.encode(encoding))
    grid = read_grid(path, layout=LAYOUT)

    assert grid.header == ("Zeit (h)", "A (µM)")
    assert grid.number(grid.rows[0].cells[1]) == 2.5
    said = {"utf-16": "read as UTF-16", "cp1252": "read as Windows-1252"}.get(encoding)
    assert [one.split(",")[0] for one in grid.notices] == ([said] if said else [])


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"time (h),A\n1,\x81\n", "line 2: not UTF-8 (byte 0x81); save it as UTF-8"),
        (b"time (h),A\n1,\xde\xde\n", "line 2: not UTF-8"),
        (b"\xff\xfet\x00i", "begins as UTF-16 and does not go on so"),
        (b"\xff\xfet\x00\x01\x00", "line 1: holds the control character 0x01"),
    ],
)
def test_other_bytes_are_refused(tmp_path, raw, says):
    path = tmp_path / "data.csv"
    path.write_bytes(raw)
    with pytest.raises(InputError) as refusal:
        read_grid(path, layout=LAYOUT)
    assert says in str(refusal.value)


def test_no_encoding_is_guessed_of_a_table_of_names(tmp_path):
    path = tmp_path / "steps.csv"
    path.write_bytes("reactants,products\nA,\u00e4\n".encode("cp1252"))
    with pytest.raises(InputError, match="line 2: not UTF-8"):
        read_grid(path)
