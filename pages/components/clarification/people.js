// An image with a button on each person. The boxes are shares of the image: left, top, right, bottom.
const shown = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".people");
  if (shown.get(root) === data.picture) return;
  shown.set(root, data.picture);
  root.setAttribute("aria-label", data.words.picture);
  const picture = new Image();
  picture.src = data.picture;
  picture.alt = data.words.moment;
  const area = ([left, top, right, bottom]) => (right - left) * (bottom - top);
  const within = (share) => Math.min(Math.max(share, 0), 1);
  const buttons = data.boxes.map((box, place) => {
    const [left, top, right, bottom] = box.map(within);
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", fill(data.words.me, { number: place + 1 }));
    button.innerHTML = `<span>${place + 1}</span>`;
    const share = (value) => `${(100 * value).toFixed(2)}%`;
    Object.assign(button.style, { left: share(left), top: share(top), width: share(right - left),
      height: share(bottom - top), zIndex: data.boxes.filter((other) => area(other) > area(box)).length });
    button.onclick = () => setTriggerValue("tapped", place);
    return button;
  });
  root.replaceChildren(picture, ...buttons);
}
