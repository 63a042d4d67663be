"""What the user typed, uploaded or asked for, turned into numbers."""

from explorer.sequences.arrays import read_arrays, to_table
from explorer.sequences.encoded import Encoded, step_labels
from explorer.sequences.finding import Finding, Remedy
from explorer.sequences.generators import GENERATORS, Generator, Parameter, generate
from explorer.sequences.labelled import Labelled, read_labelled
from explorer.sequences.limits import MAX_LONG_STEPS, MAX_RECORDED_VALUES, MAX_STEPS, check_size
from explorer.sequences.lines_file import MOST_CLASSES, LinesFile, read_lines
from explorer.sequences.members import group_columns, member, members
from explorer.sequences.months import unroll_months
from explorer.sequences.remedies import findings, remedied
from explorer.sequences.sample import sample_text
from explorer.sequences.scaling import Scaling, fit_scaling, typed_scaling
from explorer.sequences.selection import encode_table
from explorer.sequences.splitting import Splitting, split_words
from explorer.sequences.states import parse_state, spelt_state
from explorer.sequences.statistics import read_statistics
from explorer.sequences.table import Table, read_table
from explorer.sequences.true_steps import TrueSteps, states_lengths, true_steps
from explorer.sequences.typed import looks_numeric, parse_numbers
from explorer.sequences.visible import UNKNOWN_SIGN, legible, visible
from explorer.sequences.vocabulary import Vocabulary

__all__ = [
    "GENERATORS",
    "MAX_LONG_STEPS",
    "MAX_RECORDED_VALUES",
    "MAX_STEPS",
    "MOST_CLASSES",
    "UNKNOWN_SIGN",
    "Encoded",
    "Finding",
    "Generator",
    "Labelled",
    "LinesFile",
    "Parameter",
    "Remedy",
    "Scaling",
    "Splitting",
    "Table",
    "TrueSteps",
    "Vocabulary",
    "check_size",
    "encode_table",
    "findings",
    "fit_scaling",
    "generate",
    "group_columns",
    "legible",
    "looks_numeric",
    "member",
    "members",
    "parse_numbers",
    "parse_state",
    "read_arrays",
    "read_labelled",
    "read_lines",
    "read_statistics",
    "read_table",
    "remedied",
    "sample_text",
    "spelt_state",
    "split_words",
    "states_lengths",
    "step_labels",
    "to_table",
    "true_steps",
    "typed_scaling",
    "unroll_months",
    "visible",
]
