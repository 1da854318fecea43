"""The explorer as one file: its page, its script, the engine and the numbers of a study."""

from __future__ import annotations

import base64
import gzip
import json
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from assemblysim.explorer.tables import Plain

# In the order in which the script has them.
SCRIPTS = (
    "engine.js", "words.js", "courses.js", "values.js", "likelihood.js", "state.js", "controls.js",
    "chart.js", "picture.js", "statements.js", "scheme.js", "main.js",
)  # fmt: skip


def explorer_page(content: dict[str, Plain]) -> str:
    """Return the page's HTML, which asks for nothing else."""
    environment = Environment(
        loader=PackageLoader("assemblysim", "explorer/page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    engine = files("assemblysim").joinpath("explorer/engine/engine.wasm").read_bytes()
    return environment.get_template("page.html").render(
        title=content["title"],
        question=content["question"],
        content=Markup(_in_script(content)),
        engine=base64.b64encode(gzip.compress(engine, 9, mtime=0)).decode(),
        scripts=SCRIPTS,
    )


def _in_script(content: dict[str, Plain]) -> str:
    """Return JSON that no text in it can end the script of."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
