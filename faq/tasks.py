"""Jobs of the worker: imports are read, applied and undone while their pages are left and come back to."""

from procrastinate.contrib.django import app

from faq.services import import_work


@app.task(name="faq.read_import", pass_context=False)
def read_import(run_id: int) -> None:
    """See ``import_work.run_reading``."""
    import_work.run_reading(run_id)


@app.task(name="faq.apply_import", pass_context=False)
def apply_import(run_id: int) -> None:
    """See ``import_work.run_applying``."""
    import_work.run_applying(run_id)


@app.task(name="faq.undo_import", pass_context=False)
def undo_import(run_id: int) -> None:
    """See ``import_work.run_undoing``."""
    import_work.run_undoing(run_id)
