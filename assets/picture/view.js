// The view: one ribbon, or two under one cursor, and the charts that stand under their tokens.

class View {
  constructor(root) {
    this.root = root;
    this.template = root.querySelector("template");
    this.home = root.querySelector(".view");
    this.home.replaceChildren(); // Streamlit may put the same markup back with a new view
    this.ribbons = [];
    this.charts = new Map();
  }

  receive({ data, setStateValue }) {
    const { ribbons, charts } = data;
    while (this.ribbons.length > ribbons.length) this.ribbons.pop().leave();
    ribbons.forEach((one, at) => {
      this.ribbons[at] ??= new Ribbon(this.strip(at));
      this.ribbons[at].receive(one, (position) => setStateValue(one.state, position), at === 0);
    });
    this.chart(charts);
    for (const ribbon of this.ribbons) ribbon.over([...this.charts.values()]);
  }

  /** A ribbon's own place, before all charts. */
  strip(at) {
    const strip = part(this.home, "div", "strip");
    strip.append(this.template.content.cloneNode(true));
    const keys = strip.querySelector(".keys");
    keys.id = `keys-${at}`;
    strip.querySelector(".track").setAttribute("aria-describedby", keys.id);
    this.ribbons[at - 1]?.root.after(strip);
    return strip;
  }

  /** Charts that are wanted again stay what they are. */
  chart(figures) {
    for (const [key, chart] of this.charts) {
      if (figures.some((figure) => figure.key === key)) continue;
      chart.destroy();
      this.charts.delete(key);
    }
    for (const figure of figures) {
      const host = () => part(this.home, "div", "chart");
      if (!this.charts.has(figure.key)) {
        this.charts.set(figure.key, new Chart(host(), this.ribbons[0], () => this.moved()));
      }
      this.charts.get(figure.key).take(figure);
    }
  }

  moved() {
    for (const ribbon of this.ribbons) ribbon.place();
  }

  destroy() {
    for (const ribbon of this.ribbons) ribbon.destroy();
    for (const chart of this.charts.values()) chart.destroy();
  }
}

export default served(View);
