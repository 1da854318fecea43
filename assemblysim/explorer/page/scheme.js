// The scheme of the mechanism: each step is a button that switches it off, k = 0.

function svg(tag, properties = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function boxOf({ x, y, wide, high }, text, round) {
  const box = svg("rect", { x: x - wide / 2, y: y - high / 2, width: wide, height: high, rx: round });
  const words = svg("text", { x, y: y + 0.1, "text-anchor": "middle" });
  words.textContent = text;
  return [box, words];
}

// Makes the scheme of the mechanism at hand.
function buildScheme(explorer) {
  const { scheme } = explorer.mechanism, place = $("scheme");
  $("schemed").hidden = scheme === null;
  if (scheme === null) return place.replaceChildren();
  const arrow = (id) => svg("marker", { id, viewBox: "0 0 6 6", refX: 5.5, refY: 3, markerWidth: 6, markerHeight: 6, orient: "auto-start-reverse" },
    svg("path", { d: "M0 0L6 3L0 6Z" }));
  const picture = svg("svg", { viewBox: `-0.2 -0.2 ${scheme.width + 0.4} ${scheme.height + 0.4}`, role: "group", "aria-label": "Scheme of the mechanism" },
    svg("defs", {}, arrow("arrow")));
  picture.style.maxWidth = `${Math.round(36 * (scheme.width + 0.4))}px`;
  const species = scheme.species.map((one) => svg("g", { class: "species" }, ...boxOf(one, explorer.typeset(one.name), 0.15)));
  explorer.steps = scheme.steps.map((step) => {
    const lines = [...step.before.map((d) => svg("path", { d, ...(step.reversible ? { "marker-start": "url(#arrow)" } : {}) })),
      ...step.after.map((d) => svg("path", { d, "marker-end": "url(#arrow)" }))];
    const button = svg("g", { class: "step", role: "button", tabindex: 0, "aria-pressed": "false", "aria-label": `switch off ${explorer.typeset(step.equation)}` },
      ...lines, ...boxOf(step, step.constants.join(", "), 0.3), svg("title"));
    button.querySelector("title").textContent = explorer.typeset(step.equation);
    const toggle = () => explorer.switchStep(step, button.getAttribute("aria-pressed") !== "true");
    button.addEventListener("click", toggle);
    button.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle();
    });
    return { step, button };
  });
  picture.append(...explorer.steps.map((one) => one.button), ...species);
  return place.replaceChildren(picture);
}

function showScheme(explorer) {
  for (const { step, button } of explorer.steps ?? []) {
    const off = step.constants.every((name) => explorer.state.off.includes(name));
    button.setAttribute("aria-pressed", String(off));
  }
}
