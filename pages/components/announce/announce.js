// Says how far the work is, and that it is done, where a runner who looks elsewhere notices: in the tab's title, to a screen
// reader, and by a short buzz. The title of a finished result stays until the page is looked at.
export default function ({ data, parentElement }) {
  const heard = parentElement.querySelector(".heard");
  if (heard.textContent !== data.says) heard.textContent = data.says;
  const once = parentElement.querySelector(".once");
  if (!once.textContent) once.textContent = data.once;
  const usual = document.title;
  document.title = data.title;
  if (!data.done || heard.dataset.done) return undefined;
  heard.dataset.done = "yes";
  // Silent where the browser knows no buzz, or has not been touched.
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
