"""Every kind of file, module, table and vocabulary in one table: the right numbers, or a refusal that names the thing.

A wrong number fails, and so does silence: where something is assumed, converted or left out it must be said, and
what is said must be expected.
"""

import numpy as np
import pytest

from docs import formats
from explorer import ExplorerError
from explorer.models.model.claims import claim
from tests.forms.form import ANY, Form, Opens, Reading, given_of, outcome
from tests.forms.table import FORMS
from tests.models.reference import distance
from tests.models.test_checkpoint_objects import CALLED

CLOSE = 2e-6


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_form(form: Form) -> None:
    found = outcome(form)
    assert CALLED == []
    if isinstance(form.expect, Opens):
        assert isinstance(found, Reading), found
        check_numbers(form, found)
        check_said(form.expect, found)
        check_found(form.expect, found)
    else:
        assert isinstance(found, ExplorerError)
        assert len(str(found)) < 300
        assert str(found).isprintable()
        assert [name for name in form.expect.names if name not in str(found)] == [], str(found)


def check_numbers(form: Form, found: Reading) -> None:
    """The states, and what the head answers, are those of the independent calculation."""
    given = given_of(form)
    right = np.asarray(given.right)
    if found.model is None:
        np.testing.assert_array_equal(found.values, right)
        return
    assert distance(found.values, right) <= CLOSE
    if given.answer is not None:
        assert found.output is not None
        answer = np.asarray(given.answer)
        assert distance(found.output[-len(answer) :], answer) <= CLOSE


def check_said(expect: Opens, found: Reading) -> None:
    """Nothing goes unsaid, and nothing is said that was not expected."""
    assert [piece for piece in expect.says if not any(piece in note for note in found.notes)] == [], found.notes
    unexpected = [note for note in found.notes if not any(piece in note for piece in expect.says)]
    assert found.notes if expect.more_said else unexpected == []
    assert found.guessed == expect.guessed
    if found.model is not None:
        assert (found.model.unused, found.model.mask) == (expect.unused, expect.mask)
        assert (found.proved, bool(found.model.card.get("doubts"))) == (expect.proved, expect.doubted)
        error = 1e-8 if found.proved else None
        assert ("not used" in claim(found.model, error)) == bool(expect.unused)
        assert ("no PyTorch equivalent" in claim(found.model, error)) == (not expect.proved)


def check_found(expect: Opens, found: Reading) -> None:
    """Networks, what stands around the one that was opened, and what was attached to it."""
    for what in ("networks", "offers", "embedding", "head"):
        if getattr(expect, what) is not ANY:
            assert getattr(found, what) == getattr(expect, what)
    for what in ("between", "after"):
        if getattr(expect, what) is not ANY:
            assert set(getattr(expect, what)) <= set(getattr(found, what))
            assert bool(getattr(expect, what)) == bool(getattr(found, what))


def test_every_row_is_named_once() -> None:
    names = [str(form) for form in FORMS]
    assert len(set(names)) == len(names)


def test_the_page_of_formats_is_what_the_command_writes() -> None:
    assert formats.FILE.read_text(encoding="utf-8") == formats.text()
