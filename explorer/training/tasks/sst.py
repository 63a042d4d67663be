"""How warm will the sea be next month?"""

import csv

import numpy as np

from explorer.errors import EncodingError
from explorer.training.task import DATA
from explorer.training.tasks.forecast import Forecast, Series

FILE = "sea_surface_temperature_nino12.csv"


def read_months() -> Series:
    """The monthly means of 1950 to 2010 in °C, (732,).

    Raises:
        EncodingError: the bundled file is missing or damaged.
    """
    try:
        with (DATA / FILE).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))[1:]
        return np.array([[float(value) for value in row[1:]] for row in rows]).ravel()
    except (OSError, ValueError) as reason:
        raise EncodingError(f"{FILE} cannot be read ({reason}): fetch the file again.") from None


class SeaSurface(Forecast):
    """Monthly sea surface temperature of the Niño 1+2 region; the years from 2001 held out."""

    name = "sst"
    title = "Sea surface temperature"
    learned = (
        "This network learned to say next month's sea temperature off Peru from the months before; "
        "its cell state keeps track of the season."
    )
    question = "next month"
    unit = "°C"
    source = "NOAA ERSST.V3B, monthly means of Niño 1+2 (0–10°S, 90–80°W), 1950–2010; public domain"
    labels = ("next month",)
    examples = (
        {"title": "The ten years held out", "kind": "series", "dataset": FILE, "from": "2001-01", "to": "2010-12"},
        {"title": "El Niño of 1982", "kind": "series", "dataset": FILE, "from": "1978-01", "to": "1987-12"},
        {"title": "El Niño of 1997", "kind": "series", "dataset": FILE, "from": "1993-01", "to": "2000-12"},
    )

    def __init__(self) -> None:
        super().__init__(read_months())
