// Where a figure's parts lie. What the figure leaves open (ends, ticks, room for a legend) is decided here, once, for
// our canvas and for Plotly, so that both draw into the same pixels.

const FEW_TICKS = [2, 5, 10];
const LEGEND_ROW = 19;
const LEGEND_SAMPLE = 40; // pixels of a legend's line and the gaps round its word
const MOST_ROOM = 0.055; // beyond the last value of an axis that has no ends of its own

/** The figure's layout with nothing left open. `ends` are those that the reader has zoomed to, by axis. */
function settled({ data, layout, axes }, width, ends, measure) {
  const full = structuredClone(layout);
  full.width = width;
  full.autosize = false;
  full.margin.autoexpand = false;
  for (const [name, axis] of Object.entries(full)) {
    if (!/^[xy]axis\d*$/.test(name)) continue;
    if (!axis.range) axis.range = reach(data.filter((trace) => nameOf(trace, name[0]) === name), name[0], axis);
    if (axes?.[name]) axis.range = axes[name];
    if (ends[name]) axis.range = ends[name];
    if (axis.nticks && !axis.tickvals) Object.assign(axis, ticks(axis.range, axis.nticks));
    if (axis.tickvals && !axis.ticktext) axis.ticktext = axis.tickvals.map((value) => String(value).replace("-", "−"));
    axis.autorange = false;
  }
  if (full.showlegend) makeRoom(full, legendRows(data, full, measure).length);
  return full;
}

/** The axis of a trace: "yaxis2" for its "y2". */
function nameOf(trace, letter) {
  return `${letter}axis${(trace[`${letter}axis`] ?? letter).slice(1)}`;
}

/** From the least to the largest value of the traces, and a little beyond; bars stand on 0. */
function reach(traces, letter, { rangemode }) {
  let [low, high] = traces.some((trace) => trace.type === "bar") || rangemode === "tozero" ? [0, 0] : [Infinity, -Infinity];
  for (const trace of traces) {
    for (const value of trace[letter] ?? []) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (!(high > low)) return Number.isFinite(low) ? [low - 1, low + 1] : [-1, 1];
  const room = (high - low) * MOST_ROOM;
  return [low === 0 ? 0 : low - room, high === 0 ? 0 : high + room];
}

/** Round numbers between two ends, no more than so many. */
function ticks([from, to], most) {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const rough = (high - low) / most;
  const base = 10 ** Math.floor(Math.log10(rough));
  const size = base * FEW_TICKS.find((one) => one >= (rough / base) * 0.999999);
  const digits = Math.max(0, -Math.floor(Math.log10(size) + 1e-9));
  const tickvals = [];
  for (let at = Math.ceil(low / size - 1e-9); at * size <= high * (1 + 1e-12) + 1e-300; at += 1) tickvals.push(at * size);
  const ticktext = tickvals.map((value) => value.toFixed(Math.min(20, digits)).replace("-", "−"));
  return { tickmode: "array", tickvals, ticktext };
}

/** The legend's entries, laid out in rows. */
function legendRows(data, layout, measure) {
  const room = layout.width - layout.margin.l - layout.margin.r;
  const rows = [[]];
  let used = 0;
  for (const trace of data) {
    if (trace.showlegend === false) continue;
    const wide = LEGEND_SAMPLE + measure(plainText(trace.name), layout.font.size);
    if (used && used + wide > room) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1).push({ trace, at: used, wide });
    used += wide;
  }
  return rows;
}

/** A legend above the picture takes what it needs. */
function makeRoom(layout, rows) {
  const more = Math.max(0, 8 + rows * LEGEND_ROW - layout.margin.t);
  layout.margin.t += more;
  layout.height += more;
}

/** An axis in pixels of the figure: where it begins, how long it is, and where a value stands. */
class Scale {
  constructor(layout, name) {
    const axis = layout[name] ?? {};
    const { l, r, t, b } = layout.margin;
    const [low, high] = axis.domain ?? [0, 1];
    const upright = name[0] === "y";
    const whole = upright ? layout.height - t - b : layout.width - l - r;
    this.name = name;
    this.axis = axis;
    this.start = upright ? t + (1 - high) * whole : l + low * whole;
    this.length = (high - low) * whole;
    [this.from, this.to] = upright ? [axis.range[1], axis.range[0]] : axis.range; // as pixels count
    this.log = axis.type === "log";
  }

  /** The pixel of a value. */
  at(value) {
    return this.start + ((this.log ? Math.log10(value) : value) - this.from) / (this.to - this.from) * this.length;
  }

  /** The value at a pixel. */
  valueAt(pixel) {
    return this.from + ((pixel - this.start) / this.length) * (this.to - this.from);
  }

  has(pixel) {
    return pixel >= this.start && pixel < this.start + this.length;
  }

  get end() {
    return this.start + this.length;
  }

  inside(pixel) {
    return Math.min(this.end, Math.max(this.start, pixel));
  }
}
