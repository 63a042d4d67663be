"""One session of the app without a browser: what it shows, and hands that type and choose."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from tests.ui.message import unpack

ROOT = Path(__file__).parents[2]


class Screen:
    """A session that began with `link`; whatever runs, an exception on the page fails at once."""

    def __init__(self, page: str = "", /, **link: str) -> None:
        self.app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
        self.app.query_params.update(link)
        if page:
            self.app.switch_page(page)
        self.run()

    def run(self) -> "Screen":
        self.app.run()
        assert [raised.message for raised in self.app.exception] == []
        return self

    @property
    def link(self) -> dict[str, str]:
        """What stands in the address."""
        return {name: values if isinstance(values, str) else values[-1] for name, values in self._query().items()}

    @property
    def shared(self) -> dict[str, str]:
        """The query of the link that Share offers."""
        address = urlsplit(self.open("share").app.code[0].value)
        return {name: values[-1] for name, values in parse_qs(address.query, keep_blank_values=True).items()}

    @property
    def request(self) -> Any:
        return self.app.session_state["request"]

    @property
    def line(self) -> str:
        return str(self.app.text_input(key="line").value)

    @property
    def captions(self) -> str:
        return "\n".join(caption.value for caption in self.app.caption)

    @property
    def texts(self) -> str:
        return "\n".join(text.value for text in self.app.markdown)

    @property
    def warnings(self) -> list[str]:
        return [warning.value for warning in self.app.warning]

    @property
    def errors(self) -> list[str]:
        return [error.value for error in self.app.error]

    @property
    def proof(self) -> str:
        """How far the numbers are from PyTorch's, as the facts say."""
        labels = [str(one.proto.popover.label) for one in self.app.get("popover")]
        return next(label for label in labels if "PyTorch" in label)

    @property
    def panels(self) -> dict[str, NDArray[Any]]:
        """What the stack of heatmaps draws: the panel's name → (unit, time)."""
        drawn = [trace for trace in self._stack if trace["type"] == "heatmap"]
        several = len({trace["meta"]["signal"] for trace in drawn}) < len(drawn)
        names = [" ".join(map(str, trace["meta"].values())) if several else trace["meta"]["signal"] for trace in drawn]
        return {name: trace["z"] for name, trace in zip(names, drawn, strict=True)}

    @property
    def units(self) -> list[int]:
        """The units shown, from top to bottom."""
        return [int(name.removeprefix("unit ")) for name in self._stack[0]["y"]]

    @property
    def _stack(self) -> list[dict[str, Any]]:
        """What the stack draws."""
        return next(chart["data"] for chart in self.charts if "meta" in chart["data"][0])

    @property
    def view(self) -> dict[str, Any]:
        """What our view is told: its ribbons and its charts."""
        views = [one.proto for one in self.app.get("bidi_component") if one.proto.component_name.endswith("_view")]
        return dict(unpack(views[0].bytes)) if views else {"ribbons": [], "charts": []}

    @property
    def charts(self) -> list[dict[str, Any]]:
        """Every chart on the page, those of our view first: its data and layout."""
        others = [json.loads(chart.proto.spec) for chart in self.app.get("plotly_chart")]
        return [*self.view["charts"], *others]

    @property
    def drawn(self) -> bool:
        """Whether there is a picture at all."""
        return len(self.charts) > 0

    def type(self, text: str) -> "Screen":
        """Type into the bar's line and press Enter."""
        self.app.text_input(key="line").set_value(text)
        return self.run()

    def paste(self, lines: str) -> "Screen":
        """Type several lines into Source."""
        self.source("Several lines").app.text_area(key="lines").set_value(lines)
        return self.run()

    def open(self, pop_up: str) -> "Screen":
        """Open one of the bar's pop-ups: "examples", "source" or "share"."""
        self.app.session_state[pop_up] = True
        return self.run()

    def source(self, section: str) -> "Screen":
        """Open the Source menu at one of its sections."""
        self.open("source").app.button_group(key="source-section").set_value(section)
        return self.run()

    def upload(self, content: bytes, name: str = "table.csv") -> "Screen":
        """Upload a file in the Source menu."""
        self.source("CSV file").app.file_uploader(key="csv").set_value((name, content, "text/csv"))
        return self.run()

    def press(self, key: str) -> "Screen":
        self.app.button(key=key).click()
        return self.run()

    def choose(self, name: str, value: Any) -> "Screen":
        """Give a control of the request another value, whatever kind of control it is."""
        if name == "model":
            return self._pick(value)
        for kind in ("selectbox", "number_input", "toggle", "text_input", "text_area", "button_group"):
            for widget in self.app.get(kind):
                if widget.key == f"choice-{name}":
                    widget.set_value(value)
                    return self.run()
        raise AssertionError(f"There is no control of {name}.")

    @staticmethod
    def noise(columns: int) -> NDArray[Any]:
        """What an uploaded model of numbers is shown with first."""
        return np.random.default_rng(0).standard_normal((60, columns)).round(3)

    def _pick(self, model: str) -> "Screen":
        """Choose a model in the menu."""
        self.open("models")
        if model == "random":
            return self.press("models-random")
        self.app.button_group(key=f"models-{model.rpartition('-')[0]}").set_value(model)
        return self.run()

    def has(self, kind: str, key: str) -> bool:
        """Whether there is such a widget."""
        return any(widget.key == key for widget in self.app.get(kind))

    def _query(self) -> dict[str, Any]:
        return dict(self.app.query_params)
