"""What the first screen of a report has to say, from its document."""

from assemblysim.report.document.naming import titled
from assemblysim.report.document.nodes import FigureBlock, Listing, Pair, Paragraph, SideBySide
from assemblysim.report.writers.page import typeset


def wanted_on_first_screen(document):
    """Its texts by what they are: question, answer, pictures, what is in doubt, what next."""
    answer = document.sections[0]
    assert answer.anchor == "answer"
    found = {} if not document.question else {"question": document.question}
    for part in answer.parts:
        if isinstance(part, Paragraph):
            found["answer" if part.kind == "verdict" else "qualification"] = part.text
        elif isinstance(part, SideBySide):
            for one in part.parts:
                assert isinstance(one, FigureBlock)
                found[f"picture {one.picture.stem}"] = one.picture.alternative
        elif isinstance(part, Pair):
            left, right = part.left[1], part.right[1]
            doubts = left.items if isinstance(left, Listing) else (left.text,)
            found |= {f"doubt {i}": one for i, one in enumerate(doubts, start=1)}
            found["next experiment"] = right.text
    return {what: _as_seen(text, document.names, what) for what, text in found.items()}


def missing(document, seen):
    """What of it does not stand in the text of a screen."""
    plain = " ".join(seen.split())
    return [what for what, text in wanted_on_first_screen(document).items() if text not in plain]


def _as_seen(text, names, what):
    shown = titled(text) if what.startswith("picture") else typeset(text, names).striptags()
    return " ".join(str(shown).split())
