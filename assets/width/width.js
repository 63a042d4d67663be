// Tells the server whether the window is a phone's width, and when that changes; says which language is spoken, for who
// hears the page; and brings the page up to its
// navigation, so that all panels stand above the fold.

const NARROW = 640;
const TOP = "76px";
// Between a phone and a desk, a desk at 200 % too, the line has a row of its own; on a phone the server draws it first.
const BAR = `@media (min-width: ${NARROW}px) and (max-width: 1150px) {
  .st-key-bar > :has(> .st-key-bar-sequence), .st-key-bar > .st-key-bar-sequence { order: -1; flex: 1 0 100%; max-width: 100%; }
}
@media (min-width: ${NARROW}px) and (max-width: 800px) {
  .st-key-bar { gap: 4px; }
  .st-key-bar > :has(> .st-key-bar-model), .st-key-bar > .st-key-bar-model { flex: 1 1 120px; min-width: 120px; width: auto; }
}`;
const STYLE = "gate-explorer-bar";

export default function (component) {
  const tell = () => {
    const narrow = window.innerWidth < NARROW;
    if (narrow !== component.data.narrow) component.setStateValue("narrow", narrow);
  };
  const page = document.querySelector('[data-testid="stMainBlockContainer"]');
  if (page) page.style.paddingTop = TOP;
  document.documentElement.lang = component.data.language;
  if (!document.getElementById(STYLE)) {
    document.head.append(Object.assign(document.createElement("style"), { id: STYLE, textContent: BAR }));
  }
  tell();
  window.addEventListener("resize", tell);
  return () => window.removeEventListener("resize", tell);
}
