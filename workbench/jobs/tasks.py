"""The tasks. Each is thin: it calls one use case, which can be repeated without harm."""

from __future__ import annotations

import procrastinate

from workbench.cases import document_check, pipeline
from workbench.cases.learning import shadow
from workbench.jobs.app import app

#: A job that fails for another reason than a model (the database went away) is tried again a few times.
_RETRY = procrastinate.RetryStrategy(max_attempts=8, linear_wait=2)


@app.task(name="telekalk.pipeline", retry=_RETRY, queue="pipeline")
def pipeline_run(case_id: str, run: int) -> None:
    """All steps of the pre-check of one set; ``run`` tells apart sets to which photos were added later."""
    pipeline.run(case_id)
    if pipeline.has_demo_plan(case_id):
        from workbench.demo.loader import advance

        advance(case_id)


@app.task(name=document_check.TASK, retry=_RETRY, queue="look")
def document_check_run(photo_id: str) -> None:
    """Whether a customer's photo of the document can be read, while the customer is still there."""
    document_check.check_document(photo_id)


@app.task(name=shadow.TASK, retry=_RETRY, queue="shadow")
def shadow_run(case_id: str) -> None:
    """A candidate detector looks at a finished set beside the active one; it changes nothing."""
    shadow.run(case_id)
