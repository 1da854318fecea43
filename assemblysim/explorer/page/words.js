// Texts as chemists write them: formulas with subscripts, units with powers.

const FORMULA = /^(?:[A-Z][a-z]{0,2}[0-9]*)+$/;
const raised = (text) => text.replace(/[-0-9]/g, (one) => (one === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[one]));

// What typesets the formulas of these species within a text; other names stay.
function typesetter(species) {
  const known = new Set(species.filter((name) => FORMULA.test(name)));
  return (text) => text.replaceAll("<=>", "⇌").replaceAll("->", "→").replace(/[A-Za-z]\w*/g, (word) =>
    (known.has(word) ? word.replace(/[0-9]/g, (one) => "₀₁₂₃₄₅₆₇₈₉"[one]) : word));
}

// 1/(mM^2 h) as mM⁻² h⁻¹; a unit without a slash stays.
function unitWords(unit) {
  const found = /^(.*?)\/\(?([^()]*)\)?$/.exec(unit);
  if (!found) return unit;
  const below = found[2].split(/[ *]+/).filter(Boolean).map((part) => {
    const [name, power] = part.split("^");
    return name + raised(`-${power ?? 1}`);
  });
  return [...(["", "1"].includes(found[1].trim()) ? [] : [found[1].trim()]), ...below].join(" ");
}
