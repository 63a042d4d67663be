// The line of values at the cursor, under the ribbon.

const SPOKEN = { "·": "space", "⏎": "new line", "⇥": "tab" };

class Readout {
  constructor(home, clear) {
    this.line = document.createElement("div");
    this.line.className = "gate-readout";
    home.append(this.line);
    this.place = this.part({ fontWeight: "600" });
    this.values = [];
    this.answer = this.part({});
    this.chosen = this.part({});
    this.clear = document.createElement("button");
    this.clear.type = "button";
    this.clear.textContent = "×";
    this.clear.setAttribute("aria-label", "Clear the range");
    this.clear.addEventListener("click", clear);
  }

  part(look) {
    const part = document.createElement("span");
    style(part, { whiteSpace: "pre", ...look });
    this.line.append(part);
    return part;
  }

  take(data) {
    const { ink, accent, frame } = data.colours;
    const font = "var(--st-code-font, 'Source Code Pro', monospace)";
    const look = { display: "flex", flexWrap: "wrap", alignItems: "center", rowGap: "0" };
    style(this.line, { ...look, color: ink, fontFamily: font, lineHeight: "20px" });
    this.values.forEach((value) => value.remove());
    this.values = data.tracks.map(() => this.part({}));
    this.swatches = this.values.map((value) => swatch(value, frame));
    this.line.append(this.answer, this.chosen, this.clear);
    style(this.answer, { color: accent });
    style(this.chosen, { color: accent });
    style(this.clear, {
      width: "24px", height: "24px", padding: "0", marginLeft: "-10px", cursor: "pointer",
      border: "0", background: "none", color: accent, font: "18px/1 sans-serif",
    });
    this.data = data;
  }

  /** Every part has its width, so that nothing moves from one step to the next. */
  align(area, narrow) {
    const { tokens, units } = this.data;
    const widest = `step ${tokens.length} ''${this.data.masked.length ? " held" : ""}  unit ${Math.max(...units)}`.length + usualLength(tokens);
    style(this.line, {
      paddingLeft: narrow ? "0" : `${area.left}px`,
      fontSize: narrow ? "13px" : "14px",
      columnGap: narrow ? "8px" : "14px",
      minHeight: narrow ? "48px" : "28px",
    });
    style(this.place, { minWidth: `${widest}ch` });
    this.values.forEach((value) => style(value, { minWidth: `calc(${this.data.exact ? 8 : 9}ch + 16px)` }));
    // On a phone it stands under the token, and a third line would come and go.
    style(this.answer, { display: narrow ? "none" : "" });
  }

  /** Show the values at a step and a unit; `range` is what is selected. */
  paint(at, range, ribbon) {
    const { data, values, palette } = ribbon;
    this.place.textContent = `step ${at.step + 1} ${quoted(data.tokens[at.step])}${ribbon.tokens.masked.has(at.step) ? " held" : ""}  unit ${at.unit}`;
    this.values.forEach((part, track) => {
      const value = values.at(track, at.unit, at.step);
      const shown = value !== undefined && data.tracks[track].told && ribbon.shares(track);
      part.style.display = shown ? "" : "none";
      if (!shown) return;
      part.lastChild.textContent = ribbon.words(track, at);
      this.swatches[track].style.background = palette.of(data.tracks[track], value).css;
    });
    const answer = data.predictions[at.step];
    this.answer.textContent = answer ? `${data.question} ${answer}`.trim() : "";
    const selected = range.start !== null;
    this.chosen.textContent = selected ? selection(range) : "";
    this.clear.style.display = selected ? "" : "none";
  }

  remove() {
    this.line.remove();
  }
}

function swatch(part, frame) {
  const chip = document.createElement("span");
  style(chip, {
    display: "inline-block", width: "11px", height: "11px", marginRight: "5px", verticalAlign: "-1px",
    boxShadow: `0 0 0 1px ${frame}`,
  });
  part.append(chip, document.createElement("span"));
  return chip;
}

function selection({ start, stop, low, high }) {
  const steps = stop - start === 1 ? `step ${start + 1}` : `steps ${start + 1}–${stop}`;
  if (low === null) return steps;
  return `${steps} × ${high - low} ${high - low === 1 ? "unit" : "units"}`;
}

function quoted(token) {
  return `'${token}'`;
}

/** What a screen reader says: signs for white space by their names. */
function spoken(token) {
  return SPOKEN[token] ?? quoted(token);
}
