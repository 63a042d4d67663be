"""How gates come to be: tasks, their data, one way of training, and the bundled models' makers."""

from explorer.training.begin import Beginning
from explorer.training.card import judge, make_card
from explorer.training.fit import fit
from explorer.training.fitting import Fitting, Progress
from explorer.training.folder import Folder, frame_steps, read_film
from explorer.training.learner import Learner, Shape
from explorer.training.metrics import METRICS, Metric, metric_of
from explorer.training.outcome import Outcome, Trained
from explorer.training.settings import Settings
from explorer.training.task import Batch, Course, Task
from explorer.training.tasks import TASKS, Classes, Forecast, Lines, make_task, right_answers, task_of
from explorer.training.twins import Step, Twins

__all__ = [
    "METRICS",
    "TASKS",
    "Batch",
    "Beginning",
    "Classes",
    "Course",
    "Fitting",
    "Folder",
    "Forecast",
    "Learner",
    "Lines",
    "Metric",
    "Outcome",
    "Progress",
    "Settings",
    "Shape",
    "Step",
    "Task",
    "Trained",
    "Twins",
    "fit",
    "frame_steps",
    "judge",
    "make_card",
    "make_task",
    "metric_of",
    "read_film",
    "right_answers",
    "task_of",
]
