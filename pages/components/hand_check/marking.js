// What is marked: per moment the joints in pixels of the small frame, and by how many frames the moment was moved. Nothing here
// draws. A joint that is not marked is parked at the edge, at a place that says nothing about ours.
const PARKED = { shoulder: [44, 210], hip: [44, 290], knee: [44, 370], ankle: [44, 450], far_shoulder: [436, 210],
  far_hip: [436, 290] };
const NEAR = ["shoulder", "hip", "knee", "ankle"];
const FAR = ["far_shoulder", "far_hip"];

function begun(data) {
  const moments = data.moments.map(({ stride, phase }) => {
    const kept = data.marks.find((one) => one.stride === stride && one.phase === phase);
    return { stride, phase, shift: kept?.shift ?? 0, points: { ...kept?.points } };
  });
  const far = moments.some(({ points }) => FAR.some((joint) => points[joint]));
  return { moments, at: 0, joint: NEAR[0], far, coarse: false, past: [], size: data.size };
}

const now = (state) => state.moments[state.at];
const joints = (state) => (state.far ? [...NEAR, ...FAR] : NEAR);
const placeOf = (state, joint) => now(state).points[joint] ?? PARKED[joint];

// Every change is one step of the undo list, which holds what was there before.
function remember(state) {
  state.past.push({ at: state.at, joint: state.joint, shift: now(state).shift, points: { ...now(state).points } });
}

function put(state, joint, [x, y]) {
  const within = (value, most) => Math.round(10 * Math.min(Math.max(value, 0), most)) / 10;
  now(state).points[joint] = [within(x, state.size[0]), within(y, state.size[1])];
}

function nudge(state, joint, [right, down], px) {
  remember(state);
  const [x, y] = placeOf(state, joint);
  put(state, joint, [x + right * px, y + down * px]);
}

function shift(state, frames) {
  const moved = now(state).shift + frames;
  if (Math.abs(moved) > 1) return;
  remember(state);
  now(state).shift = moved;
}

function undo(state) {
  const before = state.past.pop();
  if (!before) return false;
  Object.assign(state, { at: before.at, joint: before.joint });
  if (FAR.includes(before.joint)) state.far = true;
  Object.assign(now(state), { shift: before.shift, points: before.points });
  return true;
}

// The joint that a finger means: the chosen one if it is near, otherwise the nearest one within reach; null if there is none.
function grabbed(state, [x, y], reach) {
  const far = (joint) => Math.hypot(placeOf(state, joint)[0] - x, placeOf(state, joint)[1] - y);
  if (far(state.joint) <= reach) return state.joint;
  const nearest = joints(state).toSorted((a, b) => far(a) - far(b))[0];
  return far(nearest) <= reach ? nearest : null;
}

// The upper corner that is further from every marked joint, and so from the thumb, which comes from below: true is the right one.
function rightCorner(state, inset) {
  const clear = (x) => Math.min(...Object.values(now(state).points).map((point) => Math.hypot(point[0] - x, point[1] - inset)));
  return clear(state.size[0] - inset) > clear(inset);
}

const marks = (state) => state.moments
  .filter(({ points }) => Object.keys(points).length)
  .map((one) => ({ ...one, points: { ...one.points } }));
