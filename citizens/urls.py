"""Addresses of the public pages. No address names a case: what is open stands in the session."""

from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from citizens.views import (
    case,
    figures,
    gateway,
    inbox,
    lookup,
    pages,
    paid,
    papers,
    payment,
    petition,
    platform,
    reports,
    transfer,
)

app_name = "citizens"

urlpatterns = [
    path("", lookup.start, name="start"),
    path("tra-cuu/", lookup.by_code, name="lookup"),
    path("TRA-CUU/", lookup.by_code),  # the QR of a paper is in capitals
    path("tra-cuu/quyet-dinh/", lookup.by_decision, name="lookup_decision"),
    path("tra-cuu/bien-so/", lookup.by_plate, name="lookup_plate"),
    path("tra-cuu/bien-so/ket-qua/", lookup.plate_results, name="plate_results"),
    path("vu-viec/", case.case_page, name="case"),
    path("vu-viec/anh/<int:number>/", case.picture, name="picture"),
    path("vu-viec/don-khieu-nai/", petition.of_the_case, name="case_petition"),
    path("nop-phat/", payment.pay, name="pay"),
    path("nop-phat/ket-qua/", payment.result, name="result"),
    path("nop-phat/ket-qua/trang-thai/", payment.result_state, name="result_state"),
    path("nop-phat/xac-nhan.pdf", payment.confirmation, name="confirmation"),
    path("nop-phat/ipn/vnpay/", csrf_exempt(gateway.vnpay_notification), name="vnpay_ipn"),
    path("nop-phat/ipn/dvcqg/", csrf_exempt(platform.platform_callback), name="dvcqg_ipn"),
    path("nop-phat/chuyen-khoan/", transfer.transfer, name="transfer"),
    path("nop-phat/da-nop/", paid.claim, name="claim_paid"),
    path("xac-minh/", papers.verify, name="verify"),
    path("XAC-MINH/", papers.from_capitals),  # the QR of a paper is in capitals
    path("xac-minh/qr/", papers.verify_stamp, name="verify_stamp"),
    path("xac-minh/sw.js", papers.service_worker, name="verify_worker"),
    path(".well-known/notice-keys.json", papers.notice_keys, name="notice_keys"),
    path("hop-thu/", inbox.ask, name="inbox_ask"),
    path("hop-thu/ma/", inbox.enter_code, name="inbox_code"),
    path("hop-thu/van-ban/", inbox.papers, name="inbox"),
    path("hop-thu/van-ban/<uuid:notice_id>/", inbox.open_paper, name="inbox_open"),
    path("hop-thu/van-ban/<uuid:notice_id>.pdf", inbox.pdf, name="inbox_pdf"),
    path("hop-thu/lien-he/", inbox.change_contact, name="inbox_contact"),
    path("hop-thu/ngung/", inbox.stop, name="inbox_stop"),
    path("hop-thu/dong/", inbox.close, name="inbox_close"),
    path("tin-nhan/bao-tra/", csrf_exempt(reports.delivery_report), name="delivery_report"),
    path("huong-dan/", pages.guide, name="guide"),
    path("canh-giac/", pages.fraud, name="fraud"),
    path("quyen/", pages.rights, name="rights"),
    path("quyen/don-khieu-nai.pdf", pages.petition, name="petition"),
    path("bao-mat-du-lieu/", pages.privacy, name="privacy"),
    path("kha-nang-tiep-can/", pages.accessibility, name="accessibility"),
    path("so-lieu/", figures.figures, name="figures"),
    re_path(r"^so-lieu/(?P<month>[0-9]{4}-[0-9]{2})\.csv$", figures.download, name="figures_file"),
    path("robots.txt", pages.robots, name="robots"),
]
