// What can be known of a clip on the phone, before a byte is sent.
const SIGNS = ["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"];
const PHOTOS = ["heic", "heix", "mif1", "avif"];

async function text(blob, from, to) {
  return String.fromCharCode(...new Uint8Array(await blob.slice(from, to).arrayBuffer()));
}

// By its first bytes, as the server does: phones give wrong types and odd names.
async function isVideo(blob) {
  if (/^(image|audio|text)\//.test(blob.type)) return false;
  const start = await text(blob, 0, 16);
  if (SIGNS.includes(start.slice(4, 8))) return !PHOTOS.includes(start.slice(8, 12));
  return start.startsWith("\x1aE\xdf\xa3") || start.startsWith("RIFF") || start[0] === "G" || start[4] === "G";
}

// Seconds by the file's own index, for what this browser cannot play: HEVC, mostly.
async function indexedSeconds(blob) {
  let at = 0;
  for (let n = 0; n < 64 && at + 16 <= blob.size; n += 1) {
    const view = new DataView(await blob.slice(at, at + 16).arrayBuffer());
    const name = await text(blob, at + 4, at + 8);
    let size = view.getUint32(0);
    let head = 8;
    if (size === 1) { size = Number(view.getBigUint64(8)); head = 16; }
    if (name === "moov") { at += head; continue; }
    if (name === "mvhd") {
      const box = new DataView(await blob.slice(at, at + 44).arrayBuffer());
      const long = box.getUint8(8) === 1;
      const ticks = long ? Number(box.getBigUint64(32)) : box.getUint32(24);
      return ticks / box.getUint32(long ? 28 : 20);
    }
    if (size < head) return null;
    at += size;
  }
  return null;
}

// The clip in a video element that is ready to be looked at; nothing where this browser cannot show it.
function shown(blob) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, preload: "auto", src: URL.createObjectURL(blob) });
  return new Promise((done) => {
    const late = setTimeout(() => done(null), 8000);
    video.onloadeddata = () => { clearTimeout(late); done(video.videoWidth ? video : null); };
    video.onerror = () => { clearTimeout(late); done(null); };
  });
}

function letGo(video) {
  if (!video) return;
  URL.revokeObjectURL(video.src);
  video.removeAttribute("src");
  video.load();
}

// Pictures of the clip side by side, drawn as they come.
async function filmstrip(video, canvas, seconds, pictures) {
  const pen = canvas.getContext("2d");
  const wide = canvas.width / pictures;
  const ratio = Math.max(wide / video.videoWidth, canvas.height / video.videoHeight);
  const [w, h] = [wide / ratio, canvas.height / ratio];
  for (let n = 0; n < pictures; n += 1) {
    await new Promise((done) => {
      video.onseeked = done;
      setTimeout(done, 1500);
      video.currentTime = ((n + 0.5) / pictures) * seconds;
    });
    pen.drawImage(video, (video.videoWidth - w) / 2, (video.videoHeight - h) / 2, w, h, n * wide, 0, wide - 1, canvas.height);
  }
}
