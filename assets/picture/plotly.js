// Plotly, fetched when a figure first has time for it. Its menu is what it is for: all else works without.

const SETTLED = 400; // milliseconds without news before a figure is given to Plotly
const MENU = {
  displayModeBar: "hover",
  displaylogo: false,
  scrollZoom: false,
  modeBarButtonsToRemove: ["lasso2d", "hoverClosestCartesian", "hoverCompareCartesian", "toggleSpikelines"],
  toImageButtonOptions: { filename: "gate-explorer", scale: 2 },
};
let fetching;

/** The library; null where it cannot be had. */
function plotly() {
  fetching ??= import(new URL("$plotly", document.baseURI)).then((script) => script.default, () => null);
  return fetching;
}

/** Its style sheet stands in the document; a component has a root of its own. */
function styled(root) {
  if (root === document || root.querySelector("style.plotly")) return;
  const sheet = document.getElementById("plotly.js-style-global")?.sheet;
  if (!sheet) return;
  const style = document.createElement("style");
  style.className = "plotly";
  style.textContent = [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
  root.append(style);
}

/** The layout as Plotly draws it: it frames a panel on two sides only, so the frames are shapes. */
function framed(layout) {
  const own = structuredClone(layout);
  const frames = Object.values(own).filter((axis) => axis?.showline && axis.mirror).map((axis) => {
    axis.showline = false;
    const [y0, y1] = axis.domain ?? [0, 1];
    return {
      type: "rect", xref: "paper", yref: "paper", x0: 0, x1: 1, y0, y1,
      line: { color: axis.linecolor, width: axis.linewidth ?? 1 },
    };
  });
  own.shapes = [...frames, ...(own.shapes ?? [])];
  return own;
}

/** When nothing else is to be done; a function that calls it off. */
function whenIdle(act) {
  let idle;
  const ask = window.requestIdleCallback ?? ((call) => setTimeout(call, 1));
  const waiting = setTimeout(() => { idle = ask(act, { timeout: 3000 }); }, SETTLED);
  return () => {
    clearTimeout(waiting);
    window.cancelIdleCallback?.(idle);
  };
}
