// Goes to another page and replaces this one's address: the back button skips a page that would only redirect its reader again.
// Streamlit opens the page of the address when it detects a step in the history.
export default function ({ data }) {
  const there = new URL(data.address, document.baseURI);
  if (there.href === location.href) return;
  history.replaceState({}, "", there);
  dispatchEvent(new PopStateEvent("popstate"));
}
