// What stands round a figure's values: grid, frame, ticks, shapes, legend and names.

function stroke(pen, [x, y], [right, under], { color, width = 1, dash = "solid" }) {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.setLineDash(DASHES[dash].map((part) => part * Math.max(3, width)));
  pen.beginPath();
  pen.moveTo(x, y);
  pen.lineTo(right, under);
  pen.stroke();
  pen.setLineDash([]);
}

const crisp = (pixel) => Math.round(pixel - 0.5) + 0.5;

function placed({ tickvals = [], type }, scale) {
  const range = [scale.from, scale.to].sort((a, b) => a - b);
  return tickvals
    .map((value, at) => [type === "log" ? Math.log10(value) : value, value, at])
    .filter(([level]) => level >= range[0] && level <= range[1])
    .map(([, value, at]) => [scale.at(value), at]);
}

function grid(pen, x, y, layout) {
  const { axis } = y;
  for (const [pixel, at] of placed(axis, y)) {
    const line = { color: axis.gridcolor, width: axis.gridwidth ?? 1, dash: axis.griddash };
    if (axis.showgrid) stroke(pen, [x.start, crisp(pixel)], [x.end, crisp(pixel)], line);
    if (axis.showticklabels === false) continue;
    const inside = axis.ticklabelposition === "inside";
    const font = { ...layout.font, ...axis.tickfont };
    const [left, across] = inside ? [x.start + 3, "left"] : [x.start - 3, "right"];
    write(pen, axis.ticktext[at], left, pixel, font, { across });
  }
  if (axis.zeroline) stroke(pen, [x.start, crisp(y.at(0))], [x.end, crisp(y.at(0))], { color: axis.zerolinecolor });
}

function frame(pen, x, { axis, start, length }) {
  if (!axis.showline) return;
  pen.strokeStyle = axis.linecolor;
  pen.lineWidth = 1;
  const [left, top] = [Math.round(x.start) - 0.5, Math.round(start) - 0.5];
  pen.strokeRect(left, top, Math.round(x.end) - left + 0.5, Math.round(start + length) - top + 0.5);
}

/** The ticks of the steps: under the axis that they are anchored to, or above it. */
function along(pen, x, uprights, layout) {
  const { axis } = x;
  if (axis.showticklabels === false) return;
  const host = uprights.find(({ name }) => name === `yaxis${(axis.anchor ?? "y").slice(1)}`) ?? uprights[0];
  const above = axis.side === "top";
  for (const [pixel, at] of placed(axis, x)) {
    const font = { ...layout.font, ...axis.tickfont };
    const [edge, side] = above ? [host.start - 3, "bottom"] : [host.end + 3, "top"];
    write(pen, axis.ticktext[at], pixel, edge, font, { across: "center", along: side });
  }
}

/** A place across or along: on an axis, or a share of the whole. */
function spot(reference, value, letter, place, layout) {
  if (reference !== "paper") return place(`${letter}axis${(reference ?? letter).slice(1)}`).at(value);
  const { l, r, t, b } = layout.margin;
  return letter === "x" ? l + value * (layout.width - l - r) : t + (1 - value) * (layout.height - t - b);
}

function drawShape(pen, { type, xref, yref, line, ...ends }, place, layout) {
  const [left, right] = [ends.x0, ends.x1].map((value) => spot(xref, value, "x", place, layout));
  const [top, bottom] = [ends.y0, ends.y1].map((value) => spot(yref, value, "y", place, layout));
  if (type === "line") return stroke(pen, [left, top], [right, bottom], line);
  pen.strokeStyle = line.color;
  pen.lineWidth = line.width;
  pen.strokeRect(left, top, right - left, bottom - top);
}

function annotate(pen, note, place, layout) {
  const x = spot(note.xref, note.x, "x", place, layout) + (note.xshift ?? 0);
  const y = spot(note.yref, note.y, "y", place, layout) - (note.yshift ?? 0);
  const font = { ...layout.font, ...note.font };
  const { xanchor: across = "center", yanchor: along = "middle" } = note;
  write(pen, note.text, x, y, font, { across, along, align: note.align ?? "center" });
}

/** A row, or rows, of samples and names above the picture. */
function legend(pen, data, layout) {
  const rows = legendRows(data, layout, measuredIn(layout.font.family));
  const right = layout.legend?.xanchor === "right";
  rows.forEach((row, index) => {
    const wide = row.reduce((sum, entry) => sum + entry.wide, 0);
    const start = right ? layout.width - layout.margin.r - wide : layout.margin.l;
    const y = layout.margin.t - 10 - (rows.length - 1 - index) * LEGEND_ROW;
    for (const { trace, at } of row) {
      stroke(pen, [start + at + 5, y], [start + at + 32, y], trace.line);
      pen.fillStyle = trace.line.color;
      if (trace.mode?.includes("markers")) mark(pen, start + at + 18.5, y, trace.marker ?? {});
      write(pen, trace.name, start + at + 36, y, layout.font);
    }
  });
}
