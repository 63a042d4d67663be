"""The table: every form, part by part.

A row says how one is made, the right numbers by an independent calculation, and every sentence that must be said: what
is said and not expected fails as silence does. ``python -m docs.formats`` writes docs/formats.md from the same rows.
"""

from tests.forms import derived, every_tensor, keras, live, objects, packed, settings, tables, vocabularies, wiring
from tests.forms.form import Form

FORMS: tuple[Form, ...] = (
    *every_tensor.FORMS,
    *wiring.FORMS,
    *keras.FORMS,
    *settings.FORMS,
    *derived.FORMS,
    *objects.FORMS,
    *packed.FORMS,
    *live.FORMS,
    *tables.FORMS,
    *vocabularies.FORMS,
)
