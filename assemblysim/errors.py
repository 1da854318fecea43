"""The failures a user can mend: each carries one line that says where, what and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from assemblysim.language import quoted


class AssemblysimError(Exception):
    """Base of every error whose text is meant for the user: what the command line prints.

    Example:
        >>> import assemblysim as asm
        >>> try:
        ...     asm.read_system("nowhere.toml")
        ... except asm.AssemblysimError as fault:
        ...     print(fault)
        nowhere.toml: no such file; check the path
    """


class InputError(AssemblysimError):
    """A file or an argument is at fault; the text is one line: place, fault, remedy.

    Where several faults were found at once, the text is the first, and all are in `lines`.

    Example:
        >>> import assemblysim as asm
        >>> try:
        ...     asm.make_system({"M": "M"}, {"pair": "2 M -> M2 ; k_pair"})
        ... except asm.InputError as fault:
        ...     print(len(fault.lines))
        1
    """

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    @property
    def lines(self) -> tuple[str, ...]:
        """One line for each fault."""
        return tuple(map(str, self.args))


class Faults:
    """Gathers faults that do not depend on each other, to be told all at once."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Keep an InputError raised inside, and go on behind the block."""
        try:
            yield
        except InputError as fault:
            self._lines += [line for line in fault.lines if line not in self._lines]

    def end(self) -> None:
        """Tell what was gathered.

        Raises:
            InputError: there is any, with a line for each.
        """
        if self._lines:
            raise InputError(*self._lines)


class IntegrationError(AssemblysimError):
    """An integration ended before the last time asked for.

    Example:
        >>> import assemblysim as asm
        >>> network = asm.make_system({"A": ""}, {"grow": "A -> 2 A ; k ; k*A*A"}).network("all")
        >>> try:
        ...     asm.integrate(network, {"k": 1.0}, {"A": 1.0}, [2.0])  # endless after 1 h
        ... except asm.IntegrationError:
        ...     print("too far")
        too far
    """


class RunError(AssemblysimError):
    """A step of a study could not be done; what was computed before it is kept.

    Example:
        >>> import assemblysim as asm
        >>> network = asm.read_system("models/ring.toml").network("one_way")
        >>> try:
        ...     asm.write_sbml("models/ring.toml/one_way.xml", network)
        ... except asm.RunError as fault:
        ...     print("cannot be written" in str(fault))
        True
    """


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the closest known word, or the list of known words."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known: {', '.join(names)}" if names else ""


def refuse_unknown(kind: str, name: str, known: Collection[str]) -> None:
    """Refuse a name that is none of those known.

    Args:
        kind: what it names, such as "species".
        name: as written.
        known: all that there are.

    Raises:
        InputError: it is not among them.
    """
    if name not in known:
        raise InputError(f"unknown {kind} {quoted(name)}{did_you_mean(name, known)}")
