// The tapped muscle is lit immediately; the server then updates the words below. The picture is redrawn only if it changes, so
// that the keyboard focus is kept.
const drawn = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".leg");
  if (drawn.get(root) !== data.svg) {
    root.innerHTML = data.svg;
    drawn.set(root, data.svg);
  }
  for (const [name, colour] of Object.entries(data.colours)) root.style.setProperty("--" + name, colour);
  const light = (key) => {
    for (const shape of root.querySelectorAll(".muscle")) shape.classList.toggle("lit", shape.dataset.muscle === key);
    for (const label of root.querySelectorAll(".label")) {
      label.setAttribute("aria-pressed", String(label.dataset.muscle === key));
    }
  };
  const choose = (event) => {
    const hit = event.target.closest("[data-muscle]");
    if (!hit) return;
    event.preventDefault();
    light(hit.dataset.muscle);
    setStateValue("muscle", hit.dataset.muscle);
  };
  root.onclick = choose;
  root.onkeydown = (event) => { if (event.key === "Enter" || event.key === " ") choose(event); };
  light(data.lit);
}
