"""Sequences to try, and to show a model of which nothing is known."""

GALLERY: dict[str, dict[str, str]] = {
    "code": {
        "list comprehension": "best = max([len(w) for w in names[2:]])",
        "deep calls": "f(a[g(b[h(c[0])])]) + 1",
        "string and comment": 'print("(not a bracket)")  # nor [this]',
        "several lines": "def area(r):\n    return 3.14 * r ** 2\n",
    },
    "prose": {
        "an aside": "She left (it was late [past ten]) and closed the door.",
        "agreement": "The boys near the car greet the girl.",
    },
    "mathematics": {
        "nested sum": "((a + b) * [c - (d / e)])",
        "intervals": "x in [0, 1), y in (2, 3]",
    },
    "numbers": {
        "a triangle": "0, 1, 2, 3, 2, 1, 0, -1, -2, -3, -2, -1, 0",
        "one spike": "0 0 0 0 0 5 0 0 0 0 0 0 0 0 0",
        "two columns": "1 0\n0 1\n1 0\n0 1\n1 1\n0 0",
    },
    "stress cases": {
        "one character": "(",
        "never closed": "((((((((((((",
        "stray closers": "a) b] (c] d) e",
        "unknown letters": "naïve café (größe [№ 1])",
        "twice as long": "f(" + "x, " * 40 + "y[0])",
    },
}
"""Sequences to try, by kind; one click each."""
WAVE = "0, 0.5, 1, 0.5, 0, -0.5, -1, -0.5, 0, 0.5, 1, 0.5, 0"
"""A few numbers, for a model of one input."""
