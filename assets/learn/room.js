// Where the panel stands: beside the page where there is room, else above it. Streamlit lays out columns for any page,
// so the two containers are told from here.

const BESIDE = "(min-width: 1100px)";
const PHONE = "(max-width: 639.9px)";
const EDGE = "24px";

class Room {
  constructor(root, changed) {
    const find = (name) => root.closest(`.st-key-${name}`) ?? document.querySelector(`.st-key-${name}`);
    const child = (name) => {
      let one = find(name);
      while (one && one.parentElement !== this.room) one = one.parentElement;
      return one;
    };
    this.room = find("lesson-room");
    this.panel = child("lesson");
    this.page = child("lesson-page");
    this.main = document.querySelector('[data-testid="stMainBlockContainer"]');
    this.changed = changed;
    this.asked = [BESIDE, PHONE].map((one) => window.matchMedia(one));
    this.lay = () => this.place();
    for (const one of this.asked) one.addEventListener("change", this.lay);
    this.place();
  }

  get beside() { return this.asked[0].matches; }

  get phone() { return this.asked[1].matches; }

  place() {
    if (!this.room || !this.panel || !this.page) return;
    const { beside } = this;
    style(this.room, { flexDirection: beside ? "row" : "column", flexWrap: "nowrap", alignItems: beside ? "flex-start" : "stretch" });
    style(this.panel, beside
      ? { flex: "0 0 316px", width: "316px", position: "sticky", top: "68px", maxHeight: "calc(100vh - 80px)", overflowY: "auto" }
      : { flex: "0 0 auto", width: "100%", position: "static", top: "", maxHeight: "", overflowY: "visible" });
    style(this.page, { flex: beside ? "1 1 0" : "0 0 auto", width: beside ? "auto" : "100%", minWidth: "0" });
    if (this.main) style(this.main, { paddingLeft: this.phone ? "" : EDGE, paddingRight: this.phone ? "" : EDGE });
    this.changed();
  }

  leave() {
    for (const one of this.asked) one.removeEventListener("change", this.lay);
    if (this.main) style(this.main, { paddingLeft: "", paddingRight: "" });
  }
}

function style(element, wanted) {
  Object.assign(element.style, wanted);
}
