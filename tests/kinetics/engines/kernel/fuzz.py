"""Throws networks, numbers and broken tables at a kernel built with sanitizers; see run.sh.

Anything that the kernel reads or writes out of place ends the process. What is left to check
here: broken tables are refused or integrated, and never crash; sound networks are integrated.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[4]))


def load_kernel(path):
    """Put the extension in `path` where the package looks for its own."""
    name = "assemblysim.kinetics.engines._kernel"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
    import assemblysim.kinetics.engines

    assemblysim.kinetics.engines._kernel = module
    return module


def random_network(random):
    """A network with up to nine species, reactions of any order up to 4, and some odd laws."""
    from assemblysim.mechanism.network.expression import read_rate_law
    from assemblysim.mechanism.network.network import Network, Reaction, Species

    names = [f"X{i}" for i in range(random.integers(1, 10))]
    laws = ("{k}*{a}/(1 + {b})", "{k}*{a}^1.5", "{k}*exp(-{a})", "{k}*log(1 + {a}/({b} + 2))")
    reactions = []
    for i in range(random.integers(1, 16)):
        left = tuple(random.choice(names, random.integers(0, 5)).tolist())
        right = tuple(random.choice(names, random.integers(0, 4)).tolist())
        law = None
        if random.random() < 0.15:
            a, b = random.choice(names, 2)
            law = read_rate_law(random.choice(laws).format(k=f"k{i}", a=a, b=b))
        reactions.append(Reaction(f"r{i}", left, right, f"k{i}", law=law))
    return Network(tuple(Species(name, ()) for name in names), tuple(reactions))


def numbers(random, shape):
    """Positive numbers of many sizes, with some that are none."""
    values = 10 ** random.uniform(-6, 6, shape)
    values[random.random(shape) < 0.1] = 0
    odd = random.random(shape) < 0.01
    values[odd] = random.choice([np.nan, np.inf, -1.0, 1e300], odd.sum())
    return values


def integrate_everything(network, random):
    """Go through the door in every way."""
    from assemblysim.kinetics.engines import integration

    batch = int(random.choice([0, 1, 3, 5, 17, 33]))
    rate_constants = numbers(random, (batch, len(network.rate_constant_names)))
    initial = numbers(random, (batch, len(network.species)))
    times = np.unique(random.uniform(0, 48, random.integers(1, 20)))
    if random.random() < 0.5:
        times = np.unique([0.0, *times])
    tolerance = integration.Tolerance(10 ** random.uniform(-9, -2), 1e-10, 300)
    settings = {"tolerance": tolerance, "engine": "native", "threads": int(random.integers(1, 4))}
    for function in (integration.integrate_batch, integration.integrate_extents):
        function(network, rate_constants, initial, times, **settings)
    for by_initial in (False, True):
        integration.integrate_sensitivities(
            network, rate_constants, initial, times, by_initial=by_initial, **settings
        )


def broken(value, random):
    """A copy of nested tables with one thing changed."""
    if isinstance(value, tuple):
        if not value or random.random() < 0.03:
            return value[:-1]
        which = random.integers(len(value))
        return tuple(broken(v, random) if i == which else v for i, v in enumerate(value))
    if isinstance(value, int):
        return int(random.choice([-1, 0, value + 1, value - 1, 2**31 - 1]))
    kind = random.integers(5)
    if kind == 0 or not len(value):
        return np.append(value, np.asarray(random.integers(-3, 40)).astype(value.dtype))
    if kind == 1:
        return value[:-1].copy()
    if kind == 2:
        with np.errstate(over="ignore"):  # what is too large for it becomes infinite
            return value.astype(np.float32)
    changed = value.copy()
    odd = [-1, 0, 1, 7, 2**31 - 1, -(2**31)] if value.dtype.kind in "iu" else [np.nan, np.inf, -1e9]
    changed[random.integers(len(value))] = np.asarray(random.choice(odd)).astype(value.dtype)
    return changed


def integrate_broken(kernel, network, random):
    """Tables with something wrong: refused with a ValueError, or sound after all."""
    from assemblysim.kinetics.engines.program import program_tables

    tables = dict(vars(program_tables(network)))
    tables["slopes"] = tables.pop("law_species")
    tables["slopes_by_constant"] = tables.pop("law_constants")
    tables["eliminated"] = np.zeros(1, np.int32), np.zeros(0, np.int32), np.zeros(0)
    tables["eliminated_species"] = np.zeros(0, np.int32)
    kernel.make_program(**tables)
    for _ in range(random.integers(1, 3)):
        spoilt = list(tables)[random.integers(len(tables))]
        tables[spoilt] = broken(tables[spoilt], random)
    if random.random() < 0.03:
        tables.pop(spoilt)
    try:
        program = kernel.make_program(**tables)
    except (ValueError, TypeError, BufferError, OverflowError):
        return 1
    kernel.integrate(**sound_call(kernel, program, tables["species"], tables["constants"]))
    return 0


def sound_call(kernel, program, species, constants, batch=5):
    """Arguments of an integration of which nothing is wrong."""
    return {
        "program": program,
        "rate_constants": np.ones((batch, constants)),
        "initial": np.ones((batch, species)),
        "ceilings": np.ones((batch, species)),
        "times": np.array([1.0, 2.0]),
        "columns": np.zeros(0, np.int32),
        "rtol": 1e-4,
        "atol_fraction": 1e-10,
        "max_steps": 50,
        "largest_step": 1e300,
        "threads": 2,
        "instructions": kernel.instruction_sets()[0],
        "concentrations": np.zeros((batch, 2, species)),
        "derivatives": np.zeros(0),
        "reached": np.zeros(batch),
        "status": np.zeros(batch, np.int32),
        "steps": np.zeros(batch, np.int64),
    }


def refuse_wrong_arguments(kernel):
    """Arrays of a wrong length or type, one after the other."""
    from assemblysim.kinetics.engines.program import compile_program

    network = random_network(np.random.default_rng(1))
    s, p = len(network.species), len(network.rate_constant_names)
    good = sound_call(kernel, compile_program(network), s, p, batch=3)
    kernel.integrate(**good)
    wrong = {
        "program": [None, 1],
        "rate_constants": [np.ones(1), "x"],
        "initial": [np.ones((3, s), np.float32)],
        "ceilings": [np.ones(2), "x"],
        "times": [np.zeros(0), np.array([1.0, 1.0]), np.array([np.nan, 2.0]), np.ones((2, 2))],
        "columns": [np.array([-1], np.int32), np.array([p + s], np.int32)],
        "rtol": [-1.0, np.nan, "x"],
        "atol_fraction": [-1.0, np.nan],
        "max_steps": [1.5, 2**70],
        "largest_step": [0.0, -1.0, np.nan, np.inf],
        "threads": [0, -1],
        "instructions": ["", "mmx", 1],
        "concentrations": [np.zeros(1), np.zeros((3, 2, s))[..., ::-1]],
        "derivatives": [np.zeros(1)],
        "reached": [np.zeros(2)],
        "status": [np.zeros(3)],
        "steps": [np.zeros(3, np.int32)],
    }
    assert wrong.keys() == good.keys()
    for name, values in wrong.items():
        for value in values:
            refuse(kernel.integrate, {**good, name: value}, f"{name} = {value!r}")
        refuse(kernel.integrate, {n: v for n, v in good.items() if n != name}, f"no {name}")
    refuse(kernel.integrate, {**good, "rates": 1}, "one argument more")
    try:
        kernel.integrate(*good.values())
    except TypeError:
        return
    raise AssertionError("arguments without names taken")


def refuse(function, arguments, what):
    """Fail unless the arguments are refused."""
    try:
        function(**arguments)
    except (ValueError, TypeError, BufferError, OverflowError):
        return
    raise AssertionError(f"taken: {what}")


def refuse_wrong_lines(kernel, random):
    """Readings with errors of their own, normal or Student's t: computed or refused."""
    for _ in range(1500):
        groups, batch = random.integers(1, 4, 2)
        sizes = random.integers(0 if random.random() < 0.05 else 1, 6, groups)
        cells = int(sizes.sum())
        derived = cells if random.random() < 0.5 else 0
        arrays = {
            "begin": np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
            "censored": (random.random(cells) < 0.3).astype(np.uint8),
            "number": random.choice([-1, 1], (batch, cells)) * numbers(random, (batch, cells)),
            "slope": numbers(random, (batch, cells)),
            "additive": numbers(random, (batch, cells)),
            "relative": np.where(random.random() < 0.5, numbers(random, (batch, cells)), 0.0),
            "width": np.where(random.random() < 0.5, numbers(random, (batch, groups)), 0.0),
            "heavy": int(random.integers(0, 2)),
            "low": float(random.choice([-np.inf, 0, 1])),
            "high": float(random.choice([np.inf, 100, 0, np.nan])),
            "points": np.zeros((batch, groups)),
            "by_number": np.zeros((batch, derived)),
            "by_size": np.zeros((batch, derived)),
        }
        if random.random() < 0.3:
            spoilt = random.choice([n for n in arrays if n not in ("heavy", "low", "high")])
            arrays[spoilt] = np.ascontiguousarray(arrays[spoilt].ravel()[1:])
        try:
            kernel.line_points(**arrays)
        except ValueError:
            continue


def refuse_wrong_readings(kernel, random):
    """Readings with unknown gains: whatever the tables hold, computed or refused."""
    points, weights = np.polynomial.hermite_e.hermegauss(5)
    for _ in range(2000):
        blocks, places, batch, own, axes = random.integers(1, 5, 5)
        sizes = random.integers(0 if random.random() < 0.05 else 1, 7, blocks)
        cells = int(sizes.sum())
        error = [np.sort(random.integers(0, n, n)) for n in sizes]
        error = [np.unique(one, return_inverse=True)[1] for one in error]
        gain = [np.unique(random.integers(0, n, n), return_inverse=True)[1] for n in sizes]
        lowest = -(random.random() < 0.1)
        arrays = {
            "begin": np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
            "gain": np.concatenate(gain).astype(np.int32),
            "error": np.concatenate(error).astype(np.int32),
            "place": random.integers(lowest, places, cells).astype(np.int32),
            "own": random.integers(lowest, own, cells).astype(np.int32),
            "censored": (random.random(cells) < 0.3).astype(np.uint8),
            "log": random.normal(size=cells),
            "rule_excess": np.array([0.1, np.inf]),
            "rule_count": np.array([2, 3], np.int32),
            "rule_points": points,
            "rule_weights": np.log(weights),
            "lattice": random.normal(size=(7, axes)),
            "log_signals": numbers(random, (batch, places)),
            "sigma": numbers(random, (batch, own)),
            "tau": numbers(random, batch),
            "points": np.zeros((batch, blocks)),
        }
        function = kernel.reading_points
        if random.random() < 0.5:
            function = kernel.reading_gradients
            arrays |= {name: np.zeros((batch, cells)) for name in ("by_signal", "by_own")}
            arrays["by_shared"] = np.zeros((batch, blocks))
        if random.random() < 0.2:
            spoilt = random.choice(list(arrays))
            arrays[spoilt] = broken(arrays[spoilt], random)
        try:
            function(negligible=1e-10, axes=int(axes), **arrays)
        except (ValueError, BufferError):
            continue


def refuse_wrong_claims(kernel, random):
    """Claims of any kind, numbers of any size: whatever the tables hold, computed or refused."""
    from assemblysim.measurement.statements import lattice

    rounds, refused = 3000, 0
    for _ in range(rounds):
        parts, times, signals, batch = random.integers(1, 6, 4)
        sizes = random.integers(1, 7, parts)
        entries = sizes.sum()
        share = random.choice([-1.0, -0.2, np.inf], (entries, 3)) * [1, -1, 1]
        arrays = {
            "begin": np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
            "signal": random.integers(0, signals, parts).astype(np.int32),
            "time": random.integers(0, times, entries).astype(np.int32),
            "said": random.integers(0, 64, entries).astype(np.uint32),
            "share": np.where(random.random(share.shape) < 0.5, [np.inf, -np.inf, np.inf], share),
            "points": lattice.PANEL_POINTS.copy(),
            "weights": lattice.WEIGHTS.copy(),
            "up_to": lattice.UP_TO_NODES.T.copy(),
            "logs": np.log(numbers(random, (batch, times, signals)) + 1e-300),
            "whole": random.normal(size=(batch, times)),
            "limit": random.normal(size=batch),
            "noise": np.abs(numbers(random, batch)) + 1e-9,
            "abundant": random.normal(size=batch),
            "chances": np.zeros((batch, parts)),
        }
        if random.random() < 0.3:
            spoilt = random.choice(list(arrays))
            arrays[spoilt] = broken(arrays[spoilt].ravel(), random)
        reach = float(random.choice([5.0, 8.7, -1.0, np.nan], p=[0.5, 0.4, 0.05, 0.05]))
        try:
            kernel.claim_chances(width=2.0, reach=reach, **arrays)
        except ValueError:
            refused += 1
    assert 0.2 < refused / rounds < 0.5, f"{refused} of {rounds} tables of claims refused"


def main(path, rounds):
    kernel = load_kernel(path)
    import os

    random, refused = np.random.default_rng(20261124), 0
    refuse_wrong_arguments(kernel)
    refuse_wrong_readings(kernel, random)
    refuse_wrong_lines(kernel, random)
    with np.errstate(invalid="ignore"):
        refuse_wrong_claims(kernel, random)
    for round_ in range(rounds):
        sets = kernel.instruction_sets()
        os.environ["ASSEMBLYSIM_INSTRUCTIONS"] = sets[round_ % len(sets)]
        network = random_network(random)
        integrate_everything(network, random)
        for _ in range(20):
            refused += integrate_broken(kernel, network, random)
    assert 0.3 < refused / (20 * rounds) < 1, f"{refused} of {20 * rounds} refused"
    print(f"{rounds} networks integrated, {refused} of {20 * rounds} broken tables refused")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
