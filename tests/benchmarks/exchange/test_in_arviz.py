"""Stored draws in ArviZ: a number that is not the report's is told."""

import json
import sys
from types import SimpleNamespace

import pytest

from benchmarks.draws import in_arviz


@pytest.fixture
def results(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one/draws.nc").write_bytes(b"")
    said = {
        "checks": [{"name": in_arviz.R_HAT, "value": 1.004}],
        "elpd_loo": {"value": -50.0, "error": 4.0},
    }
    (tmp_path / "summary.json").write_text(json.dumps({"mechanisms": {"one": said, "two": said}}))
    return tmp_path


@pytest.mark.parametrize(
    ("r_hat", "density", "status"), [(1.005, -49.0, 0), (1.03, -49.0, 1), (1.005, -45.0, 1)]
)
def test_what_is_not_as_reported_is_a_fault(results, monkeypatch, capsys, r_hat, density, status):
    monkeypatch.setattr(in_arviz, "looked_at", lambda _path, _arviz: (r_hat, density))
    monkeypatch.setitem(sys.modules, "arviz", SimpleNamespace(__version__="1.3.0"))

    assert in_arviz.main([str(results)]) == status
    assert f"ArviZ 1.3.0: {1 - status} of 1 as reported" in capsys.readouterr().out
