// Makes a clip small, or counts its frames, away from the page: decodes the chosen part, scales it down, and encodes it again. Every frame keeps its time;
// rotation, mirroring and the shape of the pixels are resolved; sound and the phone's notes are left out.
// The file is read in slices and never held as a whole.
const BITS_PER_PIXEL = 0.1;
const USUAL_HZ = 30;
const SAME_S = 0.0005;
const CODECS = ["avc", "vp9"];
const KEY_FRAME_S = 1;
const STEP = 5;

// Some encoders spend on every frame what 60 frames a second would allow, however many there are. What they make of the first
// frames shows it.
const FAST_HZ = 75;
const TRIED_FRAMES = 120;
const OVER = 1.3;

// Width and height, both even: the least size that has both the lines that are measured and the side that is drawn into.
function sizeFor(width, height, lines, side) {
  const scale = Math.min(1, Math.max(lines / height, side / Math.max(width, height)));
  return [width, height].map((long) => Math.max(2, 2 * Math.round((long * scale) / 2)));
}

// Neighbouring frames differ less if there are more of them in a second.
function bitrateFor(width, height, hz, bitsPerPixel = BITS_PER_PIXEL) {
  return Math.round(bitsPerPixel * width * height * USUAL_HZ * Math.sqrt(Math.max(1, hz / USUAL_HZ)));
}

// The times of the frames in a part, in the order in which they are shown. Frames before 0 are hidden by the file itself.
async function timesIn(packets, [from, to]) {
  const times = [];
  for await (const { timestamp } of packets) {
    if (timestamp >= Math.max(from, 0) - SAME_S && timestamp <= to + SAME_S) times.push(timestamp);
  }
  return times.sort((one, other) => one - other);
}

function encoding(codec, width, height, hz, bitrate) {
  return {
    codec,
    bitrate,
    keyFrameInterval: KEY_FRAME_S,
    latencyMode: "quality", // in "realtime" an encoder may leave frames out
    alpha: "discard",
    sizeChangeBehavior: "contain",
    transform: { width, height },
    // Without it encoders spend on each frame what 30 frames a second would allow.
    onEncoderConfig: (config) => { config.framerate = hz; },
  };
}

async function firstThatWorks(library, width, height, bitrate) {
  for (const codec of CODECS) {
    if (await library.canEncodeVideo(codec, { width, height, bitrate, latencyMode: "quality" })) return codec;
  }
  throw new Error("encoder");
}

// Encodes the frames in a part; the first of them is shown at 0.
async function encodeAll(library, track, source, times, told) {
  const [first, last] = [times[0], times.at(-1)];
  let n = 0;
  for await (const sample of new library.VideoSampleSink(track).samples(first, last + SAME_S)) {
    if (sample.timestamp < first - SAME_S) { sample.close(); continue; }
    sample.setTimestamp(Math.max(0, sample.timestamp - first));
    await source.add(sample);
    sample.close();
    n += 1;
    if (n % STEP === 0) told(n / times.length);
  }
  return n;
}

// Encodes frames into a target; returns how many bytes they take.
async function encoded(library, track, config, times, { target, notes = {}, mostBytes = Infinity }, told) {
  const format = new library.Mp4OutputFormat({ fastStart: target instanceof library.BufferTarget ? "in-memory" : false, metadataFormat: "mdta" });
  const output = new library.Output({ format, target });
  let [packed, bytes] = [0, 0];
  const onEncodedPacket = (packet) => { packed += 1; bytes += packet.byteLength; };
  const source = new library.VideoSampleSource({ ...config, onEncodedPacket });
  output.addVideoTrack(source);
  output.setMetadataTags({ raw: notes });
  await output.start();
  const taken = await encodeAll(library, track, source, times, (share) => {
    if (bytes > mostBytes) throw new Error("large");
    told(share);
  });
  await output.finalize();
  if (taken !== times.length || packed !== times.length) throw new Error(`${times.length} frames, ${taken} decoded, ${packed} encoded`);
  return bytes;
}

const inputOf = (blob, library) => new library.Input({ source: new library.BlobSource(blob), formats: library.ALL_FORMATS });
const packetsOf = (track, library) => new library.EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true });
const rateOf = (times) => (times.length - 1) / (times.at(-1) - times[0]);

// Frames per second of a file, by the times of all its frames.
async function counted({ blob }, library) {
  const track = await inputOf(blob, library).getPrimaryVideoTrack();
  return rateOf(await timesIn(packetsOf(track, library), [0, Infinity]));
}

// The bitrate to ask for, so that about the wanted one comes of it.
async function asked(library, track, config, times, hz) {
  if (hz < FAST_HZ || times.length < 2 * TRIED_FRAMES) return config.bitrate;
  const bytes = await encoded(library, track, config, times.slice(0, TRIED_FRAMES), { target: new library.NullTarget() }, () => postMessage({ share: 0 }));
  const over = (8 * bytes * hz) / TRIED_FRAMES / config.bitrate;
  return over > OVER ? Math.round(config.bitrate / over) : config.bitrate;
}

async function shrink({ blob, span, notes, lines, side, mostBytes, bitsPerPixel }, library, told) {
  const track = await inputOf(blob, library).getPrimaryVideoTrack();
  if (!track || !(await track.canDecode())) throw new Error("decoder");
  const times = await timesIn(packetsOf(track, library), span);
  if (times.length < 2) throw new Error("frames");
  told(0);
  const hz = rateOf(times);
  const [width, height] = sizeFor(await track.getDisplayWidth(), await track.getDisplayHeight(), lines, side);
  const bitrate = bitrateFor(width, height, hz, bitsPerPixel);
  const config = encoding(await firstThatWorks(library, width, height, bitrate), width, height, hz, bitrate);
  config.bitrate = await asked(library, track, config, times, hz);
  const target = new library.BufferTarget();
  await encoded(library, track, config, times, { target, notes, mostBytes }, told);
  return new Blob([target.buffer], { type: "video/mp4" });
}

addEventListener("message", async ({ data }) => {
  try {
    const library = await import(data.library);
    if (data.counts) return postMessage({ hz: await counted(data, library) });
    const blob = await shrink(data, library, (share) => postMessage({ share }));
    return postMessage({ blob });
  } catch (error) {
    return postMessage({ stopped: String(error) });
  }
});
