// Results saved only in this browser: their private tokens, when they were made and the runner's answers. Nothing is sent
// anywhere before one is opened.
const SHELF = "stride-check-results";

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(SHELF) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one?.token === "string" && typeof one?.made === "string") : [];
  } catch {
    return [];
  }
}

function write(kept) {
  try {
    localStorage.setItem(SHELF, JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

function current(data) {
  const oldest = Date.now() - data.life_days * 86400000;
  const kept = read().filter((one) => Date.parse(one.made) > oldest && !data.gone.includes(one.token));
  if (kept.length !== read().length) write(kept);
  return kept;
}

function compared(data, others) {
  const tokens = others.map((one) => `&with=${encodeURIComponent(one.token)}`);
  return `compare?job=${encodeURIComponent(data.beside)}&view=${encodeURIComponent(data.view)}${tokens.join("")}`;
}

function row(one, data, draw) {
  const item = document.createElement("li");
  const open = document.createElement("a");
  open.className = "open";
  // A date in the page's language, in the browser's regional form if it has that language.
  const locale = navigator.languages.find((other) => other.startsWith(data.language)) ?? data.language;
  open.textContent = [new Date(one.made).toLocaleDateString(locale, { dateStyle: "medium" }), one.told].filter(Boolean).join(", ");
  open.href = data.beside
    ? compared(data, [one])
    : `results?job=${encodeURIComponent(one.token)}`;
  open.target = "_self";
  const forget = document.createElement("button");
  forget.type = "button";
  forget.className = "button quiet";
  forget.textContent = data.words.forget;
  forget.setAttribute("aria-label", fill(data.words.forget_one, { result: open.textContent }));
  forget.onclick = () => { write(read().filter((other) => other.token !== one.token)); draw(); };
  item.append(open, forget);
  return item;
}

export default function ({ parentElement, data }) {
  const pick = (name) => parentElement.querySelector(`.${name}`);
  const draw = () => {
    const kept = current(data);
    const here = data.own && kept.some((one) => one.token === data.own.token);
    const others = kept.filter((one) => one.token !== data.beside);
    pick("shelf").hidden = Boolean(data.own) || others.length === 0;
    pick("kept").replaceChildren(...others.map((one) => row(one, data, draw)));
    pick("all").hidden = data.view !== "trend" || others.length < 2;
    pick("all").href = compared(data, others.slice(0, data.most));
    pick("keep").hidden = !data.own;
    pick("keep").textContent = here ? data.words.kept : data.words.keep;
  };
  pick("title").textContent = data.beside ? data.words.compare : data.words.results;
  pick("all").textContent = data.words.all;
  pick("keep").onclick = () => {
    const kept = current(data);
    const rest = kept.filter((one) => one.token !== data.own.token);
    const done = write(kept.length > rest.length ? rest : [data.own, ...rest]);
    draw();
    pick("said").textContent = done ? "" : data.words.keeps_nothing;
  };
  draw();
}
