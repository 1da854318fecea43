import base64
import gzip
import json
import re

from checkout import ROOT

from assemblysim.explorer import build
from assemblysim.explorer.model import ModelQuestion, explored_model
from assemblysim.explorer.page_text import explorer_page
from assemblysim.mechanism.reading.expanding import read_expanded_system

SYSTEM = read_expanded_system(ROOT / "models" / "hnp_dy6.toml")
CONTENT = explored_model(ModelQuestion(SYSTEM, {}, 48.0))
PAGE = explorer_page(CONTENT)


def test_the_page_asks_for_nothing_else():
    asks = r"""(?:src|href)\s*=|url\((?!#)|@import|https?://(?!www\.w3\.org)"""
    assert re.findall(asks, PAGE) == []


def test_the_page_holds_the_engine_and_the_content():
    packed = base64.b64decode(PAGE.split('const ENGINE = "')[1].split('"')[0])
    assert gzip.decompress(packed) == build.ENGINE.read_bytes()
    found = re.search(r"^const CONTENT = (.*);$", PAGE, re.MULTILINE).group(1)
    assert json.loads(found) == json.loads(json.dumps(CONTENT))


def test_no_text_of_a_study_ends_the_script():
    page = explorer_page({**CONTENT, "title": "</script><b>", "question": "<!--"})

    assert page.count("</script>") == PAGE.count("</script>") == 1
    assert "<!--" not in page


def test_without_its_data_the_page_is_below_300_kb():
    assert len(PAGE) - len(json.dumps(CONTENT)) < 300_000
