"""A report taken apart for tests, a small one, and a hostile text."""

from html.parser import HTMLParser
from pathlib import Path

from report_example import predictive_checks, result_of, summary, verdict

from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.order import document_of

VOID = {"wbr", "meta", "link", "br", "hr", "img", "input", "path", "use", "rect"}


class Page(HTMLParser):
    """Collects what the tests ask about, and that every element that opens also closes."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.elements, self.words = [], [], [], []
        self.folds, self.unfolded = [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "details" and "open" not in dict(attributes):
            self.folds.append(len(self.open))

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)
        if self.folds and len(self.open) < self.folds[-1]:
            self.folds.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "title") and data.strip():
            self.words.append(" ".join(data.split()))
            if self.open[-1] != "script" and (not self.folds or "summary" in self.open):
                self.unfolded.append(self.words[-1])

    @property
    def text(self):
        return " ".join(self.words)

    @property
    def words_to_read(self):
        """How many words a reader sees who unfolds nothing."""
        return sum(any(c.isalnum() for c in w) for w in " ".join(self.unfolded).split())

    def all(self, tag, **wanted):
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]


def small(**changes):
    """A summary of one mechanism, so that its report is written fast."""
    content = summary()
    content["mechanisms"] = {"template": content["mechanisms"]["template"]}
    content["mechanisms"]["template"]["predictive_checks"] = predictive_checks("both")
    named(content, "template")
    return {**content, **changes}


def named(content, *names):
    """Compare mechanisms of these names alone, the first with a probability of nearly 1."""
    found = content["comparison"]
    found["probabilities"] = {name: 0.9 if name == names[0] else 0.1 for name in names}
    found["intervals"] = {name: [0.0, 1.0] for name in names}
    found["log_bayes_factors"] = {name: {"value": 0.0, "error": 0.0} for name in names}
    found |= {"left_open": list(names), "verdict": verdict("single", names[:1])}
    found["prior_sensitivity"] = []
    content["discriminating"] = []


def document(content, courses=None, **more):
    """The report of a summary, without any file."""
    return document_of(StoredStudy(Path(), result_of(content), courses or {}, **more))


HOSTILE = '<script>alert("1")</script>'
