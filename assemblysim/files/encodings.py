"""Text of tables in the encodings in which spreadsheets and instruments write it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from assemblysim.errors import InputError
from assemblysim.files.toml import checked_text, read_bytes, read_text

_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
# Beside ASCII, what tables in western Europe's encoding of Windows hold; anything else is no such.
_WESTERN: Final = frozenset(
    "µ°±²³·×÷–—‘’“”…‰%€§½¼¹ÄÖÜäöüßÀÂÇÈÉÊÎÔÙÛàâçèéêëîïôùûÁÍÓÚÑáíóúñÅØÆåøæ\u00a0"
)


def read_table_text(path: Path, largest: int) -> tuple[str, tuple[str, ...]]:
    """Read the text of a table: UTF-8, UTF-16 with its mark, or Windows-1252.

    Args:
        path: of the file.
        largest: bytes that it may have.

    Returns:
        The text, and a notice where it is not UTF-8.

    Raises:
        InputError: as `read_text`.
    """
    raw = read_bytes(path, largest)
    if raw.startswith(_UTF_16):
        try:
            text = raw.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError(
                f"{path}: begins as UTF-16 and does not go on so; save it as UTF-8"
            ) from None
        return checked_text(text, path), ("read as UTF-16, as its first bytes say",)
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        western = raw.decode("cp1252", errors="replace")
        if all(c.isascii() or c in _WESTERN for c in western):
            return checked_text(western, path), ("read as Windows-1252, since it is not UTF-8",)
    return read_text(path, largest), ()
