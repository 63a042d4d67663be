"""Tables as people have them: every number by hand, everything left out or converted said."""

from typing import Any

import numpy as np

from explorer.sequences import Scaling
from tests.forms.form import Form, Opens, columns, refused
from tests.forms.given import Rows, Scaled
from tests.forms.independent import states_of
from tests.models.computed_weights import module_of
from tests.sequences.test_tables_as_people_have_them import CONVERTED, DROPPED, KINDS

PART = "Tables"
SCALES = "The scale of numbers"
DAYS = [f"2020-01-{day:02d}" for day in range(1, 13)]
SMOOTH = [1.5, 2.5, 0.5, -1.0, 2.0, 3.0]


def _kind(title: str) -> Rows:
    text, expected = KINDS[title]
    return Rows(text, columns(expected))


def _days(values: Any, dates: Any = DAYS, fixes: tuple[str, ...] = (), right: Any = None, head: str = "day,v") -> Rows:
    rows = [f"{date},{value}" for date, value in zip(dates, values, strict=False)]
    return Rows("\n".join([head, *rows]) + "\n", np.array(values if right is None else right, float)[:, None], fixes)


def _sentinel(value: float, fix: bool) -> Rows:
    values = [*SMOOTH, value, 4.0]
    right = [*SMOOTH, np.nan, 4.0] if fix else values
    return _days(values, fixes=(f"missing:{value}",) if fix else (), right=right)


def _series(fix: bool) -> Rows:
    text = "day,where,v\n" + "".join(
        f"2020-01-{day:02d},{name},{value}\n" for value, name in enumerate(("pier", "bay")) for day in range(1, 7)
    )
    kept = [1.0] * 6 if fix else [0.0] * 6 + [1.0] * 6
    return Rows(text, np.array(kept)[:, None], ("only:1",) if fix else ())


def _scaled(factor: float, scaling: Scaling | None) -> Scaled:
    module = module_of("lstm")
    x = (np.random.default_rng(3).normal(size=(30, 3)) * factor).astype(np.float32)
    seen = x if scaling is None else ((x - np.array(scaling.offset)) / np.array(scaling.scale)).astype(np.float32)
    return Scaled(module, x, states_of(module, seen), scaling)


BACK, TWICE, GAP = DAYS[5::-1], [*DAYS[:2], DAYS[1], *DAYS[2:4]], [DAYS[1], DAYS[2], DAYS[3], DAYS[6]]
READ = "Read as UTF-8 text"
SHIFTED = {
    "a row shorter than the header": ("a,b,c\n1,2\n3,4\n", "Line 2"),
    "a row longer than the others": ("a,b\n1,2\n3,4,5\n6,7\n", "Line 3"),
    "a last row cut short": ("a,b\n1,2\n3,4\n5\n", "Line 4"),
}
LEFT_OUT = ("d,who,end,gap,mix,slip,v\n2020-01-01,ann,2020-01-02,,5%,1,1\n2020-01-03,bob,2020-01-04,,5,x,2\n"
            "2020-01-05,cyd,2020-01-06,,6,3,3\n")  # fmt: skip
STATED = Scaling("z-score", (100.0,) * 3, (2.0,) * 3)


def _says(title: str) -> tuple[str, ...]:
    return tuple(said[title] for said in (CONVERTED, DROPPED) if title in said)


FORMS = (
    *(Form(PART, title, lambda title=title: _kind(title), Opens(_says(title), more_said=True)) for title in KINDS),
    Form(
        PART,
        "columns of words, dates, nothing, mixed units and a slip",
        lambda: Rows(LEFT_OUT, np.array([[1.0], [2], [3]])),
        Opens(("'who'", "'end'", "'gap'", "'mix'", "'slip'", READ)),
    ),
    Form(
        PART,
        "two series told apart by a column, one taken",
        lambda: _series(True),
        Opens(("'where'", "One series of 2", READ)),
    ),
    *(Form(PART, title, lambda text=text: Rows(text), refused(line)) for title, (text, line) in SHIFTED.items()),
    *(
        Form(
            PART,
            f"the sentinel {value:g}",
            lambda value=value: _sentinel(value, False),
            Opens(("it looks like “no value”", READ)),
        )
        for value in (-999.0, -9999.0, -200.0, 9.969209968386869e36)
    ),
    Form(
        PART,
        "the sentinel -999, made missing",
        lambda: _sentinel(-999.0, True),
        Opens(("it looks like “no value”", READ, "Treated as missing")),
    ),
    Form(PART, "time backwards", lambda: _days(SMOOTH, BACK), Opens(("Time runs backwards", READ))),
    Form(
        PART,
        "time backwards, turned round",
        lambda: _days(SMOOTH, BACK, ("turn",), SMOOTH[::-1]),
        Opens(("Time runs backwards", "Turned round", READ)),
    ),
    Form(
        PART,
        "two series below each other, by dates that restart",
        lambda: _days(range(10), [*DAYS[:5], *DAYS[:5]]),
        Opens(("2 series below each other", READ)),
    ),
    Form(
        PART,
        "two series below each other, the second taken",
        lambda: _days(range(10), [*DAYS[:5], *DAYS[:5]], ("only:1",), range(5, 10)),
        Opens(("2 series below each other", "One series of 2", READ)),
    ),
    Form(PART, "two series told apart by a column", lambda: _series(False), Opens(("'where'", READ))),
    Form(
        PART,
        "rows out of order",
        lambda: _days([1, 3, 2, 5, 4], [DAYS[at] for at in (0, 2, 1, 4, 3)]),
        Opens(("not in the order of time", READ)),
    ),
    Form(
        PART,
        "rows out of order, sorted",
        lambda: _days([1, 3, 2, 5, 4], [DAYS[at] for at in (0, 2, 1, 4, 3)], ("sort",), [1, 2, 3, 4, 5]),
        Opens(("not in the order of time", "Sorted by time", READ)),
    ),
    Form(PART, "repeated times", lambda: _days([1, 2, 4, 8, 9], TWICE), Opens(("the time of the row before", READ))),
    Form(
        PART,
        "repeated times, averaged",
        lambda: _days([1, 2, 4, 8, 9], TWICE, ("average",), [1, 3, 8, 9]),
        Opens(("the time of the row before", "averaged", READ)),
    ),
    Form(PART, "a gap in time", lambda: _days([1, 2, 3, 9], GAP), Opens(("from the usual 1 day", READ))),
    Form(
        PART,
        "a gap in time, filled",
        lambda: _days([1, 2, 3, 9], GAP, ("even",), [1, 2, 3, 5, 7, 9]),
        Opens(("from the usual 1 day", "Made even", READ)),
    ),
    Form(SCALES, "standardised numbers", lambda: _scaled(1, None), Opens()),
    Form(
        SCALES,
        "raw columns into a model that states no scale",
        lambda: _scaled(1000, None),
        Opens(("scaling may be missing",)),
    ),
    Form(
        SCALES,
        "numbers far from what a model was trained on",
        lambda: _scaled(1, STATED),
        Opens(("standard deviations",)),
    ),
)
"""Rows of this part."""
