// Colours and axes of the film. The same file draws in the app and in a page of its own.

const CHANNELS = 4;

/** So many colours between the stops of a scale, as bytes. */
function ramp(stops, count) {
  const bytes = new Uint8ClampedArray(count * CHANNELS);
  for (let at = 0; at < count; at += 1) {
    const share = at / (count - 1);
    const next = Math.max(1, stops.findIndex(([place]) => place >= share));
    const [[from, one], [to, other]] = [stops[next - 1], stops[next]];
    const part = (share - from) / (to - from);
    for (let channel = 0; channel < 3; channel += 1) {
      const [low, high] = [one, other].map((text) => parseInt(text.slice(1 + 2 * channel, 3 + 2 * channel), 16));
      bytes[at * CHANNELS + channel] = low + (high - low) * part;
    }
    bytes[at * CHANNELS + 3] = 255;
  }
  return bytes;
}

/** A canvas fitted to its place on the screen, cleared; null where it has none. */
function fitted(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (!width || !height) return null;
  const scale = window.devicePixelRatio || 1;
  const [wide, tall] = [Math.round(width * scale), Math.round(height * scale)];
  if (canvas.width !== wide || canvas.height !== tall) Object.assign(canvas, { width: wide, height: tall });
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, width, height);
  return { pen, width, height };
}

/** A number in a few characters. */
function brief(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size && (size < 0.001 || size >= 1e5) ? value.toExponential(1) : String(Number(value.toPrecision(3)));
  return text.replace("-", "−").replace("e+", "e");
}

/** Powers of ten within two ends; where there are too few, 1, 2 and 5 of each. */
function logMarks(low, high) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const powers = Array.from({ length: last - first + 1 }, (_, at) => 10 ** (first + at));
  const inside = (one) => one >= low && one <= high;
  const marks = powers.filter(inside);
  return marks.length > 1 ? marks : powers.flatMap((one) => [one, 2 * one, 5 * one]).filter(inside);
}
