// Drawing: boxes, operations and wires as SVG elements that are made once and repainted with every step.

const SVG = "http://www.w3.org/2000/svg";
const MINUS = "−";

/** An SVG element with attributes. */
function shape(name, attributes = {}, parent = null) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
}

/** Text with `_{…}` as a subscript. */
function lettering(element, text) {
  element.replaceChildren();
  for (const [index, piece] of text.split(/_\{([^}]*)\}/).entries()) {
    if (!piece) continue;
    const low = index % 2 === 1;
    const span = shape("tspan", low ? { "font-size": "72%", dy: "0.32em" } : index ? { dy: "-0.23em" } : {}, element);
    span.textContent = piece;
  }
}

/** A number as text of steady width. */
function figure(value, digits) {
  if (value === undefined) return "?";
  if (Number.isNaN(value)) return "–"; // a masked step computes nothing
  return `${value < 0 ? MINUS : ""}${Math.abs(value).toFixed(digits)}`;
}

/** A path through points with rounded corners. */
function route(points) {
  const [first, ...rest] = points;
  let path = `M${first}`;
  rest.forEach((point, index) => {
    const next = rest[index + 1];
    if (!next) path += `L${point}`;
    else path += `L${toward(point, index ? rest[index - 1] : first)}Q${point} ${toward(point, next)}`;
  });
  return path;
}

function toward([x, y], [a, b]) {
  const far = Math.hypot(a - x, b - y) || 1;
  const by = Math.min(10, far / 2) / far;
  return [x + (a - x) * by, y + (b - y) * by];
}

/** Makes the parts of one picture and keeps what has to be repainted. */
class Canvas {
  constructor(svg, scene) {
    this.svg = svg;
    this.scene = scene;
    this.wires = shape("g", {}, svg);
    this.nodes = shape("g", {}, svg);
    this.live = [];
  }

  /** A part one can point at: its words come from `tell`, which is asked at every painting. */
  part(parent, id, name, kind, tell, chooses = false) {
    const group = shape("g", { class: `part ${kind}`, tabindex: "0", role: chooses ? "button" : "img" }, parent);
    group.dataset.id = id;
    group.classList.toggle("chooses", chooses);
    group.told = { name, tell };
    this.live.push((now) => {
      const { number, meaning } = tell(now);
      group.said = { name, number, meaning };
      const label = `${name}${number ? ` ${number}` : ""}`;
      if (group.getAttribute("aria-label") !== label) group.setAttribute("aria-label", label);
    });
    return group;
  }

  /** A wire whose colour and thickness are a value; `ends` false leaves the arrow head out. */
  wire(id, name, points, value, { role = "state", reach = 1, meaning = "", colour = null, head = false } = {}) {
    const tell = (now) => ({ number: this.scene.number(value(now)), meaning });
    const group = this.part(this.wires, id, name, "wire", tell);
    const path = route(points);
    shape("path", { class: "grip", d: path }, group);
    const casing = shape("path", { class: "casing", d: path }, group);
    const line = shape("path", { class: "live", d: path }, group);
    if (head) shape("path", { d: arrow(points.at(-2), points.at(-1)), fill: "var(--ink)" }, group);
    this.live.push((now) => {
      const number = value(now);
      const most = typeof reach === "function" ? reach(now) : reach;
      const wide = 1.6 + 8 * Math.min(1, Math.abs(number ?? 0) / most);
      line.setAttribute("stroke", colour ?? (number === undefined ? "var(--frame)" : this.scene.colour(role, number, most)));
      line.setAttribute("stroke-width", wide.toFixed(2));
      casing.setAttribute("stroke-width", (wide + 2).toFixed(2));
    });
  }

  /** Strands side by side: all of a vector, a sample of its numbers as colours. */
  bundle(id, name, points, strands, values, reach, meaning) {
    const group = this.part(this.wires, id, name, "wire", () => ({ number: "", meaning }));
    const path = (offset) => points.map(([x, y]) => [x, y + offset]);
    shape("path", { class: "grip", d: route(points) }, group);
    shape("path", { class: "casing", d: route(points), "stroke-width": strands * 3 + 2 }, group);
    const lines = Array.from({ length: strands }, (_, index) =>
      shape("path", { class: "live", d: route(path((index - (strands - 1) / 2) * 3)), "stroke-width": 3 }, group),
    );
    this.live.push((now) =>
      lines.forEach((line, index) => line.setAttribute("stroke", this.scene.colour("state", values(now, index), reach))),
    );
  }

  /** A box filled by its value. */
  box(id, [x, y], [width, height], signal, value, role) {
    const { scene } = this;
    const { symbol, name, title, meaning } = scene.words[signal];
    const tell = (now) => ({ number: scene.number(value(now)), meaning });
    const group = this.part(this.nodes, id, `${symbol.replace(/[_{}]/g, "")} ${title}`, "box", tell, true);
    const back = shape("rect", { x: x - width / 2, y: y - height / 2, width, height, rx: 9 }, group);
    const small = width < 90;
    const head = shape("text", { x, y: y - height / 2 + 21, "text-anchor": "middle", "font-size": small ? 13 : 15 }, group);
    const letter = shape("tspan", { "font-style": "italic", "font-weight": 700, "font-size": 18 }, head);
    letter.textContent = symbol;
    if (!small || name.length < 7) shape("tspan", { dx: 6 }, head).textContent = name;
    const number = shape("text", { x, y: y + height / 2 - 12, class: "number", "text-anchor": "middle", "font-size": small ? 15 : 19, "font-weight": 600 }, group);
    group.classList.toggle("chosen", scene.data.gate === signal);
    this.live.push((now) => {
      const at = value(now);
      const { css, ink } = at === undefined ? { css: "var(--paper)", ink: "var(--ink)" } : scene.shade(role, at);
      back.style.fill = css;
      head.style.fill = number.style.fill = ink;
      letter.style.fill = ink;
      for (const span of head.children) span.style.fill = ink;
      number.textContent = figure(at, 3);
    });
  }

  /** A small circle or pill: ×, +, tanh, 1−. */
  op(id, [x, y], sign, name, value, meaning, half = 23) {
    const tell = (now) => ({ number: this.scene.number(value(now)), meaning });
    const group = this.part(this.nodes, id, name, "op", tell);
    const wide = sign.length > 1;
    if (wide) shape("rect", { x: x - half, y: y - 13, width: 2 * half, height: 26, rx: 13 }, group);
    else shape("circle", { cx: x, cy: y, r: 14 }, group);
    const text = shape("text", { x, y: y + (wide ? 5 : 7), "text-anchor": "middle", "font-size": half < 20 ? 12 : wide ? 15 : 21 }, group);
    text.textContent = sign;
  }

  /** A symbol and its number beside a wire. */
  label([x, y], symbol, value, anchor = "middle") {
    const text = shape("text", { x, y, "text-anchor": anchor, class: "halo", "font-size": this.scene.small ? 13 : 16, "aria-hidden": "true" }, this.nodes);
    const name = shape("tspan", { "font-style": "italic" }, text);
    lettering(name, symbol);
    const low = /_\{[^}]*\}$/.test(symbol);
    const number = shape("tspan", { class: "number", "font-weight": 600, dx: 6, dy: low ? "-0.23em" : 0 }, text);
    this.live.push((now) => (number.textContent = figure(value(now), this.scene.small ? 2 : 3)));
  }

  /** Plain words. */
  words([x, y], content, { anchor = "start", colour = "var(--quiet)", size = 13 } = {}) {
    const text = shape("text", { x, y, "text-anchor": anchor, "font-size": size, "aria-hidden": "true" }, this.nodes);
    text.style.fill = colour;
    lettering(text, content);
    return text;
  }

  paint(now) {
    for (const repaint of this.live) repaint(now);
  }
}

function arrow([a, b], [x, y]) {
  const far = Math.hypot(x - a, y - b) || 1;
  const [u, v] = [(x - a) / far, (y - b) / far];
  return `M${x + 3 * u},${y + 3 * v}L${x - 9 * u - 6 * v},${y - 9 * v + 6 * u}L${x - 9 * u + 6 * v},${y - 9 * v - 6 * u}Z`;
}
