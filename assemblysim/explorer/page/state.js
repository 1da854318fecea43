// What the reader has chosen: kept in the address, and written down as part of a study.

const EMPTY = { mechanism: 0, experiment: 0, moved: {}, start: {}, kelvin: null, off: [], until: null,
  log: null, shown: {} };

function emptyState() {
  return { ...EMPTY, moved: {}, start: {}, off: [], shown: {} };
}

// The address behind #: only what differs from the page's start.
function addressOf(state, content) {
  const words = new URLSearchParams();
  if (state.mechanism) words.set("mechanism", content.mechanisms[state.mechanism].name);
  if (state.experiment) words.set("experiment", content.experiments[state.experiment].name);
  for (const [name, value] of Object.entries(state.moved)) words.set(`k.${name}`, String(value));
  for (const [name, value] of Object.entries(state.start)) words.set(`c.${name}`, String(value));
  if (state.kelvin !== null) words.set("kelvin", String(state.kelvin));
  if (state.until !== null) words.set("until", String(state.until));
  if (state.off.length) words.set("off", state.off.join(","));
  if (state.log !== null) words.set("time", state.log ? "log" : "linear");
  for (const [name, on] of Object.entries(state.shown)) words.set(`show.${name}`, on ? "1" : "0");
  return words.toString();
}

// Reads an address; what fits nothing on this page is left out.
function stateFrom(address, content) {
  const state = emptyState(), words = new URLSearchParams(address.replace(/^#/, ""));
  const place = (list, name) => Math.max(0, list.findIndex((one) => one.name === name));
  state.mechanism = place(content.mechanisms, words.get("mechanism"));
  state.experiment = place(content.experiments, words.get("experiment"));
  const mechanism = content.mechanisms[state.mechanism];
  const own = mechanism.experiments[state.experiment], network = content.networks[own.network];
  const number = (text) => (text !== null && text.trim() !== "" ? Number(text) : NaN);
  for (const [key, text] of words) {
    const [kind, name] = [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];
    const value = number(text);
    if (kind === "show") state.shown[name] = text === "1";
    else if (!Number.isFinite(value)) continue;
    else if (kind === "k" && mechanism.sliders.some((one) => one.name === name)) state.moved[name] = value;
    else if (kind === "c" && network.species.includes(name) && value >= 0) state.start[name] = value;
  }
  const kelvin = number(words.get("kelvin")), until = number(words.get("until"));
  if (kelvin > 0) state.kelvin = kelvin;
  if (until > 0) state.until = until;
  state.off = (words.get("off") ?? "").split(",").filter((one) => own.constants.includes(one));
  state.log = { log: true, linear: false }[words.get("time")] ?? null;
  return state;
}

// A part of study.toml with these starts; constants that were moved stand there as remarks.
function studyFragment(content, mechanism, experiment, values, state) {
  const own = mechanism.experiments[state.experiment], network = content.networks[own.network];
  const pairs = network.species.flatMap((name, i) => {
    const value = state.start[name] ?? numberOf(own.initial[i], values);
    return value ? [`${name} = "${shown(value, 6)} ${content.unit}"`] : [];
  });
  const lines = [
    "# From the explorer. Moving sliders is not a fit: nothing below was fitted.",
    "[[experiments]]", `name    = "${experiment.name || "explored"}, as explored"`,
    `initial = { ${pairs.join(", ")} }`,
  ];
  if (state.kelvin !== null) lines.push(`temperature = "${shown(state.kelvin - 273.15, 6)} degC"`);
  const changed = mechanism.sliders.filter((one) => one.name in state.moved || state.off.includes(one.name));
  if (changed.length) {
    lines.push("", `# Numbers of the mechanism "${mechanism.name}"; take the # away to fix one instead of fitting it.`);
    lines.push("# [fixed]");
    for (const one of changed) {
      const value = state.off.includes(one.name) ? 0 : values[one.name];
      lines.push(`# ${one.name} = "${[shown(value, 6), one.unit].join(" ").trim()}"`);
    }
  }
  return `${lines.join("\n")}\n`;
}
