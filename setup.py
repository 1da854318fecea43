"""What pyproject.toml cannot say: a wheel serves all Pythons from 3.11 on that have a global lock.

Where developers work on the sources the engine keeps the name of their own Python, so that none
that was built before is found in its place.
"""

import os
import sysconfig
from concurrent.futures import ThreadPoolExecutor

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

    def build_extensions(self) -> None:
        """Compile the sources side by side: one after another they take twice as long."""
        compile_all = self.compiler.compile

        def compile_each(sources: list[str], **options: object) -> list[str]:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                found = list(pool.map(lambda one: compile_all([one], **options), sources))
            return [made for each in found for made in each]

        if self.compiler.compiler_type == "unix":
            self.compiler.compile = compile_each
        super().build_extensions()


setup(
    cmdclass={"build_ext": BuildEngine},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if LIMITED else {},
)
