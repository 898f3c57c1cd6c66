"""What is kept of a month: its closed reports, what they propose, the spikes between, and who gets mails."""

from reports.models.closed import Report, ReportRow
from reports.models.proposals import Proposal
from reports.models.spikes import Spike
from reports.models.subscriptions import Subscription

__all__ = ["Proposal", "Report", "ReportRow", "Spike", "Subscription"]
