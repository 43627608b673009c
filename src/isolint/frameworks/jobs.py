"""Job queues: Celery, RQ, Dramatiq, Huey, arq, APScheduler."""

from isolint.frameworks.framework import Framework
from isolint.model.access import Role

FRAMEWORK = Framework(
    name="jobs",
    role=Role.JOB,
    decorators=frozenset(
        "task shared_task actor job periodic_task db_task db_periodic_task scheduled_job cron background_task "
        "periodic scheduled on_after_configure repeat_every subscriber".split()
    ),
    folders=frozenset({"bgtasks", "tasks", "jobs", "workers", "cron", "crons", "celery"}),
)
