"""Draw the two colour scales as people with each kind of colour-blindness see them, and measure what is left.

    python docs/colour_blindness.py       # writes docs/look/colour-blindness.png and docs/colours.md

Simulation: Viénot, Brettel & Mollon 1999 (protanopia, deuteranopia) and Brettel, Viénot & Mollon 1997 reduced to one
plane (tritanopia), as linear-RGB matrices. Lightness is CIE L*.
"""

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from explorer.figures import STYLES  # noqa: E402

MATRICES = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]]),
    "deuteranopia": np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]),
    "tritanopia": np.array([[1.0, 0.14461, -0.14461], [0.0, 0.85924, 0.14076], [0.0, 0.85924, 0.14076]]),
}
WIDTH, HEIGHT, LABEL = 640, 34, 150


def ramp(stops: tuple[tuple[float, str], ...], count: int) -> NDArray[np.float64]:
    """``count`` colours along a scale, sRGB in [0, 1]."""
    places = [place for place, _ in stops]
    colours = np.array([[int(code[start : start + 2], 16) / 255 for start in (1, 3, 5)] for _, code in stops])
    along = np.linspace(0, 1, count)
    return np.stack([np.interp(along, places, colours[:, channel]) for channel in range(3)], axis=1)


def seen(colours: NDArray[np.float64], kind: str) -> NDArray[np.float64]:
    """The same colours as someone with ``kind`` sees them."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    changed = np.clip(linear @ MATRICES[kind].T, 0, 1)
    return np.where(changed <= 0.0031308, changed * 12.92, 1.055 * changed ** (1 / 2.4) - 0.055)


def lab(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* under D65."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                       [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
    xyz = linear @ to_xyz.T / np.array([0.95047, 1.0, 1.08883])
    root = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = root.T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


def main() -> None:
    """Write the picture and the table."""
    rows = [
        (theme, scale, kind, ramp(getattr(style, scale), WIDTH))
        for theme, style in STYLES.items()
        for scale in ("gates", "states")
        for kind in MATRICES
    ]
    picture = Image.new("RGB", (LABEL + WIDTH + 10, (HEIGHT + 4) * len(rows)), "white")
    pen = ImageDraw.Draw(picture)
    lines = [
        "# The two colour scales, and eyes that see fewer colours",
        "",
        "Made by `python docs/colour_blindness.py`. Distances are CIE76 ΔE between the ends of a scale, and its",
        "middle and each end; ΔE above about 20 is a difference nobody misses. The gates' scale is told by lightness",
        "and reads the same for all; the states' scale keeps its two arms apart by hue *and* lets the sign be",
        "read from the row under the tokens, so nothing is told by colour alone.",
        "",
        "![The scales as seen](look/colour-blindness.png)",
        "",
        "| theme | scale | eyes | low–high ΔE | low–middle ΔE | middle–high ΔE | lightness low / middle / high |",
        "|---|---|---|---|---|---|---|",
    ]
    for index, (theme, scale, kind, colours) in enumerate(rows):
        simulated = seen(colours, kind)
        strip = np.repeat((simulated[None] * 255).round().astype(np.uint8), HEIGHT, axis=0)
        picture.paste(Image.fromarray(strip), (LABEL, index * (HEIGHT + 4)))
        pen.text((4, index * (HEIGHT + 4) + 10), f"{theme} {scale}: {kind}", fill="black")
        low, middle, high = lab(simulated)[[0, WIDTH // 2, -1]]
        gaps = [float(np.linalg.norm(one - other)) for one, other in ((low, high), (low, middle), (middle, high))]
        light = " / ".join(f"{point[0]:.0f}" for point in (low, middle, high))
        lines.append(f"| {theme} | {scale} | {kind} | {gaps[0]:.0f} | {gaps[1]:.0f} | {gaps[2]:.0f} | {light} |")
    picture.save(ROOT / "docs" / "look" / "colour-blindness.png")
    (ROOT / "docs" / "colours.md").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
