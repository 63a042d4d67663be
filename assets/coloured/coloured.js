// A text, or places of one in their context, each token in the colour of one unit's signal. Up and down change the
// unit here; Python is told when the reader rests.

const REST = 250; // milliseconds without a change before Python is told
const NARROW = 600;

class Coloured {
  constructor(root) {
    this.root = root;
    for (const name of ["coloured", "unit", "scale", "ends", "said", "field"]) this[name] = root.querySelector(`.${name}`);
    this.ended = new AbortController();
    const { signal } = this.ended;
    const keys = { ArrowUp: -1, ArrowDown: 1 };
    this.coloured.addEventListener("keydown", (event) => {
      if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.flick(keys[event.key]);
    }, { signal });
    root.querySelector(".down").addEventListener("click", () => this.flick(-1), { signal });
    root.querySelector(".up").addEventListener("click", () => this.flick(1), { signal });
    this.field.addEventListener("pointerover", (event) => this.point(event), { signal });
    this.field.addEventListener("click", (event) => this.press(event), { signal });
    this.resized = new ResizeObserver(() => this.coloured.classList.toggle("narrow", root.host.clientWidth < NARROW));
    this.resized.observe(root.host);
  }

  receive({ data, setStateValue, setTriggerValue }) {
    const before = this.data;
    this.data = data;
    this.tell = (unit) => setStateValue("unit", unit);
    this.go = (step) => setTriggerValue("go", step);
    this.palette = new Palette(data.colours);
    for (const name of ["ink", "quiet", "paper", "frame", "accent"]) {
      this.coloured.style.setProperty(`--${name}`, data.colours[name]);
    }
    this.rows = new Map(data.units.map((unit, row) => [unit, row]));
    if (this.chosen === undefined || data.unit !== this.told || !this.rows.has(this.chosen)) this.chosen = data.unit;
    this.told = data.unit;
    this.field.setAttribute("aria-label", data.alt);
    if (!before || !alike([before.tokens, before.rows, before.breaks, before.numbers], [data.tokens, data.rows, data.breaks, data.numbers])) {
      this.at = null;
      this.build();
    }
    this.paint();
  }

  // Building

  build() {
    const { tokens, rows, numbers } = this.data;
    this.cells = new Array(tokens.length);
    if (numbers) this.field.replaceChildren(this.series());
    else if (rows) this.field.replaceChildren(...rows.map((row) => this.place(row)));
    else this.field.replaceChildren(...this.lines());
    const marked = this.data.marked && this.cells[this.data.marked[0]];
    this.field.scrollTop = marked ? marked.offsetTop - this.field.offsetTop - 80 : 0;
  }

  cell(step, marked) {
    const cell = document.createElement("i");
    const token = this.data.tokens[step];
    // Its colour shows a space.
    cell.textContent = (token === "·" ? " " : token) + this.data.joint;
    cell.dataset.step = step;
    if (marked) cell.className = "in";
    this.cells[step] = cell;
    return cell;
  }

  /** The lines as they are: a new line ends one, and so does a sequence. */
  lines() {
    const begins = new Set(this.data.breaks);
    const marked = this.data.marked;
    const found = [];
    let line = null;
    this.data.tokens.forEach((token, step) => {
      if (!line || begins.has(step)) {
        line = document.createElement("div");
        line.className = begins.has(step) && step ? "line begins" : "line";
        found.push(line);
      }
      line.append(this.cell(step, marked && step >= marked[0] && step < marked[1]));
      if (token === "⏎") line = null;
    });
    return found;
  }

  /** One place: what it is, what stands before it, and itself with what follows. */
  place({ from, start, stop, to, about, at }) {
    const row = document.createElement("button");
    row.type = "button";
    row.className = "row";
    row.dataset.at = at;
    const [name, before, rest] = ["about", "before", "rest"].map((one) => {
      const part = document.createElement("span");
      part.className = one;
      return part;
    });
    name.textContent = about;
    const inside = document.createElement("bdi");
    for (let step = from; step < start; step++) inside.append(this.cell(step));
    before.append(inside);
    for (let step = start; step < to; step++) rest.append(this.cell(step, step < stop));
    row.append(name, before, rest);
    return row;
  }

  /** A series of numbers: one stroke a step, in its colour. */
  series() {
    const numbers = [...this.data.numbers];
    const known = numbers.filter(Number.isFinite);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    const y = (value) => (high > low ? 150 - (140 * (value - low)) / (high - low) : 80);
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    picture.setAttribute("viewBox", `0 0 ${numbers.length} 180`);
    picture.setAttribute("preserveAspectRatio", "none");
    numbers.forEach((value, step) => {
      const [line, foot] = ["path", "rect"].map((one) => document.createElementNS(space, one));
      const next = numbers[Math.min(step + 1, numbers.length - 1)];
      line.setAttribute("d", Number.isFinite(value) && Number.isFinite(next) ? `M${step + 0.5} ${y(value)}L${step + 1.5} ${y(next)}` : "");
      line.setAttribute("vector-effect", "non-scaling-stroke");
      line.setAttribute("stroke", this.data.colours.ink);
      line.setAttribute("stroke-width", 1.5);
      for (const [name, is] of Object.entries({ x: step, y: 0, width: 1, height: 180, "shape-rendering": "crispEdges" })) foot.setAttribute(name, is);
      foot.dataset.step = step;
      this.cells[step] = foot;
      picture.append(foot, line);
    });
    // The strokes stand over all the colours.
    picture.append(...picture.querySelectorAll("path"));
    return picture;
  }

  // Painting

  get track() {
    const row = this.rows.get(this.chosen);
    return { role: this.data.role, low: this.data.low[row], high: this.data.high[row] };
  }

  value(step) {
    const row = this.rows.get(this.chosen);
    return this.data.values[row][step] * this.data.level[row];
  }

  paint() {
    const { unit, palette, track } = this;
    const row = this.rows.get(this.chosen);
    const [values, level] = [this.data.values[row], this.data.level[row]];
    const filled = this.data.numbers !== null;
    this.cells.forEach((cell, step) => {
      const { css, ink } = palette.of(track, values[step] * level);
      if (cell.dataset.css === css) return;
      cell.dataset.css = css;
      if (filled) return cell.setAttribute("fill", css);
      cell.style.background = css;
      cell.style.color = ink;
    });
    const extra = this.data.about[row];
    unit.textContent = `unit ${this.chosen}${extra ? ` · ${extra}` : ""}`;
    const place = this.data.units.indexOf(this.chosen);
    for (const [name, is] of [["valuemin", 1], ["valuemax", this.data.units.length], ["valuenow", place + 1], ["valuetext", unit.textContent]]) {
      unit.setAttribute(`aria-${name}`, is);
    }
    const image = new ImageData(256, 1);
    for (let at = 0; at < 256; at++) {
      const { bytes } = palette.of(track, track.low + ((track.high - track.low) * at) / 255);
      image.data.set([...bytes, 255], at * 4);
    }
    this.scale.getContext("2d").putImageData(image, 0, 0);
    this.ends.textContent = `${this.data.symbol} ${spelt(track.low)} to ${spelt(track.high)}`;
    this.say();
  }

  say() {
    const { tokens, guesses, first } = this.data;
    if (this.at === null) {
      this.said.textContent = this.data.hint;
      return;
    }
    const step = this.at;
    const where = this.data.rows ? "" : `step ${(first + step + 1).toLocaleString("en")} `;
    const shown = this.data.numbers ? spelt(this.data.numbers[step]) : `'${tokens[step]}'`;
    this.said.textContent = `${where}${shown}  ${this.data.symbol} ≈ ${spelt(this.value(step))}`;
    if (!guesses) return;
    const next = document.createElement("b");
    const likeliest = [...guesses.ids.subarray(step * guesses.count, (step + 1) * guesses.count)];
    next.textContent = likeliest
      .map((id, at) => `${guesses.labels[id]} ${(guesses.shares[step * guesses.count + at] / 250).toFixed(2)}`)
      .join("   ");
    this.said.append(`\n${guesses.question}: `, next);
  }

  // What the reader does

  flick(by) {
    const { units } = this.data;
    const place = Math.min(units.length - 1, Math.max(0, units.indexOf(this.chosen) + by));
    if (units[place] === this.chosen) return;
    this.chosen = units[place];
    this.paint();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.told = this.chosen;
      this.tell(this.chosen);
    }, REST);
  }

  point({ target, pointerType }) {
    const step = target.dataset?.step;
    if (step === undefined || pointerType === "touch") return;
    this.mark(Number(step));
  }

  press({ target }) {
    const step = target.dataset?.step;
    if (step !== undefined) this.mark(Number(step));
    const row = target.closest?.(".row");
    if (row) this.go(Number(row.dataset.at));
  }

  mark(step) {
    if (this.at !== null) this.cells[this.at]?.classList.remove("at");
    this.at = step;
    this.cells[step]?.classList.add("at");
    this.say();
  }

  destroy() {
    clearTimeout(this.resting);
    this.ended.abort();
    this.resized.disconnect();
  }
}

function spelt(value) {
  return Number(value.toPrecision(3)).toString().replace("-", "−");
}

export default served(Coloured);
