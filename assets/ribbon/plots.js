// The bridge to Plotly: marks of ours over its figures, and what a pointer does there as steps and units.
// Cells are found from the pointer's place and the figure's axes, the same way for mouse, pen and finger: with one
// hover over all panels Plotly's own click names a cell in every panel, and on touch it may name none.

const STILL = 6; // pixels a pointer may stray and still click

/** All figures on the page whose container has one of the keys. */
class Plots {
  constructor(ribbon) {
    this.ribbon = ribbon;
    this.plots = new Map();
    this.observer = new MutationObserver(() => this.soon());
    this.observer.observe(document.body, { childList: true, subtree: true });
  }

  /** Look again once a frame at most: Plotly changes its elements all the time. */
  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.scan();
    });
  }

  /** Take up figures that came, drop those that went. */
  scan() {
    this.ribbon.readout.stay();
    const keys = this.ribbon.data.figures.map((key) => `.st-key-${CSS.escape(key)} .js-plotly-plot`);
    const found = new Set(keys.length ? document.querySelectorAll(keys.join()) : []);
    for (const [figure, plot] of this.plots) {
      if (found.has(figure)) continue;
      plot.destroy();
      this.plots.delete(figure);
    }
    for (const figure of found) {
      if (!this.plots.has(figure)) this.plots.set(figure, new Plot(figure, this.ribbon));
      this.plots.get(figure).listen();
    }
  }

  /** Where the first figure draws its columns, or null before it has. */
  area() {
    for (const plot of this.plots.values()) {
      if (plot.ready()) return plot.area();
    }
    return null;
  }

  paint() {
    for (const plot of this.plots.values()) plot.paint();
  }

  destroy() {
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    for (const plot of this.plots.values()) plot.destroy();
    this.plots.clear();
  }
}

/** One figure. */
class Plot {
  constructor(figure, ribbon) {
    this.figure = figure;
    this.ribbon = ribbon;
    this.marks = new Marks(figure);
    this.ended = new AbortController();
    const on = (name, handle) =>
      figure.addEventListener(name, handle, { capture: true, signal: this.ended.signal });
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.hover(event));
    on("pointerleave", (event) => event.target === figure && ribbon.hover(null));
    on("touchstart", (event) => this.letScroll(event));
    this.drawn = () => {
      this.panels = null;
      this.ribbon.place();
    };
    this.selected = (event) => this.takeBox(event);
  }

  /** Hear Plotly's redraws. A purged figure comes back with a new emitter, so ask each time; never hear it twice. */
  listen() {
    if (this.figure.on && this.emitter !== this.figure._ev) {
      this.emitter = this.figure._ev;
      this.figure.on("plotly_afterplot", this.drawn);
      this.figure.on("plotly_selected", this.selected);
      this.drawn();
    }
    this.marks.stay();
  }

  ready() {
    return Boolean(this.figure._fullLayout?.xaxis?._length && this.figure._fullData);
  }

  area() {
    const axis = this.figure._fullLayout.xaxis;
    const [from, to] = axis.range;
    return { left: this.figure.getBoundingClientRect().left + axis._offset, width: axis._length, from, to };
  }

  /** The heatmaps: their rows as units, and the track of values they show. */
  heatmaps() {
    this.panels ??= this.figure._fullData
      .filter((trace) => trace.type === "heatmap")
      .map((trace) => ({
        axis: this.figure._fullLayout[`yaxis${trace.yaxis.slice(1)}`],
        units: Array.from(trace.y ?? [], (label) => parseInt(String(label).replace(/^\D+/, ""), 10)),
        track: this.ribbon.trackOf(trace.meta),
      }));
    return this.panels;
  }

  /** The cell under a pointer: step, and in a heatmap also panel and row; null outside the panels. */
  cell(event) {
    if (!this.ready() || event.target.closest?.(".modebar, .legend")) return null;
    const { xaxis, _size: size } = this.figure._fullLayout;
    const place = this.figure.getBoundingClientRect();
    const [x, y] = [event.clientX - place.left, event.clientY - place.top];
    const inside = x >= xaxis._offset && x < xaxis._offset + xaxis._length && y >= size.t && y < size.t + size.h;
    if (!inside) return null;
    const step = this.ribbon.nearest(Math.round(xaxis.p2l(x - xaxis._offset)));
    const panels = this.heatmaps();
    const panel = panels.find(({ axis }) => y >= axis._offset && y < axis._offset + axis._length);
    if (!panel) return panels.length ? null : { step };
    const row = Math.min(panel.units.length - 1, Math.max(0, Math.round(panel.axis.p2l(y - panel.axis._offset))));
    const shared = this.ribbon.shares(panel.track);
    return { step, panel, row, track: panel.track, unit: shared ? panel.units[row] : undefined };
  }

  /** Our cell is the same one a click of Plotly's would name; a drag over cells is a box of steps and units. */
  press(event) {
    const from = event.button === 0 ? this.cell(event) : null;
    if (!from) return;
    const free = this.figure._fullLayout.dragmode === false && event.pointerType !== "touch";
    const start = [event.clientX, event.clientY];
    const ended = new AbortController();
    let moved = false;
    const on = (name, handle) =>
      window.addEventListener(
        name,
        (next) => next.pointerId === event.pointerId && handle(next),
        { capture: true, signal: AbortSignal.any([ended.signal, this.ended.signal]) },
      );
    on("pointermove", (next) => {
      moved ||= Math.hypot(next.clientX - start[0], next.clientY - start[1]) > STILL;
      const to = moved && free ? this.cell(next) : null;
      if (to) this.ribbon.move(box(from, to));
    });
    on("pointerup", () => {
      ended.abort();
      if (!moved) this.ribbon.pick(from, event.pointerType);
    });
    on("pointercancel", () => ended.abort());
  }

  hover(event) {
    if (event.pointerType === "touch" || event.buttons) return;
    this.ribbon.hover(this.cell(event));
  }

  /** A finger on the panels belongs to the page's scrolling; Plotly would hold it, though it has no drag of its own. */
  letScroll(event) {
    if (this.figure._fullLayout?.dragmode === false && this.cell(event.touches[0])) event.stopPropagation();
  }

  /** A box drawn with Plotly's own selection tool. */
  takeBox(event) {
    const { x, ...rest } = event?.range ?? {};
    if (!x) return;
    const name = Object.keys(rest).find((key) => key.startsWith("y"));
    const panel = this.heatmaps().find(({ axis }) => axis._id === name);
    const rows = panel && this.ribbon.shares(panel.track) ? rest[name].map((at) => axisRow(panel.axis, at)) : [];
    const steps = x.map((at) => this.ribbon.nearest(Math.round(Number(at))));
    this.ribbon.move(
      box(
        { step: Math.min(...steps), panel: rows.length ? panel : undefined, row: Math.min(...rows), unit: 0 },
        { step: Math.max(...steps), panel: rows.length ? panel : undefined, row: Math.max(...rows), unit: 0 },
      ),
    );
  }

  /** Put every mark where it belongs. */
  paint() {
    if (!this.ready()) return;
    const { position, pointed } = this.ribbon;
    const { xaxis, _size: size } = this.figure._fullLayout;
    const edge = (step) => xaxis._offset + Math.min(xaxis._length, Math.max(0, xaxis.l2p(step - 0.5)));
    const whole = [size.t, size.h];
    this.marks.begin();
    if (position.start !== null) this.paintRange(position, edge, whole);
    this.marks.column("gate-cursor", edge(position.step), edge(position.step + 1), whole);
    this.paintUnits(position.unit, "gate-unit", xaxis._offset);
    if (pointed) this.paintPointed(pointed, edge, whole);
    this.marks.end();
  }

  paintRange({ start, stop, low, high }, edge, whole) {
    const panels = low === null ? [] : this.heatmaps().filter(({ track }) => this.ribbon.shares(track));
    const spans = panels.map(({ axis }) => {
      const [top, bottom] = [axis.l2p(low - 0.5), axis.l2p(high - 0.5)];
      return [axis._offset + top, bottom - top];
    });
    for (const span of spans.length ? spans : [whole]) this.marks.shade(edge(start), edge(stop), span);
  }

  paintUnits(unit, name, left) {
    for (const { axis, units, track } of this.heatmaps()) {
      const row = this.ribbon.shares(track) ? units.indexOf(unit) : -1;
      if (row >= 0) this.marks.arrow(name, left, axis._offset + axis.l2p(row));
    }
  }

  /** Where Plotly shows no hover of its own: one hairline, and one number a panel beside it. */
  paintPointed(pointed, edge, whole) {
    if (this.figure._fullLayout.hovermode) return;
    this.marks.column("gate-hover", edge(pointed.step), edge(pointed.step + 1), whole);
    const { _offset: left, _length: length } = this.figure._fullLayout.xaxis;
    if (pointed.unit !== this.ribbon.position.unit) this.paintUnits(pointed.unit, "gate-hover-unit", left);
    for (const { axis, track } of this.heatmaps()) {
      const text = this.ribbon.words(track, pointed);
      if (text) this.marks.note(text, edge(pointed.step), edge(pointed.step + 1), left + length, axis._offset + axis._length / 2);
    }
  }

  destroy() {
    this.ended.abort();
    if (this.emitter && this.figure._ev === this.emitter) {
      this.figure.removeListener?.("plotly_afterplot", this.drawn);
      this.figure.removeListener?.("plotly_selected", this.selected);
    }
    this.marks.remove();
  }
}

/** A category axis names a row by its label or its number. */
function axisRow(axis, at) {
  return Math.round(axis.r2l ? axis.r2l(at) : Number(at));
}

/** The steps and rows from one cell to another; rows only where both lie in one panel. */
function box(from, to) {
  const steps = { start: Math.min(from.step, to.step), stop: Math.max(from.step, to.step) + 1 };
  const rows = from.panel && from.panel === to.panel && from.unit !== undefined;
  const low = rows ? Math.min(from.row, to.row) : null;
  return { ...steps, low, high: rows ? Math.max(from.row, to.row) + 1 : null };
}

/** Elements over a figure, reused from one painting to the next. They never catch the pointer. */
class Marks {
  constructor(figure) {
    this.figure = figure;
    this.layer = document.createElement("div");
    this.layer.className = "gate-marks";
    this.layer.setAttribute("aria-hidden", "true");
    style(this.layer, { position: "absolute", inset: "0", overflow: "hidden", pointerEvents: "none", zIndex: "5" });
    this.pool = [];
    this.used = 0;
    this.colours = {};
  }

  /** The figure may have thrown its children away. */
  stay() {
    if (getComputedStyle(this.figure).position === "static") this.figure.style.position = "relative";
    if (this.layer.parentNode !== this.figure) this.figure.append(this.layer);
  }

  begin() {
    this.used = 0;
  }

  end() {
    for (const mark of this.pool.slice(this.used)) mark.style.display = "none";
  }

  next(name, look, text = "") {
    if (this.used === this.pool.length) {
      this.pool.push(document.createElement("div"));
      this.layer.append(this.pool[this.used]);
    }
    const mark = this.pool[this.used];
    this.used += 1;
    if (mark.className !== name) {
      mark.className = name;
      mark.removeAttribute("style");
    }
    if (mark.textContent !== text) mark.textContent = text;
    style(mark, { display: "block", position: "absolute", boxSizing: "border-box", ...look });
    return mark;
  }

  /** Both edges of a column, or one line where it is too narrow to look into. */
  column(name, left, right, [top, height]) {
    const { accent, ink, paper } = this.colours;
    const colour = name === "gate-cursor" ? accent : ink;
    const wide = right - left >= 7;
    const middle = (left + right) / 2;
    this.next(name, {
      left: `${wide ? left - 1 : middle - 1}px`,
      width: `${wide ? right - left + 2 : 2}px`,
      top: `${top - 3}px`,
      height: `${height + 6}px`,
      border: `solid ${colour}`,
      borderWidth: wide ? "0 1.5px" : "0 0 0 2px",
      boxShadow: wide ? `1px 0 0 ${paper}, -1px 0 0 ${paper}` : `0 0 0 1px ${paper}`,
    });
  }

  shade(left, right, [top, height]) {
    const { accent } = this.colours;
    this.next("gate-range", {
      left: `${left}px`,
      width: `${Math.max(2, right - left)}px`,
      top: `${top}px`,
      height: `${Math.max(2, height)}px`,
      border: `1.5px solid ${accent}`,
      background: `color-mix(in srgb, ${accent} 16%, transparent)`,
    });
  }

  /** A small triangle that points at a row from the left. */
  arrow(name, left, middle) {
    const { accent, ink } = this.colours;
    const colour = name === "gate-unit" ? accent : ink;
    this.next(name, {
      left: `${left - 8}px`,
      top: `${middle - 5}px`,
      width: "0",
      height: "0",
      borderStyle: "solid",
      borderColor: `transparent transparent transparent ${colour}`,
      borderWidth: "5px 0 5px 7px",
    });
  }

  /** A value beside a column, on the side where there is room. */
  note(text, left, right, end, middle) {
    const { ink, paper, frame } = this.colours;
    const beyond = right + 8 + text.length * 7.4 + 12 > end;
    this.next(
      "gate-value",
      {
        left: beyond ? "" : `${right + 6}px`,
        right: beyond ? `calc(100% - ${left - 6}px)` : "",
        top: `${middle - 10}px`,
        height: "20px",
        padding: "0 5px",
        border: `1px solid ${frame}`,
        borderRadius: "3px",
        background: paper,
        color: ink,
        font: "12px/18px 'Source Code Pro', monospace",
        whiteSpace: "pre",
      },
      text,
    );
  }

  remove() {
    this.layer.remove();
  }
}

function style(element, look) {
  Object.assign(element.style, look);
}
