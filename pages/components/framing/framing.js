// A spirit level and an outline of the runner over the camera's view. Everything stays in this page: the image goes from the
// camera to the screen and nowhere else, and the camera is released as soon as the visitor leaves the page for the camera app.
const LEVEL_DEG = 1;
const STEEP_DEG = 5;
const LYING_DEG = 60;
const WAIT_MS = 1500;
const SAY_EVERY_MS = 500;
const states = new WeakMap();
const degrees = (radians) => (radians * 180) / Math.PI;

function view(parent) {
  const pick = (name) => parent.querySelector(name);
  return { root: pick(".framing"), start: pick(".start"), tool: pick(".tool"), box: pick(".view"), video: pick("video"),
    guide: pick(".guide"), horizon: pick(".horizon"), says: pick(".says"), sees: pick(".sees"), stop: pick(".stop"),
    without: pick(".without") };
}

// The phone's orientation from the angles of the DeviceOrientation standard: the up direction in the screen's plane (clockwise from
// the phone's top), its angle from the nearest edge, and the upward tilt of the back camera.
function held({ beta, gamma }) {
  const [b, g] = [beta, gamma].map((angle) => (angle * Math.PI) / 180);
  const up = degrees(Math.atan2(-Math.cos(b) * Math.sin(g), Math.sin(b)));
  const edge = 90 * Math.round(up / 90);
  return { up, edge, roll: up - edge, pitch: -degrees(Math.asin(Math.cos(b) * Math.cos(g))) };
}

function advice({ roll, pitch }, words) {
  const told = (text, angle) => fill(text, { degrees: Math.round(Math.abs(angle)) });
  if (Math.abs(pitch) > LYING_DEG) return words.lying;
  if (Math.abs(roll) > LEVEL_DEG) return told(roll > 0 ? words.lower_right : words.lower_left, roll);
  if (Math.abs(pitch) <= STEEP_DEG) return words.level;
  return told(pitch > 0 ? words.looks_up : words.looks_down, pitch);
}

// Often enough to follow by eye, but not so often that a screen reader never stops; the last message is always shown.
function say(state, ui, text) {
  state.text = text;
  state.timer ??= setTimeout(() => {
    state.timer = null;
    if (state.open && ui.says.textContent !== state.text) ui.says.textContent = state.text;
  }, SAY_EVERY_MS);
}

function turned(state, ui, event) {
  if (event.beta === null || event.gamma === null) return;
  state.feels = true;
  const now = held(event);
  const screenDeg = screen.orientation?.angle ?? 0;
  const text = advice(now, state.words);
  ui.horizon.hidden = false;
  ui.horizon.style.transform = `rotate(${(now.up - screenDeg).toFixed(1)}deg)`;
  ui.root.classList.toggle("level", text === state.words.level);
  state.quarterDeg = now.edge - screenDeg;
  lay(state, ui);
  say(state, ui, text);
}

// Draws the outline with its head up, even if the screen does not rotate with the phone.
function lay(state, ui) {
  const across = Math.abs(state.quarterDeg % 180) === 90;
  const { clientWidth: width, clientHeight: height } = ui.box;
  Object.assign(ui.guide.style, { width: `${across ? height : width}px`, height: `${across ? width : height}px`,
    transform: `translate(-50%, -50%) rotate(${state.quarterDeg}deg)` });
}

async function openCamera(state, ui) {
  try {
    state.stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" } } });
    ui.video.srcObject = state.stream;
    await ui.video.play();
    // The tool may have been closed while the camera permission prompt was open.
    if (!state.open) release(state, ui);
    return state.open;
  } catch { return false; }
}

async function openLevel(state, ui) {
  const { DeviceOrientationEvent: kind } = window;
  try {
    if (kind?.requestPermission && (await kind.requestPermission()) !== "granted") return false;
  } catch { return false; }
  if (!kind) return false;
  state.onTurn = (event) => turned(state, ui, event);
  addEventListener("deviceorientation", state.onTurn);
  await new Promise((done) => setTimeout(done, WAIT_MS));
  return state.feels;
}

async function start(state, ui) {
  Object.assign(state, { open: true, feels: false, quarterDeg: 0 });
  ui.start.hidden = true;
  ui.without.hidden = true;
  ui.tool.hidden = false;
  ui.says.textContent = "";
  ui.sees.textContent = "";
  lay(state, ui);
  // The level comes first: an iPhone asks for it only in response to a tap.
  const [level, camera] = await Promise.all([openLevel(state, ui), openCamera(state, ui)]);
  if (!state.open) return;
  lay(state, ui);
  if (!level && !camera) {
    stop(state, ui);
    ui.start.hidden = true;
    ui.without.hidden = false;
    return;
  }
  const { words } = state;
  ui.sees.textContent = [camera ? words.fill : words.no_camera, level ? "" : words.no_level].join(" ").trim();
}

function release(state, ui) {
  state.stream?.getTracks().forEach((track) => track.stop());
  state.stream = null;
  ui.video.srcObject = null;
}

function stop(state, ui) {
  state.open = false;
  removeEventListener("deviceorientation", state.onTurn);
  release(state, ui);
  ui.tool.hidden = true;
  ui.horizon.hidden = true;
  ui.start.hidden = false;
}

export default function ({ data, parentElement }) {
  const ui = view(parentElement);
  const state = states.get(ui.root) ?? { open: false };
  if (states.has(ui.root)) return undefined;
  states.set(ui.root, Object.assign(state, { words: data.words }));
  label(ui.root, data.words);
  ui.guide.innerHTML = data.guide;
  const leave = () => { if (document.hidden && state.open) stop(state, ui); };
  const resized = new ResizeObserver(() => lay(state, ui));
  ui.start.onclick = () => start(state, ui);
  ui.stop.onclick = () => { stop(state, ui); ui.start.focus(); };
  resized.observe(ui.box);
  document.addEventListener("visibilitychange", leave);
  return () => {
    stop(state, ui);
    resized.disconnect();
    document.removeEventListener("visibilitychange", leave);
    states.delete(ui.root);
  };
}
