// A box of the picture: the products and boxes that reach it from below.

/** One box: what reaches it from below, and its value. */
class Box {
  constructor(layout, name) {
    Object.assign(this, { layout, name, ...layout.drawing.boxes[name] });
    this.x = layout.at[name];
    this.feet = layout.feet(this.x);
    this.symbol = layout.scene.words[name].symbol;
  }

  draw() {
    const { canvas, scene, column } = this.layout;
    this.products();
    this.parts.forEach((part, row) => this.number(part, row));
    this.reads.forEach((factor, index) => this.reading(factor, index));
    if (this.normed) {
      canvas.op(`${this.name}:norm`, [(this.feet.input + this.feet.past) / 2, MOUTH + 6], "LN", "layer normalisation", () => NaN,
        "Each of the two products is moved and scaled by itself, so that its rows of all gates and units have mean 0 and spread 1.", 18);
    }
    canvas.box(this.name, [this.x, BOX], [Math.min(132, column - 6), TALL], this.name, scene.reader(this.name), scene.words[this.name].role);
  }

  /** The wires of the two products. */
  products() {
    const { canvas, scene } = this.layout;
    for (const [part, x, y, meaning] of [
      ["input", this.feet.input, BUNDLE.input, "what the input brings: W x, the sum over all its numbers."],
      ["recurrent", this.feet.past, BUNDLE.hidden, "what the past brings: W h, the sum over all units of h."],
    ]) {
      if (!this.parts.includes(part)) continue;
      canvas.wire(`${this.name}:${part}`, `${part} part of ${this.symbol}`, [[x, y], [x, FOOT + 2]], scene.reader(`${this.name}:${part}`), {
        colour: scene.part(part), reach: 5, meaning, head: true,
      });
    }
  }

  /** A part's letter and number under the box. */
  number(part, row) {
    const { canvas, scene } = this.layout;
    const value = part === "direct" ? scene.unless(this.direct.hides, scene.reader(`${this.name}:direct`)) : scene.reader(`${this.name}:${part}`);
    const letter = { input: "x", recurrent: "h", direct: this.direct?.symbol, bias: "b" }[part];
    const left = this.feet.past + (this.reads.length ? 19 : scene.small ? 7 : 12); // beside what scales the reading
    const apart = this.normed ? 15 : this.parts.length > 3 ? 16 : 18; // above what normalises it
    const text = canvas.words([left, FOOT + (this.normed ? 20 : 23) + row * apart], "", { colour: scene.part(part === "direct" ? "recurrent" : part), size: scene.small ? 11.5 : 14 });
    text.classList.add("number", "halo");
    canvas.live.push((now) => (text.textContent = `${letter} ${figure(value(now), scene.small ? 1 : 2).padStart(5)}`));
  }

  /** Another box's value, on its way to what this one reads. */
  reading(factor, index) {
    const { canvas, scene, at, column } = this.layout;
    if (!(factor.from in at)) return;
    const from = at[factor.from];
    const gap = this.x - column / 2 - 8 - 14 * index;
    const points = [[from + 30, BOX], [gap, BOX], [gap, MOUTH], [this.feet.past, MOUTH]];
    if (!this.parts.length) points.push([this.feet.past, FOOT + 2]);
    const value = scene.factor(factor);
    const [room, taken] = [this.feet.past - gap, this.parts.length ? 14 : 0];
    const pill = room - taken > 44 ? [(gap + this.feet.past - taken) / 2, MOUTH] : [gap, BOX + 52];
    this.layout.rise(factor, points, pill);
    if (this.parts.length) canvas.op(`${this.name}:times`, [this.feet.past, MOUTH], "×", "times", value, factor.how);
  }
}
