"""Addresses of the officers' own pages, below /can-bo/."""

from django.urls import URLPattern, path
from django.views.generic.base import RedirectView

from violations.admin import (
    adjudication_page,
    audit_page,
    case_acts,
    case_page,
    emergency_page,
    evidence_export,
    evidence_view,
    home,
    known_page,
    own_figures_page,
    people_page,
    post_page,
    quality_page,
    recall_page,
    recovery_page,
    redaction_page,
    review_page,
    session_page,
    signing_batch_page,
    signing_page,
)

app_name = "violations"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    # Review
    path("duyet/", review_page.review, name="review"),
    path("duyet/quyet-dinh/", review_page.decide, name="review_decide"),
    path("duyet/hoan-tac/", review_page.undo, name="review_undo"),
    path("duyet/bien-so/", review_page.check_plate, name="review_plate"),
    path("duyet/dang-ky/<str:number>/", review_page.register, name="review_register"),
    path("duyet/tam-nghi/", review_page.pause, name="review_pause"),
    path("duyet/cua-toi/", own_figures_page.own_figures, name="own_figures"),
    # Two pairs of eyes
    path("phan-xu/", adjudication_page.adjudications, name="adjudications"),
    path("phan-xu/<int:look_id>/", adjudication_page.adjudication, name="adjudication"),
    path("chat-luong/", quality_page.quality, name="quality"),
    path("chat-luong/ho-so-mau/", known_page.known, name="known_cases"),
    path("chat-luong/ho-so-mau/chon/", known_page.choose, name="known_choose"),
    path("chat-luong/ho-so-mau/<int:known_id>/ngung/", known_page.retire, name="known_retire"),
    path(
        "anh/<uuid:evidence_id>/", evidence_view.picture, {"variant": "original"}, name="evidence"
    ),
    path(
        "anh/<uuid:evidence_id>/nho/",
        evidence_view.picture,
        {"variant": "thumbnail"},
        name="thumbnail",
    ),
    path(
        "anh/<uuid:evidence_id>/ban-cong-dan/",
        evidence_view.picture,
        {"variant": "citizen"},
        name="citizen_copy",
    ),
    path(
        "anh/<uuid:evidence_id>/ban-che/",
        evidence_view.picture,
        {"variant": "redacted"},
        name="redacted_copy",
    ),
    path("anh/<uuid:evidence_id>/che-mo/", redaction_page.page, name="redact"),
    path("phim/<uuid:evidence_id>/", evidence_view.film, name="film"),
    # Cases
    path(
        "ho-so/",
        RedirectView.as_view(pattern_name="admin:violations_violation_changelist"),
        name="case_root",
    ),
    path("ho-so/<str:number>/", case_page.case, name="case"),
    path("ho-so/<str:number>/chung-cu.zip", evidence_export.pack, name="evidence_pack"),
    path("ho-so/<str:number>/buoi-lam-viec/", session_page.page, name="session"),
    path(
        "ho-so/<str:number>/buoi-lam-viec/chung-cu/",
        session_page.show_evidence,
        name="session_evidence",
    ),
    path(
        "ho-so/<str:number>/tai-lieu/<int:document_id>/",
        session_page.document,
        name="session_document",
    ),
    path(
        "ho-so/<str:number>/chu-ky/<int:signature_id>/",
        session_page.signature,
        name="session_signature",
    ),
    path("ho-so/<str:number>/<slug:step>/", case_acts.act, name="case_act"),
    path("giay/<uuid:notice_id>/", case_page.paper, name="paper"),
    # People
    path("nhan-su/", people_page.people, name="people"),
    path("nhan-su/moi/", people_page.join, name="people_join"),
    path("nhan-su/<int:user_id>/", people_page.person, name="person"),
    path("nhan-su/<int:user_id>/phien/<int:session_id>/", people_page.end, name="person_session"),
    path("nhan-su/<int:user_id>/<slug:act>/", people_page.change, name="person_act"),
    path("khoi-phuc/", recovery_page.recoveries, name="recoveries"),
    path("khoi-phuc/<int:recovery_id>/duyet/", recovery_page.approve, name="recovery_approve"),
    path("khoi-phuc/<int:recovery_id>/tu-choi/", recovery_page.refuse, name="recovery_refuse"),
    path("khan-cap/", emergency_page.page, name="emergency"),
    path("khan-cap/mo/", emergency_page.open_access, name="emergency_open"),
    path("khan-cap/ket-thuc/", emergency_page.end, name="emergency_end"),
    path("khan-cap/<int:access_id>/", emergency_page.note, name="emergency_note"),
    path("kiem-toan/", audit_page.page, name="audit"),
    path("kiem-toan/rut/", audit_page.draw, name="audit_draw"),
    # Signing
    path("ky/", signing_page.desk, name="signing"),
    path("ky/<int:draft_id>/", signing_page.draft, name="signing_draft"),
    path("ky/<int:draft_id>/ban-nhap.pdf", signing_page.draft_pdf, name="signing_pdf"),
    path("ky/<int:draft_id>/ky/", signing_page.sign, name="signing_sign"),
    path("ky/<int:draft_id>/tra-lai/", signing_page.give_back, name="signing_return"),
    path("ky/lo/", signing_batch_page.make, name="signing_batch_make"),
    path("ky/lo/<str:number>/", signing_batch_page.batch, name="signing_batch"),
    path("ky/lo/<str:number>/ky/", signing_batch_page.sign, name="signing_batch_sign"),
    path("ky/lo/<str:number>/bo-lo/", signing_batch_page.give_up, name="signing_batch_give_up"),
    path(
        "ky/lo/<str:number>/<int:position>/bo-ra/",
        signing_batch_page.leave_out,
        name="signing_batch_leave_out",
    ),
    path(
        "ky/lo/<str:number>/<int:position>/tra-lai/",
        signing_batch_page.give_back,
        name="signing_batch_return",
    ),
    # Post room
    path("in/", post_page.room, name="post_room"),
    path("in/dot/", post_page.make_run, name="post_make_run"),
    path("in/dot/<uuid:run_id>/", post_page.run, name="post_run"),
    path("in/dot/<uuid:run_id>/tep/<slug:which>/", post_page.run_file, name="post_file"),
    path("in/dot/<uuid:run_id>/ghep-lai/", post_page.assemble, name="post_assemble"),
    path("in/dot/<uuid:run_id>/da-in/", post_page.mark_printed, name="post_printed"),
    path("in/dot/<uuid:run_id>/ban-giao/", post_page.hand_over, name="post_hand_over"),
    # Recalls
    path("thu-hoi/", recall_page.console, name="recalls"),
    path("thu-hoi/moi/", recall_page.new, name="recall_new"),
    path("thu-hoi/moi/danh-sach.csv", recall_page.new_csv, name="recall_new_csv"),
    path("thu-hoi/<str:number>/", recall_page.recall, name="recall"),
    path("thu-hoi/<str:number>/duyet/", recall_page.approve, name="recall_approve"),
    path("thu-hoi/<str:number>/tu-choi/", recall_page.refuse, name="recall_refuse"),
    path("thu-hoi/<str:number>/thu-lai/", recall_page.try_again, name="recall_again"),
    path(
        "thu-hoi/<str:number>/bao-cao.csv",
        recall_page.report,
        {"form": "csv"},
        name="recall_csv",
    ),
    path(
        "thu-hoi/<str:number>/bao-cao.json",
        recall_page.report,
        {"form": "json"},
        name="recall_json",
    ),
]
