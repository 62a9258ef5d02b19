// The clip as a video that this browser shows.
// The clip in a video element that is ready to show; null if this browser cannot show it.
function shown(blob) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, preload: "auto", src: URL.createObjectURL(blob) });
  return new Promise((done) => {
    const late = setTimeout(() => done(null), 8000);
    video.onloadeddata = () => { clearTimeout(late); done(video.videoWidth ? video : null); };
    video.onerror = () => { clearTimeout(late); done(null); };
  });
}

function letGo(video) {
  if (!video) return;
  URL.revokeObjectURL(video.src);
  video.removeAttribute("src");
  video.load();
}

// Frames of the clip side by side, drawn as they arrive.
async function filmstrip(video, canvas, seconds, pictures) {
  const pen = canvas.getContext("2d");
  const wide = canvas.width / pictures;
  const ratio = Math.max(wide / video.videoWidth, canvas.height / video.videoHeight);
  const [w, h] = [wide / ratio, canvas.height / ratio];
  for (let n = 0; n < pictures; n += 1) {
    await new Promise((done) => {
      video.onseeked = done;
      setTimeout(done, 1500);
      video.currentTime = ((n + 0.5) / pictures) * seconds;
    });
    pen.drawImage(video, (video.videoWidth - w) / 2, (video.videoHeight - h) / 2, w, h, n * wide, 0, wide - 1, canvas.height);
  }
}
