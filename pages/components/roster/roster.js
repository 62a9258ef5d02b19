// Choosing many clips, which stay in this browser until each is sent; the page opens one upload after the other. Meanwhile one clip
// after the other is made small.
const SLOTS = 20;
const LOOKED_FOR_MS = 2000;
const states = new WeakMap();
const turns = (window[Symbol.for("stride-check-turns")] ??= { last: Promise.resolve(), shares: new Map() });

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

const tooLarge = ({ words, most_bytes: most }, size) => `${fill(words.too_large, { size: megabytes(size), most: megabytes(most) })} ${words.trim}`;

// What is wrong with a file, as two sentences; nothing if it can be a clip.
async function fault(file, { words, kinds }) {
  if (file.size === 0) return `${words.empty} ${words.choose_again}`;
  const kind = await kindOf(file, kinds);
  if (!kind) return `${words.no_video} ${words.choose_video}`;
  return kind.what ? `${kind.what} ${kind.advice}` : "";
}

// The clips in this browser, each always as the same object.
async function inSlots() {
  const found = [];
  for (let n = 0; n < SLOTS; n += 1) {
    const clip = await find(slot(n));
    if (clip && !here.has(slot(n))) here.set(slot(n), clip);
    if (clip) found.push([n, here.get(slot(n)) ?? clip]);
  }
  return found;
}

// What is announced of a clip: the small one takes its place later.
const announcedBytes = (clip, most) => Math.min(clip.blob.size, most);

// Clips that can be sent: one over the limit only once it is small.
function sendable(clips, most) {
  return clips.filter(([, clip]) => clip.small || clip.blob.size <= most)
    .map(([n, clip]) => ({ slot: n, name: clip.name, bytes: announcedBytes(clip, most), seconds: clip.seconds, slower: clip.slower }));
}

function lineOf({ words }, clip) {
  const share = turns.shares.get(clip);
  const small = clip.small && fill(words.made, { size: megabytes(clip.small.blob.size) });
  const making = share !== undefined && fill(words.being_made, { share: Math.floor(100 * share) });
  return [clip.name, megabytes(clip.blob.size), small || making].filter(Boolean).join(", ");
}

function layList(state, ui) {
  lines(ui.list, (state.clips ?? []).map(([, clip]) => lineOf(state.data, clip)));
}

async function tell(state, ui) {
  state.clips = await inSlots();
  layList(state, ui);
  const told = sendable(state.clips, state.data.most_bytes);
  if (JSON.stringify(told) === state.told) return;
  state.told = JSON.stringify(told);
  state.set("clips", told);
}

function layFaults(state, ui, faults) {
  state.faults = faults;
  ui.wrong.hidden = faults.length === 0;
  lines(ui.faults, faults);
}

// The clip of a file, with what is needed to make it small; a sentence if it cannot be sent.
async function clipOf(file, data) {
  const wrong = await fault(file, data);
  if (wrong) return wrong;
  const index = await indexOf(file);
  const seconds = indexedSeconds(index);
  const span = seconds && seconds <= data.longest_s ? [0, seconds] : null;
  const clip = { blob: file, name: file.name.replace(/\.[^.]*$/, ""), seconds, span, at: Date.now() };
  Object.assign(clip, { slower: index && notedSlower(index, data.noted), notes: notesOf(index, data.noted) });
  return file.size > data.most_bytes && !worthwhile(clip, data.shrinking) ? tooLarge(data, file.size) : clip;
}

async function take(state, ui, files) {
  const { data } = state;
  const faults = [];
  ui.says.textContent = data.words.looking;
  for (const file of files) {
    const used = new Set((await inSlots()).map(([n]) => n));
    const free = [...Array(SLOTS).keys()].find((n) => !used.has(n) && n < data.most);
    if (free === undefined || used.size >= data.most) {
      faults.push(fill(data.words.too_many, { n: data.most }));
      break;
    }
    const clip = await clipOf(file, data);
    if (typeof clip === "string") faults.push(`${file.name}: ${clip}`);
    else await keep(slot(free), clip, data.most_bytes);
  }
  ui.says.textContent = "";
  layFaults(state, ui, faults);
  await tell(state, ui);
  makeAll(state, ui);
}

async function startChoosing(state, ui) {
  ui.choose.hidden = state.data.rest;
  await forgetOld();
  await tell(state, ui);
  makeAll(state, ui);
}

// --- making small ---

// One clip at a time, whoever asks: the others wait for their turn.
function inTurn(run) {
  turns.last = turns.last.then(run, run);
  return turns.last;
}

// A clip that is being made small already is taken over.
function smallInTurn(clip, how, told) {
  if (making.has(clip)) return smallOf(clip, how, told);
  return inTurn(async () => {
    try {
      return await smallOf(clip, how, (share) => { turns.shares.set(clip, share); told(share); });
    } finally { turns.shares.delete(clip); }
  });
}

const worthTrying = (clip, how) => worthwhile(clip, how) && !clip.small && !turns.shares.has(clip);

// Makes small what waits in this browser, while the questions are answered and while others are sent.
async function makeAll(state, ui) {
  const { shrinking: how, most_bytes: most } = state.data;
  for (const [n, clip] of await inSlots()) {
    if (state.gone) return;
    if (!worthTrying(clip, how)) continue;
    turns.shares.set(clip, 0);
    const small = await smallInTurn(clip, how, () => layList(state, ui));
    if (!small) clip.as_it_is = true;
    if (here.get(slot(n)) === clip) await settle(state, ui, n, clip, most);
  }
}

async function settle(state, ui, n, clip, most) {
  if (clip.small || clip.blob.size <= most) await keep(slot(n), clip, most);
  else {
    await forget(slot(n));
    if (!state.gone) layFaults(state, ui, [...(state.faults ?? []), `${clip.name}: ${tooLarge(state.data, clip.blob.size)}`]);
  }
  if (!state.gone) await tell(state, ui);
}

// --- sending ---

function layShare(ui, share, text) {
  ui.fill.style.width = `${100 * share}%`;
  ui.bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
  ui.how.textContent = text;
}

function layProgress(state, ui, told) {
  const { upload, words } = state.data;
  if (told.all) state.all = told.all;
  if (told.state === "waiting" || told.state === "full") ui.says.textContent = words[told.state];
  if (told.bytes === undefined) return;
  ui.says.textContent = "";
  const all = state.all ?? upload.bytes;
  layShare(ui, told.bytes / all, fill(words.progress, { sent: megabytes(told.bytes), size: megabytes(all) }));
}

function layMaking(state, ui, share) {
  layShare(ui, share, fill(state.data.words.making, { share: Math.floor(100 * share) }));
}

// The clip of this upload: already moved to it, or still in its slot.
async function mine({ upload, most_bytes: most }) {
  const own = await find(upload.key);
  if (own) return own;
  for (const [n, clip] of await inSlots()) {
    if ((upload.slot === null || upload.slot === n) && announcedBytes(clip, most) === upload.bytes) {
      await keep(upload.key, clip, most);
      await forget(slot(n));
      return clip;
    }
  }
  return null;
}

// The same, as soon as it is there: the element that was shown before this one may be moving it, or another tab may send it.
async function awaited(state, ui) {
  for (;;) {
    const clip = await mine(state.data);
    if (clip || state.gone) return clip;
    ui.says.textContent = state.data.words.elsewhere;
    await new Promise((done) => setTimeout(done, LOOKED_FOR_MS));
  }
}

async function startSending(state, ui) {
  const { upload, shrinking: how } = state.data;
  ui.choose.hidden = true;
  ui.sending.hidden = false;
  layProgress(state, ui, { bytes: 0 });
  const clip = await awaited(state, ui);
  if (state.gone) return;
  ui.says.textContent = "";
  const job = { key: upload.key, client: state.data.client, left: false };
  state.job = job;
  const sent = await alone(upload.key, job, async () => {
    const lay = { making: (share) => layMaking(state, ui, share), progress: (told) => layProgress(state, ui, told) };
    job.blob = (await ready(job, clip, how, lay, smallInTurn)).blob;
    if (!job.left) makeAll(state, ui);
    return await send(job, lay.progress);
  });
  if (sent === "left") return;
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
  // One choice after the other: two at once would take the same slots.
  let taken = Promise.resolve();
  ui.pick.onchange = () => { const files = [...ui.pick.files]; ui.pick.value = ""; taken = taken.then(() => take(state, ui, files)); };
  if (data.upload) startSending(state, ui); else startChoosing(state, ui);
  return () => {
    state.gone = true;
    if (state.job) { state.job.left = true; state.job.leave?.abort(); state.job.current?.(); state.job.wake?.(); }
    states.delete(ui.root);
  };
}
