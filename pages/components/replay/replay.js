// The average stride in motion: all points come computed at even phases; this code joins them to limbs and animates them.
const SVG = "http://www.w3.org/2000/svg";
const SPEEDS = [[1, ""], [0.5, "½"], [0.25, "¼"], [0.125, "⅛"]];
const LIMBS = [ // from, to, radii as shares of the body's height, colour
  ["shoulder", "far_elbow", 0.026, 0.019, "far"], ["far_elbow", "far_hand", 0.019, 0.015, "far"],
  ["far_heel", "far_toe", 0.02, 0.013, "far"], ["far_ankle", "far_heel", 0.018, 0.018, "far"],
  ["far_knee", "far_ankle", 0.033, 0.018, "far"], ["hip", "far_knee", 0.05, 0.034, "far"],
  ["shoulder", "head", 0.026, 0.026, "ink"], ["shoulder", "hip", 0.058, 0.05, "ink"],
  ["near_heel", "near_toe", 0.02, 0.013, "accent"], ["near_ankle", "near_heel", 0.018, 0.018, "accent"],
  ["near_knee", "near_ankle", 0.033, 0.018, "accent"], ["hip", "near_knee", 0.05, 0.034, "accent"],
  ["shoulder", "near_elbow", 0.033, 0.026, "paper"], ["near_elbow", "near_hand", 0.026, 0.022, "paper"],
  ["shoulder", "near_elbow", 0.026, 0.019, "ink"], ["near_elbow", "near_hand", 0.019, 0.015, "ink"],
];
// A little thicker than the runner, so that it is visible on both sides if the angles agree.
const GHOST = [["hip", "shoulder", 0.064, 0.072], ["knee", "ankle", 0.048, 0.032], ["hip", "knee", 0.064, 0.048]];
const states = new WeakMap();

// Two circles and the straight tangents that join them.
function limb([x0, y0], [x1, y1], r0, r1) {
  const heading = Math.atan2(y1 - y0, x1 - x0);
  const far = Math.max(Math.hypot(x1 - x0, y1 - y0), Math.abs(r0 - r1) + 1e-6);
  const spread = Math.acos((r0 - r1) / far);
  const rim = (x, y, r, at) => `${(x + r * Math.cos(at)).toFixed(1)} ${(y + r * Math.sin(at)).toFixed(1)}`;
  const [a, b, blunt] = [heading - spread, heading + spread, r0 >= r1 ? 1 : 0];
  return `M${rim(x0, y0, r0, a)} L${rim(x1, y1, r1, a)} A${r1} ${r1} 0 ${1 - blunt} 1 ${rim(x1, y1, r1, b)} ` +
    `L${rim(x0, y0, r0, b)} A${r0} ${r0} 0 ${blunt} 1 ${rim(x0, y0, r0, a)}Z`;
}

function between(path, phase) {
  const place = (phase % 1) * path.length;
  const k = Math.floor(place) % path.length, next = path[(k + 1) % path.length], share = place - Math.floor(place);
  return Array.isArray(next) ? path[k].map((v, axis) => v + share * (next[axis] - v)) : path[k] + share * (next - path[k]);
}

function add(parent, tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return parent.appendChild(made);
}

function build(state, root) {
  const { data } = state, { colours, body } = data, [wide, tall, ground] = data.size;
  const stage = root.querySelector(".stage");
  stage.replaceChildren();
  const svg = add(stage, "svg", { viewBox: `0 0 ${wide} ${tall}`, role: "img", "aria-label": data.words.stage });
  add(svg, "rect", { width: wide, height: tall, rx: 14, fill: colours.paper });
  const dash = data.belt / Math.max(1, Math.round(data.belt / 40));
  state.floor = add(svg, "line", { x1: 14, x2: wide - 14, y1: ground + 6, y2: ground + 6, stroke: colours.line,
    "stroke-width": 4, "stroke-linecap": "round", "stroke-dasharray": `${dash * 0.55} ${dash * 0.45}` });
  // The runner behind is an outline, between the far limbs and the trunk.
  const thin = { fill: colours.ground, stroke: colours.line, "stroke-width": 2, "stroke-dasharray": "4 4" };
  const behind = () => GHOST.map(([a, b, r0, r1]) => [add(svg, "path", thin), data.ghost[a], data.ghost[b], r0 * body, r1 * body]);
  state.behind = [];
  state.limbs = LIMBS.filter(([a, b]) => data.points[a] && data.points[b]).map(([a, b, r0, r1, colour]) => {
    if (colour !== "far" && data.ghost && state.behind.length === 0) state.behind = behind();
    return [add(svg, "path", { fill: colours[colour] }), data.points[a], data.points[b], r0 * body, r1 * body];
  });
  state.head = add(svg, "circle", { r: 0.062 * body, fill: colours.ink });
  state.nose = add(svg, "circle", { r: 0.0124 * body, fill: colours.ink });
}

function draw(state, ui) {
  const { data, phase } = state, { words } = data;
  for (const [path, a, b, r0, r1] of state.limbs) path.setAttribute("d", limb(between(a, phase), between(b, phase), r0, r1));
  const [x, y] = between(data.points.head, phase), [nx, ny] = between(data.nose, phase), reach = 0.058 * data.body;
  state.head.setAttribute("cx", x); state.head.setAttribute("cy", y);
  state.nose.setAttribute("cx", x + nx * reach); state.nose.setAttribute("cy", y + ny * reach);
  state.floor.setAttribute("stroke-dashoffset", (data.belt * phase).toFixed(1));
  for (const [path, a, b, r0, r1] of state.behind) {
    path.setAttribute("d", state.ghost ? limb(between(a, phase), between(b, phase), r0, r1) : "");
  }
  const lean = Math.round(between(data.lean, phase)), thigh = Math.round(between(data.thigh, phase));
  const mark = data.marks.find((one) => Math.abs(one.phase - phase) < 0.012);
  const span = [...data.spans].reverse().find((one) => phase >= one.from);
  ui.phase.textContent = mark ? mark.name : span.name;
  ui.angles.textContent = fill(thigh >= 0 ? words.thigh_behind : words.thigh_ahead, { lean, thigh: Math.abs(thigh) });
  ui.scrub.value = Math.round(phase * 1000);
  const place = { phase: ui.phase.textContent, share: Math.round(phase * 100) };
  ui.scrub.setAttribute("aria-valuetext", fill(words.place, place));
}

function controls(state, ui) {
  const { words } = state.data;
  ui.play.textContent = state.playing ? words.pause : words.play;
  for (const button of ui.speeds.children) button.setAttribute("aria-pressed", String(Number(button.value) === state.speed));
  ui.ghost.hidden = !state.data.ghost;
  ui.ghost.textContent = state.ghost ? words.hide : words.show;
}

function buttons(parent, rows, press) {
  parent.replaceChildren(...rows.map(([value, text, label]) => {
    const button = Object.assign(document.createElement("button"), { type: "button", value, textContent: text });
    if (label) button.setAttribute("aria-label", label);
    button.onclick = () => press(Number(value));
    return button;
  }));
}

export default function ({ parentElement, data }) {
  const pick = (name) => parentElement.querySelector(`.${name}`);
  const ui = Object.fromEntries(["phase", "angles", "scrub", "marks", "play", "speeds", "ghost"].map((n) => [n, pick(n)]));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // A playing replay continues when the page runs again.
  const state = states.get(parentElement) ?? { phase: still ? data.marks[2].phase : 0, playing: !still, speed: 0.25, ghost: true };
  states.set(parentElement, Object.assign(state, { data }));
  for (const [name, colour] of Object.entries(data.colours)) pick("replay").style.setProperty("--" + name, colour);
  const { words } = data;
  label(parentElement, words);
  build(state, parentElement);
  const go = (phase) => { state.phase = phase; state.playing = false; controls(state, ui); draw(state, ui); };
  buttons(ui.marks, data.marks.map((mark) => [mark.phase, mark.name]), go);
  const named = (text) => (text ? [text, fill(words.slower, { share: text })] : [words.real, words.real_speed]);
  buttons(ui.speeds, SPEEDS.map(([speed, text]) => [speed, ...named(text)]),
    (speed) => { state.speed = speed; state.playing = true; controls(state, ui); });
  ui.scrub.oninput = () => go(Math.min(Number(ui.scrub.value) / 1000, 0.999));
  ui.play.onclick = () => { state.playing = !state.playing; controls(state, ui); };
  ui.ghost.onclick = () => { state.ghost = !state.ghost; controls(state, ui); draw(state, ui); };
  let before = 0, asked = 0;
  const turn = (now) => {
    if (state.playing) {
      const past_s = Math.min(now - before, 100) / 1000;
      state.phase = (state.phase + (past_s * state.speed) / data.stride_s) % 1;
      draw(state, ui);
    }
    before = now;
    asked = requestAnimationFrame(turn);
  };
  controls(state, ui);
  draw(state, ui);
  asked = requestAnimationFrame(turn);
  return () => cancelAnimationFrame(asked);
}
