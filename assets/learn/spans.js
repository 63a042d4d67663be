// Words as nodes: whatever a lesson or a network says becomes text, never markup.

const TAGS = { strong: "strong", em: "em", code: "code" };

/** Paragraphs of spans; a word with a meaning says it under the pointer and in focus. */
function paragraphs(lines) {
  return lines.map((line) => {
    const paragraph = document.createElement("p");
    paragraph.append(...line.map(span));
    return paragraph;
  });
}

function span({ text, style, meaning }) {
  const plain = document.createTextNode(text);
  const styled = TAGS[style] ? document.createElement(TAGS[style]) : plain;
  if (styled !== plain) styled.append(plain);
  return meaning ? explained(styled, meaning) : styled;
}

function explained(node, meaning) {
  const word = document.createElement("dfn");
  word.tabIndex = 0;
  word.append(node);
  const spoken = element("span", "spoken", ` (${meaning})`);
  word.append(spoken);
  let shown;
  const show = () => {
    if (shown) return;
    shown = element("span", "means", meaning);
    shown.setAttribute("aria-hidden", "true");
    word.append(shown);
    const at = word.getBoundingClientRect();
    const box = shown.getBoundingClientRect();
    const under = at.bottom + 6 + box.height < window.innerHeight;
    shown.style.top = `${under ? at.bottom + 6 : at.top - 6 - box.height}px`;
    shown.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - box.width - 8))}px`;
  };
  const hide = () => { shown?.remove(); shown = undefined; };
  word.addEventListener("pointerenter", show);
  word.addEventListener("pointerleave", hide);
  word.addEventListener("focus", show);
  word.addEventListener("blur", hide);
  word.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  return word;
}

function element(tag, name, text = "") {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

function button(name, text, act) {
  const made = element("button", name, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}
