// What Python sends: four bytes that count the header, the header as JSON, and numbers. An object {"$": [kind, at,
// rows, columns]} in the header stands for such numbers, which are not copied: they are looked at where they came.

const KINDS = { f4: Float32Array, f8: Float64Array, i1: Int8Array, u1: Uint8Array, i4: Int32Array };

function unpacked(message) {
  const size = new DataView(message.buffer, message.byteOffset).getUint32(0, true);
  const header = new TextDecoder().decode(message.subarray(4, 4 + size));
  const block = message.slice(8 * Math.ceil((4 + size) / 8)).buffer; // from 0 on, as typed arrays want it
  return JSON.parse(header, (_, value) => (value?.$ ? numbers(block, value.$) : value));
}

/** Numbers in one row, or an array of rows. */
function numbers(block, [kind, at, rows, columns]) {
  if (columns === undefined) return new KINDS[kind](block, at, rows);
  const step = columns * KINDS[kind].BYTES_PER_ELEMENT;
  return Array.from({ length: rows }, (_, row) => new KINDS[kind](block, at + row * step, columns));
}

/** Whether two parts of messages say the same. */
function alike(one, other) {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  if (one.constructor !== other.constructor) return false;
  if (ArrayBuffer.isView(one)) {
    return one.length === other.length && one.every((value, at) => Object.is(value, other[at]));
  }
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => alike(one[name], other[name]));
}
