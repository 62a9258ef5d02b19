// Announces progress and completion to a runner who looks elsewhere: in the tab's title, to a screen reader, and by a short
// vibration. The title of a finished result stays until the page is visible.
export default function ({ data, parentElement }) {
  const heard = parentElement.querySelector(".heard");
  if (heard.textContent !== data.says) heard.textContent = data.says;
  const once = parentElement.querySelector(".once");
  if (!once.textContent) once.textContent = data.once;
  const usual = document.title;
  document.title = data.title;
  if (!data.done || heard.dataset.done) return undefined;
  heard.dataset.done = "yes";
  // No vibration if the browser does not support it, or if the page has not been touched.
  try { navigator.vibrate?.(200); } catch { /* as it likes */ }
  const back = () => {
    if (document.hidden) return;
    setTimeout(() => { if (document.title === data.title) document.title = usual; }, 5000);
    document.removeEventListener("visibilitychange", back);
  };
  document.addEventListener("visibilitychange", back);
  back();
  return () => document.removeEventListener("visibilitychange", back);
}
