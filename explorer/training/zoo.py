"""The bundled models judged again, and the table of them."""


def evaluate_bundled() -> None:
    """Judge every bundled model on held-out data and write docs/zoo.md."""
    raise NotImplementedError
