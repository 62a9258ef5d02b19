// Sending a clip: tus-js-client makes each attempt, and this code repeats attempts until everything has arrived.
const PIECE_BYTES = 1 << 20;
const STALLED_MS = 30000;
const SETTLED_MS = 700;
const LONGEST_PAUSE_MS = 15000;

function place(name) { return new URL(`uploads/${name}`, document.baseURI).href; }

async function client(file) {
  if (!window.tus) await import(place(file));
  return window.tus;
}

// What the server answers about an upload: "gone" if it no longer exists or is complete, or null if it cannot be reached or will not have it.
async function asked(key, method, headers) {
  try {
    const answer = await fetch(place(key), { method, headers: { "Tus-Resumable": "1.0.0", ...headers }, cache: "no-store" });
    if ([404, 409].includes(answer.status)) return "gone";
    return answer.ok ? { bytes: Number(answer.headers.get("Upload-Offset")), all: Number(answer.headers.get("Upload-Length")) } : null;
  } catch { return null; }
}

// How much has arrived, of how much: {bytes, all}, "gone" or null.
const arrived = (key) => asked(key, "HEAD");

// Waits while data of an earlier connection still arrives: this page has lost it, but the network has not.
async function settled(key) {
  for (let before = -1; ;) {
    const now = (await arrived(key))?.bytes;
    if (!now || now === before) return;
    before = now;
    await new Promise((done) => setTimeout(done, SETTLED_MS));
  }
}

// One attempt: "sent", "gone", "full" if the server has no room, or "broken".
function attempt(tus, job, told) {
  return new Promise((done) => {
    let watch = 0;
    const end = (how) => { clearTimeout(watch); job.current = null; done(how); };
    const upload = new tus.Upload(job.blob, {
      uploadUrl: place(job.key), chunkSize: PIECE_BYTES, retryDelays: null, storeFingerprintForResuming: false,
      uploadSize: job.blob.size,
      onProgress: () => awake(),
      // What the server has, not what is in the phone's own buffers: a short clip fits into them completely.
      onChunkComplete: (_, bytes) => told(bytes),
      onSuccess: () => end("sent"),
      onError: (error) => end({ 404: "gone", 410: "gone", 507: "full" }[error.originalResponse?.getStatus()] ?? "broken"),
    });
    // A phone that leaves a network gets no notice that its connection is dead.
    const awake = () => {
      clearTimeout(watch);
      watch = setTimeout(() => { upload.abort(); end("broken"); }, STALLED_MS);
    };
    job.current = () => { upload.abort(); end("broken"); };
    awake();
    upload.start();
  });
}

function pause(job, ms) {
  return new Promise((done) => {
    const end = () => { clearTimeout(late); removeEventListener("online", end); done(); };
    const late = setTimeout(end, ms);
    addEventListener("online", end);
    job.wake = end;
  });
}

// Sends until everything has arrived, through any network failures; "sent", "gone", or "left" if the page was left.
async function send(job, told) {
  let waits = 500;
  let best = -1;
  while (!job.left) {
    told({ state: "sending" });
    let how = "broken";
    try {
      const tus = await client(job.client);
      await settled(job.key);
      how = await attempt(tus, job, (bytes) => {
        if (bytes > best) { best = bytes; waits = 500; }
        told({ state: "sending", bytes });
      });
    } catch { /* the client itself could not be fetched: that is the network too */ }
    if (job.left || !["broken", "full"].includes(how)) return job.left ? "left" : how;
    told({ state: how === "full" ? "full" : "waiting" });
    await pause(job, waits);
    waits = Math.min(2 * waits, LONGEST_PAUSE_MS);
  }
  return "left";
}

// One tab sends at a time; the others show its progress, and take over when it closes.
function alone(key, job, run) {
  if (!navigator.locks) return run();
  job.leave = new AbortController();
  return navigator.locks.request(`stride-check-${key}`, { signal: job.leave.signal }, run).catch(() => "left");
}
