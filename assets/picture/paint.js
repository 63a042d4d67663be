// A figure on a canvas: heatmaps, bars and lines with their frames, grids and names.

const SHADES = 4096; // colours of a scale: no value is off by more than one in 255
const DASHES = { solid: [], dot: [1, 1], dash: [3, 3], dashdot: [3, 1, 1, 1], longdash: [5, 5] }; // in line widths
const scales = new Map();

/** Paint a settled figure; the canvas gets its size. */
function paintFigure(canvas, data, layout) {
  const scale = window.devicePixelRatio || 1;
  const [wide, high] = [Math.round(layout.width * scale), Math.round(layout.height * scale)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const pen = canvas.getContext("2d");
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.clearRect(0, 0, wide, high);
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  const places = new Map();
  const place = (name) => places.get(name) ?? places.set(name, new Scale(layout, name)).get(name);
  const uprights = Object.keys(layout).filter((name) => /^yaxis\d*$/.test(name));
  for (const name of uprights) grid(pen, place("xaxis"), place(name), layout);
  for (const trace of data) {
    const [x, y] = [place(nameOf(trace, "x")), place(nameOf(trace, "y"))];
    pen.save();
    pen.beginPath();
    pen.rect(x.start, y.start, x.length, y.length);
    pen.clip();
    ({ heatmap: heat, bar: bars, scatter: lines })[trace.type]?.(pen, trace, x, y);
    pen.restore();
  }
  for (const name of uprights) frame(pen, place("xaxis"), place(name));
  along(pen, place("xaxis"), uprights.map(place), layout);
  for (const shape of layout.shapes ?? []) drawShape(pen, shape, place, layout);
  if (layout.showlegend) legend(pen, data, layout);
  for (const note of layout.annotations ?? []) annotate(pen, note, place, layout);
}

/** The colours of a scale, as bytes. */
function shadesOf(stops) {
  const key = JSON.stringify(stops);
  if (!scales.has(key)) {
    const points = stops.map(([at, colour]) => [at, channels(colour)]);
    const bytes = new Uint8ClampedArray(SHADES * 4);
    for (let at = 0; at < SHADES; at += 1) bytes.set([...between(points, at / (SHADES - 1)), 255], at * 4);
    scales.set(key, new Uint32Array(bytes.buffer));
  }
  return scales.get(key);
}

/** One pixel a cell, transparent where there is no number. */
function cells({ z, zmin, zmax, colorscale }) {
  const [rows, columns] = [z.length, z[0].length];
  const shades = shadesOf(colorscale);
  const pixels = new Uint32Array(rows * columns);
  const share = (SHADES - 1) / (zmax - zmin);
  for (let row = 0, at = 0; row < rows; row += 1) {
    const values = z[row];
    for (let column = 0; column < columns; column += 1, at += 1) {
      const level = (values[column] - zmin) * share;
      if (level === level) pixels[at] = shades[level <= 0 ? 0 : level >= SHADES - 1 ? SHADES - 1 : (level + 0.5) | 0];
    }
  }
  return new ImageData(new Uint8ClampedArray(pixels.buffer), columns, rows);
}

function heat(pen, trace, x, y) {
  const image = cells(trace);
  const sheet = new OffscreenCanvas(image.width, image.height);
  sheet.getContext("2d").putImageData(image, 0, 0);
  const { x0 = 0, dx = 1 } = trace;
  const [left, right] = [x.at(x0 - dx / 2), x.at(x0 + (image.width - 0.5) * dx)].map(Math.round);
  const [top, bottom] = [y.at(-0.5), y.at(image.height - 0.5)].map(Math.round);
  pen.imageSmoothingEnabled = false;
  pen.drawImage(sheet, left, top, right - left, bottom - top);
}

function bars(pen, { x: steps, y: values, width, marker }, x, y) {
  values.forEach((value, at) => {
    const [left, right] = [x.at(steps[at] - width / 2), x.at(steps[at] + width / 2)];
    pen.fillStyle = Array.isArray(marker.color) ? marker.color[at] : marker.color;
    pen.fillRect(left, y.at(value), right - left, y.at(0) - y.at(value));
  });
}

function lines(pen, { mode = "lines", x: steps, y: values, line, marker = {} }, x, y) {
  const { width = 2, dash = "solid", color, shape } = line;
  if (mode.includes("lines")) {
    pen.strokeStyle = color;
    pen.lineWidth = width;
    pen.setLineDash(DASHES[dash].map((part) => part * Math.max(3, width)));
    pen.beginPath();
    trail(pen, steps, values, x, y, shape === "hvh");
    pen.stroke();
    pen.setLineDash([]);
  }
  if (!mode.includes("markers")) return;
  pen.fillStyle = color;
  values.forEach((value, at) => Number.isFinite(value) && mark(pen, x.at(steps[at]), y.at(value), marker));
}

/** Through the values that are there; with `stairs` a level for each step, half a step to either side. */
function trail(pen, steps, values, x, y, stairs) {
  let down = false; // lifted over a gap
  values.forEach((value, at) => {
    if (Number.isFinite(value)) {
      const height = y.at(value);
      if (stairs && down) pen.lineTo((x.at(steps[at - 1]) + x.at(steps[at])) / 2, height);
      if (down) pen.lineTo(x.at(steps[at]), height);
      else pen.moveTo(x.at(steps[at]), height);
      if (stairs && at + 1 < values.length) pen.lineTo((x.at(steps[at]) + x.at(steps[at + 1])) / 2, height);
    }
    down = Number.isFinite(value);
  });
}

function mark(pen, x, y, { size = 6, symbol = "circle" }) {
  const half = size / 2;
  pen.beginPath();
  if (symbol === "diamond") {
    const reach = half * 1.3;
    for (const [right, under] of [[reach, 0], [0, reach], [-reach, 0], [0, -reach]]) pen.lineTo(x + right, y + under);
  } else if (symbol === "cross") {
    const arm = half * 0.4;
    pen.rect(x - half * 1.2, y - arm, half * 2.4, 2 * arm);
    pen.rect(x - arm, y - half * 1.2, 2 * arm, half * 2.4);
  } else pen.arc(x, y, half, 0, 7);
  pen.fill();
}
