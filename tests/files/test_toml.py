import pytest

from assemblysim.errors import InputError
from assemblysim.files.toml import read_text, read_toml


def written(folder, content):
    path = folder / "a.toml"
    path.write_bytes(content)
    return path


def test_tables_and_values_are_read_with_or_without_a_byte_order_mark(tmp_path):
    for mark in (b"", b"\xef\xbb\xbf"):
        assert read_toml(written(tmp_path, mark + b"[a]\nb = 1.5\n")) == {"a": {"b": 1.5}}


def test_line_breaks_tabulators_and_the_end_mark_of_dos_are_no_control_characters(tmp_path):
    path = written(tmp_path, b'a = "x\\ty\\nz\\u0085"\r\n\x1a')

    assert read_toml(path) == {"a": "x\ty\nz\x85"}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"  \n", "the file is empty; write it, or restore it from its copy"),
        (b'a = 1\nb = "x\n', "close the quotation mark"),
        (b"a = 1\na = 2\n", "a name is given twice"),
        (b"a = 1\nb = \n", "line 2: not TOML: "),
        (b"a = 1\n# \xff\n", "line 2: not UTF-8 (byte 0xff); save it as UTF-8"),
        (b"a = 1\nb = 'x\x1b[31m'\n", "line 2: holds the control character 0x1b; take it out"),
        (b'a = 1\nb = ["x", "\\u0000"]\n', "'b': '?': holds the control character 0x00; take it"),
        (b'"a\\u0007" = 1\n', "'a?': holds the control character 0x07; take it out"),
        (b"a = " + b"[" * 5000, "brackets nested too deeply"),
    ],
)
def test_what_is_wrong_is_one_line_that_begins_with_the_path(content, line, tmp_path):
    path = written(tmp_path, content)
    with pytest.raises(InputError) as refused:
        read_toml(path)

    assert str(refused.value).startswith(f"{path}: ")
    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_number_too_long_to_be_read_is_found_at_once_among_long_ones_that_are(tmp_path):
    """Where each digit of each was tried as a beginning, this took ten seconds."""
    path = tmp_path / "long.toml"
    path.write_text(f"a = [{f'{1:04299}.5, '.replace('0', '1') * 100}]\nb = {'9' * 5000}\n")
    with pytest.raises(InputError, match="line 2: a whole number of 5000 digits"):
        read_toml(path)


@pytest.mark.parametrize(
    "before", ["# {}\n", 'a = "{}"\n', "a = {}.5\n", "a = [ # {}\n1]\n", "a = '{}' # {}\n"]
)
def test_digits_in_comments_and_strings_are_no_number_that_is_too_long(before, tmp_path):
    text = before.replace("{}", "8" * 6000)
    number = text.count("\n") + 1
    with pytest.raises(InputError, match=f"line {number}: a whole number of 5000 digits"):
        read_toml(written(tmp_path, f"{text}b = [2, {'9' * 5000}]\nc = {'7' * 7000}\n".encode()))


def test_what_is_no_file_or_too_large_a_one_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        read_text(tmp_path / "nothing")
    with pytest.raises(InputError, match="is a directory; name the file in it"):
        read_text(tmp_path)
    with pytest.raises(InputError, match="11 bytes; at most 10 are read"):
        read_text(written(tmp_path, b"x" * 11), largest=10)
