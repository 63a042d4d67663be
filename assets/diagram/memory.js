// The line in which a state is carried from step to step.

/** The memory's own line: what is kept of the old value, and what is written to it. */
class MainLine {
  constructor(layout) {
    Object.assign(this, { layout, ...layout.drawing.main, word: layout.scene.words[layout.drawing.main.signal] });
    this.keeps = new Set((this.kept ?? []).map((factor) => factor.from).filter(Boolean));
    const taken = new Set();
    this.writes = this.terms.map((term) => {
      let x = this.joinAt(term);
      while (taken.has(x)) x += layout.column / 4;
      taken.add(x);
      return { term, x };
    });
    this.old = { track: `before:${this.signal}`, symbol: this.word.symbol, title: `old ${this.word.title}`, hides: [] };
  }

  /** Where a written term reaches the line: over its boxes, or beside the one that also keeps. */
  joinAt(term) {
    const { at, column, last } = this.layout;
    const boxes = term.map(({ from }) => from).filter((name) => name in at);
    const own = boxes.filter((name) => !this.keeps.has(name)).map((name) => at[name]);
    if (own.length) return (Math.min(...own) + Math.max(...own)) / 2;
    return boxes.length ? at[boxes[0]] + column / 2 : last;
  }

  draw() {
    this.stations();
    this.line();
    this.readers();
    for (const factor of this.kept ?? []) if (factor.from) this.layout.rise(factor, [[this.layout.at[factor.from], TOP], [this.layout.at[factor.from], LINE]], [this.layout.at[factor.from], 104]);
    this.writes.forEach((write, index) => this.write(write, index));
    this.labels();
  }

  /** The operations on the line from left to right, and what flows after each. */
  stations() {
    const { scene, at, column } = this.layout;
    const { title } = this.word;
    const places = (this.kept ?? []).map(({ from }, index) => at[from] ?? Math.max(70, at[this.layout.drawing.columns[0]] - column / 4) + 34 * index);
    this.ops = (this.kept ?? []).map((factor, index) => {
      const value = scene.product([this.old, ...this.kept.slice(0, index + 1)]);
      return { x: places[index], sign: "×", value, id: "kept", said: `Old ${title} times ${meant(factor)}.`, chip: factor.from ? null : factor };
    });
    const keeps = this.kept ? [[this.old, ...this.kept]] : [];
    this.writes.forEach(({ x, term }, index) => {
      const whole = index === this.writes.length - 1;
      const value = whole ? scene.reader(this.signal) : scene.sum([...keeps, ...this.terms.slice(0, index + 1)]);
      const first = !this.kept && index === 0;
      this.ops.push({ x, sign: first ? "" : "+", value, id: whole ? this.signal : `sum-${index}`, said: `What was kept plus what is written: the new ${title}.`, term });
    });
  }

  /** The line in pieces, each as thick as what flows in it. */
  line() {
    const { canvas, scene, end } = this.layout;
    const reach = scene.reach(this.signal);
    const { symbol, title, meaning } = this.word;
    const said = {
      kept: [`${spelt([...(this.kept ?? []), this.old])}, what is kept`, `What is left of the old ${title}.`],
      [this.signal]: [`${symbol}, the new ${title}`, meaning],
    };
    let x = this.kept ? 0 : null;
    let flows = { value: scene.factor(this.old), id: `before:${this.signal}`, name: `${symbol} ${scene.spoken}`, about: `This unit's own ${title} before the step. Only this line belongs to the unit alone.` };
    for (const op of this.ops) {
      if (x !== null) canvas.wire(flows.id, flows.name, [[x, LINE], [op.x, LINE]], flows.value, { reach, meaning: flows.about });
      const [name, about] = said[op.id] ?? ["a part of the sum", "What was kept, plus some of what is written."];
      x = op.x;
      flows = { value: op.value, id: op.id, name, about };
    }
    canvas.wire(flows.id, flows.name, [[x ?? 0, LINE], [end - 8, LINE]], flows.value, { reach, meaning: flows.about, head: true });
    this.ops.forEach(({ sign, value, said: told, x: place, chip }, index) => {
      if (sign) canvas.op(sign === "+" ? `plus-${index}` : `times-keep-${index}`, [place, LINE], sign, sign === "+" ? "plus" : "times", value, told);
      if (chip) canvas.label([place, LINE + 32], written(chip), scene.factor(chip));
    });
  }

  /** One written term: its wires, its product, its way to the line. */
  write({ term, x }, index) {
    const { canvas, scene, at, column } = this.layout;
    const product = scene.product(term);
    const y = term.length > 1 ? JOIN : LINE;
    for (const factor of term.filter(({ from }) => from in at)) {
      const from = at[factor.from];
      if (this.keeps.has(factor.from)) this.layout.rise({ ...factor }, [[from, JOIN], [x, JOIN], ...(y === LINE ? [[x, LINE]] : [])], [from + column / 2, JOIN]);
      else this.layout.rise(factor, from === x ? [[x, TOP], [x, y]] : [[from, TOP], [from, JOIN], [x, JOIN], ...(y === LINE ? [[x, LINE]] : [])], [from, 180]);
    }
    term.filter(({ from }) => !(from in at)).forEach((factor, row) => canvas.label([x + 20, JOIN + 26 + 20 * row], written(factor), scene.factor(factor), "start"));
    if (y === LINE) return;
    const meaning = `What this step adds to the ${this.word.title}.`;
    canvas.wire(index ? `written-${index}` : "written", `${spelt(term)}, what is written`, [[x, JOIN], [x, LINE]], product, { reach: scene.reach(this.signal), meaning });
    canvas.op(`times-write-${index}`, [x, JOIN], "×", "times", product, sentence(term));
  }

  /** What the boxes read of the memory itself. */
  readers() {
    const { canvas, scene, at, column, drawing } = this.layout;
    const inset = Math.min(132, column - 6) / 2 - 13;
    for (const name of [...drawing.columns].reverse()) {
      const { direct } = drawing.boxes[name];
      if (!direct || direct.track.replace("before:", "") !== this.signal) continue;
      const x = at[name] - inset;
      const points = direct.old ? [[13, LINE], [13, RAIL], [x, RAIL], [x, TOP - 2]] : [[x, LINE], [x, TOP - 2]];
      if (direct.old && Math.abs(x - 13) < 24) points.splice(0, 3, [x, LINE]);
      canvas.wire(`${name}:direct`, `${direct.sum}, to the ${scene.words[name].title}`, points, scene.unless(direct.hides, scene.reader(`${name}:direct`)), {
        colour: scene.part("recurrent"), reach: 5, head: true, meaning: `The ${scene.words[name].title} also reads this unit's ${direct.title}, by a weight of its own.`,
      });
    }
  }

  labels() {
    const { canvas, scene, end } = this.layout;
    const { symbol } = this.word;
    const value = scene.reader(this.signal);
    if (this.kept) canvas.label([0, LINE - 18], `${symbol}_{${scene.data.before}}`, scene.factor(this.old), "start");
    canvas.label([end, LINE - 18], `${symbol}_{t}`, value, "end");
    const keep = this.ops.filter(({ sign }) => sign === "×").at(-1);
    const next = this.ops.find(({ sign }) => sign === "+");
    if (keep && next) {
      const middle = (keep.x + next.x) / 2 + (scene.small || next.x - keep.x > 250 ? 0 : 8);
      const tight = middle < (scene.small ? 140 : 150);
      const room = !tight || !this.ops.some(({ chip }) => chip);
      if (room) canvas.label([tight ? keep.x + 18 : middle, tight ? LINE + 25 : LINE - 18], written(...this.kept, this.old), scene.product([this.old, ...this.kept]), tight ? "start" : "middle");
    }
    for (const [index, { term, x }] of this.writes.filter((one) => one.term.length > 1).entries()) {
      const room = Math.min(end, ...this.layout.tailAt.map((place) => place - 24).filter((place) => place > x)) - x - 14;
      const wide = scene.small ? 62 + 8 * written(...term).length : 0;
      canvas.label([x + 14, Math.max(72, 104 - 24 * index)], room < wide ? "" : written(...term), scene.product(term), "start");
    }
  }
}
