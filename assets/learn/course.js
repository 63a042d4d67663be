// The list of lessons, with this browser's own ticks.

const PROGRESS = "gate-explorer-lessons";

class Course {
  constructor(root) {
    this.list = root.querySelector(".course");
    this.foot = root.querySelector(".foot");
    this.forget = root.querySelector(".forget");
    this.forget.onclick = () => {
      try { localStorage.removeItem(PROGRESS); } catch { /* nothing was kept */ }
      this.draw();
    };
  }

  receive({ data, setTriggerValue }) {
    this.data = data;
    this.send = setTriggerValue;
    this.draw();
  }

  draw() {
    const known = progress();
    const { lessons, words } = this.data;
    const next = lessons.find((one) => !known[one.slug]?.done);
    this.list.replaceChildren(...lessons.map((one, at) => this.card(one, at + 1, known[one.slug], one === next)));
    this.foot.hidden = !Object.keys(known).length;
    this.forget.textContent = words.forget;
  }

  card(lesson, number, seen, next) {
    const { words } = this.data;
    const card = element("li", `lesson${next ? " next" : ""}`);
    const title = element("h3", "title");
    title.append(element("span", "number", `${number}`), lesson.title);
    const about = element("p", "about", lesson.about + (seen?.done ? ` · ✓ ${words.done}` : ""));
    const meter = element("div", "meter");
    const filled = document.createElement("i");
    filled.style.width = `${seen ? (100 * (seen.done ? lesson.steps.length : seen.step)) / lesson.steps.length : 0}%`;
    meter.append(filled);
    const steps = element("ul", "steps");
    steps.append(...lesson.steps.map((one) => element("li", "", one)));
    card.append(title, about, meter, steps);
    if (lesson.needs.length) card.append(element("p", "needs", words.needs.replace("{lessons}", lesson.needs.join(", "))));
    const under = seen && !seen.done && seen.step > 1;
    const at = under ? Math.min(seen.step, lesson.steps.length) : 1;
    const label = under ? words.on.replace("{number}", at) : seen?.done ? words.again : words.start;
    const open = button("open", label, () => this.send("go", `${lesson.slug}.${at}`));
    open.setAttribute("aria-label", `${label}: ${lesson.title}`);
    card.append(open);
    return card;
  }

  destroy() {}
}

function progress() {
  try {
    return JSON.parse(localStorage.getItem(PROGRESS) ?? "{}");
  } catch {
    return {};
  }
}

export default served(Course);
