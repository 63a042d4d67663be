// Plotly, fetched when a figure first has time for it. Its menu is what it is for: all else works without.

const REST = 400; // milliseconds without news before a figure is given to Plotly
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

/** When nothing else is to be done; a function that calls it off. */
function whenIdle(act) {
  let idle;
  const ask = window.requestIdleCallback ?? ((call) => setTimeout(call, 1));
  const waiting = setTimeout(() => { idle = ask(act, { timeout: 3000 }); }, REST);
  return () => {
    clearTimeout(waiting);
    window.cancelIdleCallback?.(idle);
  };
}
