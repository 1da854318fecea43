// Curves, the cloud of draws and the data on a canvas.

const COLOURS = {
  light: ["#0072b2", "#d55e00", "#00795c", "#a8438a", "#8a6d00", "#3b3b98", "#b3261e", "#4d7a18",
    "#5b5f66", "#008299", "#7a4a1e", "#c2185b"],
  dark: ["#56b4e9", "#ff9d5c", "#3ddbab", "#e59acb", "#f0d35a", "#a9a9ff", "#ff8a80", "#b5e07a",
    "#b9c0c9", "#5fe0f0", "#d9a877", "#ff80ab"],
};
const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3]];
const MARKS = ["circle", "square", "diamond", "triangle"];
const MARGIN = { left: 62, right: 14, top: 12, bottom: 44 };

function styleOf(place, dark) {
  const colours = COLOURS[dark ? "dark" : "light"];
  const round = Math.floor(place / colours.length);
  return { colour: colours[place % colours.length], dash: DASHES[round % 4], mark: MARKS[round % 4] };
}

// Round numbers between two ends.
function ticksBetween(low, high, most) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => span / one <= most);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return found;
}

const HOUR_TICKS = [1 / 3600, 1 / 360, 1 / 60, 1 / 6, 1, 10, 24, 100, 240, 1000, 10000];

// Number as people write it: three digits, powers of ten only far from 1.
function shown(value, digits = 3) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const [front, power] = value.toExponential(digits - 1).split("e");
    return `${Number(front)}e${Number(power)}`;
  }
  return String(Number(value.toPrecision(digits)));
}

// A number with so many decimals and a true minus.
const signed = (value, decimals) => {
  const text = Math.abs(value).toFixed(decimals);
  return (value < 0 && Number(text) ? "\u2212" : "") + (Math.abs(value) >= 1e6 ? shown(Math.abs(value)) : text);
};

function timeWords(hours) {
  if (hours === 0) return "0 h";
  if (hours < 1 / 60 - 1e-9) return `${shown(hours * 3600, 3)} s`;
  if (hours < 1 - 1e-9) return `${shown(hours * 60, 3)} min`;
  return `${shown(hours, 3)} h`;
}

class Chart {
  constructor(canvas) {
    this.canvas = canvas;
    this.cloud = document.createElement("canvas");
  }

  // Fits the canvas to its box; returns whether its size changed.
  fit() {
    const ratio = window.devicePixelRatio || 1, box = this.canvas.getBoundingClientRect();
    const width = Math.round(box.width * ratio), height = Math.round(box.height * ratio);
    const changed = this.canvas.width !== width || this.canvas.height !== height;
    if (changed) Object.assign(this.canvas, { width, height });
    Object.assign(this, { ratio, width: box.width, height: box.height });
    return changed;
  }

  // Axes: { end, first, log } in h, { top } in the unit of concentration.
  axes(axes) {
    this.view = axes;
  }

  x(time) {
    const { end, first, log } = this.view, span = this.width - MARGIN.left - MARGIN.right;
    const part = log ? Math.log(Math.max(time, first) / first) / Math.log(end / first) : time / end;
    return MARGIN.left + span * part;
  }

  y(value) {
    const span = this.height - MARGIN.top - MARGIN.bottom;
    return MARGIN.top + span * (1 - value / this.view.top);
  }

  path(pen, times, values) {
    pen.beginPath();
    let begun = false;
    for (let t = 0; t < times.length; t++) {
      if (this.view.log && times[t] < this.view.first) continue;
      const x = this.x(times[t]), y = this.y(values[t]);
      if (!Number.isFinite(y)) { begun = false; continue; }
      if (begun) pen.lineTo(x, y);
      else pen.moveTo(x, y);
      begun = true;
    }
    pen.stroke();
  }

  // Keeps a picture of the draws, which changes less often than the curve: [{ colour, values }].
  keepCloud(times, curves) {
    Object.assign(this.cloud, { width: this.canvas.width, height: this.canvas.height });
    const pen = this.cloud.getContext("2d");
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.clip(pen);
    pen.lineWidth = 1.1;
    for (const { colour, values } of curves) {
      pen.globalAlpha = 0.14;
      pen.strokeStyle = colour;
      this.path(pen, times, values);
    }
    pen.restore();
  }

  clip(pen) {
    pen.save();
    pen.beginPath();
    const { left, right, top, bottom } = MARGIN;
    pen.rect(left, top - 4, this.width - left - right + 6, this.height - top - bottom + 5);
    pen.clip();
  }

  // Draws everything: curves [{ style, values }], points [{ style, time, value, below }].
  draw(times, curves, points, ink) {
    const pen = this.canvas.getContext("2d");
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.width, this.height);
    this.frame(pen, ink);
    pen.drawImage(this.cloud, 0, 0, this.width, this.height);
    this.clip(pen);
    for (const { style, values } of curves) {
      pen.setLineDash(style.dash);
      pen.lineWidth = 2.2;
      pen.strokeStyle = style.colour;
      this.path(pen, times, values);
    }
    pen.setLineDash([]);
    for (const point of points) this.point(pen, point, ink);
    pen.restore();
  }

  point(pen, { style, time, value, below }, ink) {
    const x = this.x(time), y = this.y(value), r = 4;
    pen.beginPath();
    if (style.mark === "circle") pen.arc(x, y, r, 0, 7);
    else if (style.mark === "square") pen.rect(x - r, y - r, 2 * r, 2 * r);
    else {
      const corners = style.mark === "diamond" ? [[0, -5], [5, 0], [0, 5], [-5, 0]]
        : [[0, -5], [5, 4], [-5, 4]];
      corners.forEach(([dx, dy], i) => (i ? pen.lineTo(x + dx, y + dy) : pen.moveTo(x + dx, y + dy)));
      pen.closePath();
    }
    pen.lineWidth = 1.4;
    pen.strokeStyle = below ? style.colour : ink.paper;
    pen.fillStyle = below ? ink.paper : style.colour;
    pen.fill();
    pen.stroke();
  }

  frame(pen, ink) {
    const { end, first, log, top } = this.view;
    const left = MARGIN.left, bottom = this.height - MARGIN.bottom;
    pen.font = "12px system-ui, sans-serif";
    pen.lineWidth = 1;
    pen.strokeStyle = ink.line;
    pen.fillStyle = ink.faint;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const value of ticksBetween(0, top, Math.max(2, this.height / 60))) {
      pen.beginPath();
      pen.moveTo(left, this.y(value));
      pen.lineTo(this.width - MARGIN.right, this.y(value));
      pen.stroke();
      pen.fillText(shown(value), left - 7, this.y(value));
    }
    pen.textAlign = "center";
    pen.textBaseline = "top";
    const most = Math.max(3, Math.floor(this.width / 95));
    const ticks = log ? HOUR_TICKS.filter((t) => t >= first && t <= end) : ticksBetween(0, end, most);
    let last = -Infinity;
    for (const time of ticks) {
      const x = this.x(time);
      pen.beginPath();
      pen.moveTo(x, bottom);
      pen.lineTo(x, bottom + 4);
      pen.stroke();
      if (x - last < 52) continue;
      pen.fillText(log ? timeWords(time) : shown(time), x, bottom + 7);
      last = x;
    }
    pen.fillText(log ? "time, logarithmic" : "time (h)", (left + this.width) / 2, bottom + 25);
    pen.save();
    pen.translate(14, (MARGIN.top + bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.textBaseline = "middle";
    pen.fillText(`concentration (${this.view.unit})`, 0, 0);
    pen.restore();
  }
}
