// What the phone can find out about a clip before it sends a byte.
async function text(blob, from, to) {
  return String.fromCharCode(...new Uint8Array(await blob.slice(from, to).arrayBuffer()));
}

// The file type by its first bytes, as the server finds it: phones give wrong types and odd names. Undefined if unknown.
async function kindOf(blob, kinds) {
  const start = await text(blob, 0, 512);
  return kinds.find(({ signs }) => signs.some((all) => all.every(([at, sign]) => start.startsWith(sign, at))));
}

const LARGEST_INDEX = 1 << 25;

// The index of an MP4, as a view of its contents; null if there is none.
async function indexOf(blob) {
  let at = 0;
  for (let n = 0; n < 64 && at + 16 <= blob.size; n += 1) {
    const view = new DataView(await blob.slice(at, at + 16).arrayBuffer());
    let size = view.getUint32(0);
    let head = 8;
    if (size === 1) { size = Number(view.getBigUint64(8)); head = 16; }
    if (size < head) return null;
    if ((await text(blob, at + 4, at + 8)) === "moov") {
      return size > LARGEST_INDEX ? null : new DataView(await blob.slice(at + head, at + size).arrayBuffer());
    }
    at += size;
  }
  return null;
}

const within = (view, skip = 0) => new DataView(view.buffer, view.byteOffset + Math.min(skip, view.byteLength), Math.max(0, view.byteLength - skip));
const letters = (view, from, to) => String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + from, to - from));

// The boxes in a view, each with its name and a view of its contents.
function boxes(view) {
  const found = [];
  for (let at = 0; at + 8 <= view.byteLength;) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > view.byteLength) break;
    found.push({ name: letters(view, at + 4, at + 8), number: view.getUint32(at + 4), at: new DataView(view.buffer, view.byteOffset + at + 8, size - 8) });
    at += size;
  }
  return found;
}

const box = (view, ...path) => path.reduce((here, name) => here && boxes(here).find((one) => one.name === name)?.at, view);

function clock(header) {
  const long = header.getUint8(0) === 1;
  const ticks = long ? Number(header.getBigUint64(24)) : header.getUint32(16);
  return [ticks, header.getUint32(long ? 20 : 12)];
}

// Seconds by the file's own index, for files that this browser cannot play, mostly HEVC. What an edit list hides is not counted.
function indexedSeconds(index) {
  const header = index && box(index, "mvhd");
  if (!header) return null;
  const [ticks, each] = clock(header);
  return ticks / each;
}

// The value that the camera stored in the file under a key: a number, or null.
function noted(index, key) {
  const meta = box(index, "meta") ?? box(index, "udta", "meta");
  if (!meta) return null;
  const inside = meta.byteLength > 8 && letters(meta, 4, 8) === "hdlr" ? meta : within(meta, 4);
  const [keys, list] = [box(inside, "keys"), box(inside, "ilst")];
  if (!keys || !list) return null;
  const place = boxes(within(keys, 8)).findIndex(({ at }) => letters(at, 0, at.byteLength) === key) + 1;
  const entry = boxes(list).find(({ number }) => number === place);
  const data = place && entry && box(entry.at, "data");
  if (!data || data.byteLength <= 8) return null;
  const kind = data.getUint32(0);
  if (kind === 1) return Number(letters(data, 8, data.byteLength));
  if (kind === 23 && data.byteLength >= 12) return data.getFloat32(8);
  return [21, 22].includes(kind) ? data.getUint8(data.byteLength - 1) : null;
}

function playedHz(index) {
  for (const { name, at } of boxes(index)) {
    if (name !== "trak" || letters(box(at, "mdia", "hdlr") ?? at, 8, 12) !== "vide") continue;
    const [, each] = clock(box(at, "mdia", "mdhd"));
    const steps = box(at, "mdia", "minf", "stbl", "stts");
    let [frames, ticks] = [0, 0];
    for (let from = 8; steps && from + 8 <= steps.byteLength; from += 8) {
      frames += steps.getUint32(from);
      ticks += steps.getUint32(from) * steps.getUint32(from + 4);
    }
    return ticks ? (frames * each) / ticks : null;
  }
  return null;
}

// How many times slower than real time it plays, by the phone's recording metadata; the server does the same.
function notedSlower(index, { captured, intent, iphone_hz, least, most }) {
  try {
    const hz = noted(index, captured) ?? (noted(index, intent) === 0 ? iphone_hz : null);
    const factor = hz / playedHz(index);
    if (!(factor >= least && factor <= most)) return null;
    const whole = Math.round(factor);
    return Math.abs(factor - whole) <= 0.05 * whole ? whole : Math.round(10 * factor) / 10;
  } catch {
    return null;
  }
}

// What the phone noted about the rate that it filmed at, by the names that the server reads. Nothing else is kept of its notes.
function notesOf(index, { captured, intent }) {
  const found = [captured, intent].map((key) => [key, index && attempted(() => noted(index, key))]);
  return Object.fromEntries(found.filter(([, value]) => typeof value === "number" && Number.isFinite(value)).map(([key, value]) => [key, String(value)]));
}

function attempted(run) {
  try { return run(); } catch { return null; }
}
