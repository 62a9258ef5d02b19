// Goes on to another page whose address takes the place of this one's: the back button leads past a page that would only send
// its reader on again. Streamlit opens what the address says when it hears of a step in the history.
export default function ({ data }) {
  const there = new URL(data.address, document.baseURI);
  if (there.href === location.href) return;
  history.replaceState({}, "", there);
  dispatchEvent(new PopStateEvent("popstate"));
}
