// The ribbon: one position (step, unit, range) that keys, pointers, charts and Python all move, painted at once here
// and told to Python a little later.

const REST = 150; // milliseconds without a change before Python is told
const BEAT = 250; // milliseconds a step while playing
const NOTHING = { start: null, stop: null, low: null, high: null };

// A ribbon that Streamlit takes away and puts back in one go keeps its position.
const left = new Map();
const AWAY = 1000;

class Ribbon {
  constructor(root) {
    this.root = root;
    this.tokens = new Tokens(root);
    this.track = root.querySelector(".track");
    this.button = root.querySelector(".play");
    this.readout = new Readout(root.querySelector(".values"), () => this.move(NOTHING));
    this.charts = [];
    this.pointed = null;
    this.ended = new AbortController();
    this.listen();
    this.resized = new ResizeObserver(() => this.place());
    this.resized.observe(this.tokens.ribbon);
  }

  // What comes from Python

  /**
   * Take Python's data; its position only where Python has changed its mind since it last gave one.
   *
   * `send` tells Python of a position; `lead` says whether this ribbon marks the charts.
   */
  receive(data, send, lead) {
    const before = this.data;
    this.send = send;
    this.data = data;
    this.lead = lead;
    this.values = new Values(data);
    if (!alike(data.colours, before?.colours)) this.palette = new Palette(data.colours);
    this.adopt(before);
    this.tokens.take(data);
    this.readout.take(data);
    this.pointed = null;
  }

  /** Stand over these charts. */
  over(charts) {
    this.charts = charts;
    this.place();
    this.noticeTheme();
  }

  /** The reader may switch between light and dark without a run of the script: ask for one, once. */
  noticeTheme() {
    const ground = getComputedStyle(this.root).getPropertyValue("--st-background-color").trim();
    if (!/^#[0-9a-f]{6}$/i.test(ground) || ground === this.ground) return;
    this.ground = ground;
    const dark = [ground, this.data.colours.paper].map((colour) => luminance(channels(colour)) < 0.2);
    if (dark[0] !== dark[1]) this.tell();
  }

  adopt(before) {
    const kept = left.get(this.data.key);
    left.delete(this.data.key);
    const back = !before && kept?.revision === this.data.revision && performance.now() - kept.at < AWAY;
    if (back) this.position = kept.position;
    else if (before?.revision !== this.data.revision) {
      clearTimeout(this.waiting);
      this.position = this.data.position;
    }
    this.position = this.clipped(this.position);
    if (back) this.tell();
  }

  // Questions that the parts ask

  nearest(step) {
    return Math.min(this.values.steps - 1, Math.max(0, step));
  }

  trackOf(meta) {
    return this.data.tracks.findIndex(
      (track) =>
        track.signal === meta?.signal && track.layer === meta.layer && track.direction === meta.direction,
    );
  }

  /** Whether a track's units are those that are chosen from: a projected state has units of its own. */
  shares(track) {
    return this.data.tracks[track]?.shared ?? false;
  }

  words(track, { step, unit }) {
    const said = this.shares(track) ? this.values.said(track, unit, step) : "";
    return said && `${this.data.tracks[track].symbol} ${said}`;
  }

  // Moving

  clipped(position) {
    const { units } = this.data;
    const steps = this.values.steps;
    const range = position.start !== null && position.start < steps;
    const rows = range && position.low !== null && position.low < units.length;
    return {
      step: this.nearest(position.step),
      unit: units.includes(position.unit) ? position.unit : units[0],
      start: range ? position.start : null,
      stop: range ? Math.min(steps, position.stop) : null,
      low: rows ? position.low : null,
      high: rows ? Math.min(units.length, position.high) : null,
    };
  }

  /** Change part of the position, paint it, and tell Python when the hand rests. */
  move(change, quietly = false) {
    const before = this.position;
    this.position = this.clipped({ ...before, ...change });
    if (Object.keys(before).every((name) => before[name] === this.position[name])) return;
    if (this.position.step !== before.step) this.tokens.follow(this.position.step);
    this.paint();
    if (!this.playing && !quietly) this.tell();
  }

  tell() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.send({ ...this.position, revision: this.data.revision }), REST);
  }

  /** A cell of a plot was clicked; the keys then go on from there. */
  pick({ step, unit }, pointer) {
    this.stop();
    this.anchor = null;
    this.move(unit === undefined ? { step } : { step, unit });
    if (pointer !== "touch") this.track.focus({ preventScroll: true });
  }

  hover(cell) {
    const pointed = cell && { step: cell.step, unit: cell.unit ?? this.position.unit };
    if (pointed?.step === this.pointed?.step && pointed?.unit === this.pointed?.unit) return;
    this.pointed = pointed;
    this.paintCharts();
    this.paintReadout();
    this.announce();
  }

  /** Grow the range from where Shift was first held. */
  extend(step) {
    this.anchor ??= this.position.step;
    const [start, last] = [this.anchor, this.nearest(step)].sort((a, b) => a - b);
    this.move({ step, start, stop: last + 1, low: null, high: null });
  }

  play() {
    if (this.playing) return this.stop();
    if (this.position.step === this.values.steps - 1) this.move({ step: 0 });
    this.playing = setInterval(() => this.playOn(), this.beat ?? BEAT);
    this.paintButton();
  }

  /** Another part of the page (the Step page's diagram) asks to move: a step, so many steps or rows on, or play. */
  go({ step, by, row, play, beat }) {
    if (!this.data) return;
    const { units } = this.data;
    if (beat) this.pace(beat);
    if (play) this.play();
    if (step !== undefined || by !== undefined) this.stepTo(this.nearest(step ?? this.position.step + by), false);
    if (row) this.move({ unit: units[Math.min(units.length - 1, Math.max(0, units.indexOf(this.position.unit) + row))] });
    this.announce();
  }

  /** Say where the reader is to whoever paints it too. */
  announce() {
    const { step, unit } = this.position;
    const detail = { from: this.data.key, step, unit, playing: Boolean(this.playing), pointed: this.pointed?.step };
    window.dispatchEvent(new CustomEvent("gate-explorer:at", { detail }));
  }

  /** Another ribbon on the page has moved: there is one cursor. While that one plays, Python is left in peace. */
  accompany({ from, step, unit, playing }) {
    if (!this.data || from === this.data.key) return;
    const known = this.data.units.includes(unit) ? { unit } : {};
    this.move({ step: this.nearest(step), ...known }, playing);
  }

  /** Milliseconds a step; while playing from the next step on. */
  pace(beat) {
    this.beat = beat;
    if (!this.playing) return;
    clearInterval(this.playing);
    this.playing = setInterval(() => this.playOn(), beat);
  }

  playOn() {
    this.move({ step: this.position.step + 1 });
    if (this.position.step === this.values.steps - 1) this.stop();
  }

  stop() {
    if (!this.playing) return;
    clearInterval(this.playing);
    this.playing = undefined;
    this.paintButton();
    this.tell();
  }

  // Keys and pointers

  listen() {
    const on = (element, name, handle, options) =>
      element.addEventListener(name, handle, { ...options, signal: this.ended.signal });
    on(this.button, "click", () => this.play());
    on(this.track, "keydown", (event) => this.key(event));
    on(this.track, "pointerdown", (event) => this.press(event));
    on(this.track, "pointermove", (event) => this.pass(event));
    on(this.track, "pointerleave", () => this.hover(null));
    on(this.track, "wheel", (event) => this.wheel(event), { passive: false });
    on(window, "gate-explorer:point", ({ detail }) => this.data && this.hover(detail.step === null ? null : detail));
    on(window, "gate-explorer:go", ({ detail }) => this.go(detail));
    on(window, "gate-explorer:at", ({ detail }) => this.accompany(detail));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { step, unit } = this.position;
    const { units } = this.data;
    const row = units.indexOf(unit);
    const to = {
      ArrowLeft: step - 1, ArrowRight: step + 1, PageUp: step - 10, PageDown: step + 10,
      Home: 0, End: this.values.steps - 1,
    }[event.key];
    if (to !== undefined) this.stepTo(this.nearest(to), event.shiftKey);
    else if (event.key === "ArrowUp") this.move({ unit: units[Math.max(0, row - 1)] });
    else if (event.key === "ArrowDown") this.move({ unit: units[Math.min(units.length - 1, row + 1)] });
    else if (event.key === " ") this.play();
    else if (event.key === "Escape") this.move(NOTHING);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  stepTo(step, extending) {
    this.stop();
    if (extending) return this.extend(step);
    this.anchor = null;
    this.move({ step });
  }

  /** A press on the row of tokens or on the overview: click or tap, drag or swipe. */
  press(event) {
    if (event.button !== 0) return;
    this.stop();
    this.hover(null);
    const place = this.track.getBoundingClientRect();
    const overview = this.tokens.windowed && event.clientY - place.top < 18;
    const swipe = event.pointerType === "touch" && !overview;
    const gesture = {
      x: event.clientX, moved: false, overview, swipe,
      first: this.tokens.first,
      step: this.tokens.stepAt(event.clientX - place.left),
    };
    if (!overview && !swipe) this.stepTo(gesture.step, event.shiftKey);
    this.follow(event, gesture);
  }

  follow(event, gesture) {
    const ended = new AbortController();
    const on = (name, handle) =>
      window.addEventListener(name, (next) => next.pointerId === event.pointerId && handle(next), {
        signal: AbortSignal.any([ended.signal, this.ended.signal]),
      });
    on("pointermove", (next) => {
      gesture.moved ||= Math.abs(next.clientX - gesture.x) > STILL;
      if (gesture.moved) this.drag(next, gesture);
    });
    on("pointerup", (next) => {
      ended.abort();
      if (!gesture.moved) this.release(next, gesture);
    });
    on("pointercancel", () => ended.abort());
  }

  drag(event, { x, first, step, overview, swipe }) {
    const by = event.clientX - x;
    if (overview) this.pan(first + by / this.tokens.column);
    else if (swipe) this.pan(first - by / this.tokens.cell);
    else {
      const to = this.tokens.stepAt(event.clientX - this.track.getBoundingClientRect().left);
      this.anchor = step;
      this.extend(to);
    }
  }

  release(event, { overview, swipe, step }) {
    if (overview) {
      const to = this.tokens.overviewStepAt(event.clientX - this.track.getBoundingClientRect().left);
      this.tokens.pan(to - this.tokens.count / 2);
      this.stepTo(to, event.shiftKey);
    } else if (swipe) this.stepTo(step, false);
  }

  pan(first) {
    if (this.tokens.pan(first)) this.paintTokens();
  }

  pass(event) {
    if (event.pointerType === "touch" || event.buttons) return;
    const place = this.track.getBoundingClientRect();
    const x = event.clientX - place.left;
    const overview = this.tokens.windowed && event.clientY - place.top < 18;
    this.hover({ step: overview ? this.tokens.overviewStepAt(x) : this.tokens.stepAt(x) });
  }

  wheel(event) {
    if (!this.tokens.windowed || Math.abs(event.deltaX) <= Math.abs(event.deltaY)) return;
    event.preventDefault();
    this.pan(this.tokens.first + Math.sign(event.deltaX) * Math.max(1, Math.abs(event.deltaX) / this.tokens.cell));
  }

  // Painting

  /** Align with the charts where they are drawn, else with where they would be. */
  place() {
    const { width, left: start } = this.tokens.ribbon.getBoundingClientRect();
    if (!width || !this.data) return;
    const [before, after] = this.data.margin;
    const drawn = this.charts.find((chart) => chart.ready())?.area;
    const fits = drawn && drawn.left >= start && drawn.left + drawn.width <= start + width + 1;
    const area = fits
      ? { ...drawn, left: drawn.left - start }
      : { left: before, width: width - before - after, from: -0.5, to: this.values.steps - 0.5 };
    if (this.tokens.place(area, width)) this.tokens.follow(this.position.step);
    this.readout.align(area, width < NARROW);
    this.paint();
  }

  paint() {
    this.paintTokens();
    this.paintCharts();
    this.paintReadout();
    this.paintSlider();
    this.announce();
  }

  paintCharts() {
    if (this.lead) for (const chart of this.charts) chart.paint();
  }

  paintTokens() {
    const { chosen, tracks } = this.data;
    const track = tracks[chosen];
    this.tokens.paint(this.position, (step) => {
      const value = this.values.at(chosen, this.position.unit, step);
      return this.palette.of(track, value ?? 0);
    });
  }

  paintReadout() {
    this.readout.paint(this.pointed ?? this.position, this.position, this);
  }

  paintSlider() {
    const { step, unit } = this.position;
    const track = this.data.tracks[this.data.chosen];
    const value = this.values.said(this.data.chosen, unit, step);
    const told = this.tokens.masked.has(step) ? "masked, the state is held" : `${track.signal} ${value}`;
    const said = [`step ${step + 1}`, spoken(this.data.tokens[step]), told, `unit ${unit}`];
    const attributes = {
      "aria-label": `Step of the sequence${this.data.caption === "input" ? "" : ` ${this.data.caption}`}`,
      "aria-valuemin": 1,
      "aria-valuemax": this.values.steps,
      "aria-valuenow": step + 1,
      "aria-valuetext": said.join(", "),
    };
    for (const [name, text] of Object.entries(attributes)) this.track.setAttribute(name, text);
    this.paintButton();
  }

  paintButton() {
    const label = this.playing ? "Stop" : "Play";
    if (this.button.ariaLabel === label) return;
    this.button.ariaLabel = label;
    this.button.title = `${label} (space)`;
    this.button.classList.toggle("playing", Boolean(this.playing));
    this.announce();
  }

  leave() {
    this.destroy();
    this.root.remove();
  }

  destroy() {
    left.set(this.data.key, { revision: this.data.revision, position: this.position, at: performance.now() });
    clearTimeout(this.waiting);
    clearInterval(this.playing);
    this.ended.abort();
    this.resized.disconnect();
    this.readout.remove();
  }
}
