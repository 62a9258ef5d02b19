// A metronome with a repeat counter, a tap counter or a stopwatch, for a phone on the floor: the whole disc is the button. Time
// comes from the clock, never from counting ticks, so a late timer cannot make a count drift.
const LEAD_IN_S = 5;
const AHEAD_MS = 200;
const FLASH_MS = 140;
const states = new WeakMap();

function view(root) {
  const pick = (name) => root.querySelector(`.${name}`);
  return { box: pick("box"), disc: pick("disc"), number: pick("number"), cue: pick("cue"), sound: pick("sound"),
    less: pick("less"), end: pick("end"), again: pick("again"), keep: pick("keep"), left: pick("left"), right: pick("right") };
}

function fresh(data) {
  return { data, phase: "ready", startMs: 0, planned: 0, shown: 0, value: 0, timer: 0, sound: true, lock: null };
}

function tone(state, atMs, pitch) {
  if (!state.audio || !state.sound) return;
  const at = state.audio.currentTime + Math.max(0, atMs - performance.now()) / 1000;
  const oscillator = state.audio.createOscillator();
  const gain = state.audio.createGain();
  oscillator.frequency.value = pitch;
  gain.gain.setValueAtTime(0.5, at);
  gain.gain.exponentialRampToValueAtTime(0.001, at + 0.09);
  oscillator.connect(gain).connect(state.out);
  oscillator.start(at);
  oscillator.stop(at + 0.1);
}

// The time and pitch of the k-th signal, or nothing: first the seconds of the lead-in, then beats, or every tenth second of a hold.
function signal(state, k) {
  const { per_min: perMin, per_rep: perRep } = state.data;
  if (k < LEAD_IN_S) return { atMs: state.startMs + (k - LEAD_IN_S) * 1000, pitch: 440 };
  const beat = k - LEAD_IN_S;
  const stepMs = perMin ? 60000 / perMin : 10000;
  return { atMs: state.startMs + beat * stepMs, pitch: !perMin || beat % perRep === 0 ? 880 : 660, beat };
}

function showSignal(state, ui, at) {
  ui.box.classList.add("flash");
  setTimeout(() => ui.box.classList.remove("flash"), FLASH_MS);
  if (at.beat === undefined) return;
  ui.box.dataset.beats = at.beat + 1;
  if (state.data.per_min) ui.cue.textContent = at.beat % state.data.per_rep === 0 ? state.data.words.up : state.data.words.down;
}

function tick(state, ui) {
  const now = performance.now();
  while (signal(state, state.planned).atMs < now + AHEAD_MS) {
    const next = signal(state, state.planned);
    tone(state, next.atMs, next.pitch);
    state.planned += 1;
  }
  let latest = null;
  while (signal(state, state.shown).atMs <= now) {
    latest = signal(state, state.shown);
    state.shown += 1;
  }
  if (latest) showSignal(state, ui, latest);
  const passedS = (now - state.startMs) / 1000;
  if (passedS < 0) {
    ui.number.textContent = Math.ceil(-passedS);
    return;
  }
  const { per_min: perMin, per_rep: perRep } = state.data;
  state.value = Math.floor(perMin ? (passedS * perMin) / 60 / perRep : passedS);
  ui.number.textContent = state.value;
  if (!perMin) ui.cue.textContent = state.data.unit;
}

async function stayAwake(state) {
  try { state.lock = await navigator.wakeLock?.request("screen"); } catch { state.lock = null; }
}

function start(state, ui) {
  state.audio ??= window.AudioContext ? new AudioContext() : null;
  if (state.audio) {
    state.audio.resume();
    state.out = state.audio.createGain();
    state.out.connect(state.audio.destination);
  }
  Object.assign(state, { phase: "running", startMs: performance.now() + LEAD_IN_S * 1000, planned: 0, shown: 0, value: 0 });
  ui.cue.textContent = state.data.words.ready;
  stayAwake(state);
  state.timer = setInterval(() => tick(state, ui), 20);
  tick(state, ui);
  draw(state, ui);
}

function stop(state, ui) {
  clearInterval(state.timer);
  state.out?.disconnect();
  state.lock?.release();
  state.phase = "done";
  draw(state, ui);
}

function tap(state, ui) {
  if (state.data.taps) {
    state.value += 1;
    state.phase = "counting";
  } else if (state.phase === "ready") return start(state, ui);
  else if (state.phase === "running") return stop(state, ui);
  draw(state, ui);
}

function draw(state, ui) {
  const { taps, unit, counts, words } = state.data;
  ui.box.dataset.phase = state.phase;
  if (state.phase !== "running") {
    ui.number.textContent = state.phase === "ready" && !taps ? words.start : state.value;
    ui.cue.textContent = state.phase === "ready" ? (taps ? words.tap_each : fill(words.tap, { seconds: LEAD_IN_S })) : unit;
  }
  const label = taps ? fill(words.count, { number: state.value })
    : { ready: words.start, running: words.stop, done: words.done }[state.phase];
  ui.disc.setAttribute("aria-label", label);
  ui.disc.disabled = state.phase === "done";
  ui.end.hidden = state.phase !== "running";
  ui.less.hidden = !(state.value > 0 && counts && state.phase !== "running");
  ui.again.hidden = !(state.phase === "done" || state.phase === "counting");
  ui.keep.hidden = ui.again.hidden;
  ui.sound.hidden = taps;
  ui.sound.textContent = state.sound ? words.sound_on : words.sound_off;
  ui.sound.setAttribute("aria-pressed", state.sound);
}

export default function ({ parentElement, data, setTriggerValue }) {
  const ui = view(parentElement);
  const state = states.get(parentElement) ?? fresh(data);
  states.set(parentElement, state);
  label(parentElement, data.words);
  const keep = (side) => {
    setTriggerValue("kept", { side, value: state.value });
    Object.assign(state, { phase: "ready", value: 0 });
    draw(state, ui);
  };
  ui.disc.onclick = () => tap(state, ui);
  ui.end.onclick = () => stop(state, ui);
  ui.less.onclick = () => { state.value -= 1; draw(state, ui); };
  ui.again.onclick = () => { Object.assign(state, { phase: "ready", value: 0 }); draw(state, ui); };
  ui.sound.onclick = () => { state.sound = !state.sound; draw(state, ui); };
  ui.left.onclick = () => keep("left");
  ui.right.onclick = () => keep("right");
  draw(state, ui);
  return () => {
    clearInterval(state.timer);
    state.lock?.release();
    state.audio?.close();
  };
}
