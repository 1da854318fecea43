"""A study with its inputs and results as one RO-Crate, a zip that others can run again."""

from __future__ import annotations

import hashlib
import io
import json
import mimetypes
import os
import re
import shlex
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import assemblysim
from assemblysim.errors import InputError
from assemblysim.files.writing.manifest import MANIFEST, recorded_digests
from assemblysim.result.on_disk import SUMMARY
from assemblysim.study.definition.study import Study

METADATA: Final = "ro-crate-metadata.json"
MADE: Final = b"made by assemblysim export"  # the comment of a zip, by which ours is known
_CONTEXT: Final = "https://w3id.org/ro/crate/1.1/context"
_PROFILE: Final = "https://w3id.org/ro/crate/1.1"
_TYPES: Final = {".toml": "application/toml", ".nc": "application/x-netcdf", ".md": "text/markdown"}
# Of an interrupted run; whoever runs the study again makes them anew.
_CHECKPOINTS: Final = ("smc", "kept")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Crate:
    """What goes into a crate.

    Attributes:
        files: content by path in the crate, the metadata among them.
        study: path of the study's folder in the crate.
        command: that computes the numbers of its results again, in the crate's folder.
    """

    files: Mapping[str, bytes]
    study: str
    command: str

    def zipped(self) -> bytes:
        """Return the crate as a zip, the same bytes for the same files."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self.files.items():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, content)
            archive.comment = MADE
        return target.getvalue()


def crate_of(study: Study, results: Path, license_name: str = "") -> Crate:
    """Gather a study's files and what a run stored, with the metadata of RO-Crate 1.1.

    Files lie to each other as they lie on disk, so that the study can be run from the crate.

    Args:
        study: read from its folder.
        results: folder of its results; without results the inputs alone are gathered.
        license_name: under which all of it may be used: an SPDX name such as ``CC-BY-4.0``, or a
            URL.

    Returns:
        The crate.

    Raises:
        InputError: a file of the study is not there, as where it was made in Python.
    """
    sources = [(study.folder / name).resolve() for name, _ in study.inputs]
    place = study.folder.resolve()
    root = Path(os.path.commonpath([place.parent, *(one.parent for one in sources)]))
    inputs = {_within(one, root): _content(one) for one in sources}
    outputs = {}
    stored = results / SUMMARY
    if stored.is_file():
        for name in recorded_digests(results) if (results / MANIFEST).is_file() else [SUMMARY]:
            path = results / name
            if path.is_file() and not {*PurePosixPath(name).parts} & {*_CHECKPOINTS}:
                outputs[f"{_within(place, root)}/results/{name}"] = path.read_bytes()
    moment = stored if stored.is_file() else place / "study.toml"
    date = datetime.fromtimestamp(moment.stat().st_mtime, UTC).date().isoformat()
    command = f"assemblysim run {shlex.quote(_within(place, root))}"
    seed = study.seed
    if stored.is_file():
        found = json.loads(stored.read_bytes())
        seed = found.get("seed", seed)
        command += _options(study, seed, found.get("sampling", {}).get("max_steps"))
    facts = _metadata(study, inputs, outputs, (command, seed, date, license_name))
    text = json.dumps(facts, indent=2, ensure_ascii=False) + "\n"
    return Crate({METADATA: text.encode(), **inputs, **outputs}, _within(place, root), command)


def _options(study: Study, seed: int, max_steps: int | None) -> str:
    """Return what a run was told beside its study; without the last its results would stay."""
    own = f" --seed {seed}" if seed != study.seed else ""
    if max_steps not in (None, study.sampling.max_steps):
        own += f" --max-steps {max_steps}"
    return f"{own} --anew"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise InputError(
            f"{path}: cannot be read: {fault.strerror}; a crate holds the files of a study, so "
            "write what was made in Python into files first"
        ) from None


def _metadata(
    study: Study,
    inputs: Mapping[str, bytes],
    outputs: Mapping[str, bytes],
    facts: tuple[str, int, str, str],
) -> dict[str, Any]:
    command, seed, date, license_name = facts
    licence = _licence(license_name)
    software = f"#assemblysim-{assemblysim.__version__}"
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": study.title,
        "description": f"{study.question or study.title} Run again by: {command}",
        "datePublished": date,
        "hasPart": [{"@id": _iri(name)} for name in (*inputs, *outputs)],
        **({"license": {"@id": licence["@id"]}} if licence else {}),
    }
    graph: list[dict[str, Any]] = [
        {
            "@id": METADATA,
            "@type": "CreativeWork",
            "conformsTo": {"@id": _PROFILE},
            "about": {"@id": "./"},
        },
        root,
        *([licence] if licence else []),
        *(_file(name, content) for name, content in {**inputs, **outputs}.items()),
        {
            "@id": software,
            "@type": "SoftwareApplication",
            "name": "assemblysim",
            "softwareVersion": assemblysim.__version__,
            "license": {"@id": "https://spdx.org/licenses/BSD-3-Clause"},
        },
    ]
    if outputs:
        root["mentions"] = {"@id": "#run"}
        graph.append(
            {
                "@id": "#run",
                "@type": "CreateAction",
                "name": command,
                "description": f"seed {seed}",
                "instrument": {"@id": software},
                "object": [{"@id": _iri(name)} for name in inputs],
                "result": [{"@id": _iri(name)} for name in outputs],
            }
        )
    return {"@context": _CONTEXT, "@graph": graph}


def _file(name: str, content: bytes) -> dict[str, Any]:
    suffix = PurePosixPath(name).suffix
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return {
        "@id": _iri(name),
        "@type": "File",
        "name": name,
        "encodingFormat": kind,
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _licence(name: str) -> dict[str, Any] | None:
    if not name:
        return None
    url = name if re.match(r"https?://", name) else f"https://spdx.org/licenses/{name}"
    return {"@id": url, "@type": "CreativeWork", "name": name}


def _iri(name: str) -> str:
    """Return a path as an identifier: RFC 3986 has no blanks in one."""
    return "".join(c if c.isalnum() or c in "-._~/" else _encoded(c) for c in name)


def _encoded(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _within(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
