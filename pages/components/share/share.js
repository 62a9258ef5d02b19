// A link to share: copied, opened, or passed to the phone's own share sheet if it has one, with the pictures.
const drawn = new Map();

async function picture(url, kind) {
  const path = `${new URL(url).pathname}/${kind}.png`;
  if (!drawn.has(path)) {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error("no picture");
    drawn.set(path, new File([await answer.blob()], `stride-check-${kind}.png`, { type: "image/png" }));
  }
  return drawn.get(path);
}

function sendsFiles() {
  const sample = new File([""], "sample.png", { type: "image/png" });
  return Boolean(navigator.canShare?.({ files: [sample] }));
}

export default function ({ parentElement, data }) {
  const pick = (name) => parentElement.querySelector(`.${name}`);
  const field = pick("link");
  const said = pick("said");
  const { words } = data;
  label(parentElement, words);
  field.value = data.url;
  pick("open").href = data.url;
  pick("send").hidden = !navigator.share;
  pick("copy").classList.toggle("main", !navigator.share);
  field.onfocus = () => field.select();

  pick("copy").onclick = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(data.url);
      said.textContent = words.copied;
    } catch {
      said.textContent = words.hold;
    }
  };
  pick("send").onclick = async () => {
    try {
      await navigator.share({ title: data.title, text: data.text, url: data.url });
      said.textContent = "";
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = words.cannot_share;
    }
  };

  pick("pictures").hidden = !sendsFiles();
  for (const kind of ["story", "post"]) {
    pick(kind).onclick = async () => {
      try {
        await navigator.share({ files: [await picture(data.url, kind)] });
        said.textContent = "";
      } catch (error) {
        // A phone may require a new tap if the picture took long; it is already loaded then.
        if (error.name === "NotAllowedError") said.textContent = words.tap_again;
        else if (error.name !== "AbortError") said.textContent = words.not_sent;
      }
    };
  }
}
