"""Writing cases (办理): each act is one record, in one transaction with its ledger note."""

from shouwang.register.procedure.actions.acts import (
    accept_case,
    announce_case,
    answer_objection,
    file_objection,
    give_authorisation,
    help_first,
    hold_appraisal,
    merge_case,
    post_notice,
    recheck_case,
    return_case,
    review_case,
    revoke_authorisation,
    serve_reasons,
    sign_pledge,
    skip_step,
    transfer_case,
    verify_home,
    withdraw_case,
)
from shouwang.register.procedure.actions.begin import FrozenProcedure, begin_case
from shouwang.register.procedure.actions.counts import gather_counts
from shouwang.register.procedure.actions.enquire import answer_enquiry, ask_departments, close_comparison
from shouwang.register.procedure.actions.enter import NotNow, QuickerElsewhere, enter_record, refuse_outdated
from shouwang.register.procedure.actions.evidence import keep_evidence
from shouwang.register.procedure.actions.kin import declare_kin, end_kin, recuse
from shouwang.register.procedure.actions.reply_sheet import answer_enquiries, enquiry_sheet

__all__ = [
    "FrozenProcedure",
    "NotNow",
    "QuickerElsewhere",
    "accept_case",
    "announce_case",
    "answer_enquiries",
    "answer_enquiry",
    "answer_objection",
    "ask_departments",
    "begin_case",
    "close_comparison",
    "declare_kin",
    "end_kin",
    "enquiry_sheet",
    "enter_record",
    "file_objection",
    "gather_counts",
    "give_authorisation",
    "help_first",
    "hold_appraisal",
    "keep_evidence",
    "merge_case",
    "post_notice",
    "recheck_case",
    "recuse",
    "refuse_outdated",
    "return_case",
    "review_case",
    "revoke_authorisation",
    "serve_reasons",
    "sign_pledge",
    "skip_step",
    "transfer_case",
    "verify_home",
    "withdraw_case",
]
