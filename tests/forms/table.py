"""The table: every form, part by part."""

from tests.forms import every_tensor
from tests.forms.form import Form

FORMS: tuple[Form, ...] = (*every_tensor.FORMS,)
