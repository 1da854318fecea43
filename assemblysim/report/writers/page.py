"""The report of a study as one HTML page that opens anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from assemblysim.report.content import words
from assemblysim.report.document.naming import titled
from assemblysim.report.document.nodes import Document, Picture
from assemblysim.report.figures.drawing import inline_svg, share_outlines

# Spaces at which no line ends: behind the sign of a bound, before the unit of an interval.
_BOUND = re.compile(
    r"(?<=[<>≥≤]) (?=\d)|(?<=&[lg]t;) (?=\d)|(?<=[\d)]) (?=(?:%|°C|h|min|s|mM)(?!\w))"
)


def render_page(document: Document, drawn: Mapping[str, str], explorer: str | None = None) -> str:
    """Return the page's HTML.

    Args:
        document: the report.
        drawn: each of its figures as SVG, by stem.
        explorer: the page with sliders that lies beside it; None for none.
    """
    page = _environment(document.names, drawn).get_template("page.html")
    return share_outlines(page.render(document=document, explorer=explorer))


def typeset(text: object, names: Iterable[str]) -> Markup:
    """Escape a text, then typeset formulas, arrows and rate constants in it."""
    escaped = str(escape(words.sentence(str(text), names)))
    marked = re.sub(r"\b([kK]|Ea|dH)_([A-Za-z0-9_]+)", _constant, escaped)
    bound = _BOUND.sub("\N{NO-BREAK SPACE}", marked)
    return Markup(re.sub(r"(?<=\w_)(?=\w)", "<wbr>", bound))  # where a long name may break


def _constant(match: re.Match[str]) -> str:
    """Typeset a rate constant, or its activation energy or enthalpy."""
    step = match.group(2).replace("_", " ")
    if match.group(1) == "Ea":
        return f"<i>E</i><sub>a, {step}</sub>"
    symbol = "Δ<i>H</i><sup>‡</sup>" if match.group(1) == "dH" else f"<i>{match.group(1)}</i>"
    return f"{symbol}<sub>{step}</sub>"


def _environment(names: Iterable[str], drawn: Mapping[str, str]) -> Environment:
    environment = Environment(
        loader=PackageLoader("assemblysim", "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typeset"] = partial(typeset, names=names)
    environment.filters["kind"] = lambda part: type(part).__name__
    environment.filters["drawn"] = partial(_inline, drawn)
    return environment


def _inline(drawn: Mapping[str, str], picture: Picture) -> Markup:
    return Markup(inline_svg(drawn[picture.stem], titled(picture.alternative)))
