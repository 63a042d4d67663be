// One figure: painted on a canvas at once, taken over by Plotly in the same pixels when the browser is idle; and what
// a pointer does there as steps and units. Where things lie is known from the figure itself (geometry.js).

const STILL = 6; // pixels a pointer may stray and still click

class Chart {
  /** In a host of its own; `ribbon` is told what the pointer does, `moved` is called when the columns lie elsewhere. */
  constructor(host, ribbon, moved) {
    this.host = host;
    this.ribbon = ribbon;
    this.moved = moved;
    this.canvas = part(host, "canvas", "painted");
    this.canvas.setAttribute("role", "img");
    this.plot = part(host, "div", "plotted");
    this.marks = new Marks(host);
    this.ends = {};
    this.ended = new AbortController();
    const on = (name, handle) => host.addEventListener(name, handle, { capture: true, signal: this.ended.signal });
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.hover(event));
    on("pointerleave", (event) => event.target === host && ribbon.hover(null));
    on("touchstart", (event) => this.letScroll(event));
    this.resized = new ResizeObserver(() => this.draw() && moved());
    this.resized.observe(host);
  }

  /** Take what Python sent; what is drawn already stays. */
  take(figure) {
    const before = this.figure;
    if (alike(before, figure)) return;
    this.figure = this.host.figure = figure;
    this.host.dataset.key = figure.key;
    this.canvas.setAttribute("aria-label", figure.alt);
    if (!alike(before?.layout, figure.layout)) this.ends = {};
    this.wide = 0;
    this.draw();
  }

  get area() {
    const { from, to, start, length } = this.x;
    return { left: this.host.getBoundingClientRect().left + start, width: length, from, to };
  }

  ready() {
    return Boolean(this.wide);
  }

  // Drawing

  draw() {
    const wide = this.host.clientWidth;
    if (!wide || wide === this.wide || !this.figure) return false;
    this.wide = wide;
    const { data, layout } = this.figure;
    this.layout = settled(this.figure, wide, this.ends, measuredIn(layout.font.family));
    this.host.style.height = `${this.layout.height}px`;
    this.lay();
    paintFigure(this.canvas, data, this.layout);
    this.host.classList.remove("taken");
    this.calledOff?.();
    this.calledOff = whenIdle(() => this.hand());
    return true;
  }

  /** The scales of the figure, and its heatmaps with their units and the values they show. */
  lay() {
    const { data } = this.figure;
    this.x = new Scale(this.layout, "xaxis");
    this.panels = data
      .filter((trace) => trace.type === "heatmap")
      .map((trace) => ({
        axis: new Scale(this.layout, nameOf(trace, "y")),
        names: trace.y ?? [],
        units: Array.from(trace.y ?? [], (label) => parseInt(String(label).replace(/^\D+/, ""), 10)),
        track: this.ribbon.trackOf(trace.meta),
      }));
    const { t, b } = this.layout.margin;
    this.whole = [t, this.layout.height - t - b];
  }

  /** Give the figure to Plotly. */
  async hand() {
    const [figure, layout] = [this.figure, this.layout];
    const library = await plotly();
    if (!library || figure !== this.figure || layout !== this.layout || this.ended.signal.aborted) return;
    styled(this.host.getRootNode());
    const narrow = this.wide < NARROW;
    const menu = { ...MENU, displayModeBar: narrow ? false : MENU.displayModeBar };
    await library.react(this.plot, figure.data.map((trace) => ({ ...trace })), framed(layout), menu);
    if (figure !== this.figure || layout !== this.layout) return;
    this.listen(library);
    this.host.classList.add("taken");
  }

  /** What the reader does with Plotly's menu. */
  listen(library) {
    this.library = library;
    if (this.heard) return;
    this.heard = true;
    this.plot.on("plotly_relayout", () => this.zoomed());
    this.plot.on("plotly_selected", (event) => this.takeBox(event));
  }

  /** The ends that Plotly has now are ours too. */
  zoomed() {
    for (const [name, axis] of Object.entries(this.plot.layout)) {
      if (/^[xy]axis\d*$/.test(name) && axis.range) this.ends[name] = this.layout[name].range = [...axis.range];
    }
    this.lay();
    this.moved();
  }

  get dragmode() {
    return (this.host.classList.contains("taken") ? this.plot.layout : this.figure.layout).dragmode;
  }

  // Pointers

  /** The cell under a pointer: step, and in a heatmap also panel and row; null outside the panels. */
  cell(event) {
    if (!this.ready() || event.target.closest?.(".modebar, .legend")) return null;
    const place = this.host.getBoundingClientRect();
    const [x, y] = [event.clientX - place.left, event.clientY - place.top];
    const [top, high] = this.whole;
    if (!this.x.has(x) || y < top || y >= top + high) return null;
    const step = this.ribbon.nearest(Math.round(this.x.valueAt(x)));
    const panel = this.panels.find(({ axis }) => axis.has(y));
    if (!panel) return this.panels.length ? null : { step };
    const row = Math.min(panel.units.length - 1, Math.max(0, Math.round(panel.axis.valueAt(y))));
    const shared = this.ribbon.shares(panel.track);
    return { step, panel, row, track: panel.track, unit: shared ? panel.units[row] : undefined };
  }

  /** A click names a cell; a drag over cells is a box of steps and units. */
  press(event) {
    const from = event.button === 0 ? this.cell(event) : null;
    if (!from) return;
    const free = this.dragmode === false && event.pointerType !== "touch";
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
    this.define(event);
  }

  /** Beside a panel what it shows, until Plotly says so itself. */
  define({ clientY }) {
    if (!this.ready()) return;
    const y = clientY - this.host.getBoundingClientRect().top;
    const panel = this.host.classList.contains("taken") ? -1 : this.panels.findIndex(({ axis }) => axis.has(y));
    const said = plainText(this.figure.layout.annotations?.[panel]?.hovertext?.replaceAll("<br>", " ") ?? "");
    if (this.canvas.title !== said) this.canvas.title = said;
  }

  /** A finger on the panels belongs to the page's scrolling; Plotly would hold it, though it has no drag of its own. */
  letScroll(event) {
    if (this.dragmode === false && this.cell(event.touches[0])) event.stopPropagation();
  }

  /** A box drawn with Plotly's own selection tool. */
  takeBox(event) {
    const { x, ...rest } = event?.range ?? {};
    if (!x) return;
    const name = Object.keys(rest).find((key) => key.startsWith("y"));
    const panel = this.panels.find(({ axis }) => axis.name === `yaxis${name?.slice(1)}`);
    const rows = panel && this.ribbon.shares(panel.track) ? rest[name].map((at) => rowOf(panel, at)) : [];
    const steps = x.map((at) => this.ribbon.nearest(Math.round(Number(at))));
    const end = (pick) => ({ step: pick(...steps), panel: rows.length ? panel : undefined, row: pick(...rows), unit: 0 });
    this.ribbon.move(box(end(Math.min), end(Math.max)));
  }

  // Marks

  /** Put every mark where it belongs. */
  paint() {
    if (!this.ready()) return;
    const { position, pointed } = this.ribbon;
    const edge = (step) => this.x.inside(this.x.at(step - 0.5));
    this.marks.colours = this.ribbon.data.colours;
    this.marks.leave(this.panels);
    this.marks.begin();
    if (position.start !== null) this.paintRange(position, edge);
    this.marks.column("gate-cursor", edge(position.step), edge(position.step + 1), this.whole);
    this.paintUnits(position.unit, "gate-unit");
    if (pointed) this.paintPointed(pointed, edge);
    this.marks.end();
  }

  paintRange({ start, stop, low, high }, edge) {
    const panels = low === null ? [] : this.panels.filter(({ track }) => this.ribbon.shares(track));
    const spans = panels.map(({ axis }) => {
      const [top, bottom] = [axis.inside(axis.at(low - 0.5)), axis.inside(axis.at(high - 0.5))];
      return [top, bottom - top];
    });
    for (const span of spans.length ? spans : [this.whole]) this.marks.shade(edge(start), edge(stop), span);
  }

  paintUnits(unit, name) {
    for (const { axis, units, track } of this.panels) {
      const row = this.ribbon.shares(track) ? units.indexOf(unit) : -1;
      if (row >= 0 && axis.has(axis.at(row))) this.marks.arrow(name, this.x.start, axis.at(row));
    }
  }

  /** One hairline, and one number a panel beside it. */
  paintPointed(pointed, edge) {
    if (this.figure.layout.hovermode) return;
    this.marks.column("gate-hover", edge(pointed.step), edge(pointed.step + 1), this.whole);
    if (pointed.unit !== this.ribbon.position.unit) this.paintUnits(pointed.unit, "gate-hover-unit");
    for (const { axis, track } of this.panels) {
      const text = this.ribbon.words(track, pointed);
      if (text) {
        this.marks.note(text, edge(pointed.step), edge(pointed.step + 1), this.x.end, axis.start + axis.length / 2);
      }
    }
  }

  destroy() {
    this.ended.abort();
    this.calledOff?.();
    this.resized.disconnect();
    this.library?.purge(this.plot);
    this.host.remove();
  }
}

function part(host, kind, name) {
  const element = document.createElement(kind);
  element.className = name;
  host.append(element);
  return element;
}

/** Plotly names a row by its label or its place. */
function rowOf({ names }, at) {
  const row = names.indexOf(at);
  return row >= 0 ? row : Math.round(Number(at));
}

/** The steps and rows from one cell to another; rows only where both lie in one panel. */
function box(from, to) {
  const steps = { start: Math.min(from.step, to.step), stop: Math.max(from.step, to.step) + 1 };
  const rows = from.panel && from.panel === to.panel && from.unit !== undefined;
  const low = rows ? Math.min(from.row, to.row) : null;
  return { ...steps, low, high: rows ? Math.max(from.row, to.row) + 1 : null };
}
