"""One file per noun; everything is imported from here."""

from credits.models.allocation import AllocationLine, AllocationOmission, AllocationRun
from credits.models.approvals import Approval, SchoolSpendingPolicy
from credits.models.funding import Funding, Instalment
from credits.models.ledger import Account, BooksCheck, JournalEntry, Transfer
from credits.models.opening import OpeningImport

__all__ = [
    "Account",
    "AllocationLine",
    "AllocationOmission",
    "AllocationRun",
    "Approval",
    "BooksCheck",
    "Funding",
    "Instalment",
    "JournalEntry",
    "OpeningImport",
    "SchoolSpendingPolicy",
    "Transfer",
]
