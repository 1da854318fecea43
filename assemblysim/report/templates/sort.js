// A click on a column's head sorts the table, a second one the other way, a third as it was.
const HOURS = { s: 1 / 3600, min: 1 / 60, h: 1, days: 24, years: 8766 };
const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function keyOf(cell) {
  const text = cell.textContent.trim().replace(/−/g, "-").replace(/^[<>≈]\s*/, "");
  const found = /^(-?[\d.,]+)(?: × 10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?: (s|min|h|days|years)\b)?/.exec(text);
  if (!found) return text;
  const [, number, minus, power = "", unit] = found;
  const exponent = Number([...power].map(one => DIGITS.indexOf(one)).join(""));
  return Number(number.replace(/,/g, "")) * 10 ** (minus ? -exponent : exponent)
    * (HOURS[unit] ?? 1);
}

// Numbers first, by size, then words; what is not known stays last either way.
function compared(a, b, sign) {
  const kinds = [a, b].map(key => (key === "–" || key === "" ? 2 : Number(typeof key === "string")));
  if (kinds[0] !== kinds[1]) return kinds[0] - kinds[1];
  return sign * (kinds[0] ? a.localeCompare(b) : a - b);
}

for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], asWritten = [...body.rows];
  if (asWritten.length < 3) continue;
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = "sort";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      heads.forEach(other => other.removeAttribute("aria-sort"));
      let rows = asWritten;
      if (before !== "descending") {
        head.setAttribute("aria-sort", before ? "descending" : "ascending");
        const keys = new Map(asWritten.map(row => [row, keyOf(row.cells[column])]));
        const sign = before ? -1 : 1;
        rows = [...asWritten].sort((a, b) => compared(keys.get(a), keys.get(b), sign));
      }
      body.append(...rows);
    });
  });
}
