// Shows when the network is lost. Lets the browser store an offline page, once nothing else is left to load, and leaves that page
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
  // If the browser does not allow it, for example in a private window, the app still works.
  const register = () => navigator.serviceWorker.register("/service_worker.js").catch(() => undefined);
  const later = () => setTimeout(register, IDLE_MS);
  if (document.readyState === "complete") later();
  else addEventListener("load", later);
}
