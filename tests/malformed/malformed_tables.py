"""Broken tables, each with the one line that it has to bring forth."""

from malformed_files import (
    DATA,
    Case,
    Change,
    both,
    content,
    data,
    directory,
    edit,
    remove,
    statements,
    study,
    workbook,
)

HEADER: list[object] = ["time (h)", "A", "B", "B2"]
GOOD_ROW: list[object] = [1, 40, 35, 25]


def absolute(label: str) -> Change:
    """Make the table one of concentrations, with this label on its first column."""
    return both(
        study('"per spectrum"', '"absolute"'),
        data("time (h),A,B,B2", f"time (h),{label},B (mM),B2 (mM)"),
    )


TABLE_CASES = (
    Case(
        "missing time unit",
        data("time (h)", "time"),
        "{root}/study/data.csv: line 1: time column 'time' has no unit; label it "
        "time (h), time (min), time (s) or time (d)",
    ),
    Case(
        "unknown time unit",
        data("time (h)", "time (hr s)"),
        "{root}/study/data.csv: line 1: column 'time (hr s)': unit 'hr s' ([time]^2) "
        "does not fit; a unit like h (a time) is needed",
    ),
    Case(
        "time in mM",
        data("time (h)", "time (mM)"),
        "{root}/study/data.csv: line 1: column 'time (mM)': unit 'mM' (a "
        "concentration) does not fit; a unit like h (a time) is needed",
    ),
    Case(
        "no time column",
        data("time (h)", "clock"),
        "{root}/study/data.csv: line 1: no time column; label it time (h), time "
        "(min), time (s) or time (d)",
    ),
    Case(
        "negative intensity",
        data("60,30,10", "60,-30,10"),
        "{root}/study/data.csv: line 2: column 'B': -30 is negative; write 0 or n.d. "
        "for not detected, nothing for not measured",
    ),
    Case(
        "text in a number column",
        data("60,30,10", "60,about 30,10"),
        "{root}/study/data.csv: line 2: column 'B': 'about 30' is not a number; "
        "write a number, nothing for not measured, or n.d. for not detected",
    ),
    Case(
        "nan as text",
        data("60,30,10", "60,nan,10"),
        "{root}/study/data.csv: line 2: column 'B': 'nan' is not a number; write a "
        "number, nothing for not measured, or n.d. for not detected",
    ),
    Case(
        "infinite intensity",
        data("60,30,10", "60,1e999,10"),
        "{root}/study/data.csv: line 2: column 'B': '1e999' is not a number; write a "
        "number, nothing for not measured, or n.d. for not detected",
    ),
    Case(
        "times not increasing",
        data("1,40,35,25", "0.4,40,35,25"),
        "{root}/study/data.csv: line 3: time 0.4 h comes after 0.5 h; sort the rows by time",
    ),
    Case(
        "negative time",
        data("0.5,60", "-0.5,60"),
        "{root}/study/data.csv: line 2: time: -0.5 h is before the start; count from the start",
    ),
    Case(
        "no time in a row",
        data("1,40", ",40"),
        "{root}/study/data.csv: line 3: no time; write one, or delete the row",
    ),
    Case(
        "ragged row",
        data("1,40,35,25", "1,40,35"),
        "{root}/study/data.csv: line 3: 3 cells, the header has 4; give every row 4 "
        "cells (decimal commas need columns separated by semicolons)",
    ),
    Case(
        "decimal comma between commas",
        data("1,40,35,25", '1,40,35,"2,5"'),
        "{root}/study/data.csv: line 3: column 'B2': '2,5' is not a number; write a "
        "decimal point, or separate the columns by semicolons",
    ),
    Case(
        "decimal comma that makes a cell more",
        data("1,40,35,25", "1,40,35,2,5"),
        "{root}/study/data.csv: line 3: 5 cells, the header has 4; give every row 4 "
        "cells (decimal commas need columns separated by semicolons)",
    ),
    Case(
        "duplicate column",
        data(",B,B2", ",B,B"),
        "{root}/study/data.csv: line 1: two columns are labelled 'B'; rename one",
    ),
    Case(
        "column without label",
        data(",B,B2", ",,B2"),
        "{root}/study/data.csv: line 1: column 3 has no label; write one",
    ),
    Case(
        "missing column",
        data(",B2\n", ",B_2\n"),
        "{root}/study/data.csv: line 1: no column for signal 'B2'; did you mean 'B_2'?",
    ),
    Case(
        "column that is no signal",
        edit("study/study.toml", '"B", "B2"]', '"B"]'),
        "{root}/study/data.csv: line 1: column 'B2' is no signal of the study; add "
        "it to 'signals', or write ignore = [\"B2\"]",
    ),
    Case(
        "two kinds of separators",
        data("time (h),A,B,B2", "time (h);A,B,B2"),
        "{root}/study/data.csv: the header has commas and semicolons; separate all "
        "columns by one of them",
    ),
    Case(
        "decimal commas and points",
        content("study/data.csv", b"time (h);A;B;B2\n0,5;60;30;10\n1;40.5;35;25\n"),
        "{root}/study/data.csv: line 2 has a decimal comma, line 3 a decimal point; "
        "write all numbers in one way",
    ),
    Case(
        "zero without detection limit",
        study('detection_limit = "0.5 %"\n', ""),
        "{root}/study/data.csv: line 5: column 'B': 0 means nothing without a "
        "detection limit; state detection_limit under [measurement]",
    ),
    Case(
        "row without reading",
        data("2,20,30,", "2,,,"),
        "{root}/study/data.csv: line 4: no reading; delete the row",
    ),
    Case(
        "spectrum without signal",
        data("2,20,30,", "2,0,0,"),
        "{root}/study/data.csv: line 4: no signal in this spectrum; delete the row",
    ),
    Case(
        "quotation mark not closed",
        data("1,40", '1,"40'),
        "{root}/study/data.csv: line 3: not CSV: unexpected end of data; check the "
        "quotation marks of this line",
    ),
    Case(
        "empty table",
        content("study/data.csv", b""),
        "{root}/study/data.csv: the file is empty; write a header and at least one row",
    ),
    Case(
        "header without rows",
        content("study/data.csv", b"time (h),A,B,B2\n"),
        "{root}/study/data.csv: has a header but no row; write at least one row",
    ),
    Case(
        "table not UTF-8",
        content("study/data.csv", b"time (h),A,B,B2\n1,2,3,4 \xb5\n"),
        "{root}/study/data.csv: line 2: not UTF-8 (byte 0xb5); save it as UTF-8",
    ),
    Case(
        "directory for a table",
        directory("study/data.csv"),
        "{root}/study/data.csv: is a directory; name the file in it",
    ),
    Case(
        "missing table",
        remove("study/data.csv"),
        "{root}/study/data.csv: no such file; check the path",
    ),
    Case(
        "other kind of file",
        study('"data.csv"', '"data.xls"'),
        "{root}/study/data.xls: cannot read files that end in '.xls'; save it as CSV",
    ),
    Case(
        "column of a unit that is no concentration",
        absolute("A (g/L)"),
        "{root}/study/data.csv: line 1: column 'A': unit 'g/L' (a mass in a volume) "
        "does not fit; a unit like mM (a concentration) is needed",
    ),
    Case(
        "column without unit on the absolute scale",
        absolute("A"),
        "{root}/study/data.csv: line 1: column 'A' has no unit; label it 'A (mM)', "
        'or choose scale = "per species" or "per spectrum"',
    ),
    Case(
        "unknown relation",
        statements("A,decreasing", "A,falling"),
        "{root}/study/statements.csv: line 2: unknown relation 'falling'; known: "
        "absent, abundant, appears between, at most of maximum, at most of spectrum, decreasing, "
        "detected, increasing, maximum, unmentioned",
    ),
    Case(
        "statement on no signal",
        statements("A,decreasing", "AA,decreasing"),
        "{root}/study/statements.csv: line 2: species 'AA' is no signal; did you mean 'A'?",
    ),
    Case(
        "statement at no sampling time",
        statements("detected,1,1", "detected,1.5,1.5"),
        "{root}/study/statements.csv: line 3: from_h 1.5 is no sampling time; "
        "sampled (h): 0.5, 1, 2",
    ),
    Case(
        "statement ending before it starts",
        statements("0.5,2", "2,0.5"),
        "{root}/study/statements.csv: line 2: from_h 2 is after to_h 0.5; exchange them",
    ),
    Case(
        "trend at one time",
        statements("0.5,2", "2,2"),
        "{root}/study/statements.csv: line 2: 'decreasing' at one time, 2 h; state two times",
    ),
    Case(
        "statement made twice",
        statements("B2,detected,1,1,seen", "A,decreasing,0.5,2,again"),
        "{root}/study/statements.csv: line 3: says the same as line 2; keep one, or "
        "it counts twice",
    ),
    Case(
        "statement column missing",
        statements(",reading", ""),
        "{root}/study/statements.csv: line 2: 5 cells, the header has 4; give every "
        "row 4 cells (decimal commas need columns separated by semicolons)",
    ),
    Case(
        "statement column misspelt",
        statements("relation", "relations"),
        "{root}/study/statements.csv: line 1: unknown column 'relations'; did you mean 'relation'?",
    ),
    Case(
        "text in a cell of XLSX",
        workbook({"data": [HEADER, [1, "40 %", 35, 25]]}),
        "{root}/study/data.xlsx: row 2: column 'A': '40 %' is not a number; write a "
        "number, nothing for not measured, or n.d. for not detected",
    ),
    Case(
        "formula without result",
        workbook({"data": [HEADER, [1, "=20+20", 35, 25]]}),
        "{root}/study/data.xlsx: cell B2: a formula without its result; open and save it in Excel",
    ),
    Case(
        "truth value in XLSX",
        workbook({"data": [HEADER, [1, True, 35, 25]]}),
        "{root}/study/data.xlsx: cell B2: True is not a number; format the cell as a number",
    ),
    Case(
        "two sheets",
        workbook({"first": [HEADER, GOOD_ROW], "second": [HEADER, GOOD_ROW]}),
        "{root}/study/data.xlsx: has the sheets 'first', 'second'; name one with 'sheet'",
    ),
    Case(
        "empty XLSX",
        workbook({"data": []}),
        "{root}/study/data.xlsx: the file is empty; write a header and at least one row",
    ),
    Case(
        "CSV named XLSX",
        both(study('"data.csv"', '"data.xlsx"'), content("study/data.xlsx", DATA.encode())),
        "{root}/study/data.xlsx: is no XLSX file (BadZipFile); save it as CSV",
    ),
)
