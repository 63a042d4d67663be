"""The table: every form, part by part."""

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
