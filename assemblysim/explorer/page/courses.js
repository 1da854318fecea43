// Reactors: rate constants at each temperature, segments of a protocol, additions. What it does is
// what assemblysim/kinetics/reactor does, and a check holds the numbers of both against each other.

const GAS_CONSTANT = 8.31446261815324e-3; // kJ/(mol K)
const FINE = { rtol: 1e-8, share: 1e-12, steps: 100000 }; // of the curve that is moved
const COARSE = { rtol: 1e-5, share: 1e-10, steps: 10000 }; // of the cloud, as a fit has it

// What absolute errors of each species are a fraction of, (B, S); see kinetics/ceilings.py.
function ceilings(network, starts, batch) {
  const size = network.species.length, found = new Float64Array(starts.length);
  for (let b = 0; b < batch; b++) {
    const start = starts.subarray(b * size, (b + 1) * size);
    const largest = start.reduce((most, one) => Math.max(most, one), 0) || 1;
    const most = new Float64Array(size).fill(Infinity);
    for (const [members, counts] of network.totals) {
      const total = members.reduce((sum, i, j) => sum + start[i] * counts[j], 0);
      members.forEach((i, j) => { most[i] = Math.min(most[i], total / counts[j]); });
    }
    most.forEach((one, i) => {
      found[b * size + i] = one > 0 && one < Infinity ? Math.min(100 * one, largest) : largest;
    });
  }
  return found;
}

// A number behind each of B rows.
function withColumn(values, batch, number) {
  const width = values.length / batch, found = new Float64Array(values.length + batch).fill(number);
  for (let b = 0; b < batch; b++) {
    found.set(values.subarray(b * width, (b + 1) * width), b * (width + 1));
  }
  return found;
}

// The temperature of a programme at a time; after a step that happens there, or before it.
function kelvinAt(programme, time, before = false) {
  const { times, kelvin } = programme;
  let i = 0;
  while (i < times.length && (before ? times[i] < time : times[i] <= time)) i++;
  if (i === times.length) return kelvin[i - 1];
  const part = (time - times[i - 1]) / (times[i] - times[i - 1]);
  return kelvin[i - 1] + part * (kelvin[i] - kelvin[i - 1]);
}

// A reactor of B vectors: network, plain and ramped; constants, energies (B, P); starts (B, S).
class Reactor {
  constructor(engine, shape, numbers) {
    Object.assign(this, shape, numbers); // network, ramped, reference, powers, protocol
    this.engine = engine;
  }

  at(kelvin) {
    const found = Float64Array.from(this.constants), count = this.powers.length;
    if (kelvin === null || kelvin === this.reference) return found;
    const slowness = (1 / kelvin - 1 / this.reference) / GAS_CONSTANT;
    return found.map((k, i) => k * (kelvin / this.reference) ** this.powers[i % count]
      * Math.exp(-this.energies[i] * slowness));
  }

  segments(end) {
    const { programme, events } = this.protocol;
    const knots = programme ? programme.times : [];
    const moments = [...knots, ...events.map((one) => one.time)].filter((t) => t > 0 && t < end);
    const edges = [0, ...[...new Set(moments)].sort((a, b) => a - b), end];
    return edges.slice(1).map((stop, i) => ({
      begin: edges[i],
      end: stop,
      first: programme ? kelvinAt(programme, edges[i]) : null,
      last: programme ? kelvinAt(programme, stop, stop > 0) : null,
      after: stop < end ? events.filter((one) => one.time === stop) : [],
    }));
  }

  // Concentrations (B, T, S) at times; NaN where a vector did not come that far.
  courses(times, accuracy) {
    const size = this.network.species.length, batch = this.batch, count = times.length;
    const found = new Float64Array(batch * count * size).fill(NaN);
    let state = Float64Array.from(this.starts), volume = this.protocol.volume, next = 0;
    const failed = new Uint8Array(batch);
    for (const segment of this.segments(times[count - 1])) {
      const length = segment.end - segment.begin, from = next;
      while (next < count && times[next] <= segment.end) next++;
      const asked = times.slice(from, next).map((t) => t - segment.begin);
      if (!asked.length || asked[asked.length - 1] !== length) asked.push(length);
      const { concentrations, status, width } = this.segment(segment, state, asked, accuracy);
      for (let b = 0; b < batch; b++) {
        failed[b] |= status[b] !== 0;
        for (let t = 0; t < asked.length; t++) {
          const at = (b * asked.length + t) * width;
          const row = concentrations.subarray(at, at + size);
          if (t < next - from && !failed[b]) found.set(row, (b * count + from + t) * size);
          if (t === asked.length - 1) state.set(failed[b] ? row.map(() => 0) : row, b * size);
        }
      }
      [state, volume] = this.mixed(state, volume, segment.after);
    }
    return found;
  }

  segment(segment, state, asked, accuracy) {
    const ramp = segment.first !== segment.last;
    const network = ramp ? this.ramped : this.network;
    const batch = this.batch, length = segment.end - segment.begin;
    const [constants, starts] = ramp ? this.ramping(segment, state) : [this.at(segment.first), state];
    let given = [constants, starts, ceilings(network, starts, batch)];
    let width = network.species.length, own = accuracy;
    if (network.clock) { // see kinetics/clock.py
      const last = [1, segment.begin, length || 1];
      given = given.map((one, i) => withColumn(one, batch, last[i]));
      own = { ...accuracy, longest: network.clock * length || 1e300 };
      width += 1;
    }
    network.program ??= this.engine.program(network);
    return { ...this.engine.integrate(network.program, batch, ...given, asked, own), width };
  }

  // Constants and starts of the ramped network; see kinetics/reactor/ramp.py.
  ramping(segment, state) {
    const batch = this.batch, size = this.network.species.length, count = this.powers.length;
    const rate = (segment.last - segment.first) / (segment.end - segment.begin);
    const here = this.at(segment.first), gained = rate / (GAS_CONSTANT * segment.first ** 2);
    const constants = [], starts = [];
    for (let b = 0; b < batch; b++) {
      const start = state.subarray(b * size, (b + 1) * size);
      const unit = start.reduce((most, one) => Math.max(most, one), 0) || 1;
      for (let i = 0; i < count; i++) constants.push(here[b * count + i] / unit);
      for (let i = 0; i < count; i++) constants.push(this.energies[b * count + i] * gained / unit ** 2);
      constants.push(rate / segment.first / unit);
      starts.push(...start, ...Array(count + 1).fill(unit));
    }
    return [Float64Array.from(constants), Float64Array.from(starts)];
  }

  // Concentrations and volume after what happens at a segment's end.
  mixed(state, volume, events) {
    const size = this.network.species.length, before = Float64Array.from(state);
    let diluted = false;
    for (const event of events) {
      const after = volume + event.volume;
      if (event.volume > 0) {
        diluted = true;
        state = state.map((one) => one * (volume / after));
        for (const [name, amount] of event.contents) {
          const i = this.network.species.indexOf(name);
          if (i < 0) continue;
          for (let b = 0; b < this.batch; b++) state[b * size + i] += amount * (event.volume / after);
        }
      }
      volume = after;
    }
    if (diluted) {
      for (const name of this.protocol.held) {
        const i = this.network.species.indexOf(name);
        for (let b = 0; b < this.batch; b++) state[b * size + i] = before[b * size + i];
      }
    }
    return [state, volume];
  }
}
