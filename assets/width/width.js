// Tells the server whether the window is a phone's width, and when that changes.

const NARROW = 640;

export default function (component) {
  const tell = () => {
    const narrow = window.innerWidth < NARROW;
    if (narrow !== component.data.narrow) component.setStateValue("narrow", narrow);
  };
  tell();
  window.addEventListener("resize", tell);
  return () => window.removeEventListener("resize", tell);
}
