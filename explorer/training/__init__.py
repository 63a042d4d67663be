"""How gates come to be: tasks, their data, one way of training, and the bundled models' makers."""

from explorer.training.card import judge, make_card
from explorer.training.fit import Fitting, Progress
from explorer.training.folder import Folder, frame_steps, read_film
from explorer.training.learner import Learner, Shape
from explorer.training.metrics import METRICS, Metric, metric_of
from explorer.training.task import Batch, Course, Task
from explorer.training.tasks import TASKS, Forecast, make_task, right_answers, task_of

__all__ = [
    "METRICS",
    "TASKS",
    "Batch",
    "Course",
    "Fitting",
    "Folder",
    "Forecast",
    "Learner",
    "Metric",
    "Progress",
    "Shape",
    "Task",
    "frame_steps",
    "judge",
    "make_card",
    "make_task",
    "metric_of",
    "read_film",
    "right_answers",
    "task_of",
]
