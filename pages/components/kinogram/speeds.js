// Sets the playback speed of the page's video.
export default function ({ parentElement, data }) {
  label(parentElement, data.words);
  const buttons = [...parentElement.querySelectorAll("button")];
  const press = (rate, plays) => {
    const video = document.querySelector(`.st-key-${data.of} video`);
    if (video) {
      video.playbackRate = video.defaultPlaybackRate = rate;
      if (plays) video.play();
    }
    for (const button of buttons) button.setAttribute("aria-pressed", String(Number(button.value) === rate));
  };
  for (const button of buttons) button.onclick = () => press(Number(button.value), true);
  press(1, false);
}
