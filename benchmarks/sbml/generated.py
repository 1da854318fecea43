"""Models made at random, by libRoadRunner and by us: ``python -m benchmarks.sbml.generated``.

Each is SBML Level 3 Version 2 of the kind that is supported: compartments of any size and of one to
three dimensions, species in amounts and in concentrations, boundary and constant ones, coefficients
that are fractions or assigned, local parameters that hide global ones, functions that call others,
initial assignments, assignment rules and laws of many forms. A refusal is a fault, and so is a
number that is off by more than 1e-5 of itself plus 1e-8 of the largest.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from assemblysim.errors import AssemblysimError
from assemblysim.exchange.sbml.opened import read_sbml

TIMES = np.linspace(0.0, 4.0, 9)
RELATIVE, OF_LARGEST = 1e-5, 1e-8
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<sbml xmlns="http://www.sbml.org/sbml/level3/version2/core" level="3" version="2">\n'
    '<model id="generated" substanceUnits="mole" timeUnits="second" volumeUnits="litre"'
    ' extentUnits="mole">\n'
)
_FUNCTIONS = {
    "product": ("x", "y", "<apply><times/><ci>x</ci><ci>y</ci></apply>"),
    "saturating": (
        "x",
        "y",
        "<apply><divide/><ci>x</ci><apply><plus/><ci>y</ci><ci>x</ci></apply></apply>",
    ),
    "nested": (
        "x",
        "y",
        "<apply><ci>product</ci><apply><ci>saturating</ci><ci>x</ci><ci>y</ci></apply>"
        "<ci>y</ci></apply>",
    ),
}


@dataclass(frozen=True)
class GeneratedModel:
    """A model, and what is asked of it.

    Attributes:
        text: the SBML.
        species: names of all.
        others: parameters, compartments and reactions that have a value at every moment.
    """

    text: str
    species: tuple[str, ...]
    others: tuple[str, ...]


def generated(rng: np.random.Generator) -> GeneratedModel:
    """Return a model drawn at random."""
    return _Maker(rng).model()


@dataclass
class _Maker:
    """Draws the parts of one model."""

    rng: np.random.Generator
    species: list[str] = field(default_factory=list)
    parameters: list[str] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)

    def model(self) -> GeneratedModel:
        for kind in ("Parameters", "Species", "InitialAssignments", "Rules", "Reactions"):
            self.parts[kind] = []
        size = self._size()
        self._parameters()
        ruled = self._species()
        self._ruled_species(ruled)
        reactions = [self._reaction(r) for r in range(int(self.rng.integers(1, 5)))]
        functions = "".join(
            f'<functionDefinition id="{name}"><math xmlns="http://www.w3.org/1998/Math/MathML">'
            f"<lambda><bvar><ci>{x}</ci></bvar><bvar><ci>{y}</ci></bvar>{body}</lambda></math>"
            "</functionDefinition>"
            for name, (x, y, body) in self._shuffled(_FUNCTIONS)
        )
        lists = "\n".join(
            f"<listOf{kind}>{''.join(parts)}</listOf{kind}>"
            for kind, parts in self._ordered(functions, size)
            if parts
        )
        return GeneratedModel(
            f"{_HEAD}{lists}\n</model></sbml>\n",
            tuple(self.species),
            ("box", *self.parameters, *reactions),
        )

    def _shuffled(
        self, functions: dict[str, tuple[str, str, str]]
    ) -> list[tuple[str, tuple[str, str, str]]]:
        found = list(functions.items())
        return [found[i] for i in self.rng.permutation(len(found))]

    def _ordered(self, functions: str, size: str) -> list[tuple[str, list[str]]]:
        return [
            ("FunctionDefinitions", [functions]),
            ("Compartments", [size]),
            ("Species", self.parts["Species"]),
            ("Parameters", self.parts["Parameters"]),
            ("InitialAssignments", self.parts["InitialAssignments"]),
            ("Rules", self.parts["Rules"]),
            ("Reactions", self.parts["Reactions"]),
        ]

    def _chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def _of(self, *choices: str) -> str:
        return str(self.rng.choice(choices))

    def _number(self, low: float = 0.1, high: float = 3.0) -> str:
        return f"{np.exp(self.rng.uniform(np.log(low), np.log(high))):.6g}"

    def _size(self) -> str:
        size, kind = self._of("1", "0.25", "2.7", "40"), self._of("3", "3", "3", "2", "1")
        stated = f' size="{size}"' if self._chance(0.8) else ""
        if not stated or self._chance(0.15):
            self._assign("InitialAssignment", "box", f"<cn>{size}</cn>")
        return f'<compartment id="box" spatialDimensions="{kind}"{stated} constant="true"/>'

    def _assign(self, kind: str, name: str, body: str) -> None:
        if kind == "InitialAssignment":
            opening = f'<initialAssignment symbol="{name}">'
            self.parts["InitialAssignments"].append(f"{opening}{_math(body)}</initialAssignment>")
        else:
            opening = f'<assignmentRule variable="{name}">'
            self.parts["Rules"].append(f"{opening}{_math(body)}</assignmentRule>")

    def _parameters(self) -> None:
        for i in range(4):
            name = f"p{i}"
            self.parameters.append(name)
            draw = self.rng.random()
            constant = "false" if draw > 0.8 and i else "true"
            value = f' value="{self._number()}"' if draw < 0.9 else ""
            self.parts["Parameters"].append(
                f'<parameter id="{name}"{value} constant="{constant}"/>'
            )
            if constant == "false":
                form = self._of("sum", "call", "root")
                self._assign("Rule", name, self._form(form, "s0", "p0"))
            elif draw > 0.65 or not value:
                first = self._number() if i == 0 else f"p{i - 1}"
                body = f"<cn>{first}</cn>" if i == 0 else _apply("times", "p0", self._number())
                self._assign("InitialAssignment", name, body)

    def _form(self, form: str, x: str, y: str) -> str:
        match form:
            case "sum":
                return _apply("plus", _apply("times", x, y), self._number())
            case "call":
                return f"<apply><ci>{self._of(*_FUNCTIONS)}</ci>{_leaf(x)}{_leaf(y)}</apply>"
            case "root":
                inner = _apply("plus", "1", _apply("times", x, x))
                return f"<apply><root/>{_leaf(inner)}</apply>"
            case "hill":
                power = _apply("power", x, self._of("2", "3", "1.5"))
                return _apply("divide", _apply("times", y, power), _apply("plus", "1", power))
            case "choice":
                return (
                    f"<piecewise><piece>{_apply('times', y, x)}{_apply('lt', x, '0.8')}</piece>"
                    f"<otherwise>{_apply('times', y, '0.8')}</otherwise></piecewise>"
                )
            case "exp":
                inner = _apply("times", "-0.3", x)
                return _apply("times", y, _apply("times", x, f"<apply><exp/>{inner}</apply>"))
        return _apply("times", y, x)

    def _species(self) -> list[str]:
        ruled = []
        for i in range(int(self.rng.integers(2, 6))):
            name = f"s{i}"
            self.species.append(name)
            kind = self._of("moves", "moves", "moves", "held", "constant", "both", "ruled")
            kind = "moves" if i == 0 else kind
            start = self._of("initialAmount", "initialConcentration")
            begins = "" if kind == "ruled" else f' {start}="{self._number()}"'
            flags = {
                "moves": ("false", "false"),
                "held": ("true", "false"),
                "constant": ("false", "true"),
                "both": ("true", "true"),
                "ruled": (self._of("true", "false"), "false"),
            }[kind]
            if kind == "ruled":
                ruled.append(name)
            elif self._chance(0.2):
                begins = begins if self._chance(0.5) else ""
                self._assign("InitialAssignment", name, _apply("times", "p0", self._number()))
            self.parts["Species"].append(
                f'<species id="{name}" compartment="box"{begins}'
                f' hasOnlySubstanceUnits="{self._of("true", "false")}"'
                f' boundaryCondition="{flags[0]}" constant="{flags[1]}"/>'
            )
            if flags[0] == "false" and kind != "moves":
                self.untouched.add(name)
        return ruled

    def _ruled_species(self, ruled: list[str]) -> None:
        for name in ruled:
            self._assign("Rule", name, self._form(self._of("sum", "call", "hill"), "s0", "p0"))

    def _reaction(self, number: int) -> str:
        name = f"r{number}"
        movable = [one for one in self.species if one not in self.untouched]
        left = [movable[i] for i in self.rng.integers(len(movable), size=self.rng.integers(1, 3))]
        right = [movable[i] for i in self.rng.integers(len(movable), size=self.rng.integers(0, 3))]
        catalyst = self._of(*self.species)
        law, local = self._law(left, right, catalyst)
        lists = self._references(name, "Reactants", left) + self._references(
            name, "Products", right
        )
        self.parts["Reactions"].append(
            f'<reaction id="{name}" reversible="{self._of("true", "false")}">{lists}'
            f'<listOfModifiers><modifierSpeciesReference species="{catalyst}"/></listOfModifiers>'
            f"<kineticLaw>{_math(law)}{local}</kineticLaw></reaction>"
        )
        return name

    def _references(self, reaction: str, what: str, names: list[str]) -> str:
        found = []
        for i, name in enumerate(names):
            count = self._of("1", "1", "2", "3", "0.5", "1.5", "2.25")
            identifier = ""
            if self._chance(0.15):
                own = f"{reaction}_{what}_{i}"
                identifier = f' id="{own}"'
                self._assign("InitialAssignment", own, _apply("times", "2", "p0"))
            found.append(
                f'<speciesReference species="{name}"{identifier} stoichiometry="{count}"'
                ' constant="true"/>'
            )
        return f"<listOf{what}>{''.join(found)}</listOf{what}>" if found else ""

    def _law(self, left: list[str], right: list[str], catalyst: str) -> tuple[str, str]:
        constant = self._of("k", "p0", "p1")
        local = ""
        if constant == "k" or self._chance(0.3):
            local = (
                f'<listOfLocalParameters><localParameter id="{constant}"'
                f' value="{self._number(0.02, 0.5)}"/></listOfLocalParameters>'
            )
        forms = ("product", "product", "product", "hill", "choice", "exp", "call")
        body = self._form(self._of(*forms), left[0], constant)
        for name in left[1:]:
            body = _apply("times", body, name)
        if right and self._chance(0.3):
            body = _apply("minus", body, _apply("times", _apply("times", "0.1", "p1"), right[0]))
        if self._chance(0.3):
            body = _apply("times", body, catalyst)
        if self._chance(0.6):
            body = _apply("times", body, "box")
        return _apply("times", "0.2", body), local


def _apply(operator: str, *arguments: str) -> str:
    return f"<apply><{operator}/>{''.join(map(_leaf, arguments))}</apply>"


def _leaf(argument: str) -> str:
    if argument.startswith("<"):
        return argument
    return f"<cn>{argument}</cn>" if argument[0] in "-0123456789" else f"<ci>{argument}</ci>"


def _math(body: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{_leaf(body)}</math>'


def by_roadrunner(path: Path, model: GeneratedModel) -> np.ndarray:
    """Follow a model with libRoadRunner: amounts, concentrations and the rest, shape (T, N)."""
    import roadrunner

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    runner = roadrunner.RoadRunner(str(path))
    runner.integrator.absolute_tolerance = 1e-12
    runner.integrator.relative_tolerance = 1e-10
    runner.integrator.maximum_num_steps = 100_000
    concentrations = [f"[{name}]" for name in model.species]
    runner.timeCourseSelections = [*model.species, *concentrations, *model.others]
    return np.array(runner.simulate(float(TIMES[0]), float(TIMES[-1]), len(TIMES)))


def by_us(path: Path, model: GeneratedModel) -> np.ndarray:
    """Follow a model ourselves, alike."""
    found = read_sbml(path)
    names = (*model.species, *model.others)
    amounts = found.simulate(TIMES, names, amounts=model.species)
    concentrations = found.simulate(TIMES, model.species, concentrations=model.species)
    count = len(model.species)
    return np.hstack([amounts.values[:, :count], concentrations.values, amounts.values[:, count:]])


def difference(theirs: np.ndarray, ours: np.ndarray) -> float:
    """Return the largest difference as a fraction of what is allowed."""
    allowed = RELATIVE * np.abs(theirs) + OF_LARGEST * np.nanmax(np.abs(theirs), initial=1e-300)
    apart = np.where(theirs == ours, 0.0, np.abs(theirs - ours)) / allowed
    return float(np.max(np.nan_to_num(apart, nan=np.inf)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each model that differs or is refused; 1 where there is one."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sbml.generated", description=__doc__
    )
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=26)
    parser.add_argument("--keep", type=Path, help="folder for the models that are at fault")
    asked = parser.parse_args(arguments)
    if find_spec("roadrunner") is None:
        sys.stderr.write("not installed: roadrunner; see the extra peers\n")
        return 1
    agree = apart = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.count):
            model = generated(np.random.default_rng([asked.seed, number]))
            path = (asked.keep or Path(folder)) / f"{number:05d}.xml"
            path.write_text(model.text)
            theirs = None
            try:
                theirs = by_roadrunner(path, model)
                found = difference(theirs, by_us(path, model))
                words = f"off by {found:.3g} of what is allowed"
            except AssemblysimError as fault:
                found, words = np.inf, f"refused: {fault}"
            except RuntimeError as fault:
                apart += 1
                sys.stdout.write(f"{number}: libRoadRunner does not follow it: {fault}\n")
                continue
            if found <= 1:
                agree += 1
                path.unlink()
            else:
                sys.stdout.write(f"{number}: {words}\n")
    sys.stdout.write(f"{agree} of {asked.count - apart} models agree\n")
    return 0 if agree == asked.count - apart > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
