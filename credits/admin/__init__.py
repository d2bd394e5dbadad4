"""The hub manager's room for credits: funding, allocation, corrections, and the books."""

from credits.admin.allocation import AllocationRunAdmin
from credits.admin.approvals import ApprovalAdmin, SchoolSpendingPolicyAdmin
from credits.admin.books import AccountAdmin, BooksCheckAdmin, TransferAdmin
from credits.admin.funding import FundingAdmin
from credits.admin.instalments import InstalmentAdmin
from credits.admin.journal import JournalEntryAdmin
from credits.admin.opening_figures import OpeningImportAdmin

__all__ = [
    "AccountAdmin",
    "AllocationRunAdmin",
    "ApprovalAdmin",
    "BooksCheckAdmin",
    "FundingAdmin",
    "InstalmentAdmin",
    "JournalEntryAdmin",
    "OpeningImportAdmin",
    "SchoolSpendingPolicyAdmin",
    "TransferAdmin",
]
