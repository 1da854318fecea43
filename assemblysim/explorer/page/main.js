// The page: what is chosen, what follows from it, and when each is drawn.

const $ = (id) => document.getElementById(id);
const GRID = 90; // times of a curve on each of the two axes of time
const EARLY = 0.02; // of the whole: a first sample before it is lost on a linear axis
const STAGES = {
  posterior: "Moving sliders is not a fit. They start at the values that are most probable together; the bar under a slider is the 95 % interval of the posterior, its tick the median. Thin curves are draws of the posterior: a condition moves them all, a constant moves one curve through them.",
  prior: "Moving sliders is not a fit, and none has been made yet: sliders start at the medians of the priors and span 95 % of them.",
  model: "Moving sliders is not a fit, and there are no data here: constants start at the medians of their default priors, and the start is an example unless you gave one.",
};

// Equations of a constant's steps; of many the first ones, and how many more there are.
function stepWords(steps) {
  const some = steps.length > 4 ? steps.slice(0, 3) : steps;
  const words = some.join("; ");
  return some.length < steps.length ? `${words}; and ${steps.length - some.length} other steps` : words;
}

class Explorer {
  constructor(engine, content) {
    Object.assign(this, { engine, content, chart: new Chart($("chart")), state: emptyState() });
    this.state = stateFrom(location.hash, content);
    this.typeset = typesetter(content.networks.flatMap((one) => one.species));
    this.likelihood = new Likelihood(engine, content);
    this.dark = matchMedia("(prefers-color-scheme: dark)");
    $("stage").textContent = STAGES[content.stage];
    $("legend").hidden = content.stage !== "posterior";
    $("legend").textContent = "Grey: not determined by the data, or bounded on one side only.";
    this.listen();
    this.rebuild();
  }

  get mechanism() { return this.content.mechanisms[this.state.mechanism]; }
  get own() { return this.mechanism.experiments[this.state.experiment]; }
  get experiment() { return this.content.experiments[this.state.experiment]; }
  get network() { return this.content.networks[this.own.network]; }
  // Whether time is logarithmic: as the reader says, or else where early samples ask for it.
  get log() {
    if (this.state.log !== null) return this.state.log;
    const early = sampleTimes(this.own, this.values({})).filter((time) => time > 0);
    return early.length > 0 && Math.min(...early) < EARLY * this.experiment.until;
  }
  get conditions() {
    const { start, kelvin, off } = this.state;
    return { start, kelvin, off };
  }

  atStart(mechanism = this.mechanism) {
    return Object.fromEntries(mechanism.sliders.map((one) => [one.name, one.at]));
  }

  values(moved = this.state.moved) {
    return completed(this.mechanism, { ...this.atStart(), ...moved });
  }

  // Concentrations (T, S) of a mechanism at increasing times; for checks from outside, too.
  evaluate(mechanism, experiment, moved, conditions, times) {
    const one = this.content.mechanisms[mechanism];
    const values = completed(one, { ...this.atStart(one), ...moved });
    const reactor = reactorOf(this.engine, this.content, one, experiment, [values], conditions);
    return reactor.courses(times, FINE);
  }

  // The log-likelihood of a mechanism's numbers; for checks from outside, too.
  logLikelihood(mechanism, moved, off = []) {
    const one = this.content.mechanisms[mechanism];
    return this.likelihood.total(one, completed(one, { ...this.atStart(one), ...moved }), off);
  }

  // The same where each mechanism's sliders start, found once.
  get startLogLikelihoods() {
    this.atStarts ??= this.content.mechanisms.map((_, place) => this.logLikelihood(place, {}));
    return this.atStarts;
  }

  listen() {
    const fill = (id, all, key) => {
      all.forEach((one, i) => $(id).append(element("option", { value: i }, this.optionWords(one))));
      $(`which-${id}`).hidden = all.length < 2;
      $(id).addEventListener("change", () => {
        const { moved } = this.state;
        this.state = { ...emptyState(), log: this.state.log, [key]: Number($(id).value),
          ...(key === "experiment" ? { mechanism: this.state.mechanism, moved } : { experiment: this.state.experiment }) };
        this.rebuild();
      });
    };
    fill("mechanism", this.content.mechanisms, "mechanism");
    fill("experiment", this.content.experiments, "experiment");
    $("log").addEventListener("change", () => this.change({ log: $("log").checked }, true));
    $("until").addEventListener("change", () => this.takeUntil($("until").value));
    $("back").textContent = this.content.stage === "posterior" ? "back to the fit" : "back to the start";
    $("back").addEventListener("click", () => {
      const { mechanism, experiment, log, shown } = this.state;
      this.state = { ...emptyState(), mechanism, experiment, log, shown };
      this.rebuild();
    });
    $("copy").addEventListener("click", () => this.copyLink());
    $("keep").addEventListener("click", () => {
      const open = $("kept").hidden;
      $("kept").hidden = !open;
      $("keep").setAttribute("aria-expanded", String(open));
      this.write();
    });
    window.addEventListener("hashchange", () => {
      if (location.hash.slice(1) === addressOf(this.state, this.content)) return;
      this.state = stateFrom(location.hash, this.content);
      this.rebuild();
    });
    new ResizeObserver(() => { if (this.chart.fit()) this.later(true); }).observe($("chart"));
    this.dark.addEventListener("change", () => { this.curves = null; this.later(true); });
  }

  optionWords(one) {
    const share = one.probability;
    const title = this.typeset(one.title ?? (one.name || "all"));
    if (share === null || share === undefined) return title;
    const words = share < 0.01 ? "under 1" : share > 0.99 ? "over 99" : Math.round(100 * share);
    return `${title} (${words} %)`;
  }

  takeUntil(text) {
    const value = Number(text.trim().replace(",", "."));
    const good = Number.isFinite(value) && value > 0 && value < 1e6;
    $("until").setAttribute("aria-invalid", String(!good));
    if (good) this.change({ until: value }, true);
  }

  async copyLink() {
    const link = `${location.href.split("#")[0]}#${addressOf(this.state, this.content)}`;
    try {
      await navigator.clipboard.writeText(link);
      $("said").textContent = "copied";
    } catch {
      $("said").textContent = "the address of this page is the link";
    }
  }

  change(part, cloud = false) {
    Object.assign(this.state, part);
    this.later(cloud);
  }

  move(name, value) {
    this.change({ moved: { ...this.state.moved, [name]: value } });
  }

  // Makes the controls of the mechanism and the experiment at hand.
  rebuild() {
    const { mechanism, state } = this, own = this.own;
    this.curves = null;
    $("mechanism").value = state.mechanism;
    $("experiment").value = state.experiment;
    $("log").checked = this.log;
    $("description").textContent = this.typeset(mechanism.description);
    this.controls = { constants: [], conditions: [], measurement: [] };
    const used = new Set(own.constants), offered = new Set();
    for (const slider of mechanism.sliders) {
      offered.add(slider.name);
      const onSwitch = used.has(slider.name) ? (on) => this.switchOff(slider.name, on) : null;
      const least = slider.low >= 0 && slider.part !== "measurement" ? 0 : undefined;
      this.controls[slider.part].push(new Control({
        slider, key: slider.name, title: slider.name, notes: this.typeset(stepWords(slider.steps)), least, onSwitch,
        onChange: (value) => this.move(slider.name, value), value: (values) => values[slider.name],
      }));
    }
    for (const one of this.startSliders()) this.controls.conditions.push(one);
    const heat = this.heatSlider();
    if (heat) this.controls.conditions.push(heat);
    for (const part of Object.keys(this.controls)) {
      $(part).replaceChildren(...this.controls[part].map((one) => one.row));
    }
    const follows = mechanism.derived.filter((one) => used.has(one.name));
    if (follows.length) {
      $("constants").append(element("p", { className: "notes" },
        `These follow: ${follows.map((one) => `${one.name} = ${one.words}`).join("; ")}.`));
    }
    $("conditions").append(this.adder());
    $("measured").hidden = !this.controls.measurement.length;
    this.steps = null;
    buildScheme(this);
    this.later(true);
  }

  // A slider for each species whose start is a number above 0.
  startSliders() {
    const { own, network, state, content } = this;
    return network.species.flatMap((name, i) => {
      const entry = own.initial[i];
      if (typeof entry === "string" || !(entry > 0 || state.start[name] !== undefined)) return [];
      const high = 3 * Math.max(entry, state.start[name] ?? 0) || 30;
      return [new Control({
        slider: { name, unit: content.unit, low: 0, high, log: false }, key: `start-${name}`,
        title: `${this.typeset(name)} at the start`, least: 0, onSwitch: null, value: () => state.start[name] ?? entry,
        onChange: (value) => this.change({ start: { ...this.state.start, [name]: value } }, true),
      })];
    });
  }

  heatSlider() {
    const { own, state } = this;
    if (!own.energies.some((one) => one !== null)) return null;
    const programme = own.protocol.programme;
    const kelvins = programme ? programme.kelvin : [own.reference];
    const usual = kelvins[kelvins.length - 1] - 273.15;
    const slider = { name: "temperature", unit: "°C", low: Math.min(...kelvins) - 293.15,
      high: Math.max(...kelvins) - 233.15, log: false };
    const told = programme && new Set(programme.kelvin).size > 1
      ? "until moved, the experiment's own course of temperature; then one temperature throughout" : "";
    return new Control({
      slider, key: "temperature", title: "temperature", notes: told, least: -273.14, onSwitch: null,
      value: () => (this.state.kelvin === null ? usual : this.state.kelvin - 273.15),
      onChange: (value) => this.change({ kelvin: value + 273.15 }, true), state,
    });
  }

  // Lets a species be there from the start that was not.
  adder() {
    const { own, network, state } = this;
    const absent = network.species.filter((name, i) => own.initial[i] === 0 && state.start[name] === undefined);
    const choice = element("select", { id: "adder" }, element("option", { value: "" }, "another species ..."));
    absent.forEach((name) => choice.append(element("option", { value: name }, this.typeset(name))));
    choice.addEventListener("change", () => {
      if (!choice.value) return;
      this.change({ start: { ...this.state.start, [choice.value]: 0 } }, true);
      this.rebuild();
    });
    return element("p", {}, element("label", { htmlFor: "adder" }, "Start with "), choice);
  }

  switchOff(name, on) {
    const off = this.state.off.filter((one) => one !== name);
    this.change({ off: on ? [...off, name] : off });
  }

  // A step without constants that this experiment has stays as it is.
  switchStep({ constants }, on) {
    const own = constants.filter((name) => this.own.constants.includes(name));
    const off = this.state.off.filter((one) => !own.includes(one));
    this.change({ off: on ? [...off, ...own] : off });
  }

  // Draws with the next picture of the screen, once however much has changed.
  later(cloud) {
    this.cloudIsOld ||= cloud;
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => { this.waiting = false; this.refresh(); });
  }

  refresh() {
    const values = this.values();
    for (const control of Object.values(this.controls).flat()) {
      control.show(control.value(values), this.state.off.includes(control.key));
    }
    if (document.activeElement !== $("until")) $("until").value = shown(this.until, 4);
    this.picture = pictureOf(this, values);
    drawPicture(this, this.picture);
    tellStatements(this, values);
    showScheme(this);
    this.write();
  }

  get until() { return this.state.until ?? this.experiment.until; }

  // Keeps the address and the part of a study as the state is.
  write() {
    const address = addressOf(this.state, this.content);
    if (address !== location.hash.slice(1)) {
      history.replaceState(null, "", address ? `#${address}` : location.href.split("#")[0]);
    }
    $("said").textContent = "";
    if (!$("kept").hidden) {
      $("fragment").value = studyFragment(this.content, this.mechanism, this.experiment, this.values(), this.state);
    }
  }
}

const started = Engine.start(ENGINE).then((engine) => {
  window.explorer = new Explorer(engine, CONTENT);
}).catch((fault) => {
  $("measure").textContent = `This browser cannot run the engine (${fault.message}); a browser of 2023 or later can.`;
  throw fault;
});
