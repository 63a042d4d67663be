// Where the parts of one step are drawn, from what the cell declares of itself and nothing else: a column for each
// box, the memory's own line above them, and at the right a column for each number that is made from the memory.
// Lengths are pixels of a desk; a stage magnifies them.

const LINE = 46; // the memory's own line
const RAIL = 88; // what reads the memory as it was
const PILLS = { 1: [110], 2: [88, 134], 3: [80, 112, 144] }; // what is done to the memory on its way down
const JOIN = 146; // where products are written
const SHOW = 190; // where the memory is shown
const BOX = 246; // the middle of the boxes
const TALL = 64;
const TOP = BOX - TALL / 2;
const FOOT = BOX + TALL / 2;
const MOUTH = 340; // where a box's reading is scaled
const BUNDLE = { hidden: 372, input: 404 };
const HEIGHT = 424;

/** The picture of a cell. */
function drawCell(canvas, width) {
  const layout = new Layout(canvas, width);
  layout.bundles();
  for (const name of layout.drawing.columns) new Box(layout, name).draw();
  if (layout.drawing.main) new MainLine(layout).draw();
  else layout.plain();
  layout.drawing.tails.forEach((tail, index) => drawTail(layout, tail, index));
  return HEIGHT;
}

/** Places: of columns from left to right, of the ends. */
class Layout {
  constructor(canvas, width) {
    this.canvas = canvas;
    this.scene = canvas.scene;
    this.drawing = this.scene.data.drawing;
    const { columns, tails } = this.drawing;
    const edge = this.scene.small ? 2 : 26;
    this.column = (width - 2 * edge) / (columns.length + tails.length);
    const middle = (index) => edge + (index + 0.5) * this.column;
    this.at = Object.fromEntries(columns.map((name, index) => [name, middle(index)]));
    this.tailAt = tails.map((_, index) => middle(columns.length + index));
    this.end = width - 2;
    this.last = middle(columns.length - 1);
  }

  /** Where a box's two wires stand. */
  feet(x) {
    const input = x - Math.min(34, this.column * 0.4);
    return { input, past: input + 14 };
  }

  /** All of h and all of x run under every box. */
  bundles() {
    const { canvas, scene } = this;
    const { hidden, input } = scene.data.sizes;
    const foot = this.feet(this.last);
    for (const [track, y, end, name, meaning] of [
      ["past", BUNDLE.hidden, foot.past, `all of h ${scene.spoken}`,
        `Every box of every unit reads all ${hidden} numbers of the hidden state ${scene.spoken}; a strand is one of them.`],
      ["inputs", BUNDLE.input, foot.input, "all of x", `Every box of every unit reads all ${input} numbers of this step's input; a strand is one of them.`],
    ]) {
      const index = scene.index(track);
      const { units, high } = scene.data.tracks[index];
      const value = (now, strand) => scene.values.at(index, units[strand], now.step);
      canvas.bundle(track, name, [[0, y], [end, y]], units.length, value, high || 1, meaning);
    }
    const size = scene.small ? 12 : 15;
    canvas.words([foot.input + 22, BUNDLE.hidden + 5], `all of h_{${scene.data.before}}`, { colour: scene.part("recurrent"), size });
    canvas.words([foot.input + 22, BUNDLE.input + 5], `all of x_{t} (${input})`, { colour: scene.part("input"), size });
  }

  /** A wire from a box upwards, through points; where 1 minus the gate is meant, through a pill at `pill`. */
  rise(factor, points, pill) {
    const { canvas, scene } = this;
    const { symbol, title, meaning } = scene.words[factor.track];
    const plain = scene.plain(factor);
    const role = scene.words[factor.track].role;
    const name = `${symbol}, the ${title}`;
    if (!factor.rest) return canvas.wire(`${factor.track}-wire`, name, points, plain, { role, meaning });
    const [before, after] = cut(points, pill);
    const rest = scene.factor(factor);
    canvas.wire(`${factor.track}-wire`, name, before, plain, { role, meaning });
    canvas.wire(`${factor.track}-rest`, `1 − ${symbol}`, after, rest, { role, meaning: `1 minus the ${title}.` });
    return canvas.op("one-minus", pill, "1−", "one minus", rest, `1 minus the ${title}: what one side gets, the other does not.`);
  }

  /** The state of a cell without gates: its box, squashed and passed on. */
  plain() {
    const { canvas, scene, end } = this;
    const [name] = this.drawing.columns;
    const x = this.at[name];
    const size = scene.small ? 13 : 16;
    const { symbol, title, meaning } = scene.words[name];
    const value = scene.reader(name);
    canvas.wire(`${name}-wire`, `${symbol}, the new ${title}`, [[x, TOP], [x, 110], [end - 8, 110]], value, { meaning, head: true, reach: scene.reach(name) });
    canvas.label([end, 90], `${symbol}_{t}`, value, "end");
    canvas.words([0, 60], `No gate: the new state is the ${this.drawing.boxes[name].squash} of the sum of`, { size });
    canvas.words([0, 82], "input, past and bias, and nothing is kept as it was.", { size });
  }
}

/** A path in two parts, up to a place on it and from there. */
function cut(points, place) {
  const on = ([a, b], [c, d], [x, y]) => (x === a && x === c && (y - b) * (y - d) <= 0) || (y === b && y === d && (x - a) * (x - c) <= 0);
  const leg = points.findIndex((point, index) => index && on(points[index - 1], point, place));
  return [[...points.slice(0, leg), place], [place, ...points.slice(leg)]];
}

const plainly = ({ symbol, rest, squash }) => (squash ? `${squash}(${rest ? "1−" : ""}${symbol})` : rest ? `(1−${symbol})` : symbol);
const written = (...term) => term.map(plainly).join("·");
const spelt = (term) => term.map(plainly).join(" × ");
const meant = ({ rest, squash, title }) => `${squash ? `${squash} of ` : ""}${rest ? "1 minus " : ""}${title}`;

function sentence(term) {
  const said = term.map(meant).join(" times ");
  return `${said[0].toUpperCase()}${said.slice(1)}.`;
}
