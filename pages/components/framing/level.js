// How the phone is held: a spirit level, and an outline of the runner over the camera's picture. What the phone's sensors say stays
// in this page.
const LEVEL_DEG = 1;
const STEEP_DEG = 5;
const LYING_DEG = 60;
const WAIT_MS = 1500;
const SAY_EVERY_MS = 500;
const degrees = (radians) => (radians * 180) / Math.PI;

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
function sayHeld(state, ui, text) {
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
  state.quarterDeg = now.edge - screenDeg;
  // The browser turns the camera's picture with the screen, not with the phone.
  const lies = state.words.locked && state.quarterDeg % 360 !== 0 && Math.abs(now.pitch) <= LYING_DEG;
  const text = lies ? state.words.locked : advice(now, state.words);
  ui.horizon.hidden = false;
  ui.horizon.style.transform = `rotate(${(now.up - screenDeg).toFixed(1)}deg)`;
  ui.root.classList.toggle("level", text === state.words.level);
  layGuide(state, ui);
  sayHeld(state, ui, text);
}

// Draws the outline with its head up, even if the screen does not rotate with the phone.
function layGuide(state, ui) {
  const across = Math.abs(state.quarterDeg % 180) === 90;
  const { clientWidth: width, clientHeight: height } = ui.box;
  Object.assign(ui.guide.style, { width: `${across ? height : width}px`, height: `${across ? width : height}px`,
    transform: `translate(-50%, -50%) rotate(${state.quarterDeg}deg)` });
  ui.root.style.setProperty("--quarter", `${state.quarterDeg}deg`);
}

async function openLevel(state, ui) {
  const { DeviceOrientationEvent: kind } = window;
  try {
    if (kind?.requestPermission && (await kind.requestPermission()) !== "granted") return false;
  } catch { return false; }
  if (!kind || !state.open) return false;
  state.onTurn = (event) => turned(state, ui, event);
  addEventListener("deviceorientation", state.onTurn);
  await new Promise((done) => setTimeout(done, WAIT_MS));
  return state.feels;
}
