// A trace in a page of its own: tokens, a panel for each signal, one crosshair, and the lines of one unit.
// DATA, LOOK and HOME are given by the page; nothing else is asked for, from nobody.

const LEFT = 138;
const LEFT_NARROW = 8;
const RIGHT = 10;
const TOKENS = 22;
const GAP = 8;
const LINES = 190;
const LEVELS = 250;
const BLANK = 255;

const root = HOME.attachShadow({ mode: "open" });
root.innerHTML = `<style></style><div class="view"><div class="top"><b></b><select hidden aria-label="Layer and direction"></select>
<span class="quiet proof"></span></div><div class="field" tabindex="0" role="slider" aria-valuemin="1">
<canvas class="picture"></canvas><canvas class="over"></canvas></div><div class="readout"></div><div class="legend"></div>
<canvas class="lines"></canvas><p class="notes"></p></div>`;
const find = (name) => root.querySelector(name);
find("style").textContent = LOOK;
find("b").textContent = DATA.title;
find(".proof").textContent = DATA.proof;
find(".notes").textContent = [...DATA.notes, "Point, click, or use the arrow keys."].join(" ");

const steps = DATA.tokens.length;
const field = find(".field");
const state = { pane: DATA.shown, step: 0, unit: 0, pointed: null };
const decoded = new Map();
let style = null;

/** A panel's values, a row a unit. */
function valuesOf(panel) {
  if (!decoded.has(panel)) {
    const bytes = Uint8Array.from(atob(panel.values), (letter) => letter.charCodeAt(0));
    decoded.set(panel, DATA.exact ? new Float32Array(bytes.buffer) : bytes);
  }
  return decoded.get(panel);
}

function numberAt(panel, row, step) {
  const value = valuesOf(panel)[row * steps + step];
  if (DATA.exact) return value;
  return value === BLANK ? NaN : panel.low + (value / LEVELS) * (panel.high - panel.low);
}

// Colours: those of the page around, and again whenever it changes.

function isDark() {
  for (let part = HOME; part; part = part.parentElement ?? part.getRootNode().host) {
    const [red, green, blue, alpha] = (getComputedStyle(part).backgroundColor.match(/[\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    if (alpha === undefined || alpha > 0.5) return 0.299 * red + 0.587 * green + 0.114 * blue < 128;
  }
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

function dress() {
  const next = DATA.colours[isDark() ? "dark" : "light"];
  if (next === style) return;
  style = next;
  const view = find(".view").style;
  for (const name of ["ink", "quiet", "paper", "frame", "accent"]) view.setProperty(`--${name}`, style[name]);
  view.setProperty("--font", DATA.fonts[0]);
  view.setProperty("--mono", DATA.fonts[1]);
  shades.clear();
  draw();
}

const shades = new Map();

/** 256 colours of a scale, as pixels. */
function shadesOf(gate) {
  if (!shades.has(gate)) {
    const stops = (gate ? style.gates : style.states).map(([at, colour]) => [
      at, [1, 3, 5].map((place) => parseInt(colour.slice(place, place + 2), 16)),
    ]);
    const made = new Uint8ClampedArray(256 * 4);
    for (let at = 0; at < 256; at += 1) {
      const share = at / 255;
      const next = Math.max(1, stops.findIndex(([place]) => place >= share));
      const [[from, one], [to, other]] = [stops[next - 1], stops[next]];
      const part = (share - from) / (to - from);
      made.set([...one.map((channel, place) => channel + part * (other[place] - channel)), 255], at * 4);
    }
    shades.set(gate, new Uint32Array(made.buffer));
  }
  return shades.get(gate);
}

// Places

const pane = () => DATA.panes[state.pane];
const narrow = () => field.clientWidth < 560;
const left = () => (narrow() ? LEFT_NARROW : LEFT);
const wide = () => field.clientWidth - left() - RIGHT;
const xOf = (step) => left() + ((step + 0.5) / steps) * wide();
const isDense = () => wide() / steps < 9;

/** The top of each panel and its height. */
function frames() {
  let top = TOKENS;
  return pane().panels.map((panel) => {
    const height = Math.min(220, Math.max(72, panel.own.length * 3));
    top += narrow() ? 18 : 0;
    const frame = { panel, top, height };
    top += height + GAP;
    return frame;
  });
}

// Painting

function sized(canvas, width, height) {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  pen.font = `12px ${DATA.fonts[0]}`;
  return pen;
}

/** A heatmap as a picture of one pixel a value. */
function heat(panel) {
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [steps, panel.own.length];
  const pixels = new Uint32Array(steps * panel.own.length);
  const colours = shadesOf(panel.gate);
  const values = valuesOf(panel);
  const span = panel.high - panel.low;
  for (let at = 0; at < pixels.length; at += 1) {
    const share = DATA.exact ? (values[at] - panel.low) / span : values[at] === BLANK ? NaN : values[at] / LEVELS;
    if (share === share) pixels[at] = colours[Math.round(255 * Math.min(1, Math.max(0, share)))];
  }
  sheet.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), steps, panel.own.length), 0, 0);
  return sheet;
}

function draw() {
  if (!style || !field.clientWidth) return;
  const all = frames();
  const height = all.at(-1).top + all.at(-1).height + 4;
  const pen = sized(find(".picture"), field.clientWidth, height);
  tokens(pen, 14);
  for (const { panel, top, height: tall } of all) {
    pen.imageSmoothingEnabled = steps > wide() * 2;
    pen.drawImage(heat(panel), left(), top, wide(), tall);
    pen.strokeStyle = style.frame;
    pen.strokeRect(left() - 0.5, top - 0.5, wide() + 1, tall + 1);
    name(pen, panel, top);
  }
  sized(find(".over"), field.clientWidth, height);
  lines();
  point();
}

function name(pen, panel, top) {
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.fillStyle = style.ink;
  pen.font = `600 13px ${DATA.fonts[0]}`;
  const [x, y] = narrow() ? [left(), top - 16] : [4, top + 2];
  const said = `${panel.name} ${panel.symbol}`;
  pen.fillText(said, x, y);
  const width = pen.measureText(`${said}  `).width;
  pen.font = `11px ${DATA.fonts[0]}`;
  pen.fillStyle = style.quiet;
  if (narrow()) return pen.fillText(panel.gist, x + width, y + 1);
  let line = y + 17;
  for (const text of [panel.gist, panel.clipped].filter(Boolean).flatMap((one) => wrapped(pen, one))) {
    pen.fillText(text, x, line);
    line += 14;
  }
}

function wrapped(pen, text) {
  const rows = [""];
  for (const word of text.split(" ")) {
    const longer = rows.at(-1) ? `${rows.at(-1)} ${word}` : word;
    if (pen.measureText(longer).width < LEFT - 12 || !rows.at(-1)) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows;
}

function tokens(pen, baseline) {
  pen.fillStyle = style.ink;
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  pen.font = isDense() ? `11px ${DATA.fonts[0]}` : `13px ${DATA.fonts[1]}`;
  const longest = Math.max(...DATA.tokens.slice(0, 2_000).map((token) => token.length));
  const room = isDense() ? 44 : longest * 8.2 + 4;
  const every = Math.max(1, Math.ceil((room * steps) / wide()));
  for (let step = 0; step < steps; step += every) {
    pen.fillText(isDense() ? String(DATA.first + step) : DATA.tokens[step], xOf(step), baseline);
  }
}

const said = (value) => (Number.isNaN(value) ? "–" : value.toFixed(3)).replace("-", "−");

function rowsAt(y) {
  const hit = frames().find(({ top, height }) => y >= top && y < top + height);
  return hit && Math.floor(((y - hit.top) / hit.height) * hit.panel.own.length);
}

/** The crosshair, and what stands under it. */
function point() {
  const at = state.pointed ?? state;
  const scale = window.devicePixelRatio || 1;
  const over = find(".over");
  const pen = over.getContext("2d");
  pen.clearRect(0, 0, over.width / scale, over.height / scale);
  pen.strokeStyle = style.accent;
  pen.beginPath();
  pen.moveTo(xOf(at.step), TOKENS - 4);
  pen.lineTo(xOf(at.step), over.height / scale);
  for (const { panel, top, height } of frames()) {
    const row = Math.min(at.unit, panel.own.length - 1);
    const y = top + ((row + 0.5) / panel.own.length) * height;
    pen.moveTo(left() - 5, y);
    pen.lineTo(left(), y);
    pen.moveTo(xOf(at.step) - 5, y);
    pen.lineTo(xOf(at.step) + 5, y);
  }
  pen.stroke();
  const near = DATA.exact ? "" : "≈";
  const values = pane().panels.map((panel) => {
    const row = Math.min(at.unit, panel.own.length - 1);
    return `${panel.symbol} ${near}${said(numberAt(panel, row, at.step))}`;
  });
  const place = `step ${DATA.first + at.step} “${DATA.tokens[at.step]}”, unit ${pane().units[at.unit] ?? at.unit}`;
  find(".readout").textContent = `${place}   ${values.join("  ")}`;
  field.setAttribute("aria-valuemax", steps);
  field.setAttribute("aria-valuenow", at.step + 1);
  field.setAttribute("aria-valuetext", `${place}: ${values.join(", ")}`);
}

/** The chosen unit's signals over time: gates from 0 to 1 above, candidates and states below. */
function lines() {
  const pen = sized(find(".lines"), field.clientWidth, LINES);
  const panels = pane().panels;
  const groups = [panels.filter((one) => one.gate), panels.filter((one) => !one.gate)].filter((group) => group.length);
  const tall = (LINES - 12 * groups.length) / groups.length;
  groups.forEach((group, place) => {
    const top = 6 + place * (tall + 12);
    const size = reach(group);
    const [low, high] = group[0].gate ? [0, 1] : [-size, size];
    const y = (value) => top + tall - ((value - low) / (high - low)) * tall;
    pen.fillStyle = style.quiet;
    pen.textAlign = narrow() ? "left" : "right";
    pen.textBaseline = "middle";
    for (const tick of [low, (low + high) / 2, high]) {
      pen.strokeStyle = style.frame;
      pen.lineWidth = 1;
      pen.setLineDash([1, 3]);
      pen.beginPath();
      pen.moveTo(left(), y(tick));
      pen.lineTo(left() + wide(), y(tick));
      pen.stroke();
      if (!narrow()) pen.fillText(String(Number(tick.toPrecision(3))).replace("-", "−"), left() - 6, y(tick));
    }
    for (const panel of group) line(pen, panel, y);
  });
  pen.setLineDash([]);
  legend();
}

/** The largest size of the chosen unit's values, so that a quiet unit is no flat line. */
function reach(group) {
  let size = 0;
  for (const panel of group) {
    const row = Math.min(state.unit, panel.own.length - 1);
    for (let step = 0; step < steps; step += 1) size = Math.max(size, Math.abs(numberAt(panel, row, step)) || 0);
  }
  return size || 1;
}

function line(pen, panel, y) {
  const at = pane().panels.indexOf(panel);
  const row = Math.min(state.unit, panel.own.length - 1);
  pen.strokeStyle = style.lines[at % style.lines.length];
  pen.setLineDash(DATA.dashes[at % DATA.dashes.length]);
  pen.lineWidth = 1.5;
  pen.beginPath();
  let down = false;
  for (let step = 0; step < steps; step += 1) {
    const value = numberAt(panel, row, step);
    if (Number.isNaN(value)) down = false;
    else if (down) pen.lineTo(xOf(step), y(value));
    else [down] = [true, pen.moveTo(xOf(step), y(value))];
  }
  pen.stroke();
}

function legend() {
  const keys = pane().panels.map((panel, at) => {
    const key = document.createElement("span");
    const colour = style.lines[at % style.lines.length];
    const dash = DATA.dashes[at % DATA.dashes.length].join(" ");
    key.innerHTML = `<svg width="26" height="6"><path d="M0 3H26" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"/></svg>`;
    key.append(`${panel.name} ${panel.symbol}`);
    return key;
  });
  const unit = document.createElement("b");
  unit.textContent = `Unit ${pane().units[state.unit] ?? state.unit}`;
  find(".legend").replaceChildren(unit, ...keys);
}

// What the reader does

function under(event) {
  const box = field.getBoundingClientRect();
  const share = (event.clientX - box.left - left()) / wide();
  if (share < 0 || share >= 1) return null;
  return { step: Math.floor(share * steps), unit: rowsAt(event.clientY - box.top) ?? state.unit };
}

field.addEventListener("pointermove", (event) => {
  state.pointed = event.pointerType === "touch" ? null : under(event);
  point();
});
field.addEventListener("pointerleave", () => {
  state.pointed = null;
  point();
});
field.addEventListener("click", (event) => {
  const at = under(event);
  if (at) choose(at);
});
field.addEventListener("keydown", (event) => {
  const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], Home: [-steps, 0],
    End: [steps, 0] }[event.key];
  if (!move) return;
  event.preventDefault();
  event.stopPropagation(); // the notebook has keys of its own
  choose({ step: state.step + move[0], unit: state.unit + move[1] });
});

function choose({ step, unit }) {
  const other = state.unit;
  state.step = Math.min(steps - 1, Math.max(0, step));
  state.unit = Math.min(pane().units.length - 1, Math.max(0, unit));
  state.pointed = null;
  if (state.unit !== other) lines();
  point();
}

const places = find("select");
places.hidden = DATA.panes.length < 2;
DATA.panes.forEach((one, at) => places.add(new Option(one.name, at, false, at === state.pane)));
places.addEventListener("change", () => {
  state.pane = Number(places.value);
  draw();
});

new ResizeObserver(draw).observe(field);
const watched = new MutationObserver(dress);
for (const part of [document.documentElement, document.body]) {
  watched.observe(part, { attributes: true, attributeFilter: ["class", "style", "data-jp-theme-light", "theme", "data-theme", "data-vscode-theme-kind"] });
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
dress();
