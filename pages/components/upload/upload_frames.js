// The frames of a clip: as this browser shows them, and counted.
const COUNTED_MS = 8000;

// The clip in a video element that is ready to show; null if this browser cannot show it.
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

async function seek(video, seconds) {
  await new Promise((done) => {
    video.onseeked = done;
    setTimeout(done, 1500);
    video.currentTime = seconds;
  });
}

// How long a clip is; null if it cannot be found out. Browsers record files without a length, and find it at their end.
async function secondsOf(video) {
  if (video.duration === Infinity) {
    await Promise.race([
      new Promise((done) => { video.ondurationchange = done; video.currentTime = 1e7; }),
      new Promise((done) => setTimeout(done, 3000)),
    ]);
  }
  return Number.isFinite(video.duration) ? video.duration : null;
}

// How bright the middle of the clip is, from 0 to 255.
async function lightOf(video, seconds) {
  await seek(video, seconds / 2);
  const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 32 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(video, 0, 0, 32, 32);
  const { data } = pen.getImageData(0, 0, 32, 32);
  return data.reduce((sum, level, at) => sum + (at % 4 < 3 ? level : 0), 0) / (3 * 32 * 32);
}

// What a first look at a clip shows: frames per second, the size of a frame, and the light. What cannot be found out is null.
// Files without an index of their frames, as browsers record them, are counted.
async function firstLook(video, index, seconds, counted) {
  const hz = (index && attempted(() => playedHz(index))) ?? (await counted());
  const size = video ? [video.videoWidth, video.videoHeight] : null;
  return { hz, size, light: video && seconds ? await lightOf(video, seconds).catch(() => null) : null };
}

// Frames of the clip side by side, drawn as they arrive.
async function filmstrip(video, canvas, seconds, pictures) {
  const pen = canvas.getContext("2d");
  const wide = canvas.width / pictures;
  const ratio = Math.max(wide / video.videoWidth, canvas.height / video.videoHeight);
  const [w, h] = [wide / ratio, canvas.height / ratio];
  for (let n = 0; n < pictures; n += 1) {
    await seek(video, ((n + 0.5) / pictures) * seconds);
    pen.drawImage(video, (video.videoWidth - w) / 2, (video.videoHeight - h) / 2, w, h, n * wide, 0, wide - 1, canvas.height);
  }
}

// Frames per second of a file by the times of its frames; null if they cannot be read.
function countedHz(blob, how) {
  if (!window.Worker) return null;
  return new Promise((done) => {
    const worker = new Worker(place(how.worker), { type: "module" });
    const end = (hz = null) => { clearTimeout(late); worker.terminate(); done(hz); };
    const late = setTimeout(() => end(), COUNTED_MS);
    worker.onerror = () => end();
    worker.onmessage = ({ data }) => end(data.hz);
    worker.postMessage({ library: place(how.library), blob, counts: true });
  });
}
