// A link to share: copied, opened, or handed to the phone's own share sheet where it has one.
export default function ({ parentElement, data }) {
  const pick = (name) => parentElement.querySelector(`.${name}`);
  const field = pick("link");
  const said = pick("said");
  field.value = data.url;
  pick("open").href = data.url;
  pick("send").hidden = !navigator.share;
  pick("copy").classList.toggle("main", !navigator.share);
  field.onfocus = () => field.select();

  pick("copy").onclick = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(data.url);
      said.textContent = "The link is copied.";
    } catch {
      said.textContent = "Hold the link to copy it.";
    }
  };
  pick("send").onclick = async () => {
    try {
      await navigator.share({ title: data.title, text: data.text, url: data.url });
      said.textContent = "";
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = "This browser cannot share it. Copy the link instead.";
    }
  };
}
