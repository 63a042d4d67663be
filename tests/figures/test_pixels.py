"""A panel as a picture file: every cell in its colour, read back by another library."""

import io
import warnings

import numpy as np
import pytest
from PIL import Image

from explorer.figures.pixels import cells_png
from explorer.figures.style import STYLES, Scale

SCALES = {f"{theme} {name}": getattr(style, name) for theme, style in STYLES.items() for name in ("gates", "states")}


def interpolated(values: np.ndarray, low: float, high: float, scale: Scale) -> np.ndarray:
    """The colour of each value, one by one."""

    def of(value: float) -> list[float]:
        share = min(1.0, max(0.0, (value - low) / (high - low)))
        after = next(at for at in range(1, len(scale)) if scale[at][0] >= share)
        (one, left), (two, right) = scale[after - 1], scale[after]
        part = (share - one) / (two - one)
        ends = [(int(left[at : at + 2], 16), int(right[at : at + 2], 16)) for at in (1, 3, 5)]
        return [a + part * (b - a) for a, b in ends]

    return np.array([[of(value) for value in row] for row in values])


@pytest.mark.parametrize("name", SCALES)
def test_every_cell_has_its_colour(name: str) -> None:
    low, high = (0.0, 1.0) if "gates" in name else (-2.0, 2.0)
    z = np.random.default_rng(0).uniform(low * 1.2 - 0.1, high * 1.2, (7, 90)).astype(np.float32)
    image = Image.open(io.BytesIO(cells_png(z, low, high, SCALES[name]))).convert("RGBA")
    assert image.size == (90, 7)
    shown = np.asarray(image).astype(float)
    assert (shown[..., 3] == 255).all()
    assert np.abs(shown[..., :3] - interpolated(z, low, high, SCALES[name])).max() <= 2


def test_what_is_no_number_is_transparent_and_the_rest_keeps_its_colour() -> None:
    z = np.linspace(0, 1, 400, dtype=np.float32).reshape(4, 100)
    z[:, ::3] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the library that reads it: a palette with a transparent colour is usual
        picture = Image.open(io.BytesIO(cells_png(z, 0, 1, STYLES["light"].gates))).convert("RGBA")
    image = np.asarray(picture).astype(float)
    assert ((image[..., 3] == 0) == np.isnan(z)).all()
    known = ~np.isnan(z)
    wanted = interpolated(np.nan_to_num(z), 0, 1, STYLES["light"].gates)
    assert np.abs(image[..., :3] - wanted)[known].max() <= 2


def test_a_quantised_panel_is_drawn_on_its_own_ends() -> None:
    z = np.array([[0, 100, 200]], dtype=np.uint8)
    image = np.asarray(Image.open(io.BytesIO(cells_png(z, 0, 200, STYLES["light"].states))).convert("RGB"))
    wanted = [[0x9A, 0x3A, 0x0C], [0xFB, 0xF5, 0xE6], [0x12, 0x32, 0x5C]]
    assert np.abs(image[0].astype(int) - wanted).max() <= 1
