// Says when the network is gone. Lets the browser keep a page for that time, once nothing else is to be loaded, and leaves that page
// when the network is back.
const IDLE_MS = 3000;

const gone = document.querySelector("#gone");
const tell = () => { if (gone) gone.textContent = navigator.onLine ? "" : gone.dataset.says; };
addEventListener("online", tell);
addEventListener("offline", tell);
tell();

if (document.querySelector("[data-offline]")) {
  addEventListener("online", () => location.reload());
} else if ("serviceWorker" in navigator) {
  // Where the browser allows none, in a private window for one, the app works all the same.
  const register = () => navigator.serviceWorker.register("/service_worker.js").catch(() => undefined);
  const later = () => setTimeout(register, IDLE_MS);
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
}
