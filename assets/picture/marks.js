// The marks over a figure: cursor, range, unit and the values under the pointer.

const TITLED = 14; // pixels between two panels from which on a title stands there

/** Elements over a figure, reused from one painting to the next. They never catch the pointer. */
class Marks {
  constructor(figure) {
    this.layer = document.createElement("div");
    this.layer.className = "gate-marks";
    this.layer.setAttribute("aria-hidden", "true");
    style(this.layer, { position: "absolute", inset: "0", overflow: "hidden", pointerEvents: "none", zIndex: "5" });
    figure.append(this.layer);
    this.pool = [];
    this.used = 0;
    this.colours = {};
    this.titles = [];
  }

  /** Where titles stand between panels, which lines from top to bottom leave open. */
  leave(panels) {
    const spans = panels.map(({ axis }) => [axis.start, axis.start + axis.length]).sort((a, b) => a[0] - b[0]);
    const between = spans.slice(1).map(([top], place) => [spans[place][1], top]);
    this.titles = between.filter(([top, bottom]) => bottom - top > TITLED);
  }

  /** What of a mark between two heights is seen. */
  seen(top, bottom) {
    const inside = this.titles.filter(([start, end]) => start > top && end < bottom);
    const edges = [top, ...inside.flat(), bottom].map((edge) => edge - top);
    const pieces = inside.concat([0]).map((_, place) => `M-9 ${edges[2 * place]}H9999V${edges[2 * place + 1]}H-9Z`);
    return inside.length ? `path("${pieces.join("")}")` : "none";
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
      clipPath: this.seen(top - 3, top + height + 3),
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
      clipPath: this.seen(top, top + height),
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
}

function style(element, look) {
  Object.assign(element.style, look);
}
