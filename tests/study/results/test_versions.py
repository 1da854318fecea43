import platform

import numpy as np

import assemblysim
from assemblysim.kinetics.engines.integration import engine_in_use
from assemblysim.study.results.versions import versions


def test_all_that_a_number_depends_on_is_named_with_its_version():
    found = versions()

    assert found["assemblysim"] == assemblysim.__version__
    assert found["engine"] == engine_in_use()
    assert found["python"] == platform.python_version()
    assert found["numpy"] == np.__version__
    assert all(found.values())
