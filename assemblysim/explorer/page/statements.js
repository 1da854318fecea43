// Sentences of a source: which of them hold for the signals as they are, without noise.

const TINY = 1e-300;

// Whether a claim holds of relative signals (T, I): fractions of the spectrum, or of the largest.
function claimHolds(claim, relative, limit, fraction) {
  const own = relative.map((row) => row[claim.signal]);
  const largest = Math.max(...own);
  const totals = relative.map((row) => row.reduce((sum, one) => sum + one, 0));
  return claim.rises.every(([low, high]) => own[low] < own[high])
    && (claim.largest === null || claim.largest.some((t) => own[t] === largest))
    && claim.detected.every((t) => own[t] > limit)
    && claim.absent.every((t) => own[t] <= limit)
    && claim.near.every(([t, part]) => own[t] >= (part ?? fraction) * largest)
    && claim.small.every(([t, part]) => own[t] <= part * largest)
    && claim.minor.every(([t, part]) => own[t] <= part * totals[t]);
}

// For each reading of the words its sentences, and whether each holds.
function heldStatements(explorer, values) {
  const told = explorer.experiment.statements;
  if (!told) return null;
  const { own } = explorer, late = numberOf(own.late, values);
  const limit = values[told.limit], fraction = values[told.fraction];
  const every = [...new Set(told.readings.flatMap((one) => one.times))].sort((a, b) => a - b);
  const reactor = reactorOf(explorer.engine, explorer.content, explorer.mechanism,
    explorer.state.experiment, [values], explorer.conditions);
  const sums = signalSums(own, explorer.network, values, reactor.courses(every.map((t) => t + late), FINE));
  const signals = every.map((_, t) => own.signals.map((one, i) =>
    Math.max(sums[i][t] * values[one.response] + values[own.background], TINY)));
  const greatest = Math.max(...signals.flat());
  const relative = signals.map((row) => {
    const whole = told.by_spectrum ? row.reduce((sum, one) => sum + one, 0) : greatest;
    return row.map((one) => one / whole);
  });
  return told.readings.map(({ name, times, sentences }) => {
    const known = times.map((t) => relative[every.indexOf(t)]);
    return { name, sentences: sentences.map((one) => ({
      words: one.words, silent: one.silent,
      holds: one.claims.every((claim) => claimHolds(claim, known, limit, fraction)),
    })) };
  });
}

// Lists them, once for each mechanism and experiment, and marks each.
function tellStatements(explorer, values) {
  const found = asMeasured(explorer.state) ? heldStatements(explorer, values) : null, box = $("statements");
  if (!found) return box.replaceChildren();
  const several = found.length > 1;
  const parts = found.flatMap(({ name, sentences }) => {
    const held = sentences.filter((one) => one.holds).length;
    const list = element("ul", { className: "sentences" }, ...sentences.map((one) => element("li",
      { className: one.holds ? "held" : "broken" },
      element("b", {}, one.holds ? "held " : "broken "), explorer.typeset(one.words))));
    return [element("h3", {}, `${several ? `${name}: ` : ""}${held} of ${sentences.length} sentences hold`), list];
  });
  return box.replaceChildren(element("h2", {}, "What was said"), ...parts, element("p", { className: "notes" },
    "Held or broken by the curve itself, at the limits that are usual in the fit; a fit counts how far, and that words may be wrong."));
}
