// Predict, then reveal. What is right comes from the server, computed for what is on screen.

const said = new Map(); // what was answered, by step: a page switch draws the panel anew

class Question {
  constructor(root) {
    this.root = root;
  }

  receive(id, question, words) {
    const same = this.id === id && this.drawn === JSON.stringify(question);
    if (same) return;
    const held = this.id === id && this.root.contains(this.root.getRootNode().activeElement);
    [this.id, this.drawn, this.question, this.words] = [id, JSON.stringify(question), question, words];
    this.draw(held);
    if (question && said.has(id) && !question.known) this.ask?.(id); // the server has begun anew
  }

  get answered() {
    return !this.question || this.question.trouble !== "" || said.has(this.id);
  }

  draw(held) {
    const { question, words } = this;
    this.root.replaceChildren();
    if (!question) return;
    const asked = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.append(element("div", "tag", words.predict), ...paragraphs(question.ask));
    asked.append(legend);
    this.root.append(asked);
    if (question.trouble) {
      asked.append(element("p", "trouble", question.trouble));
      return;
    }
    asked.append(question.options.length ? this.options() : this.typed());
    if (!said.has(this.id)) asked.append(button("link", words.reveal, () => this.answer(null)));
    this.told = element("div", "said");
    this.told.setAttribute("role", "status");
    this.root.append(this.told);
    if (said.has(this.id)) this.tell();
    if (held) this.root.querySelector("button, input")?.focus();
  }

  options() {
    const row = element("div", "options");
    this.question.options.forEach((option, at) => {
      const one = button("option", option, () => this.answer(option));
      one.setAttribute("aria-pressed", String(said.get(this.id) === option));
      if (said.has(this.id) && this.question.right[at]) one.classList.add("right");
      row.append(one);
    });
    return row;
  }

  typed() {
    const row = document.createElement("form");
    row.className = "typed";
    const field = document.createElement("input");
    field.setAttribute("aria-label", this.words.yours);
    field.autocomplete = "off";
    field.value = said.get(this.id) ?? "";
    const go = element("button", "say", this.words.answer);
    row.addEventListener("submit", (event) => {
      event.preventDefault();
      if (field.value.trim()) this.answer(field.value.trim());
    });
    row.append(field, go);
    return row;
  }

  answer(what) {
    said.set(this.id, what);
    const label = this.root.getRootNode().activeElement?.textContent;
    this.draw(false);
    const again = [...this.root.querySelectorAll(".option")].find((one) => one.textContent === label);
    (again ?? this.root.querySelector("input, .option"))?.focus();
    this.changed?.();
    if (!this.question.known) this.ask?.(this.id);
  }

  tell() {
    const { question, words } = this;
    const what = said.get(this.id);
    const lines = question.known ? paragraphs(question.reveal) : [element("p", "", words.working)];
    if (what !== null && question.known) {
      const verdict = element("span", "verdict", `${this.fits(what) ? words.right : words.wrong} `);
      lines[0]?.prepend(verdict);
    }
    // A status is heard when it changes after it is there.
    requestAnimationFrame(() => this.told.replaceChildren(...lines));
  }

  fits(what) {
    const { options, right, value, close } = this.question;
    if (options.length) return options.some((option, at) => option === what && right[at]);
    if (typeof value === "string") return plain(what) === plain(value);
    const numbers = what.replaceAll("−", "-").replaceAll(",", "").match(/-?\d+(\.\d+)?(e-?\d+)?/g) ?? [];
    return numbers.length === 1 && Math.abs(Number(numbers[0]) - value) <= Math.max(close * Math.abs(value), 1e-9);
  }
}

function plain(text) {
  return text.toLowerCase().split(/\s+/).join(" ").trim().replace(/^[ ."'“”]+|[ ."'“”]+$/g, "");
}
