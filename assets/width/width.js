// Tells the server whether the window is a phone's width, and when that changes; says which language is spoken, for who
// hears the page; and brings the page up to its
// navigation, so that all panels stand above the fold.

const NARROW = 640;
const TOP = "76px";

export default function (component) {
  const tell = () => {
    const narrow = window.innerWidth < NARROW;
    if (narrow !== component.data.narrow) component.setStateValue("narrow", narrow);
  };
  const page = document.querySelector('[data-testid="stMainBlockContainer"]');
  if (page) page.style.paddingTop = TOP;
  document.documentElement.lang = component.data.language;
  tell();
  window.addEventListener("resize", tell);
  return () => window.removeEventListener("resize", tell);
}
