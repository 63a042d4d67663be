// The cell as a living diagram. Where the reader is belongs to the ribbon: this one paints what the ribbon says and
// asks it to move, so that both are always at one step and unit and only the ribbon talks to the server.

const HINT = "Point at, tap or tab to any box or wire: its name, its number, its meaning. A gate's box chooses it for the split below.";

/** What the drawing asks: values at the place looked at, words, colours. */
class Scene {
  constructor(data, small) {
    this.data = data;
    this.small = small;
    this.words = data.words;
    this.values = new Values(data);
    this.palette = new Palette(data.colours);
    this.names = new Map(data.tracks.map((track, index) => [track.id, index]));
    this.spoken = data.before === "t−1" ? "before the step" : "after it in the line, which it reads backwards";
  }

  has(name) {
    return this.names.has(name);
  }

  index(name) {
    return this.names.get(name);
  }

  /** A function from the place looked at to a value; undefined where it is hidden for the exercise. */
  reader(name) {
    const track = this.index(name);
    if (name === this.data.hidden || track === undefined) return () => undefined;
    return ({ unit, step }) => this.values.at(track, unit, step);
  }

  /** A computed value, hidden with any of the signals that would give it away. */
  unless(signals, value) {
    return signals.includes(this.data.hidden) ? () => undefined : value;
  }

  /** The value that a factor names; undefined where a number hidden for the exercise would be given away. */
  plain({ track, hides }) {
    return this.unless(hides, this.reader(track));
  }

  /** A factor of a product: what it names, or 1 minus it, or its tanh. */
  factor(one) {
    const plain = this.plain(one);
    return (now) => {
      const value = plain(now);
      if (value === undefined) return undefined;
      const meant = one.rest ? 1 - value : value;
      return one.squash ? Math.tanh(meant) : meant;
    };
  }

  product(term) {
    return this.sum([term]);
  }

  /** A sum of products; undefined where any number in it is. */
  sum(terms) {
    const read = terms.map((term) => term.map((factor) => this.factor(factor)));
    return (now) => {
      const values = read.map((term) => term.map((factor) => factor(now)));
      if (values.flat().includes(undefined)) return undefined;
      return values.reduce((total, term) => total + term.reduce((product, value) => product * value, 1), 0);
    };
  }

  /** A function from the place looked at to the largest |value| that its unit ever has, at least 1. */
  reach(name) {
    const track = this.index(name);
    const known = new Map();
    return ({ unit }) => {
      if (!known.has(unit)) {
        let most = 1;
        for (let step = 0; step < this.values.steps; step += 1) {
          most = Math.max(most, Math.abs(this.values.at(track, unit, step) ?? 0));
        }
        known.set(unit, most);
      }
      return known.get(unit);
    };
  }

  number(value) {
    return value === undefined ? "hidden" : Number.isNaN(value) ? "" : figure(value, 4);
  }

  part(name) {
    return this.data.parts[name];
  }

  shade(role, value, reach = 1) {
    return this.palette.of({ role, low: role === "gate" ? 0 : -reach, high: reach }, value);
  }

  colour(role, value, reach) {
    return this.shade(role, value ?? 0, reach).css;
  }
}

class Diagram {
  constructor(root) {
    this.root = root.querySelector(".diagram");
    for (const name of ["picture", "meaning", "scrub", "where", "play"]) this[name] = root.querySelector(`.${name}`);
    this.pace = root.querySelector("select");
    this.ended = new AbortController();
    this.listen();
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.root);
  }

  receive({ data, setTriggerValue }) {
    this.choose = (gate) => setTriggerValue("gate", gate);
    this.data = data;
    for (const name of ["ink", "quiet", "paper", "frame", "accent"]) {
      this.root.style.setProperty(`--${name}`, data.colours[name]);
    }
    this.root.classList.toggle("stage", data.stage);
    this.scrub.max = data.tokens.length;
    this.drawn = null;
    this.now = { step: data.step, unit: data.unit, playing: false, ...this.now };
    this.draw();
    this.go({});
  }

  /** Ask the ribbon to move; it answers where it is. */
  go(wish) {
    window.dispatchEvent(new CustomEvent("gate-explorer:go", { detail: wish }));
  }

  listen() {
    const on = (element, name, handle) => element.addEventListener(name, handle, { signal: this.ended.signal });
    on(window, "gate-explorer:at", ({ detail }) => this.follow(detail));
    on(this.play, "click", () => this.go({ play: true, beat: Number(this.pace.value) }));
    on(this.pace, "change", () => this.go({ beat: Number(this.pace.value) }));
    on(this.scrub, "input", () => this.go({ step: Number(this.scrub.value) - 1 }));
    on(this.root, "click", (event) => this.click(event.target));
    on(this.root, "keydown", (event) => this.key(event));
    for (const name of ["pointerover", "focusin"]) on(this.picture, name, ({ target }) => this.point(target.closest(".part")));
    for (const name of ["pointerleave", "focusout"]) on(this.picture, name, () => this.point(null));
  }

  click(target) {
    const to = target.closest("[data-to]")?.dataset.to;
    if (to) return this.go({ first: { step: 0 }, back: { by: -1 }, on: { by: 1 } }[to]);
    const part = target.closest(".part");
    if (part?.classList.contains("chooses")) this.choose(part.dataset.id);
    if (part) this.point(part);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target === this.pace || event.target === this.scrub) return;
    const part = event.target.closest?.(".part");
    if (part && event.key === "Enter") this.click(part);
    else if (event.key === " " && !event.target.closest?.("button")) this.go({ play: true, beat: Number(this.pace.value) });
    else {
      const last = this.data.tokens.length - 1;
      const wish = { ArrowLeft: { by: -1 }, ArrowRight: { by: 1 }, ArrowUp: { row: -1 }, ArrowDown: { row: 1 }, Home: { step: 0 }, End: { step: last } }[event.key];
      if (!wish) return;
      this.go(wish);
    }
    event.preventDefault();
  }

  point(part) {
    this.pointed?.classList.remove("pointed");
    this.pointed = part;
    part?.classList.add("pointed");
    this.explain();
  }

  /** Draw the picture for this width; nothing to do where it is drawn already. */
  draw() {
    const room = this.root.clientWidth;
    if (!room || !this.data) return;
    const scale = this.data.stage && room > 700 ? 1.25 : 1;
    const width = Math.round(room / scale);
    if (this.drawn === width) return;
    this.drawn = width;
    const focused = this.root.getRootNode().activeElement?.dataset?.id;
    const scene = new Scene(this.data, width < 560);
    this.picture.replaceChildren();
    this.canvas = new Canvas(this.picture, scene);
    const height = drawCell(this.canvas, width);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.picture.setAttribute("aria-label", `One step of one unit of this ${this.data.title}`);
    if (focused) this.picture.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    this.pointed = null;
    this.paint();
  }

  follow(at) {
    if (["step", "unit", "playing"].every((name) => at[name] === this.now?.[name])) return;
    this.now = at;
    if (this.canvas) this.paint();
  }

  paint() {
    const { step, unit, playing } = this.now;
    const { tokens } = this.data;
    if (step >= tokens.length) return;
    const known = this.data.units.includes(unit);
    this.canvas.paint({ step, unit: known ? unit : this.data.units[0] });
    this.picture.style.opacity = known ? "" : "0.4";
    this.scrub.value = step + 1;
    this.scrub.setAttribute("aria-valuetext", `step ${step + 1} of ${tokens.length}, ${tokens[step]}`);
    this.where.textContent = `${step + 1}/${tokens.length} ‘${tokens[step]}’ unit ${unit}`;
    this.play.classList.toggle("playing", playing);
    this.play.ariaLabel = playing ? "Pause" : "Play";
    this.explain();
  }

  explain() {
    const said = this.pointed?.said;
    if (!said) {
      if (this.meaning.textContent !== HINT) this.meaning.textContent = HINT;
      return;
    }
    const number = document.createElement("b");
    number.textContent = [said.name, said.number].filter(Boolean).join(" = ");
    this.meaning.replaceChildren(number, ` ${said.meaning}`);
  }

  destroy() {
    this.ended.abort();
    this.resized.disconnect();
  }
}

export default served(Diagram);
