"""PEtab problems made at random, of the kinds that are read and with one thing that is not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.petab.laying import ModelParts, model_text, table_text, yaml_text

# What is refused, and the words by which.
REFUSED = {
    "preequilibration": "preequilibration",
    "steady state": "steady state",
    "laplace": "laplace",
    "product": "a product of species",
    "power": "powers or functions",
    "noise of a species": "noise",
    "event": "event",
    "nan": "nan",
    "second period": "several periods",
}
ONLY_SECOND = ("second period",)
Row = dict[str, str]


@dataclass(frozen=True)
class GeneratedProblem:
    """The files of a problem.

    Attributes:
        files: texts by name; ``problem.yaml`` is the one to open.
        version: of PEtab, 1 or 2.
        refused: a key of `REFUSED`; "" where all of it is read.
        plain: whether it holds only what pyPESTO can say, too: noise that is a number, no
            placeholders that change in time, no numbers beside parameters in a column of
            conditions, no species of conditions that the model assigns, no measurement at the
            start, and one litre.
    """

    files: Mapping[str, str]
    version: int
    refused: str = ""
    plain: bool = False


def generated_problem(
    rng: np.random.Generator, version: int, refused: str = ""
) -> GeneratedProblem:
    """Return a problem drawn at random.

    Args:
        rng: of all that is drawn.
        version: of PEtab, 1 or 2.
        refused: what to put in that is not read, a key of `REFUSED`; "" for nothing.
    """
    return _Maker(rng, version, refused).problem()


@dataclass
class _Maker:
    """Draws the parts of one problem."""

    rng: np.random.Generator
    version: int
    refused: str
    plain: bool = False
    fillings: dict[tuple[str, str], Row] = field(default_factory=dict)
    species: list[str] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)  # parameters of the model
    parameters: dict[str, Row] = field(default_factory=dict)
    observables: list[Row] = field(default_factory=list)
    experiments: list[str] = field(default_factory=list)

    def problem(self) -> GeneratedProblem:
        self.plain = self.version == 1 and self._chance(0.6)
        model = self._model()
        conditions = self._conditions()
        self._observables()
        measurements = self._measurements()
        files = {"model.xml": model, "problem.yaml": yaml_text(self.version)}
        tables: dict[str, list[Row]] = {
            "parameters": self._used([*conditions, *self.observables, *measurements]),
            "observables": self.observables,
            "measurements": measurements,
            "conditions": conditions,
        }
        if self.version == 2:
            tables["experiments"] = self._periods()
        files |= {f"{name}.tsv": table_text(rows, self.rng) for name, rows in tables.items()}
        return GeneratedProblem(files, self.version, self.refused, self.plain)

    def _chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def _of(self, *choices: str) -> str:
        return str(self.rng.choice(choices))

    def _number(self, low: float = 0.2, high: float = 3.0) -> str:
        return f"{np.exp(self.rng.uniform(np.log(low), np.log(high))):.5g}"

    def _model(self) -> str:
        """Return the SBML; rate constants are of the table, or of the model alone."""
        self.species = ["A", "B", "C", "D"][: int(self.rng.integers(2, 5))]
        starts = {}
        for name in self.species:
            starts[name] = self._number()
            if self._chance(0.35):
                starts[name] = f"start_{name}"
                self.stated[f"start_{name}"] = self._number()
        steps = []
        for number in range(int(self.rng.integers(1, 4))):
            left, right = self.rng.permutation(self.species)[:2]
            other = self._of(*self.species)
            k = f"k{number}"
            self.stated[k] = self._number(0.05, 1.0)
            kind = self._of("first", "second", "pair", "back")
            if kind == "back":
                self.stated[f"{k}_back"] = self._number(0.05, 1.0)
            steps.append((kind, str(left), str(right), other, k))
        # The constants of the model that the table has too, with other values.
        for name in self.stated:
            if self._chance(0.6):
                self._parameter(name)
        size = "1" if self.plain else self._of("1", "0.5", "2.4")
        # pyPESTO takes every species for a concentration.
        amounts = [one for one in self.species if self.version == 2 and self._chance(0.2)]
        event = self.refused == "event"
        return model_text(ModelParts(size, starts, amounts, self.stated, steps, event))

    def _parameter(
        self, name: str, low: float = 0.2, high: float = 3.0, *, known: float = 0.25
    ) -> str:
        """Enter a row of the table of parameters; return its name."""
        nominal = float(self._number(low, high))
        estimate = not self._chance(known)
        lower, upper = nominal / self.rng.uniform(1.2, 50), nominal * self.rng.uniform(1.2, 50)
        row = {"parameterId": name, "nominalValue": f"{nominal:.6g}"}
        row |= {"lowerBound": f"{lower:.6g}", "upperBound": f"{upper:.6g}"}
        if self.version == 2:
            row["estimate"] = "true" if estimate else "false"
            row |= self._second_prior(nominal) if estimate else {}
        else:
            row["estimate"] = "1" if estimate else "0"
            # pyPESTO takes the logarithm of a known noise for the noise.
            row["parameterScale"] = scale = self._of("lin", "log", "log10") if estimate else "lin"
            row |= self._first_prior(nominal, scale) if estimate else {}
        if estimate and self._chance(0.2) and row.get("parameterScale", "lin") == "lin":
            row["lowerBound"] = "0"
        self.parameters[name] = row
        return name

    def _used(self, rows: list[Row]) -> list[Row]:
        """Return the rows of parameters that a model or a table names, in any order."""
        texts = " ".join(value for row in rows for value in row.values())
        named = {*re.findall(r"\w+", texts), *self.stated}
        found = [row for name, row in self.parameters.items() if name in named]
        return [found[i] for i in self.rng.permutation(len(found))]

    def _second_prior(self, at: float) -> Row:
        wide, width = self.rng.uniform(0.3, 2), self.rng.uniform(0.3, 1.5)
        priors = {
            "": (),
            "uniform": (at / 3, at * 4),
            "log-uniform": (at / 3, at * 4),
            "normal": (at * wide, at * width),
            "log-normal": (np.log(at * wide), width),
            "laplace": (at * wide, at * width),
            "log-laplace": (np.log(at * wide), width),
            "cauchy": (at * wide, at * width),
            "gamma": (1 + wide, at * width),
            "chisquare": (round(1 + wide),),
            "exponential": (at * wide,),
            "rayleigh": (at * wide,),
        }
        kind = self._of(*priors)
        return {
            "priorDistribution": kind,
            "priorParameters": ";".join(f"{one:.6g}" for one in priors[kind]),
        }

    def _first_prior(self, at: float, scale: str) -> Row:
        wide, width = self.rng.uniform(0.3, 2), self.rng.uniform(0.3, 1.5)
        place = {"lin": at, "log": np.log(at), "log10": np.log10(at)}[scale]
        own = (place - 0.2, place + 0.1) if scale == "lin" else (place - width, place + width)
        priors = {
            "": (),
            "uniform": (at / 3, at * 4),
            "normal": (at * wide, at * width),
            "laplace": (at * wide, at * width),
            "logNormal": (np.log(at * wide), width),
            "logLaplace": (np.log(at * wide), width),
            "parameterScaleUniform": own,
            "parameterScaleNormal": (place + 0.1, width),
            "parameterScaleLaplace": (place - 0.1, width),
        }
        kind = self._of(*priors)
        return {
            "objectivePriorType": kind,
            "objectivePriorParameters": ";".join(f"{one:.6g}" for one in priors[kind]),
        }

    def _conditions(self) -> list[Row]:
        """Draw what each experiment changes: starts and what the table of parameters lacks."""
        self.experiments = [f"e{number}" for number in range(int(self.rng.integers(1, 4)))]
        free = [name for name in self.stated if name not in self.parameters]
        shares = ("0", "1") if self.plain else ("0", "1", "0.5")
        # What the model assigns at the start pyPESTO keeps, whatever a condition says.
        starts = [n for n in self.species if not (self.plain and f"start_{n}" in self.stated)]
        targets = {one: self._of(*shares) for one in [*free, *starts]}
        targets = {one: share for one, share in targets.items() if self._chance(0.5)}
        rows = []
        for name in self.experiments:
            changes = {}
            for target, share in targets.items():
                low, high = (0.05, 1.0) if target.startswith("k") else (0.2, 3.0)
                changes[target] = (
                    self._parameter(f"{target}_{name}", low, high)
                    if self._chance(float(share))
                    else self._number(low, high)
                )
            if self.version == 1:
                rows.append({"conditionId": name, **changes})
            else:
                rows += [
                    {"conditionId": self._condition(name, place), "targetId": k, "targetValue": v}
                    for place, (k, v) in enumerate(changes.items())
                ]
        return rows

    def _condition(self, experiment: str, place: int) -> str:
        return f"c_{experiment}_{place % 2}"  # two of them begin an experiment together

    def _periods(self) -> list[Row]:
        rows = []
        for name in self.experiments:
            for place in range(2):
                time = "-inf" if self.refused == "preequilibration" and not place else "0"
                time = "1.5" if self.refused == "second period" and place else time
                rows.append(
                    {
                        "experimentId": name,
                        "time": time,
                        "conditionId": self._condition(name, place),
                    }
                )
        return rows

    def _observables(self) -> None:
        for number in range(int(self.rng.integers(1, 4))):
            name = f"seen{number}"
            x, y = self.rng.choice(self.species, 2)
            formula, noise = self._formula(name, str(x), str(y)), self._noise(name)
            row = {"observableId": name, "observableFormula": formula, "noiseFormula": noise}
            kind = self._of("normal", "log", "log10" if self.version == 1 else "log")
            if self.version == 1:
                row["observableTransformation"] = {"normal": "lin"}.get(kind, kind)
                row["noiseDistribution"] = "normal"
            else:
                row["noiseDistribution"] = {"normal": "normal"}.get(kind, "log-normal")
                for what, text in (("observable", formula), ("noise", noise)):
                    found = [f"{what}Parameter{i}_{name}" for i in (1, 2)]
                    row[f"{what}Placeholders"] = ";".join(one for one in found if one in text)
            self.observables.append(row)
        self._spoil(self.observables[0])

    def _spoil(self, row: Row) -> None:
        name = row["observableId"]
        match self.refused:
            case "laplace":
                row["noiseDistribution"] = "laplace"
            case "product":
                row["observableFormula"] = f"{self.species[0]}*{self.species[1]}"
            case "power":
                row["observableFormula"] = f"{self.species[0]}^2"
            case "noise of a species":
                row["noiseFormula"] = f"0.1*{self._of(name, self.species[0])}"

    def _formula(self, name: str, x: str, y: str) -> str:
        scale = self._parameter(f"scale_{name}") if self._chance(0.5) else self._number()
        offset = self._parameter(f"offset_{name}") if self._chance(0.5) else self._number()
        first, second = (f"observableParameter{i}_{name}" for i in (1, 2))
        return self._of(
            x,
            f"{x} + {self._number()}*{y}",
            f"{scale}*{x}",
            f"{scale}*({x} + 2*{y})/2",
            f"{scale}*({x} + {offset})",
            f"{scale}*{offset}*{x} + 2*{offset}",
            f"{scale}*{x} + {offset}",
            f"{offset} + ({x} + {y})*{scale}",
            f"{first}*{x}",
            f"{first}*{x} + {second}",
            f"{scale}*{x} + {first}",
        )

    def _noise(self, name: str) -> str:
        own = self._parameter(f"noise_{name}", 0.05, 0.8)
        placed = f"noiseParameter1_{name}"
        if self.plain:
            return self._number(0.05, 0.8)
        return self._of(self._number(0.05, 0.8), own, own, placed, placed, f"0.5*{own} + 0.1")

    def _measurements(self) -> list[Row]:
        column = "experimentId" if self.version == 2 else "simulationConditionId"
        rows = []
        for name in self.experiments:
            for observable in self.observables:
                first = "0.25" if self.plain else "0"
                times = self.rng.choice([first, "0.5", "1", "2.25", "4"], self.rng.integers(1, 5))
                for time in (*times, "3"):  # some of them twice
                    row = {"observableId": observable["observableId"], column: name}
                    row |= {"time": str(time), "measurement": self._number()}
                    own = self._placeholders(observable)
                    if self.plain:
                        own = self.fillings.setdefault((observable["observableId"], name), own)
                    row |= own
                    rows.append(row)
        self._spoil_measurement(rows[0])
        return rows

    def _placeholders(self, observable: Row) -> Row:
        """Return what placeholders of an observable are in one measurement."""
        found = {}
        name = observable["observableId"]
        for what, low in (("observable", 0.2), ("noise", 0.05)):
            formula, values = observable[f"{what}Formula"], []
            for place in ("1", "2"):
                if f"{what}Parameter{place}_{name}" in formula:
                    own = f"{what}{place}_of_{name}_{self._of('x', 'y')}"
                    known = own in self.parameters or self._chance(0.5)
                    if known and own not in self.parameters:
                        self._parameter(own, low, 0.8, known=0.0 if self.plain else 0.25)
                    values.append(own if known else self._of("0.25", "0.7"))
            found[f"{what}Parameters"] = ";".join(values)
        return found

    def _spoil_measurement(self, row: Row) -> None:
        match self.refused:
            case "steady state":
                row["time"] = "inf"
            case "nan":
                row["measurement"] = "nan"
            case "preequilibration" if self.version == 1:
                row["preequilibrationConditionId"] = self.experiments[0]
