// What the data say of numbers: likelihoods of the engine, and what goes into them. The engine's are
// compiled from the C++ that Python's are made of; a check holds the numbers of both together.

const SMALLEST_SIGNAL = 1e-300;
const ENDLESS = 1e307; // what stands for infinity in tables is larger

function logSum(terms) {
  const top = Math.max(...terms);
  return top + Math.log(terms.reduce((sum, one) => sum + Math.exp(one - top), 0));
}

class Likelihood {
  constructor(engine, content) {
    Object.assign(this, { engine, content, made: new Map() });
    const told = content.experiments.flatMap((one) => [one.likelihood, one.claims]);
    this.missing = told.find((one) => typeof one === "string") ?? null;
    this.exists = this.missing === null && told.some((one) => one !== null);
  }

  // The engine's form of tables, made once.
  table(kind, told) {
    if (!this.made.has(told)) {
      const whole = this.engine.put(told.whole, Int32Array), real = this.engine.put(told.real);
      this.made.set(told, this.engine.entries[`make_${kind}`](whole, real));
      this.engine.entries.give_back(whole);
      this.engine.entries.give_back(real);
    }
    return this.made.get(told);
  }

  // Calls an entry with places of numbers in memory; returns the `count` numbers that it writes.
  asked(count, lists, call) {
    const { engine } = this, places = lists.map((one) => engine.put(one));
    const found = engine.entries.take(Math.max(8, count * 8));
    call(...places, found);
    const numbers = Array.from(new Float64Array(engine.entries.memory.buffer, found, count));
    for (const place of [...places, found]) engine.entries.give_back(place);
    return numbers;
  }

  // The log-likelihood of a mechanism's numbers, NaN where the equations could not be followed.
  total(mechanism, values, off = []) {
    const { content } = this, said = new Map();
    const ofCourse = (course) => {
      if (!said.has(course)) {
        said.set(course, mechanism.experiments.map((own, place) => this.ofExperiment(mechanism, place, values, off, course)));
      }
      return said.get(course);
    };
    return logSum(content.cases.map(({ course, reading, weight }) => ofCourse(course).reduce(
      (sum, one) => sum + one.intensities + (one.sentences[reading] ?? 0), Math.log(weight))));
  }

  ofExperiment(mechanism, place, values, off, course) {
    const own = mechanism.experiments[place], { likelihood, claims } = this.content.experiments[place];
    const signals = this.signals(mechanism, place, values, off, course);
    const chosen = (places) => places.map((t) => signals[t]);
    return {
      intensities: likelihood === null ? 0
        : this.intensities(likelihood, chosen(likelihood.places), own.noise.map((name) => values[name])),
      sentences: claims === null ? [] : this.sentences(claims, chosen(claims.places), own.reader.map((name) => values[name])),
    };
  }

  // Expected signals (T, I) at all moments of an experiment.
  signals(mechanism, place, values, off, course) {
    const own = mechanism.experiments[place];
    const late = numberOf(own.late, values), latest = own.latest ?? Infinity;
    const times = own.moments.map((one) => one.time
      ?? Math.min(Math.max(numberOf(one.late, values) + late, 0), latest));
    const at = [...new Set(times)].sort((a, b) => a - b);
    const reactor = reactorOf(this.engine, this.content, mechanism, place, [values], { off });
    reactor.protocol = own.courses[course];
    const network = this.content.networks[own.network];
    const sums = signalSums(own, network, values, reactor.courses(at, FINE));
    return times.map((time) => own.signals.map((signal, i) =>
      sums[i][at.indexOf(time)] * values[signal.response] + values[own.background]));
  }

  intensities(told, signals, noise) {
    const flat = signals.flat().map((one) => Math.max(one, SMALLEST_SIGNAL));
    const terms = told.parts.map(({ weights, table }) => {
      const blocks = [...weights];
      if (table === null) return blocks;
      const points = this.points(table, told.sizes, flat, noise);
      points.forEach((point, u) => { blocks[table.block[u]] += point; });
      return blocks;
    });
    let sum = 0;
    for (let k = 0; k < told.blocks; k++) sum += logSum(terms.map((one) => one[k]).filter((one) => one > -ENDLESS || Number.isNaN(one)));
    return sum;
  }

  points(table, sizes, signals, noise) {
    const { entries } = this.engine, tables = this.table(table.kind, table), count = table.block.length;
    const part = (places) => (places === null ? Array(sizes.own).fill(0) : places.map((i) => noise[i]));
    if (table.kind === "known_scale") {
      const lists = [signals, part(sizes.additive), part(sizes.relative)];
      return this.asked(count, lists, (...places) => entries.known_scale_points(tables, ...places));
    }
    const shared = sizes.shared ? noise[noise.length - 1] : 0, own = part(sizes.relative);
    const rules = this.table("rules", this.content.rules);
    return this.asked(count, [signals.map(Math.log), own], (logs, sigma, found) =>
      entries.readings_points(tables, rules, signals.length, own.length, logs, sigma, shared, found));
  }

  // The log probability of all sentences, for each reading of the words.
  sentences(told, signals, [limit, noise, fraction]) {
    const seen = signals.map((row) => row.map((one) => Math.max(one, SMALLEST_SIGNAL)));
    const largest = Math.max(...seen.flat()), total = (row) => row.reduce((sum, one) => sum + one, 0);
    const relative = seen.map((row) => row.map((one) => one / (told.by_spectrum ? total(row) : largest)));
    const log = (one) => Math.log(Math.max(one, SMALLEST_SIGNAL));
    const lists = [relative.flat().map(log), relative.map((row) => log(total(row)))];
    const tables = this.table("claims", told), rules = this.table("rules", this.content.rules);
    const chances = this.asked(told.parts, lists, (logs, whole, found) => this.engine.entries.claims_chances(
      tables, rules, seen.length, seen[0].length, logs, whole, Math.log(limit), noise, Math.log(fraction), found));
    const each = told.begin.slice(1).map((end, i) => told.columns.slice(told.begin[i], end)
      .reduce((product, part) => product * chances[part], 1));
    const logs = each.map((held, i) => Math.log(told.fail[i] + (told.hold[i] - told.fail[i]) * held));
    const length = logs.length / told.readings;
    return Array.from({ length: told.readings }, (_, k) => total(logs.slice(k * length, (k + 1) * length)));
  }
}
