// Filming in the page: the camera's picture with an outline and a level, a countdown, a few seconds, and a look at what was filmed.
// Nothing is kept or sent before the clip is used, and the camera is released whenever it does not film.
const FILM_KINDS = ["video/mp4;codecs=avc1.640028", "video/mp4;codecs=avc1", "video/mp4", "video/webm;codecs=h264", "video/webm;codecs=vp8",
  "video/webm"];

// Frames per second come first: without a least rate, browsers choose the larger picture. They cut nothing off to get a size.
const WISHES = [
  { frameRate: { min: 50, ideal: 120 }, width: { ideal: 1920 }, height: { ideal: 1080 }, resizeMode: { ideal: "none" } },
  { frameRate: { ideal: 60 }, width: { ideal: 1280 }, height: { ideal: 720 }, resizeMode: { ideal: "none" } },
];

const filmKind = () => FILM_KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));

// Whether this browser can film in a page; the camera itself is asked for only when the visitor wants to film.
function canFilm() {
  const able = [window.isSecureContext, navigator.mediaDevices?.getUserMedia, window.HTMLDialogElement, window.MediaRecorder].every(Boolean);
  return Boolean(able && filmKind());
}

function filmView(parent) {
  const names = ["area", "box", "live", "guide", "horizon", "count", "take", "level", "says", "note", "delay", "start", "stop", "use", "again",
    "own", "close"];
  const ui = Object.fromEntries(names.map((name) => [name, parent.querySelector(`.cam-${name}`)]));
  // Names that the level uses.
  return { ...ui, root: parent.querySelector(".cam"), says: ui.level, told: ui.says };
}

// What a stage shows is in the style; whatever waits for an earlier stage to go on has been left.
function enter(film, stage) {
  film.stage = stage;
  film.run = {};
  film.ui.root.dataset.stage = stage;
  film.ui.count.textContent = "";
}

const tellFilm = (film, text, note = "") => { film.ui.told.textContent = text; film.ui.note.textContent = note; };

async function cameraOf(wishes) {
  for (const [n, wish] of wishes.entries()) {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" }, ...wish } });
    } catch (error) {
      if (error.name !== "OverconstrainedError" || n === wishes.length - 1) throw error;
    }
  }
  return null;
}

function releaseFilm(film) {
  film.stream?.getTracks().forEach((track) => track.stop());
  film.stream = null;
  film.ui.live.srcObject = null;
  film.lock?.release();
  film.lock = null;
  removeEventListener("deviceorientation", film.onTurn);
  film.ui.horizon.hidden = true;
  film.ui.level.textContent = "";
}

function dropTake(film) {
  if (film.ui.take.src) URL.revokeObjectURL(film.ui.take.src);
  film.ui.take.removeAttribute("src");
  film.ui.take.load();
  film.take = null;
}

// The picture's shape, which the outline lies over. A phone that is turned in mid-film changes it.
function layPicture(film, video) {
  if (!video.videoWidth) return;
  film.ui.root.style.setProperty("--ratio", video.videoWidth / video.videoHeight);
  layGuide(film, film.ui);
}

function slowNote({ words, film }, hz) {
  return hz && hz < film.enough_hz ? fill(words.cam_slow, { hz: Math.round(hz) }) : "";
}

// Opens the view and the camera; the level first, because an iPhone asks for it only in response to a tap.
async function openFilm(film) {
  const { ui, data } = film;
  Object.assign(film, { open: true, feels: false, quarterDeg: 0, words: data.words });
  dropTake(film);
  enter(film, "opening");
  tellFilm(film, data.words.cam_opening);
  if (!ui.root.open) ui.root.showModal();
  const { run } = film;
  openLevel(film, ui);
  try {
    const stream = await cameraOf(WISHES);
    if (film.run !== run) return void stream.getTracks().forEach((track) => track.stop());
    film.stream = stream;
    ui.live.srcObject = stream;
    await ui.live.play();
  } catch {
    return film.run === run ? refuseFilm(film) : undefined;
  }
  return film.run === run ? readyToFilm(film) : undefined;
}

function refuseFilm(film) {
  closeFilm(film);
  film.refused();
}

async function readyToFilm(film, told = film.data.words.cam_fill) {
  enter(film, "ready");
  layPicture(film, film.ui.live);
  tellFilm(film, told, slowNote(film.data, film.stream.getVideoTracks()[0].getSettings().frameRate));
  film.ui.start.focus();
  film.lock = await navigator.wakeLock?.request("screen").catch(() => null);
  if (!film.stream) film.lock?.release();
}

// Shows the whole seconds that are left, one after the other; false if something else has begun meanwhile.
async function countDown(film, seconds) {
  const { run } = film;
  const ends = performance.now() + 1000 * seconds;
  for (let left = Math.ceil(seconds); left > 0; left -= 1) {
    film.ui.count.textContent = String(left);
    await new Promise((done) => setTimeout(done, ends - 1000 * (left - 1) - performance.now()));
    if (film.run !== run) return false;
  }
  return true;
}

async function startFilm(film) {
  // Another app may have taken the camera.
  if (film.stream.getVideoTracks()[0].readyState === "ended") return openFilm(film);
  const { words, film: how } = film.data;
  const seconds = Number(film.ui.delay.querySelector(":checked").value);
  enter(film, "counting");
  tellFilm(film, fill(words.cam_counting, { n: seconds }));
  film.ui.stop.focus();
  if (!(await countDown(film, seconds))) return undefined;
  enter(film, "filming");
  tellFilm(film, fill(words.cam_filming, { n: how.seconds }));
  const { run } = film;
  const blob = await filmed(film, how);
  if (film.run !== run) return undefined;
  if (film.turned) return readyToFilm(film, words.cam_turned);
  return blob?.size ? lookAtTake(film, blob) : readyToFilm(film, words.cam_failed);
}

// What the camera films until the time is up or it is stopped; null if it cannot be recorded.
function filmed(film, { seconds, bits_per_s: videoBitsPerSecond }) {
  film.turned = false;
  const pieces = [];
  return new Promise((done) => {
    try {
      const mimeType = filmKind();
      const recorder = new MediaRecorder(film.stream, { mimeType, videoBitsPerSecond });
      film.recorder = recorder;
      recorder.ondataavailable = ({ data }) => pieces.push(data);
      recorder.onerror = () => done(null);
      recorder.onstop = () => done(new Blob(pieces, { type: mimeType.split(";")[0] }));
      recorder.start();
      countDown(film, seconds).then((all) => { if (all) stopRecorder(film); });
    } catch { done(null); }
  });
}

function stopRecorder(film) {
  if (film.recorder && film.recorder.state !== "inactive") film.recorder.stop();
}

async function lookAtTake(film, blob) {
  const { ui, data } = film;
  enter(film, "look");
  const { run } = film;
  releaseFilm(film);
  film.take = blob;
  ui.take.src = URL.createObjectURL(blob);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) ui.take.play().catch(() => null);
  tellFilm(film, data.words.cam_took);
  ui.use.focus();
  const hz = await countedHz(blob, data.shrinking);
  if (film.run !== run || !hz) return;
  const about = { hz: Math.round(hz), width: ui.take.videoWidth, height: ui.take.videoHeight };
  tellFilm(film, fill(data.words.cam_about, about), slowNote(data, hz));
}

function useTake(film) {
  const { take } = film;
  closeFilm(film);
  if (take) film.taken(take);
}

// Everything ends here: the button, the Escape key, the page that is left.
function closeFilm(film) {
  if (!film.open) return;
  film.open = false;
  enter(film, "closed");
  stopRecorder(film);
  releaseFilm(film);
  dropTake(film);
  film.ui.root.close();
}

// Makes the view ready; nothing is asked of the visitor yet. `taken` gets a clip, `refused` is told that there is no camera here.
function prepareFilm(parent, data, { taken, refused }) {
  const ui = filmView(parent);
  const film = { ui, data, taken, refused, open: false, quarterDeg: 0 };
  ui.guide.innerHTML = data.film.guide;
  const leave = () => { if (document.hidden && film.stage !== "look") closeFilm(film); };
  const resized = new ResizeObserver(() => layGuide(film, ui));
  ui.start.onclick = () => startFilm(film);
  ui.stop.onclick = () => (film.stage === "counting" ? readyToFilm(film) : stopRecorder(film));
  ui.again.onclick = () => openFilm(film);
  ui.use.onclick = () => useTake(film);
  ui.close.onclick = () => closeFilm(film);
  ui.own.onchange = () => { const [blob] = ui.own.files; ui.own.value = ""; closeFilm(film); if (blob) taken(blob); };
  ui.root.onclose = () => closeFilm(film);
  ui.live.onresize = () => {
    const { wide } = film;
    film.wide = ui.live.videoWidth > ui.live.videoHeight;
    layPicture(film, ui.live);
    if (film.stage === "filming" && film.wide !== wide) { film.turned = true; stopRecorder(film); }
  };
  ui.take.onloadedmetadata = () => layPicture(film, ui.take);
  resized.observe(ui.box);
  document.addEventListener("visibilitychange", leave);
  film.end = () => { closeFilm(film); resized.disconnect(); document.removeEventListener("visibilitychange", leave); };
  return film;
}
