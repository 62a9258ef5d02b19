// Choosing a clip, and sending it once the page has opened an upload for it.
const PICTURES = 8;
const CHOSEN = "chosen";
const states = new WeakMap();

const megabytes = (bytes) => `${(bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0)} MB`;
const minutes = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
const length = (s) => (s < 60 ? `${s.toFixed(0)} s` : `${minutes(s)} min`);

function view(root) {
  const names = ["choose", "film", "cam-open", "pick", "camera", "drop", "chosen", "about", "other", "part", "strip", "shade", "from", "to",
    "span", "made", "wrong", "sending", "bar", "fill", "how", "left", "again", "says"];
  return Object.fromEntries(names.map((name) => [name, root.querySelector(`.${name}`)]).concat([["root", root.querySelector(".upload")]]));
}

function say(ui, what, advice) {
  ui.wrong.hidden = !what;
  ui.wrong.replaceChildren();
  if (!what) return;
  const strong = document.createElement("strong");
  strong.textContent = what;
  ui.wrong.append(strong, ` ${advice}`);
}

// --- choosing ---

function lay(state, ui) {
  const { clip } = state;
  ui.choose.hidden = Boolean(clip);
  ui.chosen.hidden = !clip;
  if (!clip) return;
  ui.made.textContent = "";
  ui.about.textContent = [megabytes(clip.blob.size), clip.seconds ? length(clip.seconds) : ""].filter(Boolean).join(", ");
  const trims = clip.seconds > state.data.offer_s;
  ui.part.hidden = !trims;
  if (!trims) return;
  for (const slider of [ui.from, ui.to]) slider.max = String(clip.seconds);
  [ui.from.value, ui.to.value] = clip.span;
  layPart(state, ui);
}

function layPart(state, ui) {
  const { clip, data } = state;
  const [from, to] = clip.span;
  ui.shade.style.left = `${(100 * from) / clip.seconds}%`;
  ui.shade.style.width = `${(100 * (to - from)) / clip.seconds}%`;
  ui.span.textContent = fill(data.words.span, { start: minutes(from), end: minutes(to), length: length(to - from) });
  for (const slider of [ui.from, ui.to]) slider.setAttribute("aria-valuetext", minutes(slider.value));
}

function lookOf({ look, span, seconds }) {
  return { ...look, seconds: span ? span[1] - span[0] : seconds };
}

function tell(state) {
  const { clip } = state;
  const trims = clip && clip.seconds > state.data.offer_s;
  const told = clip
    ? { bytes: Math.min(clip.blob.size, state.data.most_bytes), span: trims ? clip.span : null, slower: clip.slower, look: lookOf(clip) }
    : null;
  if (JSON.stringify(told) === JSON.stringify(state.told)) return;
  state.told = told;
  state.set("clip", told);
}

function moved(state, ui, slider) {
  const { clip, data } = state;
  let [from, to] = [Number(ui.from.value), Number(ui.to.value)];
  const least = Math.min(data.least_s, clip.seconds);
  if (slider === ui.from) {
    from = Math.min(from, clip.seconds - least);
    to = Math.min(Math.max(to, from + least), from + data.longest_s);
  } else {
    to = Math.max(to, least);
    from = Math.max(Math.min(from, to - least), to - data.longest_s);
  }
  clip.span = [from, to];
  [ui.from.value, ui.to.value] = clip.span;
  layPart(state, ui);
}

async function look(state, ui, blob, span = null) {
  const { data } = state;
  const { words } = data;
  say(ui, "");
  if (blob.size === 0) return say(ui, words.empty, words.choose_again);
  const kind = await kindOf(blob, data.kinds);
  if (!kind) return say(ui, words.no_video, words.choose_video);
  if (kind.what) return say(ui, kind.what, kind.advice);
  ui.says.textContent = words.looking;
  const video = await shown(blob);
  const index = await indexOf(blob);
  const seconds = (video && (await secondsOf(video))) || indexedSeconds(index);
  const whole = !seconds || seconds <= data.longest_s;
  const slower = index && notedSlower(index, data.noted);
  const part = span ?? (seconds ? [0, whole ? seconds : data.usual_s] : null);
  const first = await firstLook(video, index, seconds, () => countedHz(blob, data.shrinking));
  const clip = { blob, seconds, slower, span: part, look: first, notes: notesOf(index, data.noted), at: Date.now() };
  ui.says.textContent = "";
  if (blob.size > data.most_bytes && !worthwhile(clip, data.shrinking)) return tooLarge(state, ui, blob);
  if (state.data.upload) {
    letGo(video);
    return resume(state, ui, clip);
  }
  state.clip = clip;
  lay(state, ui);
  tell(state);
  await keep(CHOSEN, clip, data.most_bytes);
  makeSmall(state, ui);
  ui.strip.parentElement.classList.toggle("blind", !video);
  if (video && !ui.part.hidden) await filmstrip(video, ui.strip, seconds, PICTURES);
  letGo(video);
}

function tooLarge(state, ui, blob) {
  const { words, most_bytes } = state.data;
  say(ui, fill(words.too_large, { size: megabytes(blob.size), most: megabytes(most_bytes) }), words.trim);
}

// Begins at once, while the questions are answered; what is ready is kept for the sending.
async function makeSmall(state, ui) {
  const { clip, data } = state;
  if (!worthwhile(clip, data.shrinking)) return;
  const { words, most_bytes } = data;
  const span = String(clip.span);
  const here = () => !state.gone && state.clip === clip && String(clip.span) === span;
  const small = await smallOf(clip, data.shrinking, (share) => {
    if (here()) ui.made.textContent = fill(words.making, { share: Math.floor(100 * share) });
  });
  if (!here()) return;
  ui.made.textContent = small ? fill(words.small, { small: megabytes(small.size), size: megabytes(clip.blob.size) }) : "";
  if (small) await keep(CHOSEN, clip, most_bytes);
  if (small || clip.blob.size <= most_bytes) return;
  state.clip = null;
  lay(state, ui);
  tell(state);
  tooLarge(state, ui, clip.blob);
}

async function startChoosing(state, ui) {
  await forgetOld();
  const clip = await find(CHOSEN);
  if (!clip || state.clip) return;
  await look(state, ui, clip.blob, clip.span);
}

// --- sending ---

// The chosen clip becomes the clip of this upload.
async function adopt(key, bytes, mostBytes = Infinity) {
  const own = await find(key);
  if (own) return own;
  const chosen = await find(CHOSEN);
  if (!chosen || Math.min(chosen.blob.size, mostBytes) !== bytes) return null;
  await keep(key, chosen, mostBytes);
  await forget(CHOSEN);
  return chosen;
}

function layProgress(state, ui, told) {
  const { upload, words } = state.data;
  if (told.all) state.all = told.all;
  if (told.bytes !== undefined) state.bytes = Math.max(told.bytes, 0);
  const all = state.all ?? upload.bytes;
  const share = state.bytes / all;
  ui.fill.style.width = `${100 * share}%`;
  ui.bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
  ui.how.textContent = fill(words.progress, { sent: megabytes(state.bytes), size: megabytes(all) });
  document.title = fill(words.title, { share: Math.floor(100 * share) });
  const now = performance.now();
  if (told.state === "waiting" || told.state === "full") {
    state.marks = [];
    ui.left.textContent = "";
    ui.says.textContent = words[told.state];
    return;
  }
  if (told.bytes === undefined) return;
  ui.says.textContent = "";
  state.marks = [...(state.marks ?? []).filter(([at]) => now - at < 8000), [now, state.bytes]];
  const [[firstAt, firstBytes]] = state.marks;
  const speed = (state.bytes - firstBytes) / (now - firstAt);
  if (!(now - firstAt > 1000 && speed > 0)) return;
  const seconds = (all - state.bytes) / speed / 1000;
  ui.left.textContent = seconds < 90
    ? fill(words.seconds_left, { n: Math.max(1, Math.round(seconds)) })
    : fill(words.minutes_left, { n: Math.round(seconds / 60) });
}

async function watch(state, ui) {
  while (!state.gone && !state.mine) {
    const found = await arrived(state.data.upload.key);
    if (state.mine || state.gone) return;
    if (found === "gone" || (found && found.bytes === found.all)) return state.fire("ended", true);
    if (found) layProgress(state, ui, { state: "watching", ...found });
    await new Promise((done) => setTimeout(done, 2000));
  }
}

async function resume(state, ui, clip) {
  const { upload, words, most_bytes, shrinking: how } = state.data;
  if (Math.min(clip.blob.size, most_bytes) !== upload.bytes && !worthwhile(clip, how)) {
    return say(ui, words.another, fill(words.that_one, { size: megabytes(upload.bytes) }));
  }
  await keep(upload.key, clip, most_bytes);
  ui.again.hidden = true;
  return run(state, ui, clip);
}

function layMaking(state, ui, share) {
  const { words } = state.data;
  const done = Math.floor(100 * share);
  ui.fill.style.width = `${done}%`;
  ui.bar.setAttribute("aria-valuenow", String(done));
  ui.how.textContent = fill(words.making, { share: done });
  ui.left.textContent = "";
  document.title = fill(words.making_title, { share: done });
}

async function run(state, ui, clip) {
  const { upload, most_bytes } = state.data;
  const job = { key: upload.key, client: state.data.client, left: false };
  state.job = job;
  const how = await alone(upload.key, job, async () => {
    state.mine = true;
    const lock = await navigator.wakeLock?.request("screen").catch(() => null);
    try {
      const lay = { making: (share) => layMaking(state, ui, share), progress: (told) => layProgress(state, ui, told) };
      job.blob = (await ready(job, clip, state.data.shrinking, lay)).blob;
      if (job.blob.size > most_bytes) return "large";
      return await send(job, (told) => layProgress(state, ui, told));
    } finally { lock?.release(); }
  });
  if (how === "left") return;
  if (how === "large") return tooLarge(state, ui, clip.blob);
  await forget(upload.key);
  state.fire("ended", true);
}

async function startSending(state, ui) {
  const { upload } = state.data;
  ui.choose.hidden = true;
  ui.chosen.hidden = true;
  ui.sending.hidden = false;
  layProgress(state, ui, { state: "watching", bytes: 0 });
  watch(state, ui);
  const clip = await adopt(upload.key, upload.bytes, state.data.most_bytes);
  if (state.gone) return;
  ui.again.hidden = Boolean(clip);
  ui.choose.hidden = Boolean(clip);
  if (clip) run(state, ui, clip);
}

// Without an upload that waits for its own clip: films in the page if this browser can, otherwise with the phone's own camera.
function offerFilm(state, ui, parent) {
  const own = (inPage) => { ui["cam-open"].hidden = !inPage; ui.film.hidden = inPage; };
  own(canFilm());
  state.film = prepareFilm(parent, state.data, {
    taken: (blob) => look(state, ui, blob),
    refused: () => { own(false); ui.says.textContent = state.data.words.cam_none; ui.camera.focus(); },
  });
  ui["cam-open"].onclick = () => { ui.says.textContent = ""; openFilm(state.film); };
}

function wire(state, ui) {
  const taken = (input) => { const [blob] = input.files; input.value = ""; if (blob) look(state, ui, blob); };
  ui.pick.onchange = () => taken(ui.pick);
  ui.camera.onchange = () => taken(ui.camera);
  ui.other.onclick = () => { making.get(state.clip)?.stop(); state.clip = null; forget(CHOSEN); lay(state, ui); tell(state); ui.pick.focus(); };
  for (const slider of [ui.from, ui.to]) {
    slider.oninput = () => moved(state, ui, slider);
    slider.onchange = () => { tell(state); keep(CHOSEN, state.clip, state.data.most_bytes); makeSmall(state, ui); };
  }
  ui.root.ondragover = (event) => { event.preventDefault(); ui.root.classList.add("over"); };
  ui.root.ondragleave = () => ui.root.classList.remove("over");
  ui.root.ondrop = (event) => {
    event.preventDefault();
    ui.root.classList.remove("over");
    const [blob] = event.dataTransfer.files;
    if (blob && !ui.choose.hidden) look(state, ui, blob);
  };
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const ui = view(parentElement);
  const known = states.get(ui.root);
  if (known) { known.data = data; if (known.film) known.film.data = data; known.set = setStateValue; known.fire = setTriggerValue; return undefined; }
  const state = { data, set: setStateValue, fire: setTriggerValue, clip: null, told: null, bytes: 0 };
  states.set(ui.root, state);
  label(parentElement, data.words);
  wire(state, ui);
  if (data.upload) startSending(state, ui);
  else { offerFilm(state, ui, parentElement); startChoosing(state, ui); }
  return () => {
    state.gone = true;
    state.film?.end();
    if (state.job) { state.job.left = true; state.job.leave?.abort(); state.job.current?.(); state.job.wake?.(); }
    states.delete(ui.root);
  };
}
