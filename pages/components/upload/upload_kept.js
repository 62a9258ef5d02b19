// The clip is kept in this browser until it has been sent, so that a reload resumes by itself. If the browser stores nothing
// (private windows, a full disk), the clip is kept for as long as the page is open, and must be chosen again after a reload.
const KEPT_MS = 24 * 3600 * 1000;
const here = (window[Symbol.for("stride-check-clips")] ??= new Map());

function opened() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open("stride-check", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("clips");
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function kept(mode, ask) {
  try {
    const base = await opened();
    return await new Promise((done, failed) => {
      const deal = base.transaction("clips", mode);
      const asked = ask(deal.objectStore("clips"));
      deal.oncomplete = () => { base.close(); done(asked.result); };
      deal.onabort = () => { base.close(); failed(deal.error); };
    });
  } catch { return undefined; }
}

// A clip that is larger than what is sent is not copied: only the page that is open has it.
async function keep(key, clip, mostBytes = Infinity) {
  here.set(key, clip);
  if (clip.blob.size <= mostBytes) await kept("readwrite", (clips) => clips.put(clip, key));
}

async function find(key) {
  return here.get(key) ?? (await kept("readonly", (clips) => clips.get(key))) ?? null;
}

async function forget(key) {
  here.delete(key);
  await kept("readwrite", (clips) => clips.delete(key));
}

async function forgetOld() {
  const keys = (await kept("readonly", (clips) => clips.getAllKeys())) ?? [];
  for (const key of keys) {
    const clip = await find(key);
    if (!clip || Date.now() - clip.at > KEPT_MS) await forget(key);
  }
}
