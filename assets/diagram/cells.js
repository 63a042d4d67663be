// What the pictures of the three cells consist of. Lengths are pixels of a desk; a stage magnifies them.

const LINE = 46; // the state's own line
const BOX = 246; // the middle of the gates' boxes
const TALL = 64;
const BUNDLE = { hidden: 372, input: 404 };
const HEIGHT = 424;

/** The picture of a cell. */
function drawCell(canvas, kind, width) {
  const columns = { lstm: ["forget", "input", "candidate", "output", ""], gru: ["update", "reset", "new"], rnn: ["hidden"] }[kind];
  const edge = canvas.scene.small ? 2 : 26;
  const column = (width - 2 * edge) / columns.length;
  const at = Object.fromEntries(columns.map((name, index) => [name, edge + (index + 0.5) * column]));
  const place = { width, column, at, end: width - 2 };
  drawBundles(canvas, place);
  for (const signal of columns.filter(Boolean)) drawGate(canvas, signal, at[signal], column);
  ({ lstm: drawLstm, gru: drawGru, rnn: drawRnn })[kind](canvas, place);
  return HEIGHT;
}

/** All of h and all of x run under every gate. */
function drawBundles(canvas, { at, column }) {
  const { scene } = canvas;
  const last = Object.entries(at).filter(([name]) => name).at(-1)[1];
  const { hidden, input } = scene.data.sizes;
  const strands = (track) => scene.data.tracks[scene.index(track)].units.length;
  const old = scene.data.before;
  for (const [track, y, name, meaning] of [
    ["past", BUNDLE.hidden, `all of h ${scene.spoken}`,
      `Every gate of every unit reads all ${hidden} numbers of the hidden state ${scene.spoken}; a strand is one of them.`],
    ["inputs", BUNDLE.input, "all of x", `Every gate of every unit reads all ${input} numbers of this step's input; a strand is one of them.`],
  ]) {
    const reach = scene.data.tracks[scene.index(track)].high || 1;
    const value = (now, index) => scene.values.at(scene.index(track), scene.data.tracks[scene.index(track)].units[index], now.step);
    const end = last - Math.min(34, column * 0.4) + (track === "past" ? 14 : 0);
    canvas.bundle(track, name, [[0, y], [end, y]], strands(track), value, reach, meaning);
  }
  const size = scene.small ? 12 : 15;
  const [right, foot] = [last - Math.min(34, column * 0.4) + 22, 5];
  canvas.words([right, BUNDLE.hidden + foot], `all of h_{${old}}`, { colour: scene.part("recurrent"), size });
  canvas.words([right, BUNDLE.input + foot], `all of x_{t} (${input})`, { colour: scene.part("input"), size });
}

/** A gate: the two products and the bias that reach it, and its box. */
function drawGate(canvas, signal, x, column) {
  const { scene } = canvas;
  const wide = Math.min(132, column - 6);
  const [inX, inH] = [x - Math.min(34, column * 0.4), x - Math.min(34, column * 0.4) + 14];
  const foot = BOX + TALL / 2;
  const { symbol } = scene.words[signal];
  const rows = [
    ["input", "x", inX, BUNDLE.input, "what the input brings: W x, the sum over all its numbers"],
    ["recurrent", "h", inH, BUNDLE.hidden, "what the past brings: W h, the sum over all units of h"],
    ["bias", "b", null, 0, ""],
  ];
  rows.forEach(([part, letter, from, y, meaning], row) => {
    const value = scene.reader(`${signal}:${part}`);
    if (from !== null) {
      canvas.wire(`${signal}:${part}`, `${part} part of ${symbol}`, [[from, y], [from, foot + 2]], value, {
        colour: scene.part(part), reach: 5, meaning: `${meaning}.`, head: true,
      });
    }
    if (part === "bias" && !scene.has(`${signal}:bias`)) return;
    const text = canvas.words([inH + (scene.small ? 7 : 12), foot + 23 + row * 18], "", { colour: scene.part(part), size: scene.small ? 11.5 : 14 });
    text.classList.add("number", "halo");
    canvas.live.push((now) => (text.textContent = `${letter} ${figure(value(now), scene.small ? 1 : 2).padStart(5)}`));
  });
  canvas.box(signal, [x, BOX], [wide, TALL], signal, scene.reader(signal), scene.words[signal].role);
}

function drawLstm(canvas, { at, column, end }) {
  const { scene } = canvas;
  const read = (name) => scene.reader(name);
  const [f, i, g, o, c, old] = ["forget", "input", "candidate", "output", "cell", "before:cell"].map(read);
  const top = BOX - TALL / 2;
  const [xf, xi, xg, xo, xt] = ["forget", "input", "candidate", "output", ""].map((name) => at[name]);
  const plus = (xi + xg) / 2;
  const reach = scene.reach("cell");
  const kept = scene.unless(["forget"], (now) => f(now) * old(now));
  const written = scene.unless(["input", "candidate"], (now) => i(now) * g(now));
  const squashed = scene.unless(["cell"], (now) => Math.tanh(c(now)));
  const shown = scene.unless(["hidden"], (now) => o(now) * Math.tanh(c(now)));
  const before = scene.data.before;
  canvas.wire("before:cell", `c ${scene.spoken}`, [[0, LINE], [xf, LINE]], old, { reach, meaning: "This unit's own memory before the step. Only this line belongs to the unit alone." });
  canvas.wire("kept", "f × c, what is kept", [[xf, LINE], [plus, LINE]], kept, { reach, meaning: "What the forget gate leaves of the old cell state." });
  canvas.wire("cell", "c, the new cell state", [[plus, LINE], [end - 8, LINE]], c, { reach, meaning: scene.words.cell.meaning, head: true });
  canvas.wire("forget-wire", "f, to the old cell state", [[xf, top], [xf, LINE]], f, { role: "gate", meaning: scene.words.forget.meaning });
  canvas.wire("input-wire", "i, to the candidate", [[xi, top], [xi, 146], [plus, 146]], i, { role: "gate", meaning: scene.words.input.meaning });
  canvas.wire("candidate-wire", "g, to the input gate", [[xg, top], [xg, 146], [plus, 146]], g, { meaning: scene.words.candidate.meaning });
  canvas.wire("written", "i × g, what is written", [[plus, 146], [plus, LINE]], written, { reach, meaning: "What this step adds to the cell state." });
  canvas.wire("squashed", "tanh of c", [[xt, LINE], [xt, 190]], squashed, { meaning: "The cell state, squashed to lie between −1 and 1." });
  canvas.wire("output-wire", "o, to the squashed cell state", [[xo, top], [xo, 190], [xt, 190]], o, { role: "gate", meaning: scene.words.output.meaning });
  canvas.wire("hidden", scene.projected ? "o × tanh(c), before the projection" : "h, the new hidden state", [[xt, 190], [xt, BOX + 10], [end - 8, BOX + 10]], shown, { meaning: scene.projected ? "This unit's share: W_hr turns all of these into h." : scene.words.hidden.meaning, head: true });
  canvas.op("times-keep", [xf, LINE], "×", "times", kept, "Old cell state times forget gate.");
  canvas.op("plus", [plus, LINE], "+", "plus", c, "What was kept plus what is written: the new cell state.");
  canvas.op("times-write", [plus, 146], "×", "times", written, "Candidate times input gate.");
  canvas.op("tanh", [xt, 110], "tanh", "tanh", squashed, "Squashes the cell state to lie between −1 and 1.");
  canvas.op("times-show", [xt, 190], "×", "times", shown, "Squashed cell state times output gate: the hidden state.");
  canvas.label([0, LINE - 18], `c_{${before}}`, old, "start");
  canvas.label([(xf + plus) / 2 + (scene.small ? 0 : 8), LINE - 18], "f·c", kept);
  canvas.label([end, LINE - 18], "c_{t}", c, "end");
  if (!scene.small) canvas.label([plus + 14, 104], "i·g", written, "start");
  if (!scene.small) canvas.label([xt + 14, 156], "", squashed, "start");
  canvas.label([end, BOX + 36], scene.projected ? "m_{t}" : "h_{t}", shown, "end");
}

function drawGru(canvas, { at, end }) {
  const { scene } = canvas;
  const [z, r, n, h, old] = ["update", "reset", "new", "hidden", "before:hidden"].map((name) => scene.reader(name));
  const { flip, before } = scene.data;
  const top = BOX - TALL / 2;
  const [xz, xr, xn] = [at.update, at.reset, at.new];
  const middle = (xz + xr) / 2;
  const rest = scene.unless(["update"], (now) => 1 - z(now));
  const [keep, renew] = flip ? [rest, z] : [z, rest];
  const kept = scene.unless(["update"], (now) => keep(now) * old(now));
  const written = scene.unless(["update", "new"], (now) => renew(now) * n(now));
  const { meaning } = scene.words.update;
  canvas.wire("before:hidden", `h ${scene.spoken}`, [[0, LINE], [xz, LINE]], old, { meaning: "This unit's own state before the step. Only this line belongs to the unit alone." });
  canvas.wire("kept", "what is kept of h", [[xz, LINE], [xn, LINE]], kept, { meaning: "What the update gate leaves of the old state." });
  canvas.wire("hidden", "h, the new hidden state", [[xn, LINE], [end - 8, LINE]], h, { meaning: scene.words.hidden.meaning, head: true });
  canvas.wire("keep", "how much is kept", [[xz, top], [xz, LINE]], keep, { role: "gate", meaning });
  canvas.wire("renew", "how much is renewed", [[xz, 146], [xn, 146]], renew, { role: "gate", meaning });
  canvas.wire("new-wire", "the new content", [[xn, top], [xn, 146]], n, { meaning: scene.words.new.meaning });
  canvas.wire("written", "what is written", [[xn, 146], [xn, LINE]], written, { meaning: "The new content, as far as the update gate does not keep the old." });
  const mouth = xn - Math.min(34, (xn - xr) * 0.4) + 14;
  canvas.wire("reset-wire", "r, to the past that n reads", [[xr + 30, BOX], [(xr + xn) / 2 - 8, BOX], [(xr + xn) / 2 - 8, 340], [mouth, 340]], r, { role: "gate", meaning: scene.words.reset.meaning });
  canvas.op("times-keep", [xz, LINE], "×", "times", kept, "Old state times how much is kept.");
  canvas.op("plus", [xn, LINE], "+", "plus", h, "What was kept plus what is written: the new state.");
  canvas.op("times-write", [xn, 146], "×", "times", written, "New content times how much is renewed.");
  canvas.op("one-minus", flip ? [xz, 104] : [middle, 146], "1−", "one minus", rest, "What one side gets, the other does not.");
  canvas.op("times-reset", [mouth, 340], "×", "times", r, scene.data.resetAfter ? "The reset gate scales what the past brings, after the product W h." : "The reset gate scales h before the product W (r × h).");
  canvas.label([0, LINE - 18], `h_{${before}}`, old, "start");
  canvas.label([(xz + xn) / 2, LINE - 18], flip ? "(1−z)·h" : "z·h", kept);
  canvas.label([end, LINE - 18], "h_{t}", h, "end");
  canvas.label([xn + 14, 104], scene.small ? "" : flip ? "z·n" : "(1−z)·n", written, "start");
}

function drawRnn(canvas, { at, end }) {
  const { scene } = canvas;
  const h = scene.reader("hidden");
  const [x, top] = [at.hidden, BOX - TALL / 2];
  canvas.wire("hidden-wire", "h, the new hidden state", [[x, top], [x, 110], [end - 8, 110]], h, { meaning: scene.words.hidden.meaning, head: true, reach: scene.reach("hidden") });
  canvas.label([end, 90], "h_{t}", h, "end");
  canvas.words([0, 60], `No gate: the new state is the ${scene.data.nonlinearity} of the sum of`, { size: scene.small ? 13 : 16 });
  canvas.words([0, 82], "input, past and bias, and nothing is kept as it was.", { size: scene.small ? 13 : 16 });
}
