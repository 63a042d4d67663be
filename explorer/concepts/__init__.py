"""What may be so of a text at each step: the quantities that units are looked for by. NumPy in, marks out."""

from explorer.concepts.concept import CONCEPTS, Concept, concept_of, neither
from explorer.concepts.expressions import check_expression, matched

__all__ = ["CONCEPTS", "Concept", "check_expression", "concept_of", "matched", "neither"]
