"""Names that keys and options had in earlier releases: still read, and answered by one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

# Where a key of study.toml stands, and its name today. The last of a path is the key itself.
STUDY_KEYS: Final[dict[tuple[str, ...], str]] = {
    ("tied",): "derived",
    ("sampling", "gates"): "convergence",
    ("sampling", "tempering"): "smc",
    ("sampling", "convergence", "failed_share"): "failed_fraction",
    **{
        ("sampling", table, former): today
        for table in ("smc", "prior_changes")
        for former, today in (
            ("explorers", "exploratory_runs"),
            ("exploring_share", "exploratory_fraction"),
            ("exploring_kept_share", "exploratory_ess_threshold"),
            ("kept_share", "ess_threshold"),
        )
    },
}
OPTIONS: Final[dict[str, str]] = {
    "--audit": "--nested-check",
    "--misfit": "--misspecification",
    "--misfit-studies": "--misspecification-studies",
    "--share": "--fraction",
}


def with_todays_keys(content: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the content of a study.toml under today's keys, and a line for each former one.

    A former key beside today's is left where it is, to be refused as unknown.
    """
    renamed, lines = dict(content), []
    for (*above, former), today in STUDY_KEYS.items():
        table = _table_in(renamed, above)
        if table is None or former not in table or today in table:
            continue
        table[today] = table.pop(former)
        place = "".join(f"[{'.'.join(above)}] " if above else "")
        lines.append(f"{place}'{former}' is called '{today}' now; the former name is still read")
    return renamed, tuple(lines)


def _table_in(content: dict[str, Any], above: Sequence[str]) -> dict[str, Any] | None:
    """Return the table at a path, copied so that nothing given is changed; None: there is none."""
    for name in above:
        inner = content.get(name)
        if not isinstance(inner, dict):
            return None
        content[name] = inner = dict(inner)
        content = inner
    return content


def with_todays_options(words: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return the words of a command line with today's options, and a line for each former one."""
    renamed, lines = [], []
    for word in words:
        option, equals, value = word.partition("=")
        today = OPTIONS.get(option)
        if today is not None:
            lines.append(f"{option} is called {today} now; the former name is still read")
        renamed.append(f"{today or option}{equals}{value}")
    return renamed, tuple(lines)
