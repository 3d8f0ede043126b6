"""Addresses of the desk of the books, below /can-bo/doi-soat/."""

from django.urls import path

from citizens.desk import claims, counter, lines, refunds, report, statements

app_name = "desk"

urlpatterns = [
    path("", lines.queue, name="lines"),
    path("dong/<int:line_id>/", lines.line, name="line"),
    path("dong/<int:line_id>/ghep/", lines.match, name="match"),
    path("ghep/<int:match_id>/kiem/", lines.check, name="check"),
    path("ghep/<int:match_id>/huy/", lines.unmatch, name="unmatch"),
    path("sao-ke/", statements.statements, name="statements"),
    path("tai-quay/", counter.counter, name="counter"),
    path("tai-quay/bien-lai/", counter.voucher, name="voucher"),
    path("bao-nop/", claims.claims, name="claims"),
    path("bao-nop/<int:claim_id>/", claims.answer, name="claim_answer"),
    path("hoan-tra/", refunds.refund_list, name="refunds"),
    path("hoan-tra/yeu-cau/<int:payment_id>/", refunds.ask, name="refund_ask"),
    path("hoan-tra/<int:refund_id>/duyet/", refunds.approve, name="refund_approve"),
    path("hoan-tra/<int:refund_id>/tu-choi/", refunds.refuse, name="refund_refuse"),
    path("hoan-tra/<int:refund_id>/da-tra/", refunds.complete, name="refund_complete"),
    path("bao-cao/", report.report, name="report"),
    path("bao-cao/chenh-lech.csv", report.report_csv, name="report_csv"),
]
