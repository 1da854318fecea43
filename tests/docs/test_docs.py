"""Every page of assemblysim/docs is run: its files are read, its commands and programs done."""

import contextlib
import dataclasses
import importlib
import inspect
import io
import re
import shlex
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from quick_pictures import blanks

from assemblysim.command_line import run_command_line
from assemblysim.commands import study_commands
from assemblysim.commands.ions import IonsTable
from assemblysim.commands.spectra_commands.tables import SpectraTable
from assemblysim.docs.__main__ import listing
from assemblysim.docs.build import REFERENCE
from assemblysim.docs.docstrings import read_docstring, refuse_gaps
from assemblysim.docs.reference import MODEL_KEYS, reference_page
from assemblysim.errors import InputError
from assemblysim.mechanism.reading import texts
from assemblysim.study.definition.schema import ExperimentTable, MeasurementTable, validated
from assemblysim.study.questions import designing

DOCS = Path(run_command_line.__code__.co_filename).parent / "docs"
TEXTS = {p.relative_to(DOCS).as_posix(): p.read_text(encoding="utf-8") for p in DOCS.rglob("*.md")}
BASE_PEAK = "how-to/percent_of_base_peak.md"  # followed by a test of its own
# Pages that are followed to their end, the first to its verdict; the others without long commands.
TO_THE_END = ("tutorial.md", "how-to/two_temperatures.md")
PEERS = ("how-to/nautilus_and_blackjax.md",)  # followed by benchmarks.pages
WRITTEN = sorted(set(TEXTS) - {REFERENCE, BASE_PEAK, *TO_THE_END, *PEERS})
# The program of a page whose output is the first of its tables.
PRINTED = {"tutorial.md": 0, "how-to/two_temperatures.md": 0, "how-to/thirty_intermediates.md": 1}
DOORS = re.findall(r"^::: ([\w.]+)$", TEXTS["api.md"], flags=re.MULTILINE)
LANGUAGES = {"toml", "csv", "sh", "python", "text", "console"}
FENCE = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<language>\w*)\n(?P<content>.*?)```", re.DOTALL)
# Enough for every stage to be gone through, and far too little to believe.
QUICK = """
[sampling]
ensembles = 2
max_steps = 20
round_steps = 10
screened = 32
starts = 1
smc = { pilot_particles = 48, runs = 2, particles = 48, most_rounds = 1 }
prior_changes = { pilot_particles = 48, runs = 2, particles = 48, most_rounds = 1 }
"""
# Enough for draws that pass their checks, and for the verdict.
MODEST = """
[sampling]
ensembles = 2
screened = 128
starts = 2
size_sought = 1.0
convergence = { effective_size = 100, autocorrelation_times = 5 }
smc = { pilot_particles = 96, runs = 2, particles = 96, most_rounds = 2 }
prior_changes = { pilot_particles = 64, runs = 2, particles = 64, most_rounds = 1 }
"""
LONG = ("run", "fit", "predict", "design", "compare", "report")


@dataclass(frozen=True)
class Block:
    language: str
    content: str
    file: str  # named by the line before it, or ""


def blocks(text):
    """The code blocks of a page, with the file that the line before a block names."""
    found = []
    for match in FENCE.finditer(text):
        named = re.findall(r"`((?:models|fits)/[\w/.]+\.\w+)`", match["before"])
        is_file = match["before"].rstrip().endswith((":", ",")) and named
        found.append(Block(match["language"], match["content"], named[-1] if is_file else ""))
    return found


def tables_of(page):
    return [b.content for b in blocks(TEXTS[page]) if b.language == "csv"]


def quick_design(study, results, wish):
    """Rank next spectra from as few draws as a report does: a tenth of the time."""
    return designing.design_study(study, results, dataclasses.replace(wish, depth=designing.QUICK))


class Reader:
    """A reader who does what a page says, in a folder of their own."""

    def __init__(self, folder, monkeypatch, capsys, *, patient, sampling):
        self.folder, self.patient, self.sampling = folder, patient, sampling
        self.monkeypatch, self.capsys = monkeypatch, capsys
        self.shown = self.refusal = ""
        self.printed = []
        monkeypatch.chdir(folder)
        monkeypatch.setattr(study_commands, "design_study", quick_design)

    def follow(self, page):
        for block in blocks(TEXTS[page]):
            getattr(self, f"do_{block.language}")(block)
            # A command may be refused where the page shows the line that says so.
            assert block.language == "sh" or not self.refusal
        assert not self.refusal
        if page in PRINTED:
            assert self.printed[PRINTED[page]] == tables_of(page)[0]

    def do_toml(self, block):
        content = tomllib.loads(block.content)
        if block.file:
            sampling = self.sampling if "experiments" in content else ""
            self.write(block.file, block.content + sampling)
            return
        for experiment in content.pop("experiments", []):
            validated(ExperimentTable, experiment)
        if "ions" in content:
            validated(IonsTable, content.pop("ions"))
        if "measurement" in content:
            validated(MeasurementTable, content.pop("measurement"))
        if "spectra" in content:
            validated(SpectraTable, content.pop("spectra"))
        assert content == {}

    def do_csv(self, block):
        assert block.file
        self.write(block.file, block.content)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    def do_sh(self, block):
        self.shown = ""
        for line in block.content.splitlines():
            program, *words = shlex.split(line)
            assert program == "assemblysim"
            assert not self.refusal
            of_a_fit = words[0] in LONG or words[:2] == ["simulate", "fits/helicate"]
            if self.patient or not of_a_fit:
                self.shown += self.command(words)

    def command(self, words):
        self.monkeypatch.setattr(sys, "argv", ["assemblysim", *words])
        if words[0] == "run":
            sys.argv += ["--workers", "1"]
        with blanks(), pytest.raises(SystemExit) as ended:
            run_command_line()
        told = self.capsys.readouterr()
        self.refusal = told.err if ended.value.code else ""
        return self.refusal or told.out

    def do_python(self, block):
        """Run a program in names of its own; a process of its own would import all once more."""
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            exec(compile(block.content, "<a page>", "exec"), {"__name__": "__main__"})
        self.shown = told.getvalue()
        self.printed.append(self.shown)

    def do_text(self, block):
        for line in block.content.splitlines():
            assert line in self.shown
        self.refusal = ""

    def do_console(self, block):
        """Results of a long run, for those who waited for it."""
        if self.patient:
            assert " ".join(block.content.split()) in " ".join(self.shown.replace("│", " ").split())


@pytest.fixture
def reader(tmp_path, monkeypatch, capsys):
    def make(*, patient=False, sampling=QUICK):
        one = Reader(tmp_path, monkeypatch, capsys, patient=patient, sampling=sampling)
        files = [b for b in blocks(TEXTS["tutorial.md"]) if b.file]
        for block in files:
            getattr(one, f"do_{block.language}")(block)
        return one

    return make


@pytest.mark.parametrize("page", WRITTEN)
def test_a_page_can_be_followed_and_its_script_prints_its_table(page, reader):
    reader().follow(page)


@pytest.mark.slow
@pytest.mark.parametrize(("page", "sampling"), list(zip(TO_THE_END, (MODEST, QUICK), strict=True)))
def test_a_page_can_be_followed_to_its_end_and_ends_as_it_says(page, sampling, reader):
    one = reader(patient=True, sampling=sampling)
    one.follow(page)

    assert list(one.folder.glob("fits/*/results/report.html"))


def test_percent_of_the_base_peak_is_as_good_as_counts(reader):
    one = reader()
    one.follow(BASE_PEAK)
    counts, percent = one.shown.splitlines()

    assert counts == percent
    assert abs(float(counts)) > 1


@pytest.mark.parametrize("page", sorted(TEXTS))
def test_every_block_says_its_language(page):
    fences = re.findall(r"^```(.*)$", TEXTS[page], flags=re.MULTILINE)

    assert fences[1::2] == [""] * (len(fences) // 2)
    assert set(fences[::2]) <= LANGUAGES
    assert len(blocks(TEXTS[page])) == len(fences) // 2


@pytest.mark.parametrize("page", sorted(TEXTS))
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", TEXTS[page]):
        assert ((DOCS / page).parent / target).is_file(), target


def test_the_page_made_from_docstrings_is_up_to_date():
    assert reference_page() == TEXTS[REFERENCE], "run python -m assemblysim.docs.build"


def explained(thing):
    """What a function or a dataclass has, and the section that explains it; None for others."""
    if inspect.isfunction(inspect.unwrap(thing)):
        return tuple(inspect.signature(thing).parameters), "Args"
    if dataclasses.is_dataclass(thing):
        return tuple(field.name for field in dataclasses.fields(thing)), "Attributes"
    return None


@pytest.mark.parametrize("door", DOORS)
def test_docstrings_explain_what_there_is(door):
    module = importlib.import_module(door)
    assert read_docstring(module, door).summary
    for name, thing in vars(module).items():
        if getattr(thing, "__module__", None) != door or name.startswith("_"):
            continue
        found, wanted = read_docstring(thing, f"{door}.{name}"), explained(thing)
        if wanted and found.entries(wanted[1]):
            refuse_gaps(found.entries(wanted[1]), wanted[0], f"{door}.{name}")


def test_the_keys_of_a_mechanism_file_are_all_explained():
    assert tuple(MODEL_KEYS) == texts.SYSTEM_KEYS


def test_a_key_without_explanation_is_refused():
    meanings = read_docstring(MeasurementTable, "MeasurementTable").entries("Attributes")

    refuse_gaps(meanings, MeasurementTable.model_fields, "MeasurementTable")
    with pytest.raises(InputError, match="does not explain 'colour'"):
        refuse_gaps(meanings, [*MeasurementTable.model_fields, "colour"], "MeasurementTable")
    with pytest.raises(InputError, match="explains 'scale', which it has not"):
        refuse_gaps(meanings, [], "MeasurementTable")


def test_an_entry_over_several_lines_is_read_whole():
    def shown():
        """Do it.

        Args:
            one: a number,
                and more.
            two: another.

        Method: as in the book.
        """

    found = read_docstring(shown, "shown")

    assert found.entries("Args") == {"one": "a number, and more.", "two": "another."}
    assert found.text == "Do it.\n\nMethod: as in the book."


def test_the_listing_names_every_page():
    lines = listing().splitlines()

    assert len(lines) == len(TEXTS)
    assert all(Path(line.rpartition(": ")[2]).is_file() for line in lines)
