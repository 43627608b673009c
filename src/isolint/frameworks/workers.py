"""Workers of job queues in TypeScript: BullMQ, Bull, Agenda, Inngest, Trigger.dev, node-cron."""

from isolint.frameworks.framework import Fills, Framework, Registration
from isolint.model.access import Role

FRAMEWORK = Framework(
    name="workers",
    role=Role.JOB,
    registrations=(
        Registration(functions=frozenset({"Worker", "CronJob"}), fills=(Fills.MESSAGE,)),
        Registration(methods=frozenset({"process", "define", "schedule"}), fills=(Fills.MESSAGE,)),
        Registration(methods=frozenset({"createFunction"}), fills=(Fills.MESSAGE,), path=False),
        Registration(
            functions=frozenset({"task", "schemaTask"}),
            methods=frozenset({"task"}),
            fills=(Fills.MESSAGE,),
            path=False,
            options=frozenset({"run"}),
        ),
    ),
)
