export default function ({ parentElement, data }) {
  label(parentElement, data.words);
  parentElement.querySelector("button").onclick = () => window.print();
}
