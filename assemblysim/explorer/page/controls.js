// Sliders, typed values and switches, made once for each mechanism and experiment.

const STEPS = 400; // of a slider

function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// Where a value is on a slider's way, 0 to 1, and back.
function partOf(slider, value) {
  const { low, high, log } = slider;
  if (log) return Math.log(Math.max(value, 1e-300) / low) / Math.log(high / low);
  return high > low ? (value - low) / (high - low) : 0;
}

function valueAt(slider, part) {
  const { low, high, log } = slider;
  return log ? low * (high / low) ** part : low + (high - low) * part;
}

const percent = (part) => `${(100 * Math.min(1, Math.max(0, part))).toFixed(2)}%`;

// One number: its name, a typed value, a slider with marks of what is known, and perhaps a switch.
class Control {
  // `told`: { slider, key, title, notes, least, onChange(value), onSwitch(on) or null }
  constructor(told) {
    Object.assign(this, told);
    const id = `move-${told.key}`;
    this.range = element("input", { type: "range", id, min: 0, max: STEPS, step: 1 });
    this.typed = element("input", {
      type: "text", inputMode: "decimal", autocomplete: "off", "aria-label": `${told.title}, value`,
    });
    this.fault = element("span", { className: "fault", role: "alert" });
    const unit = element("span", { className: "unit" }, unitWords(told.slider.unit));
    const head = element("div", { className: "head" },
      element("label", { htmlFor: id }, told.title), this.typed, unit);
    if (told.onSwitch) head.append(this.makeSwitch());
    this.row = element("div", { className: "control" }, head,
      element("div", { className: "track" }, ...this.marks(), this.range), this.fault);
    if (told.notes) this.row.append(element("div", { className: "notes" }, told.notes));
    const grey = ["not determined", "bounded on one side"].includes(told.slider.settled);
    this.row.classList.toggle("open", grey);
    this.range.addEventListener("input", () => {
      this.onChange(Number(valueAt(this.slider, this.range.value / STEPS).toPrecision(4)));
    });
    this.typed.addEventListener("change", () => this.take(this.typed.value));
  }

  makeSwitch() {
    this.button = element("button", { type: "button", className: "switch" }, "off");
    this.button.setAttribute("aria-label", `${this.title}: switch its steps off`);
    this.button.addEventListener("click", () => {
      this.onSwitch(this.button.getAttribute("aria-pressed") !== "true");
    });
    return this.button;
  }

  marks() {
    const { lower, upper, median } = this.slider;
    if (median === undefined) return [];
    const band = element("span", { className: "band" }), middle = element("span", { className: "median" });
    const [from, to] = [lower, upper].map((one) => partOf(this.slider, one));
    band.style.left = percent(from);
    band.style.right = percent(1 - to);
    middle.style.left = percent(partOf(this.slider, median));
    return [band, middle];
  }

  take(text) {
    const value = Number(text.trim().replace(",", "."));
    const good = text.trim() !== "" && Number.isFinite(value) && value >= (this.least ?? -Infinity);
    this.typed.setAttribute("aria-invalid", String(!good));
    this.fault.textContent = good ? "" : `'${text}' is no ${this.least === 0 ? "number of 0 or more" : "number"}`;
    if (good) this.onChange(value);
  }

  show(value, off = false) {
    this.range.value = Math.round(STEPS * partOf(this.slider, value));
    this.range.setAttribute("aria-valuetext", `${shown(value)} ${unitWords(this.slider.unit)}`.trim());
    if (document.activeElement !== this.typed) this.typed.value = shown(value, 4);
    this.button?.setAttribute("aria-pressed", String(off));
    this.row.classList.toggle("off", off);
  }
}
