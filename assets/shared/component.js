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
    const { data } = component;
    one.receive({ ...component, data: data instanceof Uint8Array ? unpacked(data) : data });
    return () => {
      if (one.call !== call) return;
      one.destroy();
      shown.delete(root);
    };
  };
}
