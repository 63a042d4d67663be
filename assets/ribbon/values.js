// The numbers as Python sent them, and the colours that stand for them.

const LEVELS = 256;
const INKS = ["#000000", "#ffffff"]; // one of them has a contrast of 4.5 : 1 or more on every colour

/** Every value by (track, unit, step). A track is one panel: a signal of one layer and direction. */
class Values {
  constructor(data) {
    this.steps = data.tokens.length;
    this.tracks = data.tracks;
    this.exact = data.exact;
    this.rows = data.tracks.map((track) => new Map(track.units.map((unit, row) => [unit, row * this.steps])));
  }

  /** The value, or undefined where the track has no such unit, or the sequence no such step or a gap there. */
  at(track, unit, step) {
    const row = this.rows[track]?.get(unit);
    if (row === undefined || step < 0 || step >= this.steps) return undefined;
    const number = this.tracks[track].values[row + step];
    if (Number.isNaN(number)) return undefined; // a gap, where another sequence has a step that this one lacks
    return this.exact ? number : number * this.tracks[track].level;
  }

  /** The number as text, marked where it is rounded to a byte. */
  said(track, unit, step) {
    const value = this.at(track, unit, step);
    if (value === undefined) return "";
    const sign = this.tracks[track].role === "gate" || value >= 0 ? "" : "−";
    const digits = this.exact ? 3 : 2;
    return `${this.exact ? "" : "≈ "}${sign}${Math.abs(value).toFixed(digits)}`;
  }
}

/** Colours of one theme: for every level of a scale its CSS colour, its bytes and the one of two inks that reads better on it. */
class Palette {
  constructor(colours) {
    this.gate = levels(colours.gates);
    this.state = this.candidate = levels(colours.states);
  }

  of(track, value) {
    const share = (value - track.low) / (track.high - track.low);
    const level = Math.round(Math.min(1, Math.max(0, share)) * (LEVELS - 1));
    return this[track.role][level];
  }
}

function levels(stops) {
  const points = stops.map(([at, colour]) => [at, channels(colour)]);
  return Array.from({ length: LEVELS }, (_, level) => {
    const bytes = between(points, level / (LEVELS - 1));
    const [black, white] = INKS.map((ink) => contrast(bytes, channels(ink)));
    const ink = INKS[black >= white ? 0 : 1];
    return { css: `rgb(${bytes.join(",")})`, bytes, ink };
  });
}

function between(points, at) {
  const next = Math.max(1, points.findIndex(([place]) => place >= at));
  const [[low, from], [high, to]] = [points[next - 1], points[next]];
  const share = (at - low) / (high - low);
  return from.map((channel, index) => Math.round(channel + share * (to[index] - channel)));
}

function channels(colour) {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

/** WCAG's contrast ratio of two colours. */
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(bytes) {
  const [red, green, blue] = bytes.map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
