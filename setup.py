"""What pyproject.toml cannot say: a wheel serves all Pythons from 3.11 on that have a global lock.

Where developers work on the sources the engine keeps the name of their own Python, so that none
that was built before is found in its place. Where no C++ compiler works, zig compiles.
"""

import os
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError

sys.path.insert(0, str(Path(__file__).parent / "building"))

from compilers import usable_compiler, zig_command, zig_target
from linking import CannotBuild, Platform, build

# The engine's folders whose loops are vectors as they are written, or not worth it: what -O3 adds
# to -O2 there takes long and gains nothing.
PLAIN = ("extension", "method", "network")
LIMITED = not sysconfig.get_config_var("Py_GIL_DISABLED")


class BuildEngine(build_ext):
    """Builds the engine under the name that fits, by the compiler that there is."""

    def finalize_options(self) -> None:
        """Name the engine's file, and the compiler that works."""
        for extension in self.distribution.ext_modules or ():
            extension.py_limited_api = LIMITED and not (self.inplace or self.editable_mode)
        found = usable_compiler()
        if found is not None and found != sysconfig.get_config_var("CXX"):
            os.environ["CXX"] = found
        super().finalize_options()

    def build_extensions(self) -> None:
        """Compile the sources side by side: one after another they take twice as long."""
        compile_all = self.compiler.compile

        def compile_each(sources: list[str], **options: object) -> list[str]:
            told = options.pop("extra_postargs", None) or []

            def compile_one(source: str) -> list[str]:
                plain = ["-O2"] if Path(source).parent.name in PLAIN else []
                return compile_all([source], extra_postargs=[*told, *plain], **options)

            with ThreadPoolExecutor(os.cpu_count()) as pool:
                found = list(pool.map(compile_one, sources))
            return [made for each in found for made in each]

        if self.compiler.compiler_type == "unix":
            self.compiler.compile = compile_each
        super().build_extensions()

    def build_extension(self, ext: Extension) -> None:
        """Build an extension by the compiler that works, else by zig where it is."""
        zig = None if usable_compiler() is not None else zig_command()
        if zig is None:
            super().build_extension(ext)
            return
        libraries: tuple[Path, ...] = ()
        if sys.platform == "win32":
            version = "3" if LIMITED else f"3{sys.version_info[1]}t"
            libraries = (Path(sys.base_prefix) / "libs" / f"python{version}.lib",)
        include = [Path(one) for one in ext.include_dirs]
        include += [Path(sysconfig.get_path(one)) for one in ("include", "platinclude")]
        out = Path(self.get_ext_fullpath(ext.name))
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(self.build_temp).absolute() / out.name
        made.parent.mkdir(parents=True, exist_ok=True)
        here, sources = Platform(zig_target(), libraries), [Path(one) for one in ext.sources]
        try:
            build(zig, here, sources, include, made)
        except CannotBuild as fault:
            raise CompileError(f"zig: {fault}") from None
        out.write_bytes(made.read_bytes())


setup(
    cmdclass={"build_ext": BuildEngine},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if LIMITED else {},
)
