// Opens an image that Streamlit shows on the page; the server chooses its address, so it is looked up.
export default function ({ parentElement, data }) {
  label(parentElement, data.words);
  const link = parentElement.querySelector("a");
  const aim = () => { link.href = document.querySelector(`.st-key-${data.of} img`)?.src ?? "#"; };
  link.onpointerdown = link.onfocus = link.onclick = aim;
  aim();
}
