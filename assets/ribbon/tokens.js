// The tokens, aligned with the columns of the heatmaps; where they would not be legible there, a window of them
// under an overview of the whole sequence; for numbers a line.

const LEAST_COLUMN = 9;
const GLYPH = 0.6; // a monospaced letter's width, as a share of its size
const NARROW = 600;
const LEAST_MARGIN = 84; // for the play button and a caption beside it
const MOST_ON_A_PHONE = 24;
const MOST_PIXELS = 16000;

class Tokens {
  constructor(root) {
    for (const name of ["ribbon", "margin", "track", "overview", "window", "tokens", "line", "answers", "frame"]) {
      this[name] = root.querySelector(`.${name}`);
    }
    this.range = root.querySelector(".near.range");
    this.far = { range: root.querySelector(".far.range"), step: root.querySelector(".far.step") };
    this.caption = root.querySelector(".caption.input");
    this.question = root.querySelector(".caption.question");
    this.first = 0;
    this.cells = [];
    // Streamlit may put the same markup back with a new ribbon: what the last one drew is not ours.
    this.tokens.replaceChildren();
    this.answers.replaceChildren();
  }

  /** Take new tokens; nothing is drawn before `place`. */
  take(data) {
    this.data = data;
    this.steps = data.tokens.length;
    this.masked = new Set(data.masked);
    this.longest = usualLength(data.tokens.concat(data.predictions));
    this.caption.textContent = data.caption;
    this.question.textContent = data.predictions.length ? data.question + (data.apart ? ", own scale" : "") : "";
    this.question.title = this.question.textContent;
    this.question.classList.toggle("apart", data.apart);
    this.ribbon.classList.toggle("numbers", data.numbers !== null);
    this.ribbon.classList.toggle("asked", data.predictions.length > 0);
    this.ribbon.classList.toggle("silent", data.numbers !== null || data.predictions.length === 0);
    for (const name of ["ink", "quiet", "paper", "frame", "accent"]) {
      this.ribbon.style.setProperty(`--${name}`, data.colours[name]);
    }
    if (data.numbers) this.drawLine();
    this.placed = null;
  }

  /**
   * Lay the columns out over `area`: the heatmaps' left and width in pixels and the positions at their ends.
   * True where that changed anything.
   */
  place(area, host) {
    const narrow = host < NARROW;
    const key = JSON.stringify([area, narrow]);
    if (key === this.placed) return false;
    this.placed = key;
    this.area = area;
    this.column = area.width / (area.to - area.from);
    const least = Math.max(LEAST_COLUMN, this.longest * 12 * GLYPH + 1);
    this.windowed = !this.data.numbers && this.column < least;
    const wish = narrow ? Math.max(area.width / MOST_ON_A_PHONE, least) : Math.max(22, this.longest * 16 * GLYPH + 8);
    this.count = this.windowed ? Math.max(1, Math.min(this.steps, Math.floor(area.width / wish))) : this.steps;
    this.cell = this.windowed ? area.width / this.count : this.column;
    const size = this.size = Math.min(22, Math.max(12, (this.cell - 2) / (GLYPH * this.longest)));
    this.tokens.style.fontSize = `${size}px`;
    this.answers.style.fontSize = `${Math.min(17, size)}px`;
    this.ribbon.classList.toggle("windowed", this.windowed);
    this.ribbon.classList.toggle("narrow", narrow || area.left < 100);
    const tight = area.left < LEAST_MARGIN;
    this.ribbon.classList.toggle("tight", tight);
    this.margin.style.width = tight ? "" : `${area.left}px`;
    this.track.style.marginLeft = `${area.left}px`;
    this.track.style.width = `${area.width}px`;
    if (this.data.numbers) this.line.setAttribute("viewBox", `${area.from} 0 ${area.to - area.from} 1`);
    this.cells.forEach((cell) => (cell.at = -1));
    this.pan(this.first);
    return true;
  }

  /** Let the window begin at a step; true where that moved it. */
  pan(first) {
    const before = this.first;
    this.first = this.windowed ? Math.round(Math.min(this.steps - this.count, Math.max(0, first))) : 0;
    return before !== this.first;
  }

  /** Move the window, if there is one, so that the step is inside. */
  follow(step) {
    const rim = Math.min(2, Math.floor((this.count - 1) / 2));
    if (step < this.first + rim) this.pan(step - rim);
    if (step > this.first + this.count - 1 - rim) this.pan(step - this.count + 1 + rim);
  }

  /** The left edge of a step's column, in pixels from the left of the row of tokens. */
  edge(step) {
    const place = this.windowed ? (step - this.first) * this.cell : (step - 0.5 - this.area.from) * this.column;
    return Math.round(place);
  }

  /** The step at so many pixels from the left; beyond the ends the nearest one inside the row. */
  stepAt(pixels) {
    const last = this.windowed ? this.first + this.count : this.steps;
    const step = this.windowed ? this.first + pixels / this.cell : this.area.from + 0.5 + pixels / this.column;
    return Math.max(this.first, Math.min(last - 1, Math.floor(step)));
  }

  /** The step at so many pixels from the left of the overview. */
  overviewStepAt(pixels) {
    const step = Math.floor(this.area.from + 0.5 + pixels / this.column);
    return Math.max(0, Math.min(this.steps - 1, step));
  }

  /** Draw a position: colours of its unit, the frame round its step, its range. */
  paint(position, colour) {
    if (!this.data.numbers) this.paintCells(colour);
    if (this.windowed || this.data.numbers) this.paintOverview(colour);
    this.paintFar(position);
    this.mark(this.frame, position.step, position.step + 1);
    this.mark(this.range, position.start, position.stop);
  }

  paintCells(colour) {
    while (this.cells.length < this.count) this.cells.push(this.newCell());
    this.cells.forEach((cell, index) => {
      const hidden = index >= this.count;
      cell.token.hidden = cell.answer.hidden = hidden;
      if (!hidden) this.paintCell(cell, this.first + index, colour(this.first + index));
    });
  }

  paintCell(cell, step, { css, ink }) {
    const held = this.masked.has(step);
    if (held) [css, ink] = [this.data.colours.paper, this.data.colours.quiet];
    if (cell.css !== css) {
      cell.css = css;
      cell.token.style.background = css;
      cell.token.style.color = ink;
    }
    if (cell.at === step) return;
    cell.at = step;
    cell.token.classList.toggle("held", held);
    cell.token.title = held ? "masked: the state is held" : "";
    const left = this.edge(step);
    const width = this.edge(step + 1) - left;
    for (const [element, text] of [[cell.token, this.data.tokens[step]], [cell.answer, this.data.predictions[step] ?? ""]]) {
      element.textContent = text;
      element.style.left = `${left}px`;
      element.style.width = `${width}px`;
      const long = lengthOf(text) > this.longest;
      element.style.fontSize = long ? `${this.fitting(width, text)}px` : "";
    }
  }

  /** The type size of a word that is longer than the others. */
  fitting(width, text) {
    return Math.min(this.size, Math.max(7, (width - 2) / (GLYPH * lengthOf(text))));
  }

  newCell() {
    const [token, answer] = ["token", "answer"].map((name) => {
      const element = document.createElement("span");
      element.className = name;
      return element;
    });
    this.tokens.append(token);
    this.answers.append(answer);
    return { token, answer, at: -1, css: "" };
  }

  paintOverview(colour) {
    const every = Math.ceil(this.steps / MOST_PIXELS);
    const columns = Math.ceil(this.steps / every);
    const image = new ImageData(columns, 1);
    for (let column = 0; column < columns; column += 1) {
      const [red, green, blue] = colour(column * every).bytes;
      image.data.set([red, green, blue, 255], column * 4);
    }
    if (this.overview.width !== columns) this.overview.width = columns;
    this.overview.getContext("2d").putImageData(image, 0, 0);
    const left = (-0.5 - this.area.from) * this.column;
    this.overview.style.left = `${left}px`;
    this.overview.style.width = `${this.steps * this.column}px`;
    this.window.style.left = `${left + this.first * this.column - 2}px`;
    this.window.style.width = `${Math.max(8, this.count * this.column + 4)}px`;
  }

  paintFar({ step, start, stop }) {
    const { range, step: tick } = this.far;
    const place = (at) => (at - 0.5 - this.area.from) * this.column;
    tick.style.display = this.windowed ? "block" : "none";
    tick.style.left = `${place(step + 0.5) - 1}px`;
    range.style.display = this.windowed && start !== null ? "block" : "none";
    range.style.left = `${place(start)}px`;
    range.style.width = `${(stop - start) * this.column}px`;
  }

  mark(element, start, stop) {
    const inside = start !== null && stop > this.first && start < this.first + this.count;
    element.style.display = inside ? "block" : "none";
    if (!inside) return;
    const left = this.edge(Math.max(start, this.first));
    const right = this.edge(Math.min(stop, this.first + this.count));
    const width = Math.max(5, right - left);
    element.style.left = `${(left + right - width) / 2 - 2}px`;
    element.style.width = `${width + 4}px`;
  }

  drawLine() {
    const given = [...this.data.numbers];
    const predicted = this.data.forecasts ? [...this.data.forecasts] : this.data.predictions.map(parseFloat);
    const both = given.concat(predicted);
    const path = (values, name, scale) => {
      const height = heights(scale);
      const element = document.createElementNS("http://www.w3.org/2000/svg", "path");
      element.setAttribute("class", name);
      element.setAttribute("d", strokes(values, height));
      return element;
    };
    this.line.replaceChildren(
      path(given, "given", this.data.apart ? given : both),
      path(predicted, "predicted", this.data.apart ? predicted : both),
    );
  }
}

/** Where a value stands between the least and the largest of a scale, from the top, 0 to 1. */
function heights(scale) {
  const known = scale.filter(Number.isFinite);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return (value) => (high > low ? 0.95 - (0.9 * (value - low)) / (high - low) : 0.5);
}

/** An SVG path through the values that are there; a gap where one is missing. */
function strokes(values, height) {
  let pen = "M";
  return values
    .map((value, step) => {
      const stroke = Number.isFinite(value) ? `${pen}${step} ${height(value).toFixed(4)}` : "";
      pen = stroke ? "L" : "M";
      return stroke;
    })
    .join("");
}

/** Letters, the wide ones of East Asia counted almost double. */
function lengthOf(text) {
  let length = 0;
  for (const letter of text) length += letter.codePointAt(0) > 0x2e7f ? 1.7 : 1;
  return length;
}

/** A length that 19 of 20 texts do not exceed, so that a single long one does not shrink the rest. */
function usualLength(texts) {
  const lengths = texts.map(lengthOf).sort((a, b) => a - b);
  return Math.max(1, lengths[Math.floor(0.95 * (lengths.length - 1))]);
}
