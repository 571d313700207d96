"""The inquiry (责任倒查): who is responsible; sealed from its respondents, in a ledger of its own.

The case only points to it; the case's ledger reveals no more than its category (contract.md, The view).
"""

from models.inquiry import appeal, finding, hand_over, opening  # importing an act registers its commands
from models.inquiry.aggregate import Inquiry
from models.inquiry.registry import INQUIRY
from models.inquiry.state import InquiryState, Respondent

__all__ = ["INQUIRY", "Inquiry", "InquiryState", "Respondent", "appeal", "finding", "hand_over", "opening"]
