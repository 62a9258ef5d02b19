// The page's words, which come with the data: inserted where the markup asks for them, with their values filled in.
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function label(root, words) {
  for (const one of root.querySelectorAll("[data-word]")) one.textContent = words[one.dataset.word];
  for (const one of root.querySelectorAll("[data-label]")) one.setAttribute("aria-label", words[one.dataset.label]);
}
