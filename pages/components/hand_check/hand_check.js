// Marks joints in the small frames of a result: by thumb with a magnifier, by nudge buttons, and by keyboard.
const REACH_PX = 30;
const ZOOM = 2.5;
const STEP_PX = 1;
const COARSE_PX = 10;
const SEND_AFTER_MS = 350;
const WAYS = { ArrowLeft: [-1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowRight: [1, 0] };
const LINES = [["shoulder", "hip"], ["hip", "knee"], ["knee", "ankle"], ["far_shoulder", "far_hip"]];
const shown = new WeakMap();

function view(root) {
  const pick = (name) => root.querySelector(`.${name}`);
  const names = ["where", "count", "stage", "sheet", "lines", "glass", "lens", "nudges", "coarse", "undo", "joints", "hint",
    "earlier", "later", "moved", "back", "next", "far", "said"];
  return Object.fromEntries([["root", root], ...names.map((name) => [name, pick(name)])]);
}

// The page server chooses the addresses of the pictures: they are looked up among those that the page shows.
function pictures(data, use) {
  const look = () => {
    const found = [...document.querySelectorAll(`.st-key-${data.of} img`)];
    if (found.length === data.moments.length) use(found.map((picture) => picture.src));
    return found.length === data.moments.length;
  };
  if (look()) return () => {};
  const timer = setInterval(() => { if (look()) clearInterval(timer); }, 100);
  return () => clearInterval(timer);
}

const px = (ui, value, size) => (value / size) * ui.stage.clientWidth;

function drawHandles(state, ui) {
  const { words } = state.data;
  for (const [joint, handle] of Object.entries(ui.handles)) {
    const [x, y] = placeOf(state, joint), marked = joint in now(state).points;
    Object.assign(handle.style, { left: `${(100 * x) / state.size[0]}%`, top: `${(100 * y) / state.size[1]}%` });
    handle.hidden = !joints(state).includes(joint);
    handle.classList.toggle("marked", marked);
    handle.classList.toggle("chosen", joint === state.joint);
    handle.setAttribute("aria-valuenow", Math.round(x));
    handle.setAttribute("aria-valuetext", marked ? fill(words.place, { x: Math.round(x), y: Math.round(y) }) : words.unmarked);
  }
  const { points } = now(state);
  const drawn = LINES.filter(([a, b]) => points[a] && points[b]);
  ui.lines.setAttribute("d", drawn.map(([a, b]) => `M${points[a]}L${points[b]}`).join(""));
}

function drawGlass(state, ui) {
  const point = now(state).points[state.joint];
  ui.glass.hidden = !point || !state.sheets;
  if (ui.glass.hidden) return;
  const wide = 3 * ui.stage.clientWidth * ZOOM, [x, y] = point.map((value) => px(ui, value, state.size[0]) * ZOOM);
  const half = ui.glass.clientWidth / 2, tile = (1 + now(state).shift) * ui.stage.clientWidth * ZOOM;
  ui.glass.classList.toggle("right", rightCorner(state, (half / ui.stage.clientWidth) * state.size[0]));
  Object.assign(ui.lens.style, { backgroundImage: `url("${state.sheets[state.at]}")`, backgroundSize: `${wide}px auto`,
    backgroundPosition: `${half - x - tile}px ${half - y}px` });
}

function drawTools(state, ui) {
  const { words, moments, names, hints } = state.data, moment = now(state);
  const marked = joints(state).filter((joint) => moment.points[joint]).length;
  ui.where.textContent = moments[state.at].name;
  ui.count.textContent = fill(words.count, { frame: 1 + state.at, frames: moments.length, marked, all: joints(state).length });
  ui.hint.textContent = hints[state.joint];
  ui.moved.textContent = [words.one_earlier, words.ours, words.one_later][1 + moment.shift];
  for (const button of ui.joints.children) {
    button.hidden = !joints(state).includes(button.value);
    button.setAttribute("aria-pressed", String(button.value === state.joint));
    button.classList.toggle("marked", button.value in moment.points);
    const joint = names[button.value], marked = button.classList.contains("marked");
    button.setAttribute("aria-label", marked ? fill(words.marked, { joint }) : joint);
  }
  const off = { undo: !state.past.length, earlier: moment.shift < 0, later: moment.shift > 0, back: !state.at,
    next: state.at === state.moments.length - 1 };
  // Not `disabled`: the button that was pressed last would lose the focus.
  for (const [name, is] of Object.entries(off)) ui[name].setAttribute("aria-disabled", String(is));
  ui.coarse.setAttribute("aria-pressed", String(state.coarse));
  ui.far.setAttribute("aria-pressed", String(state.far));
}

function draw(state, ui) {
  const { moments } = state.data;
  ui.sheet.setAttribute("aria-label", moments[state.at].alt);
  ui.sheet.style.backgroundImage = state.sheets ? `url("${state.sheets[state.at]}")` : "";
  ui.sheet.style.backgroundPosition = `${50 * (1 + now(state).shift)}% 0`;
  drawHandles(state, ui);
  drawGlass(state, ui);
  drawTools(state, ui);
}

function say(ui, text) { ui.said.textContent = text; }

function changed(state, ui, text) {
  draw(state, ui);
  say(ui, text);
  clearTimeout(state.timer);
  state.timer = setTimeout(() => state.send("marks", marks(state)), SEND_AFTER_MS);
}

function told(state, joint) {
  const [x, y] = now(state).points[joint].map(Math.round);
  return `${state.data.names[joint]}: ${fill(state.data.words.place, { x, y })}`;
}

function choose(state, ui, joint) {
  state.joint = joint;
  draw(state, ui);
}

function step(state, ui, joint, way, coarse) {
  state.joint = joint;
  nudge(state, joint, way, coarse ? COARSE_PX : STEP_PX);
  changed(state, ui, told(state, joint));
}

function goBack(state, ui) {
  if (undo(state)) changed(state, ui, state.data.words.undone);
}

// A finger on a joint takes it along from where it is, so the thumb need not cover it; elsewhere the chosen joint comes to it.
function dragging(state, ui) {
  const inFrame = (event) => {
    const { left, top, width } = ui.stage.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top].map((value) => (value / width) * state.size[0]);
  };
  let hold = null;
  ui.stage.onpointerdown = (event) => {
    if (hold || !event.isPrimary || event.button > 0) return;
    event.preventDefault();
    const at = inFrame(event), reach = (REACH_PX / ui.stage.clientWidth) * state.size[0];
    const joint = grabbed(state, at, reach);
    state.joint = joint ?? state.joint;
    const [x, y] = placeOf(state, state.joint);
    hold = { id: event.pointerId, moved: false, off: joint ? [x - at[0], y - at[1]] : [0, 0], jump: !joint };
    ui.stage.setPointerCapture(event.pointerId);
    if (hold.jump) move(event);
    ui.handles[state.joint].focus({ preventScroll: true });
    draw(state, ui);
  };
  const move = (event) => {
    if (!hold || event.pointerId !== hold.id) return;
    const [x, y] = inFrame(event);
    if (!hold.moved) remember(state);
    hold.moved = true;
    put(state, state.joint, [x + hold.off[0], y + hold.off[1]]);
    draw(state, ui);
  };
  ui.stage.onpointermove = move;
  ui.stage.onpointerup = ui.stage.onpointercancel = (event) => {
    if (!hold || event.pointerId !== hold.id) return;
    if (hold.moved) changed(state, ui, told(state, state.joint));
    hold = null;
  };
}

function handle(state, ui, joint) {
  const made = document.createElement("div");
  made.className = "handle";
  made.innerHTML = "<i></i><span></span>";
  made.querySelector("span").textContent = state.data.names[joint];
  const facts = { role: "slider", tabindex: 0, "aria-label": state.data.names[joint], "aria-valuemin": 0,
    "aria-valuemax": state.size[0], "data-joint": joint };
  for (const [name, value] of Object.entries(facts)) made.setAttribute(name, value);
  made.onfocus = () => { if (state.joint !== joint) choose(state, ui, joint); };
  made.onkeydown = (event) => {
    const way = WAYS[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    step(state, ui, joint, way, event.shiftKey || state.coarse);
  };
  return made;
}

function build(state, ui) {
  const { names, words } = state.data;
  label(ui.root, words);
  ui.handles = Object.fromEntries([...NEAR, ...FAR].map((joint) => [joint, handle(state, ui, joint)]));
  ui.stage.append(...Object.values(ui.handles));
  ui.joints.replaceChildren(...[...NEAR, ...FAR].map((joint) => {
    const button = Object.assign(document.createElement("button"), { type: "button", value: joint, textContent: names[joint] });
    button.onclick = () => choose(state, ui, joint);
    return button;
  }));
  for (const button of ui.nudges.querySelectorAll("[value]")) {
    button.onclick = () => step(state, ui, state.joint, WAYS[button.value], state.coarse);
  }
  const move = (frames) => {
    const before = now(state).shift;
    shift(state, frames);
    if (now(state).shift !== before) changed(state, ui, [words.one_earlier, words.ours, words.one_later][1 + now(state).shift]);
  };
  const go = (by) => {
    if (!state.moments[state.at + by]) return;
    Object.assign(state, { at: state.at + by, joint: NEAR[0] });
    draw(state, ui);
    say(ui, state.data.moments[state.at].name);
  };
  const turn = (name) => () => {
    state[name] = !state[name];
    choose(state, ui, joints(state).includes(state.joint) ? state.joint : NEAR[0]);
  };
  ui.undo.onclick = () => goBack(state, ui);
  ui.earlier.onclick = () => move(-1);
  ui.later.onclick = () => move(1);
  ui.back.onclick = () => go(-1);
  ui.next.onclick = () => go(1);
  ui.coarse.onclick = turn("coarse");
  ui.far.onclick = turn("far");
  ui.root.onkeydown = (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "z") { event.preventDefault(); goBack(state, ui); }
  };
  dragging(state, ui);
}

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".hand");
  const known = shown.get(root);
  const { state, ui } = known ?? { state: begun(data), ui: view(root) };
  Object.assign(state, { data, send: setStateValue });
  if (!known) {
    build(state, ui);
    shown.set(root, { state, ui });
  }
  const leave = pictures(data, (sheets) => { state.sheets = sheets; draw(state, ui); });
  const resized = new ResizeObserver(() => drawGlass(state, ui));
  resized.observe(ui.stage);
  draw(state, ui);
  return () => { leave(); resized.disconnect(); };
}
