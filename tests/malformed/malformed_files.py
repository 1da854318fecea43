"""A good study, and the ways to break one thing of it.

A case starts from a good study and breaks one thing. ``{root}`` in the line stands for the
folder that the case was written to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl

MODEL = """\
title = "Two steps to a dimer"

[species]
A  = "M"
B  = "M"
B2 = "2M"

[reactions]
turn = "A -> B ; k_turn"
pair = "2 B <=> B2 ; k_pair, k_part"

[mechanisms]
forward = ["turn", "pair"]
only_turn = ["turn"]
"""

STUDY = """\
title = "A small study"
model = "small"
seed  = 1

[[experiments]]
name       = "one"
initial    = { A = "10 mM" }
data       = "data.csv"
statements = "statements.csv"
sampled    = ["30 min", "1 h", "2 h"]

[measurement]
scale   = "per spectrum"
signals = ["A", "B", "B2"]
noise   = "proportional"
detection_limit = "0.5 %"

[priors]
k_turn = { log_uniform = ["0.01 1/h", "100 1/h"] }
"""

DATA = """\
time (h),A,B,B2
0.5,60,30,10
1,40,35,25
2,20,30,
2,21,0,51
"""

STATEMENTS = """\
species,relation,from_h,to_h,reading
A,decreasing,0.5,2,falls throughout
B2,detected,1,1,seen at 1 h
"""

Change = Callable[[Path], None]


@dataclass(frozen=True)
class Case:
    """One broken input.

    Attributes:
        name: what is wrong with it.
        change: breaks a good study that lies in the given folder.
        line: the whole error line.
        model: whether the mechanism file is read by itself.
    """

    name: str
    change: Change
    line: str
    model: bool = False

    def write(self, root: Path) -> Path:
        """Write the broken input; return what the reader has to be given."""
        write_good_study(root)
        self.change(root)
        return root / "models" / "small.toml" if self.model else root / "study"

    def expected(self, root: Path) -> str:
        """Return the error line, with the folder filled in."""
        return self.line.replace("{root}", str(root))


def write_good_study(root: Path) -> Path:
    """Write a study without fault; return its folder."""
    (root / "models").mkdir()
    (root / "study").mkdir()
    (root / "models" / "small.toml").write_text(MODEL, encoding="utf-8")
    (root / "study" / "study.toml").write_text(STUDY, encoding="utf-8")
    (root / "study" / "data.csv").write_text(DATA, encoding="utf-8")
    (root / "study" / "statements.csv").write_text(STATEMENTS, encoding="utf-8")
    return root / "study"


def edit(name: str, old: str, new: str) -> Change:
    """Replace a piece of a file, which has to be there exactly once."""

    def change(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise ValueError(f"{name} holds {old!r} {text.count(old)} times")
        (root / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


def study(old: str, new: str) -> Change:
    return edit("study/study.toml", old, new)


def model(old: str, new: str) -> Change:
    return edit("models/small.toml", old, new)


def data(old: str, new: str) -> Change:
    return edit("study/data.csv", old, new)


def statements(old: str, new: str) -> Change:
    return edit("study/statements.csv", old, new)


def content(name: str, raw: bytes) -> Change:
    """Give a file another content."""

    def change(root: Path) -> None:
        (root / name).write_bytes(raw)

    return change


def append(text: str) -> Change:
    """Add lines at the end of the study."""

    def change(root: Path) -> None:
        path = root / "study" / "study.toml"
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return change


def both(first: Change, second: Change) -> Change:
    def change(root: Path) -> None:
        first(root)
        second(root)

    return change


def remove(name: str) -> Change:
    return lambda root: (root / name).unlink()


def directory(name: str) -> Change:
    """Put a directory where a file belongs."""

    def change(root: Path) -> None:
        (root / name).unlink()
        (root / name).mkdir()

    return change


def workbook(sheets: dict[str, list[list[object]]], *, named: str = "data.xlsx") -> Change:
    """Let the study read an XLSX file with these cells."""

    def change(root: Path) -> None:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(root / "study" / named)
        study('"data.csv"', f'"{named}"')(root)

    return change
