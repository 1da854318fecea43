"""What is needed to repeat the study: seeds, settings, versions, digests."""

from __future__ import annotations

from assemblysim.report.content import words
from assemblysim.report.content.stored import StoredStudy
from assemblysim.report.document.nodes import Facts, Heading, Node, Section


def provenance_section(study: StoredStudy) -> tuple[Section, ...]:
    """Build the section, in groups of name and value."""
    summary = study.summary
    effort = [
        (
            name,
            f"{int(m.get('likelihood_calls') or 0)} likelihood calls, "
            f"{int(m.get('failed_integrations') or 0)} failed integrations, "
            f"{words.number(m.get('seconds'))} s",
        )
        for name, m in summary["mechanisms"].items()
    ]
    settings = summary.get("sampling") or {}
    fixed = (summary.get("measurement") or {}).get("stated") or {}
    groups = (
        ("Study", [("name", str(summary.get("study", ""))), ("seed", str(summary.get("seed")))]),
        ("Sampler settings", [(k.replace("_", " "), str(v)) for k, v in settings.items()]),
        ("Fixed, not inferred", [(k, str(v)) for k, v in fixed.items()]),
        ("Work done", effort),
        ("Versions", [(k, str(v)) for k, v in (summary.get("versions") or {}).items()]),
        ("Input files, sha256", [(k, str(v)) for k, v in (summary.get("inputs") or {}).items()]),
    )
    parts: list[Node] = []
    for title, rows in groups:
        if rows:
            parts += [Heading(title), Facts(tuple(rows))]
    return (Section("provenance", "Provenance", tuple(parts), link="Provenance"),)
