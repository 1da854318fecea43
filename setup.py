"""What pyproject.toml cannot say: a wheel serves all Pythons from 3.11 on that have a global lock.

Where developers work on the sources the engine keeps the name of their own Python, so that none
that was built before is found in its place.
"""

import sysconfig

from setuptools import setup
from setuptools.command.build_ext import build_ext

LIMITED = not sysconfig.get_config_var("Py_GIL_DISABLED")


class BuildEngine(build_ext):
    """Builds the engine under the name that fits."""

    def finalize_options(self) -> None:
        """Name the engine's file."""
        for extension in self.distribution.ext_modules or ():
            extension.py_limited_api = LIMITED and not (self.inplace or self.editable_mode)
        super().finalize_options()


setup(
    cmdclass={"build_ext": BuildEngine},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if LIMITED else {},
)
