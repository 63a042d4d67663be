// What every component of ours begins with.
// A component's script is one module that cannot import its neighbours: Python joins these files in order.

const shown = new WeakMap();

/** What Streamlit calls when a component appears and whenever its data change; the cleanup only when it goes. */
function served(Kind) {
  return (component) => {
    const root = component.parentElement;
    if (!shown.has(root)) shown.set(root, new Kind(root));
    const one = shown.get(root);
    const call = (one.call = {});
    one.receive(component);
    return () => {
      if (one.call !== call) return;
      one.destroy();
      shown.delete(root);
    };
  };
}

/** Bytes that Python sent in base64. */
function decoded(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let at = 0; at < letters.length; at += 1) bytes[at] = letters.charCodeAt(at);
  return bytes;
}
