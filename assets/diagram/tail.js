// What is made from the memory at the right of the picture.

/** A number made from the memory: down from its line, through what is done to it, times what shows it. */
function drawTail(layout, { signal, terms }, index) {
  const { canvas, scene, at, end } = layout;
  const x = layout.tailAt[index];
  const first = terms.find((term) => term.some(({ from }) => from === "line")) ?? terms[0];
  const others = terms.filter((term) => term !== first);
  const carried = first.find(({ from }) => from === "line");
  const gates = first.filter((factor) => factor !== carried);
  const { symbol, title, meaning } = scene.words[signal];
  const value = scene.has(signal) ? scene.reader(signal) : scene.sum(terms);
  const last = index === layout.tailAt.length - 1;
  let y = gates.length ? SHOW : LINE;
  if (carried) y = drawDescent(layout, carried, x, gates.length ? SHOW : BOX + 10);
  for (const factor of gates.filter(({ from }) => from in at)) {
    layout.rise(factor, [[at[factor.from], TOP], [at[factor.from], SHOW], [x, SHOW]], [(at[factor.from] + x) / 2, SHOW]);
  }
  gates.filter(({ from }) => !(from in at)).forEach((factor, row) => canvas.label([x + 18, SHOW + 20 * row], written(factor), scene.factor(factor), "start"));
  if (gates.length) canvas.op(`times-show-${index}`, [x, SHOW], "×", "times", scene.product(first), sentence(first));
  others.forEach((term, row) => {
    y = SHOW + 31 * (row + 1);
    canvas.op(`plus-show-${index}-${row}`, [x, y], "+", "plus", value, `Plus ${spelt(term)}: the ${title}.`);
    canvas.label([x + 20, y + 5], end - x < 92 + 8 * written(...term).length ? "" : written(...term), scene.product(term), "start");
  });
  const turn = Math.max(BOX + 10, y + 24);
  const out = last ? [[x, y], [x, turn], [end - 8, turn]] : [[x, y], [x, turn + 14]];
  canvas.wire(signal, scene.has(signal) ? `${symbol}, the new ${title}` : `${symbol}, ${spelt(first)}`, out, value, { meaning, head: true });
  canvas.label(last ? [end, turn + 26] : [x, turn + 34], `${symbol}_{t}`, value, last ? "end" : "middle");
  if (carried && carried.squash && gates.length && !scene.small) canvas.label([x + 14, 168], "", scene.factor(carried), "start");
}

/** The memory on its way down: normalised, squashed. Returns where it ends. */
function drawDescent({ canvas, scene, drawing }, carried, x, down) {
  const memory = drawing.main.signal;
  const { title } = scene.words[memory];
  const whole = scene.reader(memory);
  const plain = carried.norm ? scene.plain(carried) : whole;
  const stages = [
    carried.norm && ["norm", "LN", "layer normalisation", plain, carried.norm],
    carried.rest && ["rest", "1−", "one minus", scene.factor({ ...carried, squash: "" }), `1 minus the ${title}.`],
    carried.squash && ["squash", carried.squash, carried.squash, scene.factor(carried), `Squashes the ${carried.title} to lie between −1 and 1.`],
  ].filter(Boolean);
  let [y, value, name] = [LINE, whole, title];
  stages.forEach(([id, sign, said, next, meaning], index) => {
    const at = PILLS[stages.length][index];
    canvas.wire(`${id}-from`, name, [[x, y], [x, at]], value, { reach: id === "squash" && carried.norm ? 1 : scene.reach(memory), meaning: scene.words[memory].meaning });
    canvas.op(id, [x, at], sign, said, next, meaning);
    [y, value, name] = [at, next, `${said} of ${id === "squash" ? carried.title : title}`];
  });
  if (down > y) canvas.wire("shown-from", name, [[x, y], [x, down]], value, { reach: stages.length ? 1 : scene.reach(memory), meaning: stages.at(-1)?.[4] ?? "" });
  return down;
}
