// The clip as a video that this browser shows.
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
async function firstLook(video, index, seconds) {
  const hz = index && attempted(() => playedHz(index));
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

// What the phone noted about the rate that it filmed at, by the names that the server reads. Nothing else is kept of its notes.
function notesOf(index, { captured, intent }) {
  const found = [captured, intent].map((key) => [key, index && attempted(() => noted(index, key))]);
  return Object.fromEntries(found.filter(([, value]) => typeof value === "number" && Number.isFinite(value)).map(([key, value]) => [key, String(value)]));
}

function attempted(run) {
  try { return run(); } catch { return null; }
}
