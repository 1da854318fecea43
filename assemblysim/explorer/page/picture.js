// What is drawn of a state: curves, the cloud, data beside them, and how far they lie apart.

// Times of the grid: even ones and, for the logarithmic axis, those of even ratios.
function gridTimes(until, first) {
  const even = Array.from({ length: GRID + 1 }, (_, i) => until * i / GRID);
  const ratio = Array.from({ length: GRID }, (_, i) => first * (until / first) ** (i / GRID));
  return [...new Set([...even, ...ratio])].sort((a, b) => a - b);
}

// Curves of a course (T, S): the signals, then the species that none of these is.
function curvesOf(explorer, values, course, count) {
  const { own, network } = explorer, size = network.species.length;
  const sums = signalSums(own, network, values, course);
  const curves = own.signals.map((signal, i) => ({ name: signal.name, values: sums[i].subarray(0, count), signal: i }));
  const alone = new Set(own.signals.filter((one) => one.terms.length === 1 && one.terms[0][1] === 1
    && !one.weighted.length && !one.standard && !one.ratio && own.dilution === 1).map((one) => one.terms[0][0]));
  network.species.forEach((name, i) => {
    if (alone.has(i)) return;
    const taken = curves.some((one) => one.name === name);
    const found = Float64Array.from({ length: count }, (_, t) => course[t * size + i]);
    curves.push({ name: taken ? `${name} in solution` : name, values: found, signal: null });
  });
  return curves;
}

// Which curves are shown before the reader says so.
function usuallyShown(explorer, curves) {
  if (explorer.own.signals.length) return new Set(curves.filter((one) => one.signal !== null).map((one) => one.name));
  const made = curves.filter((one) => !(one.values[0] > 0));
  const largest = (one) => one.values.reduce((most, value) => Math.max(most, value), 0);
  const chosen = (made.length ? made : curves).sort((a, b) => largest(b) - largest(a)).slice(0, 12);
  return new Set(chosen.map((one) => one.name));
}

// Whether start and temperature are those that the data were taken at.
const asMeasured = (state) => !Object.keys(state.start).length && state.kelvin === null;

function pictureOf(explorer, values) {
  const { own, state, experiment } = explorer, until = explorer.until;
  const samples = sampleTimes(own, values), positive = samples.filter((t) => t > 0);
  const first = Math.min(until / 1000, ...positive.map((t) => t / 2));
  const times = gridTimes(until, first);
  const measured = asMeasured(state) ? measuredIn(explorer, values, samples) : null;
  const one = reactorOf(explorer.engine, explorer.content, explorer.mechanism, state.experiment, [values], explorer.conditions);
  const curves = curvesOf(explorer, values, one.courses(times, FINE), times.length);
  explorer.usual ??= {};
  explorer.usual[state.mechanism] ??= usuallyShown(explorer, curves);
  const visible = (name) => state.shown[name] ?? explorer.usual[state.mechanism].has(name);
  curves.forEach((curve, i) => Object.assign(curve, {
    style: styleOf(i, explorer.dark.matches), on: visible(curve.name),
  }));
  return { times, first, until, curves, measured, failed: curves.some((c) => !Number.isFinite(c.values[times.length - 1])),
    experiment };
}

// Data as concentrations beside the curves, and how far they lie from these.
function measuredIn(explorer, values, samples) {
  const table = explorer.experiment.table, { own } = explorer;
  if (!table || !samples.length) return null;
  const at = [...new Set(samples)].sort((a, b) => a - b);
  const reactor = reactorOf(explorer.engine, explorer.content, explorer.mechanism, explorer.state.experiment, [values], explorer.conditions);
  const sums = signalSums(own, explorer.network, values, reactor.courses(at, FINE));
  const background = values[own.background] ?? 0;
  const responses = own.signals.map((one) => values[one.response]);
  const expected = samples.map((time) => sums.map((sum, i) => sum[at.indexOf(time)] * responses[i] + (own.signals[i].ratio ? 0 : background)));
  const factors = scaled(table, expected);
  const points = [];
  table.values.forEach((row, n) => row.forEach((value, i) => {
    if (value === null) return;
    const seen = (value / factors[n][i] - (own.signals[i].ratio ? 0 : background)) / responses[i];
    points.push({ signal: i, time: samples[n], value: table.below[n][i] ? 0 : seen, below: table.below[n][i] });
  }));
  return { points, distance: distance(table, expected, factors), byRatio: table.by_ratio, axis: table.axis };
}

// The smallest of 1, 1.5, 2, 3, 5, 7, 10 times a power of ten that is not below a value.
function roundedUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * [1, 1.5, 2, 3, 5, 7, 10].find((one) => one * power >= value * (1 - 1e-9));
}

function drawPicture(explorer, picture) {
  const { chart, state, content } = explorer, { times, curves } = picture;
  chart.fit();
  const shownCurves = curves.filter((one) => one.on);
  const points = (picture.measured?.points ?? []).filter((one) => curves[one.signal].on);
  const largest = Math.max(0, ...shownCurves.map((one) => one.values.reduce((a, b) => Math.max(a, b), 0)),
    ...points.map((one) => one.value));
  const axes = { end: picture.until, first: picture.first, log: explorer.log, top: roundedUp(1.04 * largest), unit: content.unit };
  const before = JSON.stringify(chart.view ?? null);
  chart.axes(axes);
  if (explorer.cloudIsOld || JSON.stringify(axes) !== before) keepCloud(explorer, picture);
  explorer.cloudIsOld = false;
  const style = getComputedStyle(document.documentElement);
  const ink = Object.fromEntries(["line", "faint", "paper"].map((one) => [one, style.getPropertyValue(`--${one}`)]));
  chart.draw(times, shownCurves, points.map((one) => ({ ...one, style: curves[one.signal].style })), ink);
  tellMeasure(explorer, picture);
  tellCurves(explorer, picture);
}

// The draws under the conditions at hand; they are integrated again only when these change.
function keepCloud(explorer, picture) {
  const { mechanism, state, content } = explorer, { names, values } = mechanism.draws;
  if (!values.length) return explorer.chart.keepCloud([], []);
  const conditions = { ...explorer.conditions, off: [] }; // constants move one curve only
  const times = picture.times.filter((_, t) => t % 2 === 0 || t === picture.times.length - 1);
  const key = JSON.stringify([state.mechanism, state.experiment, conditions, times]);
  if (explorer.cloud?.key !== key) {
    const sets = values.map((row) => completed(mechanism, Object.fromEntries(names.map((name, i) => [name, row[i]]))));
    const reactor = reactorOf(explorer.engine, content, mechanism, state.experiment, sets, conditions);
    const found = reactor.courses(times, COARSE), each = found.length / sets.length;
    const curves = sets.map((one, b) => curvesOf(explorer, one, found.subarray(b * each, (b + 1) * each), times.length));
    explorer.cloud = { key, curves };
  }
  const on = new Map(picture.curves.filter((one) => one.on).map((one) => [one.name, one.style.colour]));
  const drawn = explorer.cloud.curves.flatMap((curves) => curves.filter((one) => on.has(one.name))
    .map((one) => ({ colour: on.get(one.name), values: one.values })));
  return explorer.chart.keepCloud(times, drawn);
}

function tellMeasure(explorer, picture) {
  const { measured, failed } = picture;
  const words = failed ? ["With these numbers the equations could not be followed to the end."] : [];
  if (measured?.distance) {
    const { value, count } = measured.distance;
    explorer.atFit ??= {};
    const key = [explorer.state.mechanism, explorer.state.experiment].join();
    explorer.atFit[key] ??= startDistance(explorer);
    const likelihood = likelihoodWords(explorer);
    if (likelihood) words.push(likelihood);
    const kind = measured.byRatio ? "root mean square of ln(measured / curve)" : "root mean square difference, of the largest measured";
    const scale = { row: ", after each spectrum is scaled to the curve", column: ", after each signal is scaled to the curve" }[measured.axis] ?? "";
    words.push(`Distance of ${count} intensities from the curve: ${shown(value, 3)} (at the start ${shown(explorer.atFit[key], 3)}; ${kind}${scale}).`);
    if (measured.points.some((one) => one.below)) words.push("Hollow marks were not detected.");
  } else if (explorer.experiment.table && !asMeasured(explorer.state)) {
    words.push("The data are not shown: they were taken with another start or temperature.");
  }
  $("measure").textContent = words.join(" ");
}

// How much less probable the data are at these numbers than at the best known ones.
function likelihoodWords(explorer) {
  const { likelihood, state, content } = explorer;
  if (!likelihood.exists) return likelihood.missing ? `No log-likelihood: ${likelihood.missing}.` : "";
  const here = explorer.logLikelihood(state.mechanism, state.moved, state.off);
  if (!Number.isFinite(here)) return "The log-likelihood could not be computed.";
  const starts = explorer.startLogLikelihoods, told = (one) => signed(one, 1);
  const words = `Log-likelihood of all data: ${told(here)}`;
  if (content.stage !== "posterior") return `${words}, ${told(starts[state.mechanism])} at the start.`;
  const beside = starts.map((one, i) => [one, i]).filter(([one]) => Number.isFinite(one)).sort((a, b) => b[0] - a[0])[0];
  const best = beside[1] === state.mechanism ? "" : `; the best fit, of '${explorer.typeset(content.mechanisms[beside[1]].title)}', has ${told(beside[0])}`;
  return `${words}, which is ${told(here - starts[state.mechanism])} from this mechanism's fit (${told(starts[state.mechanism])})${best}. Priors do not count in it.`;
}

// The distance where nothing has been moved.
function startDistance(explorer) {
  const kept = explorer.state;
  explorer.state = { ...emptyState(), mechanism: kept.mechanism, experiment: kept.experiment };
  const values = explorer.values();
  const found = measuredIn(explorer, values, sampleTimes(explorer.own, values));
  explorer.state = kept;
  return found.distance.value;
}

// One row for each curve: whether it is shown, its largest and its last value.
function tellCurves(explorer, picture) {
  const { curves, times } = picture, unit = explorer.content.unit;
  const names = curves.map((one) => one.name).join("\n");
  const whole = Math.max(...curves.map((one) => one.values[0]));
  const amount = (value) => (value < 1e-9 * whole ? "0" : shown(value)); // far below all errors
  if (explorer.curves !== names) {
    explorer.curves = names;
    $("curves").replaceChildren(...curves.map((curve, i) => curveRow(explorer, curve, i)));
  }
  [...$("curves").rows].forEach((row, i) => {
    const { values, on } = curves[i];
    let most = 0;
    values.forEach((value, t) => { if (value > values[most]) most = t; });
    row.querySelector("input").checked = on;
    row.cells[1].textContent = `${amount(values[most])} ${unit} at ${timeWords(times[most])}`;
    row.cells[2].textContent = `${amount(values[values.length - 1])} ${unit}`;
  });
}

function curveRow(explorer, curve, i) {
  const box = element("input", { type: "checkbox", id: `curve-${i}` });
  box.addEventListener("change", () => {
    explorer.change({ shown: { ...explorer.state.shown, [curve.name]: box.checked } }, true);
  });
  const line = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  line.setAttribute("viewBox", "0 0 26 8");
  line.setAttribute("aria-hidden", "true");
  line.innerHTML = `<path d="M0 4H26" stroke="${curve.style.colour}" stroke-width="3" stroke-dasharray="${curve.style.dash.join(" ")}"/>`;
  const label = element("label", { htmlFor: box.id }, explorer.typeset(curve.name));
  return element("tr", {}, element("th", { scope: "row" }, box, line, label), element("td"), element("td"));
}
