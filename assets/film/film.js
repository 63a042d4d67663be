// A training as a film: all panels of one sequence, losses with a moving mark, one unit's lines. Sent once, played here.

const EACH = 160; // milliseconds of a frame
const LEFT = 138; // where the pictures begin under each other; on a phone their names stand above them
const NARROW = 640;

class Reel {
  constructor(root) {
    this.root = root.querySelector(".film");
    const find = (name) => this.root.querySelector(`.${name}`);
    for (const name of ["name", "play", "at", "said", "losses", "panels", "legend", "lines", "note"]) {
      this[name] = find(name);
    }
    this.ended = new AbortController();
    const { signal } = this.ended;
    this.at.addEventListener("input", () => this.go(Number(this.at.value), true), { signal });
    this.play.addEventListener("click", () => (this.timer ? this.stop() : this.start()), { signal });
    this.root.addEventListener("keydown", (event) => {
      if (event.key !== " " || event.target === this.play) return;
      event.preventDefault();
      this.play.click();
    }, { signal });
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
    this.dark = window.matchMedia("(prefers-color-scheme: dark)");
    this.dark.addEventListener("change", () => this.dress(), { signal });
  }

  receive({ data }) {
    this.frame ??= 0;
    const other = this.data?.key !== data.key || this.data?.steps.length > data.steps.length;
    const wasLast = !this.data || this.frame === this.data.steps.length - 1;
    this.data = data;
    this.values = decodedBytes(data.values);
    this.unit = other || !(this.unit < data.units.length) ? 0 : this.unit;
    this.at.max = data.steps.length - 1;
    this.name.textContent = data.title;
    this.play.parentElement.style.display = data.steps.length < 2 ? "none" : "";
    if (other || wasLast) this.frame = data.steps.length - 1;
    this.build();
    this.dress();
    this.go(this.frame, false);
  }

  // Playing

  start() {
    if (this.frame >= this.data.steps.length - 1) this.go(0, false);
    this.play.textContent = "❚❚";
    this.play.setAttribute("aria-label", "Pause the film");
    this.said.setAttribute("aria-live", "off");
    this.timer = setInterval(() => {
      if (this.frame >= this.data.steps.length - 1) this.stop();
      else this.go(this.frame + 1, false);
    }, EACH);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "▶";
    this.play.setAttribute("aria-label", "Play the film");
    this.said.setAttribute("aria-live", "polite");
  }

  go(frame, byHand) {
    if (byHand && this.timer) this.stop();
    this.frame = frame;
    this.at.value = frame;
    this.paint();
  }

  // What stands there

  build() {
    this.panels.replaceChildren(...this.data.panels.map((panel) => this.row(panel)));
    this.fields = [...this.panels.querySelectorAll("canvas")];
    this.sheet = document.createElement("canvas");
    Object.assign(this.sheet, { width: this.data.labels.length, height: this.data.units.length });
    this.pixels = new ImageData(this.sheet.width, this.sheet.height);
    this.losses.style.display = this.data.losses.length ? "" : "none";
    this.note.textContent =
      "Numbers are rounded to a 250th of each panel's scale, which is the same in every frame; "
      + "so is the order of the units. Click a row for its lines.";
  }

  row(panel) {
    const row = document.createElement("div");
    row.className = "panel";
    const word = document.createElement("div");
    word.className = "word";
    const name = document.createElement("b");
    name.textContent = panel.title;
    const small = document.createElement("small");
    small.textContent = panel.role === "gate" ? panel.gist : `${brief(panel.low)} to ${brief(panel.high)}`;
    word.append(name, small);
    const field = document.createElement("canvas");
    field.style.height = `${Math.max(48, Math.min(78, 3 * this.data.units.length))}px`;
    field.setAttribute("role", "img");
    field.addEventListener("click", ({ offsetY }) => {
      this.unit = Math.min(this.data.units.length - 1, Math.floor((offsetY / field.clientHeight) * this.data.units.length));
      this.paint();
    });
    row.append(word, field);
    return row;
  }

  /** The colours, of the theme that was sent or of the reader's system. */
  dress() {
    if (!this.data) return;
    const { styles } = this.data;
    this.style = styles.light && styles.dark ? styles[this.dark.matches ? "dark" : "light"] : styles.light ?? styles.dark;
    this.ramps = {
      gate: ramp(this.style.gates, this.data.top + 1),
      state: ramp(this.style.states, this.data.top + 1),
    };
    this.root.style.color = this.style.ink;
    this.root.style.setProperty("--film-accent", this.style.accent);
    this.play.style.borderColor = this.style.frame;
    for (const small of this.root.querySelectorAll("small, .note")) small.style.color = this.style.quiet;
    for (const field of this.fields) field.style.outlineColor = this.style.frame;
    this.key();
    this.draw();
  }

  key() {
    const title = document.createElement("b");
    this.unitName = title;
    const entries = this.data.panels.map((panel, at) => {
      const entry = document.createElement("span");
      const sample = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      for (const [name, value] of [["width", 24], ["height", 8]]) sample.setAttribute(name, value);
      const stroke = document.createElementNS("http://www.w3.org/2000/svg", "path");
      const look = { d: "M0 4H24", stroke: this.line(at), "stroke-width": 2, "stroke-dasharray": this.dash(at).join(" ") };
      for (const [name, value] of Object.entries(look)) stroke.setAttribute(name, value);
      sample.append(stroke);
      entry.append(sample, panel.title);
      return entry;
    });
    this.legend.replaceChildren(title, ...entries);
  }

  line(at) {
    return this.style.lines[at % this.style.lines.length];
  }

  dash(at) {
    return this.data.dashes[at % this.data.dashes.length];
  }

  // Painting

  draw() {
    if (this.style && this.fields) this.paint();
  }

  paint() {
    if (!this.style) return;
    this.fields.forEach((field, at) => this.heat(field, at));
    this.drawLosses();
    this.drawLines();
    this.say();
  }

  begin(panel) {
    const { units, labels, panels } = this.data;
    return (this.frame * panels.length + panel) * units.length * labels.length;
  }

  heat(field, at) {
    const place = fitted(field);
    if (!place) return;
    const colours = this.ramps[this.data.panels[at].role === "gate" ? "gate" : "state"];
    const [first, { data }] = [this.begin(at), this.pixels];
    for (let cell = 0; cell < data.length / CHANNELS; cell += 1) {
      const from = this.values[first + cell] * CHANNELS;
      for (let channel = 0; channel < CHANNELS; channel += 1) data[cell * CHANNELS + channel] = colours[from + channel];
    }
    this.sheet.getContext("2d").putImageData(this.pixels, 0, 0);
    place.pen.imageSmoothingEnabled = false;
    place.pen.drawImage(this.sheet, 0, 0, place.width, place.height);
    const tall = place.height / this.data.units.length;
    place.pen.fillStyle = this.style.accent;
    for (const x of [0, place.width - 6]) place.pen.fillRect(x, this.unit * tall, 6, tall);
    field.setAttribute("aria-label", `${this.data.panels[at].title} after ${this.data.steps[this.frame]} updates`);
  }

  get left() {
    return this.root.clientWidth > NARROW ? LEFT : 44;
  }

  /** Losses over the updates, both on log axes, and where the film is. */
  drawLosses() {
    const place = this.data.losses.length ? fitted(this.losses) : null;
    if (!place) return;
    const { pen, width, height } = place;
    const points = this.data.losses.flatMap((one) => one.points).filter(([, value]) => value > 0);
    const steps = Math.max(...this.data.steps, ...points.map(([step]) => step), 1);
    const low = Math.min(...points.map(([, value]) => value)) / 1.1;
    const high = Math.max(...points.map(([, value]) => value)) * 1.1;
    if (!points.length) return;
    const [left, right, top, bottom] = [this.left, width - 1, 4, height - 18];
    const x = (step) => left + (Math.log1p(step) / Math.log1p(steps)) * (right - left);
    const y = (value) => bottom - (Math.log(value / low) / Math.log(high / low)) * (bottom - top);
    pen.font = `11px ${getComputedStyle(this.root).fontFamily}`;
    this.grid(pen, logMarks(low, high).map((one) => [y(one), brief(one)]), left, right, top, bottom);
    pen.textAlign = "center";
    for (const step of [0, 1, 10, 100, 1000, 10_000].filter((one) => one < steps / 2.5).concat(steps)) {
      if (step === 1 && x(1) - x(0) < 80) continue;
      pen.textAlign = step === steps ? "right" : "center";
      pen.fillText(step ? step.toLocaleString("en") : "0 updates", Math.max(x(step), left + (step ? 0 : 28)), height - 7);
    }
    this.data.losses.forEach(({ name, points: line }, at) => {
      pen.strokeStyle = this.line(at);
      pen.setLineDash(this.dash(at));
      pen.lineWidth = 2;
      pen.beginPath();
      let down = false;
      for (const [step, value] of line) {
        if (value > 0) down ? pen.lineTo(x(step), y(value)) : pen.moveTo(x(step), y(value));
        down = value > 0;
      }
      pen.stroke();
      pen.setLineDash([]);
      pen.fillStyle = this.line(at);
      pen.textAlign = "left";
      pen.fillText(name, left + 8, bottom - 10 - 14 * (this.data.losses.length - 1 - at));
    });
    this.stand(pen, x(this.data.steps[this.frame]), top, bottom);
  }

  grid(pen, marks, left, right, top, bottom) {
    pen.textBaseline = "middle";
    pen.strokeStyle = this.style.frame;
    pen.fillStyle = this.style.quiet;
    pen.lineWidth = 1;
    pen.textAlign = "right";
    pen.setLineDash([1, 3]);
    for (const [at, label] of marks) {
      pen.beginPath();
      pen.moveTo(left, Math.round(at) + 0.5);
      pen.lineTo(right, Math.round(at) + 0.5);
      pen.stroke();
      pen.fillText(label, left - 6, Math.min(Math.max(at, top + 5), bottom - 4));
    }
    pen.setLineDash([]);
    pen.strokeRect(left + 0.5, top + 0.5, right - left - 1, bottom - top - 1);
  }

  stand(pen, at, top, bottom) {
    pen.strokeStyle = this.style.accent;
    pen.lineWidth = 2;
    pen.beginPath();
    pen.moveTo(at, top);
    pen.lineTo(at, bottom);
    pen.stroke();
  }

  drawLines() {
    const place = fitted(this.lines);
    if (!place) return;
    const { pen, width, height } = place;
    const { panels, labels, top: levels } = this.data;
    const [low, high] = this.reach();
    const [left, right, top, bottom] = [this.left, width - 1, 3, height - 3];
    const y = (value) => bottom - 2 - ((value - low) / (high - low)) * (bottom - top - 4);
    const x = (step) => left + ((step + 0.5) / labels.length) * (right - left);
    pen.font = `11px ${getComputedStyle(this.root).fontFamily}`;
    this.grid(pen, [...new Set([low, 0, 1, high])].map((one) => [y(one), brief(one)]), left, right, top, bottom);
    panels.forEach((panel, at) => {
      const first = this.begin(at) + this.unit * labels.length;
      pen.strokeStyle = this.line(at);
      pen.setLineDash(this.dash(at));
      pen.lineWidth = 1.8;
      pen.beginPath();
      for (let step = 0; step < labels.length; step += 1) {
        pen.lineTo(x(step), y(panel.low + (this.values[first + step] / levels) * (panel.high - panel.low)));
      }
      pen.stroke();
    });
    pen.setLineDash([]);
    this.unitName.textContent = `Unit ${this.data.units[this.unit]}`;
    this.lines.setAttribute("aria-label", `Unit ${this.data.units[this.unit]} after ${this.data.steps[this.frame]} updates`);
  }

  /** The ends of the unit's lines over the whole film, 0 and 1 within. */
  reach() {
    if (this.reached?.[0] === this.unit && this.reached[1] === this.data) return this.reached[2];
    const { panels, steps, units, labels, top } = this.data;
    const ends = [0, 1];
    for (let frame = 0; frame < steps.length; frame += 1) {
      panels.forEach(({ low, high }, panel) => {
        const first = ((frame * panels.length + panel) * units.length + this.unit) * labels.length;
        for (const level of this.values.subarray(first, first + labels.length)) {
          const value = low + (level / top) * (high - low);
          ends[0] = Math.min(ends[0], value);
          ends[1] = Math.max(ends[1], value);
        }
      });
    }
    this.reached = [this.unit, this.data, ends];
    return ends;
  }

  say() {
    const step = this.data.steps[this.frame];
    const last = (points) => points.filter(([at]) => at <= step).at(-1)?.[1];
    const losses = this.data.losses.map(({ name, points }) => [name, last(points)]).filter(([, value]) => value !== undefined);
    const words = [`update ${step.toLocaleString("en")}`, ...losses.map(([name, value]) => `${name} ${brief(value)}`)];
    this.said.textContent = words.join(" · ");
    this.at.setAttribute("aria-valuetext", words.join(", "));
  }

  destroy() {
    this.stop();
    this.ended.abort();
    this.resized.disconnect();
  }
}

function decodedBytes(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
}
