// Prints a sheet of its own: it is laid out in a frame that is not seen, so that the page's layout stays out of it.

/** Called by Streamlit with the two sheets as HTML. */
export default function ({ data, parentElement }) {
  for (const button of parentElement.querySelectorAll("button")) {
    button.onclick = () => print(data[button.dataset.sheet]);
  }
}

function print(sheet) {
  const frame = document.createElement("iframe");
  frame.className = "gate-handout";
  frame.title = "Handout";
  // No scripts run in it; the same origin is needed to ask it to print.
  frame.setAttribute("sandbox", "allow-same-origin allow-modals");
  frame.style.cssText = "position:fixed;width:0;height:0;border:0;visibility:hidden";
  document.querySelectorAll("iframe.gate-handout").forEach((old) => old.remove());
  frame.srcdoc = sheet;
  frame.onload = () => frame.contentWindow.print();
  document.body.append(frame);
}
