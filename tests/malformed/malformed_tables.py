"""Broken tables, each with the one line that it has to bring forth."""

import datetime

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
        "write the number alone, or nothing if it is not to count",
    ),
    Case(
        "nan as a time",
        data("0.5,60", "nan,60"),
        "{root}/study/data.csv: line 2: time: 'nan' is not a number; write a number, as in the "
        "other rows, or delete the row if it is no measurement",
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
        "{root}/study/data.csv: line 1: two columns are labelled 'B'; rename one, or number "
        "replicates as A_1 and A_2",
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
        "standard deviations beside a signal",
        content("study/data.csv", b"time (h),A,sd A,B,B2\n1,40,2,35,25\n"),
        "{root}/study/data.csv: line 1: column 'sd A' looks like the standard deviations of 'A'; "
        'write noise = "known" under [measurement] to use them, or ignore = ["sd A"]',
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
        "table of times alone",
        content("study/data.csv", b"time (h),A,B,B2\n1,,,\n2,,,\n"),
        "{root}/study/data.csv: no row holds an intensity; write at least one",
    ),
    Case(
        "spectrum without signal",
        data("2,20,30,", "2,0,0,"),
        "{root}/study/data.csv: line 4: no signal in this spectrum; delete the row",
    ),
    Case(
        "thousands or decimals, by comma",
        content("study/data.csv", b"time (h)\tA\tB\tB2\n1\t12,345\t850\t10\n"),
        "{root}/study/data.csv: line 2: '12,345' may have its mark between thousands or before "
        'decimals; state decimal = "," for 12.345 or decimal = "." for 12345 in study.toml',
    ),
    Case(
        "thousands or decimals, by point",
        content("study/data.csv", b"time (h);A;B;B2\n1;12.345;850;10\n"),
        "{root}/study/data.csv: line 2: '12.345' may have its mark between thousands or before "
        'decimals; state decimal = "," for 12345 or decimal = "." for 12.345 in study.toml',
    ),
    Case(
        "a note between the rows",
        data("1,40,35,25", "new tube,,,\n1,40,35,25"),
        "{root}/study/data.csv: line 3: time: 'new tube' is not a number; write a number, as in "
        "the other rows, or delete the row if it is no measurement",
    ),
    Case(
        "a clock of two meanings",
        content("study/data.csv", b"time (min),A,B,B2\n0:30,40,35,25\n"),
        "{root}/study/data.csv: line 2: time: '0:30' may be hours and minutes or minutes and "
        "seconds; label the column time (h:mm) or time (min:s)",
    ),
    Case(
        "the time of the day",
        content("study/data.csv", b"time,A,B,B2\n10:15:00,40,35,25\n11:00:00,30,35,35\n"),
        "{root}/study/data.csv: times from 10.25 to 11 h look like those of a day; write the time "
        "since the start, in hours",
    ),
    Case(
        "units of a row and of the header differ",
        data("time (h),A,B,B2\n", "time (h),A,B,B2\nmin,,,\n"),
        "{root}/study/data.csv: line 2: column 'time (h)' is in h by its label and in min by this "
        "row; keep one",
    ),
    Case(
        "long table without numbered spectra",
        content("study/data.csv", b"species,time (h),value\nA,1,60\nB,1,30\nB2,1,9\nA,1,61\n"),
        "{root}/study/data.csv: line 5: A at 1 h is there before, and it is not known which "
        "measurements are of one spectrum; add a column 'spectrum' that numbers them",
    ),
    Case(
        "long table of several experiments",
        content("study/data.csv", b"experiment,species,time (h),value\nE1,A,1,60\n"),
        "{root}/study/data.csv: line 1: column 'experiment' is none of species, time, value, "
        "spectrum and unit of a long table; if it tells experiments apart, write a table for "
        'each; write ignore = ["experiment"] if it is of no account',
    ),
    Case(
        "date in XLSX",
        workbook({"data": [HEADER, [datetime.datetime(2026, 5, 4, 10, 15), 40, 35, 25]]}),
        "{root}/study/data.xlsx: row 2: time: 2026-05-04 10:15:00 is a date; write the time "
        "since the start: in a spreadsheet =A2-A$2 where row 2 is the start, with the cells "
        "formatted as [h]:mm:ss",
    ),
    Case(
        "share of a day in XLSX",
        workbook({"data": [["time (min)", "A", "B", "B2"], [0.5 / 24, 40, 35, 25]]}),
        "{root}/study/data.xlsx: row 2 and others: 0.0208333 min is 30 min as a share of a day, as "
        "spreadsheets keep times; format the cells as [h]:mm:ss, or multiply them by 1440 for "
        "minutes",
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
        content("study/data.csv", b"time (h),A,B,B2\n1,2,3,4 \xde\n"),
        "{root}/study/data.csv: line 2: not UTF-8 (byte 0xde); save it as UTF-8",
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
        "per cent in one cell of XLSX",
        workbook({"data": [HEADER, [1, "40 %", 35, 25]]}),
        "{root}/study/data.xlsx: row 1: the cells of 'A' are formatted as % and those of 'B' are "
        "not; format all of them alike",
    ),
    Case(
        "text in a cell of XLSX",
        workbook({"data": [HEADER, [1, "40 kcps", 35, 25]]}),
        "{root}/study/data.xlsx: row 2: column 'A': '40 kcps' is not a number; write the "
        "number alone, or nothing if it is not to count",
    ),
    Case(
        "formula without result",
        workbook({"data": [HEADER, [1, "=20+20", 35, 25]]}),
        "{root}/study/data.xlsx: cell B2: a formula without its result; open and save it in Excel",
    ),
    Case(
        "truth value in XLSX",
        workbook({"data": [HEADER, [1, True, 35, 25]]}),
        "{root}/study/data.xlsx: row 2: column 'A': True is not a number; format the cell as a "
        "number",
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
