// The little markup of a figure's labels, on a canvas: <b>, <i>, <sup>, <br> and <span style="font-size; color">.

const LINE = 1.3; // lines of a label, as shares of its size
const PADDING = 1;
const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const measuring = document.createElement("canvas").getContext("2d");

function plainText(text) {
  return text.replace(/<[^>]*>/g, "").replace(/&(lt|gt|amp);/g, (one) => ENTITIES[one]);
}

/** The width of a word of the figure's own type. */
function measuredIn(family) {
  return (text, size) => {
    measuring.font = `${size}px ${family}`;
    return measuring.measureText(text).width;
  };
}

/** A label as lines of pieces, each with its look. */
function pieces(text, font) {
  const lines = [[]];
  const looks = [{ ...font, bold: false, italic: false, rise: 0 }];
  for (const part of text.split(/(<[^>]*>)/)) {
    const look = looks.at(-1);
    if (part === "<br>") lines.push([]);
    else if (part.startsWith("</")) looks.pop();
    else if (part.startsWith("<")) looks.push({ ...look, ...changed(part, look) });
    else if (part) lines.at(-1).push({ text: plainText(part), look });
  }
  return lines;
}

function changed(tag, look) {
  if (tag === "<b>") return { bold: true };
  if (tag === "<i>") return { italic: true };
  if (tag === "<sup>") return { size: look.size * 0.7, rise: look.size * 0.6 };
  const size = /font-size:\s*([\d.]+)px/.exec(tag)?.[1];
  const color = /(?:^|[;"'\s])color:\s*([^;"']+)/.exec(tag)?.[1];
  return { ...(size && { size: Number(size) }), ...(color && { color }) };
}

function styleOf({ size, family, bold, italic }) {
  return `${italic ? "italic " : ""}${bold ? "bold " : ""}${size}px ${family}`;
}

/** Write a label with its anchor at (x, y). */
function write(pen, text, x, y, font, { across = "left", along = "middle", align = across } = {}) {
  const lines = pieces(text, font);
  const widths = lines.map((line) => line.reduce((sum, { text: part, look }) => {
    pen.font = styleOf(look);
    return sum + pen.measureText(part).width;
  }, 0));
  const [wide, high] = [Math.max(...widths), lines.length * LINE * font.size];
  const left = x - { left: -PADDING, center: wide / 2, right: wide + PADDING }[across];
  const top = y - { top: -PADDING, middle: high / 2, bottom: high + PADDING }[along];
  pen.textBaseline = "alphabetic";
  pen.textAlign = "left";
  lines.forEach((line, row) => {
    let at = left + { left: 0, center: (wide - widths[row]) / 2, right: wide - widths[row] }[align];
    for (const { text: part, look } of line) {
      pen.font = styleOf(look);
      pen.fillStyle = look.color;
      pen.fillText(part, at, top + row * LINE * font.size + font.size - look.rise);
      at += pen.measureText(part).width;
    }
  });
}
