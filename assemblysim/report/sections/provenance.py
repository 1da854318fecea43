"""What is needed to repeat the study: seeds, settings, versions, digests."""

from __future__ import annotations

from dataclasses import asdict

from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.document.naming import bare
from assemblysim.report.document.nodes import Facts, Heading, Node, Section


def provenance_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section, in groups of name and value."""
    result = study.result
    effort = [
        (
            bare(name),
            f"{one.likelihood_calls} likelihood calls, {one.failed_integrations} failed "
            f"integrations, {words.number(one.seconds)} s",
        )
        for name, one in result.mechanisms.items()
    ]
    settings = asdict(result.sampling)
    groups = (
        ("Study", [("name", result.study), ("seed", str(result.seed))]),
        ("Sampler settings", [(k.replace("_", " "), str(v)) for k, v in settings.items()]),
        ("Fixed, not inferred", [(k, str(v)) for k, v in result.measurement.fixed.items()]),
        ("Work done", effort),
        ("Versions", list(result.versions.items())),
        ("Input files, sha256", list(result.inputs.items())),
    )
    parts: list[Node] = []
    for title, rows in groups:
        if rows:
            parts += [Heading(title), Facts(tuple(rows))]
    return (Section("provenance", "Provenance", tuple(parts), link="Provenance"),)
