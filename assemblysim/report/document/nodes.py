"""The parts that a report is made of: one tree, which every writer walks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from matplotlib.figure import Figure


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: what it says.
        note: a smaller second line.
        mark: "good", "bad", "notable" or "".
        shown_in: stem of the figure that a click leads to; "" for none.
    """

    text: str
    note: str = ""
    mark: str = ""
    shown_in: str = ""


@dataclass(frozen=True)
class Table:
    """A table with its caption; the first column names the rows.

    Attributes:
        caption: what it shows.
        columns: headings.
        rows: as many cells as headings in each.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @classmethod
    def of(
        cls, caption: str, columns: Iterable[str], rows: Iterable[Iterable[Cell | str]]
    ) -> Table:
        """Make a table of cells and plain texts."""
        cells = (tuple(c if isinstance(c, Cell) else Cell(c) for c in row) for row in rows)
        return cls(caption, tuple(columns), tuple(cells))

    def telling(self) -> Table:
        """The same without columns in which no row says anything."""
        kept = [
            i
            for i in range(len(self.columns))
            if i == 0 or any(row[i].text not in ("", "–") or row[i].note for row in self.rows)
        ]
        rows = tuple(tuple(row[i] for i in kept) for row in self.rows)
        return Table(self.caption, tuple(self.columns[i] for i in kept), rows)

    def transposed_to(self, kind: str) -> Table:
        """The same with a row for each column, which is a species or a step, say."""
        names = tuple(row[0].text for row in self.rows)
        rows = tuple(
            (Cell(heading), *(row[i] for row in self.rows))
            for i, heading in enumerate(self.columns[1:], start=1)
        )
        return Table(self.caption, (kind, *names), rows)


@dataclass(frozen=True)
class Picture:
    """One figure before it is drawn.

    Attributes:
        stem: of its files.
        alternative: what it shows, for readers who cannot see it.
        draw: makes the figure.
    """

    stem: str
    alternative: str
    draw: Callable[[], Figure]


@dataclass(frozen=True)
class Banner:
    """A warning above everything else.

    Attributes:
        label: in capitals.
        text: one or two sentences.
        kind: "bad" for results that must not be used, "note" otherwise.
    """

    label: str
    text: str
    kind: str


@dataclass(frozen=True)
class Heading:
    """The heading of a part of a section."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; its kind is "verdict", "small", "legend" or "" for plain text."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class Caution:
    """A sentence to be kept in mind while reading on."""

    text: str


@dataclass(frozen=True)
class Listing:
    """Sentences one below the other.

    Attributes:
        items: the sentences.
        kind: "caveats", "settled", "equations" or "references", which are numbered.
    """

    items: tuple[str, ...]
    kind: str = "caveats"


@dataclass(frozen=True)
class Facts:
    """Names and values as programs know them."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TableBlock:
    """A table in its place.

    Attributes:
        table: what it shows.
        kind: begins the name of its file.
        mechanism: that it is about; "" where it is about the study.
        only_filed: whether reports leave it out, so that it stands in a file or a terminal alone.
    """

    table: Table
    kind: str
    mechanism: str = ""
    only_filed: bool = False


@dataclass(frozen=True)
class FigureBlock:
    """A figure in its place, with its caption; a broad one takes the page's whole width."""

    picture: Picture
    caption: str
    broad: bool = False


@dataclass(frozen=True)
class TimeFigures:
    """Two figures of one course of time, of which the reader sees one.

    Attributes:
        title: above them.
        linear: with linear time.
        logarithmic: with logarithmic time.
        log_first: whether the logarithmic one is shown at first.
        legend: below them.
    """

    title: str
    linear: Picture
    logarithmic: Picture
    log_first: bool
    legend: str = ""

    @property
    def first(self) -> Picture:
        """The one that is shown at first."""
        return self.logarithmic if self.log_first else self.linear


@dataclass(frozen=True)
class Pair:
    """Two parts side by side where there is room."""

    left: tuple[Node, ...]
    right: tuple[Node, ...]


@dataclass(frozen=True)
class SideBySide:
    """Parts side by side, as many as there is room for."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Folded:
    """Parts that are out of sight until the reader asks for them."""

    title: str
    parts: tuple[Node, ...]


Text = Banner | Heading | Paragraph | Caution | Listing | Facts
Leaf = Text | TableBlock | FigureBlock | TimeFigures
Node = Leaf | Pair | SideBySide | Folded


@dataclass(frozen=True)
class Section:
    """A section.

    Attributes:
        anchor: for links to it.
        title: its heading; "" where it needs none.
        parts: what it holds.
        link: what the list of contents calls it; "" where it is not listed.
        group: of sections that this one opens in the list of contents; "" where it opens none.
        tag: beside the title.
        is_open: whether the reader sees it at once; None where it cannot be folded.
    """

    anchor: str
    title: str
    parts: tuple[Node, ...]
    link: str = ""
    group: str = ""
    tag: str = ""
    is_open: bool | None = None


@dataclass(frozen=True)
class View:
    """Parts of a report without a frame, as a command shows them.

    Attributes:
        parts: in their order.
        names: of species, whose formulas are typeset.
    """

    parts: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A report.

    Attributes:
        title: of the study.
        question: that it answers; "" where none is stated.
        names: of species, whose formulas are typeset.
        version: of the program that made the results; "" where it is not known.
        banners: what stands above everything else.
        sections: in the order of reading.
        appendix: everything else, which stands behind them and is out of sight at first.
    """

    title: str
    question: str
    names: tuple[str, ...]
    version: str
    banners: tuple[Banner, ...]
    sections: tuple[Section, ...]
    appendix: tuple[Section, ...] = ()

    @property
    def parts(self) -> Iterator[Leaf]:
        """Every part of every section that holds no others, in the order of reading."""
        for section in (*self.sections, *self.appendix):
            yield from opened(section.parts)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """Every figure."""
        found: list[Picture] = []
        for part in self.parts:
            if isinstance(part, FigureBlock):
                found.append(part.picture)
            elif isinstance(part, TimeFigures):
                found += [part.linear, part.logarithmic]
        return tuple(found)


def table_blocks(kind: str, *tables: Table | None, mechanism: str = "") -> tuple[TableBlock, ...]:
    """Put tables in their place; None is nothing."""
    return tuple(TableBlock(table, kind, mechanism) for table in tables if table is not None)


def listed_parts(title: str, sentences: Iterable[str]) -> tuple[Node, ...]:
    """Return a heading and sentences below it; nothing where there are none."""
    items = tuple(sentences)
    return (Heading(title), Listing(items)) if items else ()


def opened(parts: Iterable[Node]) -> Iterator[Leaf]:
    """Return parts one after the other, and in place of those that hold others what they hold."""
    for part in parts:
        if isinstance(part, Pair):
            yield from opened((*part.left, *part.right))
        elif isinstance(part, SideBySide | Folded):
            yield from opened(part.parts)
        else:
            yield part
