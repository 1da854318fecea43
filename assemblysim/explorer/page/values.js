// From numbers by name to courses, signals and data beside them.

const FUNCTIONS = {
  "+": (...terms) => terms.reduce((sum, one) => sum + one, 0),
  "*": (...factors) => factors.reduce((product, one) => product * one, 1),
  "^": (base, power) => base ** power,
  exp: Math.exp,
  log: Math.log,
};

function evaluated(tree, values) {
  if (typeof tree === "number") return tree;
  if (typeof tree === "string") return values[tree];
  const [head, ...parts] = tree;
  return FUNCTIONS[head](...parts.map((one) => evaluated(one, values)));
}

// All numbers of a mechanism by name: what is fixed, what is moved, and what follows from these.
function completed(mechanism, moved) {
  const values = { ...mechanism.fixed, ...moved };
  for (const { name, tree } of mechanism.derived) values[name] = evaluated(tree, values);
  return values;
}

const numberOf = (entry, values) => (typeof entry === "string" ? values[entry] : entry);

// What runs in an experiment of a mechanism for sets of values, under conditions of one's own:
// { start: mM by species, kelvin: throughout or null, off: names of constants that are 0 }.
function reactorOf(engine, content, mechanism, place, sets, conditions) {
  const own = mechanism.experiments[place], network = content.networks[own.network];
  const off = new Set(conditions.off ?? []), start = conditions.start ?? {};
  const rows = (names, missing) => Float64Array.from(sets.flatMap((values) => names.map((name) =>
    (name === null ? missing : off.has(name) ? 0 : values[name]))));
  const starts = sets.flatMap((values) => own.initial.map((entry, i) =>
    start[network.species[i]] ?? numberOf(entry, values)));
  const kelvin = conditions.kelvin ?? null;
  const protocol = kelvin === null ? own.protocol
    : { ...own.protocol, programme: { times: [0], kelvin: [kelvin] } };
  const shape = {
    network, ramped: own.ramped === null ? null : content.networks[own.ramped],
    reference: own.reference, powers: own.powers, protocol,
  };
  const numbers = {
    batch: sets.length, constants: rows(own.constants), energies: rows(own.energies, 0),
    starts: Float64Array.from(starts),
  };
  return new Reactor(engine, shape, numbers);
}

// Signals before response, in the unit of concentration: (T,) for each signal, from one course.
function signalSums(own, network, values, course) {
  const size = network.species.length, count = course.length / size;
  return own.signals.map((signal) => {
    const found = new Float64Array(count).fill(signal.standard);
    const terms = [...signal.terms, ...signal.weighted.map(([i, name]) => [i, values[name]])];
    for (const [i, coefficient] of terms) {
      for (let t = 0; t < count; t++) found[t] += coefficient * course[t * size + i] / own.dilution;
    }
    if (signal.ratio) {
      for (let t = 0; t < count; t++) {
        const below = signal.divisor.reduce((sum, [i, n]) => sum + n * course[t * size + i] / own.dilution, 0);
        found[t] = below > 0 ? found[t] / below : 0;
      }
    }
    return found;
  });
}

// When the samples of an experiment were taken, h after mixing.
function sampleTimes(own, values) {
  const late = numberOf(own.late, values);
  return own.taken.map((entry) => {
    const time = numberOf(entry, values) + late;
    return Math.min(Math.max(time, 0), own.latest ?? Infinity);
  });
}

// The intensities of a table beside what is expected, (N, I): scale factors follow from both.
// Where noise is a fraction of the signal a factor is the mean ratio in logs, else least squares.
function scaled(table, expected) {
  const factors = table.values.map((row) => row.map(() => 1));
  if (table.axis !== null) {
    const groups = new Map();
    table.values.forEach((row, n) => row.forEach((value, i) => {
      const key = table.axis === "row" ? n : i;
      if (value !== null && !table.below[n][i]) groups.set(key, [...(groups.get(key) ?? []), [n, i]]);
    }));
    for (const [key, cells] of groups) {
      const pairs = cells.map(([n, i]) => [table.values[n][i], expected[n][i]]);
      const factor = table.by_ratio ? ratioFactor(pairs) : squaresFactor(pairs);
      factors.forEach((row, n) => row.forEach((_, i) => {
        if ((table.axis === "row" ? n : i) === key) row[i] = factor;
      }));
    }
  }
  return factors;
}

function ratioFactor(pairs) {
  const good = pairs.filter(([value, seen]) => value > 0 && seen > 0);
  const sum = good.reduce((total, [value, seen]) => total + Math.log(value / seen), 0);
  return good.length ? Math.exp(sum / good.length) : 1;
}

function squaresFactor(pairs) {
  const top = pairs.reduce((sum, [value, seen]) => sum + value * seen, 0);
  const bottom = pairs.reduce((sum, [, seen]) => sum + seen * seen, 0);
  return bottom > 0 ? top / bottom : 1;
}

// How far data lie from the curve: the root mean square of ln(measured/expected) or, where noise
// does not grow with the signal, of the difference as a fraction of the largest measured.
function distance(table, expected, factors) {
  let sum = 0, count = 0, largest = 0;
  table.values.forEach((row, n) => row.forEach((value, i) => {
    if (value === null || table.below[n][i]) return;
    const seen = expected[n][i] * factors[n][i];
    largest = Math.max(largest, value);
    const off = table.by_ratio ? Math.log(value / Math.max(seen, 1e-300)) : value - seen;
    if (table.by_ratio && !(value > 0)) return;
    sum += off * off;
    count += 1;
  }));
  if (!count) return null;
  const mean = Math.sqrt(sum / count);
  return { count, value: table.by_ratio ? mean : mean / (largest || 1) };
}
