// Making the chosen part of a clip small on this phone, in a worker. If anything is lacking or fails, the clip is sent as it is.
const STUCK_MS = 30000;
const LONGEST_MS = 300000;
const SHORTEST_MS = 120000;
const TRIED_MS = 15000;
const BYTES_PER_MS = 625; // 5 Mbit/s, a phone's uplink
const making = (window[Symbol.for("stride-check-making")] ??= new WeakMap());

// Whether it is worth trying: the clip as it is has much more data than the small one will have.
function worthwhile(clip, how) {
  const able = [window.VideoDecoder, window.VideoEncoder, window.OffscreenCanvas, window.Worker].every(Boolean);
  return Boolean(able && clip.span && !clip.as_it_is && clip.blob.size > how.gain * (clip.span[1] - clip.span[0]) * how.bytes_per_s);
}

// Whether it will take too long: twice as long as sending the clip as it is. A clip that is too large for that has no other way.
function hopeless(ms, share, size, mostBytes) {
  const most = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, (2 * size) / BYTES_PER_MS));
  return ms > TRIED_MS && ms / share > (size > mostBytes ? LONGEST_MS : most);
}

// The small clip; null if it cannot be made. `stop` is called to give up.
function shrunk(clip, how, told) {
  let stop;
  const done = new Promise((end) => {
    let watch = 0;
    const worker = new Worker(place(how.worker), { type: "module" });
    const late = setTimeout(() => stop(), LONGEST_MS);
    stop = (blob = null) => { clearTimeout(watch); clearTimeout(late); worker.terminate(); end(blob); };
    const awake = () => { clearTimeout(watch); watch = setTimeout(() => stop(), STUCK_MS); };
    worker.onerror = () => stop();
    const began = performance.now();
    worker.onmessage = ({ data }) => {
      awake();
      if (hopeless(performance.now() - began, data.share, clip.blob.size, how.most_bytes)) return stop();
      if (data.share !== undefined) return told(data.share);
      if (data.stopped) console.info(`Stride Check sends the clip as it is: ${data.stopped}`);
      return stop(data.blob);
    };
    const { lines, side, most_bytes: mostBytes, bits_per_pixel: bitsPerPixel } = how;
    const notes = clip.notes ?? {};
    awake();
    worker.postMessage({ library: place(how.library), blob: clip.blob, span: clip.span, notes, lines, side, mostBytes, bitsPerPixel });
  });
  return { done, stop };
}

// The shrinking of a clip's part: begun once, and taken over by whoever asks for it next. `told` gets the share that is done.
function shrinking(clip, how, told) {
  const span = String(clip.span);
  const known = making.get(clip);
  if (known?.span === span) { known.told = told; told(known.share); return known.done; }
  known?.stop();
  const one = { span, told, share: 0 };
  const { done, stop } = shrunk(clip, how, (share) => { one.share = share; one.told(share); });
  making.set(clip, Object.assign(one, { done, stop }));
  return done;
}

// The small form of the chosen part, made once and kept with the clip; null if it cannot be made.
async function smallOf(clip, how, told) {
  const span = String(clip.span);
  if (clip.small?.span === span) return clip.small.blob;
  const blob = await shrinking(clip, how, told);
  if (blob) clip.small = { span, blob };
  return blob;
}

// Announces the small clip in place of the one that was chosen, however often the network goes; null if the page is left.
async function announced(job, bytes) {
  for (let waits = 500; !job.left; waits = Math.min(2 * waits, LONGEST_PAUSE_MS)) {
    const answer = await asked(job.key, "PUT", { "Upload-Length": bytes });
    if (answer) return answer;
    await pause(job, waits);
  }
  return null;
}

// The clip that is sent: the small one, announced in place of the chosen one, or the chosen one if it cannot be made small.
async function ready(job, clip, how, lay, small = smallOf) {
  if (clip.announced || !worthwhile(clip, how)) return clip;
  const blob = await small(clip, how, (share) => { if (!job.left) lay.making(share); });
  if (job.left) return clip;
  if (!blob) {
    await keep(job.key, Object.assign(clip, { as_it_is: true }), how.most_bytes);
    return clip;
  }
  const sent = { blob, seconds: clip.seconds, span: null, announced: true, at: clip.at };
  const answer = await announced(job, blob.size);
  if (job.left || answer === "gone") return sent;
  await keep(job.key, sent, how.most_bytes);
  lay.progress({ state: "sending", ...answer });
  return sent;
}
