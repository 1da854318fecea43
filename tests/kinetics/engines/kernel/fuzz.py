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
        return np.append(value, value.dtype.type(random.integers(-3, 40)))
    if kind == 1:
        return value[:-1].copy()
    if kind == 2:
        return value.astype(np.float32)
    changed = value.copy()
    odd = [-1, 0, 1, 7, 2**31 - 1, -(2**31)] if value.dtype.kind == "i" else [np.nan, np.inf, -1e9]
    changed[random.integers(len(value))] = random.choice(odd)
    return changed


def integrate_broken(kernel, network, random):
    """Tables with something wrong: refused with a ValueError, or sound after all."""
    from assemblysim.kinetics.engines.program import program_tables

    t = program_tables(network)
    eliminated = ((np.zeros(1, np.int32), np.zeros(0, np.int32), np.zeros(0)),)
    tables = (*vars(t).values(), *eliminated, np.zeros(0, np.int32))
    for _ in range(random.integers(1, 3)):
        tables = broken(tables, random)
    try:
        program = kernel.make_program(*tables)
    except (ValueError, TypeError, BufferError, OverflowError):
        return 1
    batch, species, constants = 5, tables[0], tables[1]
    out = np.zeros((batch, 2, species)), np.zeros(0), np.zeros(batch)
    columns = np.zeros(0, np.int32)
    kernel.integrate(
        program, np.ones((batch, constants)), np.ones((batch, species)), np.ones(batch),
        np.array([1.0, 2.0]), columns, 1e-4, 1e-10, 50, 2, kernel.instruction_sets()[0],
        *out, np.zeros(batch, np.int32), np.zeros(batch, np.int64),
    )  # fmt: skip
    return 0


def refuse_wrong_arguments(kernel):
    """Arrays of a wrong length or type, one after the other."""
    from assemblysim.kinetics.engines.program import compile_program

    network = random_network(np.random.default_rng(1))
    program, s, p = compile_program(network), len(network.species), len(network.rate_constant_names)
    good = [
        program, np.ones((3, p)), np.ones((3, s)), np.ones(3), np.ones(1), np.zeros(0, np.int32),
        1e-4, 1e-10, 50, 1, kernel.instruction_sets()[-1], np.zeros((3, 1, s)), np.zeros(0),
        np.zeros(3), np.zeros(3, np.int32), np.zeros(3, np.int64),
    ]  # fmt: skip
    kernel.integrate(*good)
    wrong = {
        0: [None, 1], 1: [np.ones(1), "x"], 2: [np.ones((3, s), np.float32)], 3: [np.ones(2)],
        4: [np.zeros(0), np.array([1.0, 1.0]), np.array([np.nan])],
        5: [np.array([-1], np.int32), np.array([p + s], np.int32)],
        6: [-1.0, np.nan], 7: [-1.0, np.nan], 9: [0, -1], 10: ["", "mmx"],
        11: [np.zeros(1), np.zeros((3, 1, s))[..., ::-1]], 12: [np.zeros(1)], 13: [np.zeros(2)],
        14: [np.zeros(3)], 15: [np.zeros(3, np.int32)],
    }  # fmt: skip
    for place, values in wrong.items():
        for value in values:
            try:
                kernel.integrate(*(value if i == place else x for i, x in enumerate(good)))
            except (ValueError, TypeError, BufferError):
                continue
            raise AssertionError(f"argument {place} taken: {value!r}")


def refuse_wrong_readings(kernel, random):
    """Readings with unknown gains: whatever the tables hold, computed or refused."""
    rule = np.stack(np.polynomial.laguerre.laggauss(3))
    for _ in range(2000):
        groups, places, batch, widest = random.integers(1, 5, 4)
        begin = np.cumsum(random.integers(0, 4, 2 * groups + 1)).astype(np.int32)
        begin += random.integers(-1, 2)
        entries = max(begin[-1], 0) - (random.random() < 0.1)
        arrays = [
            begin,
            random.integers(-(random.random() < 0.1), places, max(entries, 0)).astype(np.int32),
            random.normal(size=max(entries, 0)),
            random.normal(size=(groups, 5, 6)), rule, -5.0, 1e-10,
            np.exp(5 * random.normal(size=(batch, places))), np.exp(random.normal(size=batch)),
            np.zeros((batch, groups)), np.zeros((batch, groups, widest)),
            np.zeros((batch, groups), np.uint8),
        ]  # fmt: skip
        if random.random() < 0.2:
            spoilt = random.choice([0, 1, 2, 3, 4, 7, 8, 9, 10, 11])
            arrays[spoilt] = arrays[spoilt].ravel()[: random.integers(0, 3)].copy()
        try:
            kernel.gain_points(*arrays)
        except ValueError:
            continue


def main(path, rounds):
    kernel = load_kernel(path)
    import os

    random, refused = np.random.default_rng(20261124), 0
    refuse_wrong_arguments(kernel)
    refuse_wrong_readings(kernel, random)
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
