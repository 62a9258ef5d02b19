// A spirit level and an outline of the runner over the camera's view. Everything stays in this page: the image goes from the
// camera to the screen and nowhere else, and the camera is released as soon as the visitor leaves the page for the camera app.
const states = new WeakMap();

function view(parent) {
  const pick = (name) => parent.querySelector(name);
  return { root: pick(".framing"), start: pick(".start"), tool: pick(".tool"), box: pick(".view"), video: pick("video"),
    guide: pick(".guide"), horizon: pick(".horizon"), says: pick(".says"), sees: pick(".sees"), stop: pick(".stop"),
    without: pick(".without") };
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

async function start(state, ui) {
  Object.assign(state, { open: true, feels: false, quarterDeg: 0 });
  ui.start.hidden = true;
  ui.without.hidden = true;
  ui.tool.hidden = false;
  ui.says.textContent = "";
  ui.sees.textContent = "";
  layGuide(state, ui);
  // The level comes first: an iPhone asks for it only in response to a tap.
  const [level, camera] = await Promise.all([openLevel(state, ui), openCamera(state, ui)]);
  if (!state.open) return;
  layGuide(state, ui);
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
  const resized = new ResizeObserver(() => layGuide(state, ui));
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
