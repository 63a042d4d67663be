// The panel: one step of a lesson, its question, its task, and the way on.

const PROGRESS = "gate-explorer-lessons";
let folded = true; // on a phone; the same from step to step

class Panel {
  constructor(root) {
    const find = (name) => root.querySelector(`.${name}`);
    this.root = root;
    this.parts = Object.fromEntries(
      ["panel", "where", "heading", "text", "task", "away", "back", "main", "before", "after", "leave", "fold"].map(
        (name) => [name, find(name)],
      ),
    );
    this.meter = root.querySelector(".bar i");
    this.question = new Question(find("question"));
    this.question.changed = () => this.ready();
    this.question.ask = (step) => this.send("asked", step);
    this.room = new Room(root.getRootNode().host ?? root, () => this.lay());
    this.wire();
  }

  wire() {
    const { before, after, leave, main, back, fold } = this.parts;
    before.onclick = () => this.go(this.data.before);
    after.onclick = () => this.onward();
    main.onclick = () => this.onward();
    leave.onclick = () => this.go("leave");
    back.onclick = () => this.go("back");
    fold.onclick = () => { folded = !folded; this.lay(); };
  }

  onward() {
    if (this.data.ends) remember(this.data.slug, this.data.count, true);
    this.go(this.data.ends ? "lessons" : this.data.after);
  }

  go(where) {
    if (where) this.send("go", where);
  }

  receive({ data, setTriggerValue }) {
    const back = !data.away && this.root.activeElement === this.parts.back; // a button that goes takes focus with it
    const arrived = this.data?.id !== data.id;
    this.send = setTriggerValue;
    this.data = data;
    this.draw();
    this.question.receive(data.id, data.question, data.words);
    this.ready();
    if (back) this.parts.heading.focus();
    if (!arrived) return;
    remember(data.slug, data.number, false);
    if (data.came) this.parts.heading.focus(); // who walks hears the step; who came by a link is left where they are
  }

  draw() {
    const { data, parts } = this;
    const { words } = data;
    parts.where.textContent = data.where;
    parts.where.title = data.lesson;
    this.meter.style.width = `${(100 * data.number) / data.count}%`;
    parts.heading.textContent = data.heading;
    redraw(parts.text, data.text);
    for (const [name, word] of [["before", "previous"], ["after", data.ends ? "finish" : "next"], ["leave", "leave"]]) {
      parts[name].title = words[word];
      parts[name].setAttribute("aria-label", words[word]);
    }
    parts.before.disabled = !data.before;
    parts.main.textContent = data.ends ? words.finish : words.next;
    parts.away.hidden = !data.away;
    parts.away.querySelector("span").textContent = words.away;
    parts.back.textContent = words.back;
    this.task();
    this.lay();
  }

  task() {
    const { data: { task, words }, parts } = this;
    const place = parts.task;
    const told = JSON.stringify(task);
    if (place.dataset.told === told) return;
    place.dataset.told = told;
    place.replaceChildren();
    place.setAttribute("role", "status");
    if (!task) return;
    place.classList.toggle("done", task.done);
    place.append(element("p", "tag", task.done ? words.done : words.task));
    place.append(...(task.done ? paragraphs(task.says) : [element("p", "", words.waiting)]));
  }

  ready() {
    const { task } = this.data;
    this.parts.main.classList.toggle("ready", this.question.answered && (!task || task.done));
  }

  lay() {
    if (!this.data) return;
    const { panel, fold } = this.parts;
    panel.classList.toggle("phone", this.room.phone);
    panel.classList.toggle("above", !this.room.beside);
    panel.classList.toggle("folded", folded);
    fold.textContent = folded ? "▾" : "▴";
    fold.title = folded ? this.data.words.unfold : this.data.words.fold;
    fold.setAttribute("aria-label", fold.title);
    fold.setAttribute("aria-expanded", String(!folded));
  }

  destroy() {
    this.room.leave();
  }
}

function redraw(place, lines) {
  const told = JSON.stringify(lines);
  if (place.dataset.told === told) return;
  place.dataset.told = told;
  place.replaceChildren(...paragraphs(lines));
}

/** How far the reader has come, in this browser alone. */
function remember(slug, step, done) {
  try {
    const known = JSON.parse(localStorage.getItem(PROGRESS) ?? "{}");
    const before = known[slug] ?? { step: 0, done: false };
    known[slug] = { step: done ? step : Math.max(before.step, step), done: before.done || done };
    localStorage.setItem(PROGRESS, JSON.stringify(known));
  } catch {
    // A browser that keeps nothing loses the ticks, not the lesson.
  }
}

export default served(Panel);
