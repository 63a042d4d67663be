// One unit's signals as lines under the columns of the stack: gates above (0 to 1), candidates and states below.
// A canvas of ours rather than a second Plotly figure, which would take as long to draw as all the heatmaps.

const HEIGHT = 228;
const FOOT = 18; // pixels of the row of tokens at the foot
const GAP = 14; // between the two pictures
const CHARACTER = 7.4; // pixels of a token's character

class Lines {
  constructor(root) {
    this.root = root;
    this.legend = root.querySelector(".legend");
    this.canvas = root.querySelector("canvas");
    this.field = root.querySelector(".field");
    this.mark = root.querySelector(".mark");
    this.ended = new AbortController();
    const { signal } = this.ended;
    window.addEventListener("gate-explorer:at", ({ detail }) => this.follow(detail), { signal });
    this.field.addEventListener("pointermove", (event) => this.point(event), { signal });
    this.field.addEventListener("pointerleave", () => tell("gate-explorer:point", { step: null }), { signal });
    this.field.addEventListener("click", (event) => {
      const step = this.stepAt(event);
      if (step !== null) tell("gate-explorer:go", { step });
    }, { signal });
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.field);
  }

  receive({ data }) {
    this.data = data;
    this.lines = data.lines;
    this.step = data.step;
    this.canvas.setAttribute("aria-label", data.alt);
    this.legend.style.color = data.ink;
    this.legend.style.paddingLeft = `${Math.min(data.margin[0], 138)}px`;
    this.mark.style.background = data.accent;
    this.field.style.height = `${HEIGHT}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    this.legend.replaceChildren(title(data.unit), ...this.lines.map((line) => key(line)));
    this.said = [...this.legend.querySelectorAll(".number")];
    this.draw();
  }

  follow({ step, pointed }) {
    const at = pointed ?? step;
    if (!this.data || at === this.step) return;
    this.step = at;
    this.paint();
  }

  // Places

  get width() {
    return this.field.clientWidth;
  }

  x(step) {
    const [left, right] = this.data.margin;
    return left + ((step + 0.5) / this.data.tokens.length) * (this.width - left - right);
  }

  stepAt(event) {
    const [left, right] = this.data.margin;
    const share = (event.clientX - this.field.getBoundingClientRect().left - left) / (this.width - left - right);
    return share >= 0 && share < 1 ? Math.floor(share * this.data.tokens.length) : null;
  }

  point(event) {
    if (event.pointerType !== "touch") tell("gate-explorer:point", { step: this.stepAt(event) });
  }

  // Painting

  paint() {
    const step = Math.min(this.step, this.data.tokens.length - 1);
    this.mark.style.transform = `translateX(${this.x(step) - 0.75}px)`;
    this.said.forEach((place, at) => {
      const value = this.lines[at].values[step];
      place.textContent = Number.isNaN(value) ? "–" : value.toFixed(6).replace("-", "−");
    });
  }

  draw() {
    if (!this.data || !this.width) return;
    const scale = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(this.width * scale);
    this.canvas.height = Math.round(HEIGHT * scale);
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    const gates = this.lines.filter((line) => line.gate);
    const states = this.lines.filter((line) => !line.gate);
    const middle = gates.length && states.length ? (HEIGHT - FOOT - GAP) / 2 : HEIGHT - FOOT - 4;
    if (gates.length) this.picture(pen, gates, 4, middle, [0, 1], [0, 0.5, 1]);
    if (states.length) {
      const top = gates.length ? middle + GAP : 4;
      const ends = reach(states);
      this.picture(pen, states, top, HEIGHT - FOOT - 2, ends, marks(ends));
    }
    this.tokens(pen);
    this.paint();
  }

  /** Lines over one scale between two heights. */
  picture(pen, lines, top, bottom, [low, high], ticks) {
    const [left, right] = this.data.margin;
    const y = (value) => bottom - 3 - ((value - low) / (high - low)) * (bottom - top - 6);
    pen.font = "11px " + getComputedStyle(this.legend).fontFamily;
    pen.textBaseline = "middle";
    for (const tick of ticks) {
      pen.strokeStyle = this.data.frame;
      pen.lineWidth = 1;
      pen.setLineDash([1, 3]);
      pen.beginPath();
      pen.moveTo(left, Math.round(y(tick)) + 0.5);
      pen.lineTo(this.width - right, Math.round(y(tick)) + 0.5);
      pen.stroke();
      pen.fillStyle = this.data.quiet;
      const label = String(Number(tick.toPrecision(3))).replace("-", "−");
      const beside = left > 30;
      pen.textAlign = beside ? "right" : "left";
      pen.fillText(label, beside ? left - 6 : left + 3, beside ? y(tick) : Math.max(y(tick) - 6, top + 8));
    }
    pen.setLineDash([]);
    pen.strokeStyle = this.data.frame;
    pen.strokeRect(left + 0.5, top + 0.5, this.width - left - right - 1, bottom - top - 1);
    for (const line of lines) this.stroke(pen, line, y);
  }

  /** A step of the staircase as wide as its column; of many steps in one pixel the least and the largest. */
  stroke(pen, { values, colour, dash }, y) {
    pen.strokeStyle = colour;
    pen.lineWidth = 1.8;
    pen.setLineDash(dash);
    pen.beginPath();
    const column = this.x(1) - this.x(0);
    const many = Math.max(1, Math.floor(0.5 / column));
    let down = false; // lifted where a step is masked and has no value
    for (let step = 0; step < values.length; step += many) {
      const known = values.subarray(step, step + many).filter((value) => !Number.isNaN(value));
      if (!known.length) {
        down = false;
        continue;
      }
      const [low, high] = [Math.min(...known), Math.max(...known)];
      const from = this.x(step - 0.5);
      if (down) pen.lineTo(from, y(low));
      else pen.moveTo(from, y(low));
      down = true;
      if (high > low) pen.lineTo(from, y(high));
      else pen.lineTo(from + column, y(low));
    }
    pen.stroke();
    pen.setLineDash([]);
  }

  /** As many tokens at the foot as stand beside each other. */
  tokens(pen) {
    const { tokens, ink, margin } = this.data;
    const widest = Math.max(...tokens.map((token) => token.length)) * CHARACTER + 4;
    const every = Math.max(1, Math.ceil((tokens.length * widest) / (this.width - margin[0] - margin[1])));
    pen.font = "12px " + (getComputedStyle(this.root.host).getPropertyValue("--st-code-font") || "monospace");
    pen.fillStyle = ink;
    pen.textAlign = "center";
    for (let step = 0; step < tokens.length; step += every) pen.fillText(tokens[step], this.x(step), HEIGHT - 8);
  }

  destroy() {
    this.ended.abort();
    this.resized.disconnect();
  }
}

function tell(name, detail) {
  window.dispatchEvent(new CustomEvent(name, { detail }));
}

/** The ends of the states' scale: what they reach, and zero. */
function reach(lines) {
  let [low, high] = [0, 0];
  for (const { values } of lines) {
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return low === high ? [-1, 1] : [low, high];
}

/** Three or four round numbers between two ends. */
function marks([low, high]) {
  const rough = (high - low) / 3;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * size).find((one) => one >= rough) ?? rough;
  const found = [];
  for (let at = Math.ceil(low / step); at * step <= high; at++) found.push(at * step);
  return found;
}

function title(unit) {
  const name = document.createElement("b");
  name.textContent = `Unit ${unit}`;
  return name;
}

/** A line's name beside a sample of it, and a place for its value at the chosen step. */
function key({ colour, dash, title, symbol }) {
  const entry = document.createElement("span");
  const sample = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  sample.setAttribute("width", 24);
  sample.setAttribute("height", 8);
  const stroke = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const look = { d: "M0 4H24", stroke: colour, "stroke-width": 2, "stroke-dasharray": dash.join(" "), fill: "none" };
  for (const [name, value] of Object.entries(look)) stroke.setAttribute(name, value);
  sample.append(stroke);
  const letter = document.createElement("i");
  letter.textContent = symbol;
  const number = document.createElement("span");
  number.className = "number";
  entry.append(sample, `${title} `, letter, " ", number);
  return entry;
}

export default served(Lines);
