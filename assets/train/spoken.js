// A sentence for screen readers; it is said again only when it changes.

class Spoken {
  constructor(root) {
    this.place = root.querySelector(".spoken");
  }

  receive({ data }) {
    if (this.place.textContent !== data.text) this.place.textContent = data.text;
  }

  destroy() {}
}

export default served(Spoken);
