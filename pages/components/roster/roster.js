// Choosing many clips, which stay in this browser until each is sent; the page opens one upload after the other.
const SLOTS = 20;
const states = new WeakMap();

const megabytes = (bytes) => `${(bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0)} MB`;
const slot = (n) => `many-${n}`;

function view(root) {
  const names = ["choose", "pick", "list", "wrong", "faults", "sending", "bar", "fill", "how", "says"];
  return Object.fromEntries(names.map((name) => [name, root.querySelector(`.${name}`)]).concat([["root", root.querySelector(".upload")]]));
}

function lines(list, texts) {
  list.hidden = texts.length === 0;
  list.replaceChildren(...texts.map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
}

// --- choosing ---

// What is wrong with a file, as two sentences; nothing if it can be a clip.
async function fault(file, { words, kinds, most_bytes: most }) {
  if (file.size === 0) return `${words.empty} ${words.choose_again}`;
  if (file.size > most) return `${fill(words.too_large, { size: megabytes(file.size), most: megabytes(most) })} ${words.trim}`;
  const kind = await kindOf(file, kinds);
  if (!kind) return `${words.no_video} ${words.choose_video}`;
  return kind.what ? `${kind.what} ${kind.advice}` : "";
}

async function waiting() {
  const found = [];
  for (let n = 0; n < SLOTS; n += 1) {
    const clip = await find(slot(n));
    if (clip) found.push({ slot: n, name: clip.name, bytes: clip.blob.size, seconds: clip.seconds, slower: clip.slower });
  }
  return found;
}

async function tell(state, ui) {
  const clips = await waiting();
  lines(ui.list, clips.map((clip) => `${clip.name}, ${megabytes(clip.bytes)}`));
  state.set("clips", clips);
}

async function take(state, ui, files) {
  const { words } = state.data;
  const faults = [];
  ui.says.textContent = words.looking;
  for (const file of files) {
    const used = new Set((await waiting()).map((clip) => clip.slot));
    const free = [...Array(SLOTS).keys()].find((n) => !used.has(n) && n < state.data.most);
    if (free === undefined || used.size >= state.data.most) {
      faults.push(fill(words.too_many, { n: state.data.most }));
      break;
    }
    const wrong = await fault(file, state.data);
    if (wrong) { faults.push(`${file.name}: ${wrong}`); continue; }
    const index = await indexOf(file);
    const slower = index && notedSlower(index, state.data.noted);
    await keep(slot(free), { blob: file, name: file.name.replace(/\.[^.]*$/, ""), seconds: indexedSeconds(index), slower, at: Date.now() });
  }
  ui.says.textContent = "";
  ui.wrong.hidden = faults.length === 0;
  lines(ui.faults, faults);
  await tell(state, ui);
}

async function startChoosing(state, ui) {
  ui.choose.hidden = state.data.rest;
  await forgetOld();
  await tell(state, ui);
}

// --- sending ---

function layProgress(state, ui, told) {
  const { upload, words } = state.data;
  if (told.state === "waiting" || told.state === "full") ui.says.textContent = words[told.state];
  if (told.bytes === undefined) return;
  ui.says.textContent = "";
  const share = told.bytes / upload.bytes;
  ui.fill.style.width = `${100 * share}%`;
  ui.bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
  ui.how.textContent = fill(words.progress, { sent: megabytes(told.bytes), size: megabytes(upload.bytes) });
}

// The clip of this upload: already moved to it, or still in its slot.
async function mine(upload) {
  const own = await find(upload.key);
  if (own) return own;
  for (let n = 0; n < SLOTS; n += 1) {
    const clip = await find(slot(n));
    if (clip && (upload.slot === null || upload.slot === n) && clip.blob.size === upload.bytes) {
      await keep(upload.key, clip);
      await forget(slot(n));
      return clip;
    }
  }
  return null;
}

async function startSending(state, ui) {
  const { upload, words } = state.data;
  ui.choose.hidden = true;
  ui.sending.hidden = false;
  layProgress(state, ui, { bytes: 0 });
  const clip = await mine(upload);
  if (state.gone) return;
  if (!clip) { ui.says.textContent = words.elsewhere; return; }
  const job = { key: upload.key, blob: clip.blob, client: state.data.client, left: false };
  state.job = job;
  const how = await alone(upload.key, job, () => send(job, (told) => layProgress(state, ui, told)));
  if (how === "left") return;
  await forget(upload.key);
  state.fire("ended", true);
}

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  const ui = view(parentElement);
  const known = states.get(ui.root);
  if (known) { Object.assign(known, { data, set: setStateValue, fire: setTriggerValue }); return undefined; }
  const state = { data, set: setStateValue, fire: setTriggerValue };
  states.set(ui.root, state);
  label(parentElement, data.words);
  ui.pick.onchange = () => { const files = [...ui.pick.files]; ui.pick.value = ""; take(state, ui, files); };
  if (data.upload) startSending(state, ui); else startChoosing(state, ui);
  return () => {
    state.gone = true;
    if (state.job) { state.job.left = true; state.job.leave?.abort(); state.job.current?.(); state.job.wake?.(); }
    states.delete(ui.root);
  };
}
