"""``python -m benchmarks.sbml FOLDER``: run a folder of semantic cases of the SBML test suite."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.sbml.cases import AGREES, DIFFERS, REFUSED, Outcome, cases_in, outcome_of


def main(arguments: Sequence[str] | None = None) -> int:
    """Print how the cases came out; 0 where all is as it should be.

    Returns:
        1 where a case of the supported kind does not agree, or one of another kind is followed
        and differs.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sbml", description=__doc__)
    parser.add_argument("folder", type=Path, help="cases side by side, or in folders of their own")
    parser.add_argument("--quiet", action="store_true", help="only the sums and what is wrong")
    parser.add_argument(
        "--any-level", action="store_true", help="also cases without a file of Level 3 Version 2"
    )
    asked = parser.parse_args(arguments)
    outcomes = [outcome_of(case) for case in cases_in(asked.folder, any_level=asked.any_level)]
    if not outcomes:
        sys.stderr.write(f"{asked.folder}: no case such as 00001-sbml-l3v2.xml\n")
        return 1
    lines, faults = told(outcomes, quiet=asked.quiet)
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if faults else 0


def told(outcomes: Sequence[Outcome], *, quiet: bool) -> tuple[list[str], int]:
    """Return what is printed of some outcomes, and how many are not as they should be."""
    within = [one for one in outcomes if one.case.supported is not False]
    beyond = [one for one in outcomes if one.case.supported is False]
    wrong = [one for one in within if one.kind != AGREES]
    differing = [one for one in beyond if one.kind == DIFFERS]
    refused = [one for one in beyond if one.kind == REFUSED]
    lines = [f"{one.case.name}: {one.kind}: {one.words}" for one in (*wrong, *differing)]
    if not quiet:
        lines += [f"{one.case.name}: refused: {one.words}" for one in refused]
    agree = len(within) - len(wrong)
    lines.append(f"{agree} of {len(within)} cases of the supported kind agree at their tolerances")
    if beyond:
        others = sum(one.kind == AGREES for one in beyond)
        lines.append(
            f"of {len(beyond)} others {len(refused)} are refused by name, {others} agree all the "
            f"same, {len(differing)} differ"
        )
    return lines, len(wrong) + len(differing)


if __name__ == "__main__":
    sys.exit(main())
