"""NestJS: scheduled work, queue processors, and handlers of events and messages."""

from isolint.frameworks.framework import Framework
from isolint.model.access import Role

FRAMEWORK = Framework(
    name="nestjs-jobs",
    role=Role.JOB,
    decorators=frozenset(
        "Cron Interval Timeout Process OnEvent EventPattern MessagePattern RabbitSubscribe RabbitRPC "
        "OnQueueCompleted OnQueueFailed OnQueueActive".split()
    ),
    bases=("WorkerHost",),
    methods=frozenset({"process"}),
)
