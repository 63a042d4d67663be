import numpy as np

from explorer.training.concepts import in_comment, in_long_string, in_quotes, unit_auc

SOURCE = "x = 'ab' + f(\"c\") # d\ny = '''e\nf'''\n"


def shown(text: str, mask: np.ndarray) -> str:
    return "".join(character for character, marked in zip(text, mask, strict=True) if marked)


def test_quotes_and_comments_are_marked_in_source() -> None:
    assert shown(SOURCE, in_quotes(SOURCE)) == "'ab\"c'e\nf"
    assert shown(SOURCE, in_long_string(SOURCE)) == "'''e\nf'''"
    assert shown(SOURCE, in_comment(SOURCE)) == "# d"


def test_source_cut_in_the_middle_is_marked_as_far_as_it_can_be_read() -> None:
    assert shown("a = 'b'\nc = (", in_quotes("a = 'b'\nc = (")) == "'b"


def test_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    random = np.random.default_rng(0)
    values, mask = random.normal(size=(40, 3)), random.random(40) < 0.3
    for unit in range(3):
        pairs = [inside > outside for inside in values[mask, unit] for outside in values[~mask, unit]]
        assert np.isclose(unit_auc(values, mask)[unit], np.mean(pairs))
