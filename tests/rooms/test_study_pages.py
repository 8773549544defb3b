"""The pages of studies: who may open them, what they say, and the way from nothing to a launched wave."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from tests.rooms.conftest import Cast, signed_in
from tests.rooms.study_cast import OPENS, asked, enlarge, launched, planned

from headwater.rooms.house.models import AuditEntry
from headwater.rooms.listen.logic.links import WaveSecrets, slip_of_code
from headwater.rooms.listen.logic.wave_keys import private_key
from headwater.rooms.listen.models import AccessCode, Invitation, ListenSettings, Study, Wave
from headwater.rooms.listen.study_queries import STEPS

pytestmark = pytest.mark.usefixtures("own_folders")


def pages_of(wave: Wave) -> list[str]:
    base = f"/listen/studies/{wave.study_id}/"
    return ["/listen/", "/listen/contacts/", base]


def managing(wave: Wave) -> list[str]:
    base = f"/listen/studies/{wave.study_id}/"
    return ["/listen/studies/new", *(f"{base}{step}/" for step in STEPS)]


def test_pages_open_by_role_and_refuse_everybody_else(cast: Cast) -> None:
    wave = planned(cast.experience_lead)
    for path in (*pages_of(wave), *managing(wave)):
        assert Client().get(path).status_code == 302
        for user in (cast.outsider, cast.employee, cast.north_leader):
            assert signed_in(user).get(path).status_code == 403, path
        assert signed_in(cast.experience_lead).get(path).status_code == 200, path
    for user in (cast.analyst, cast.administrator, cast.privacy_officer):
        assert all(signed_in(user).get(path).status_code == 200 for path in pages_of(wave))
        assert all(signed_in(user).get(path).status_code == 403 for path in managing(wave))


def test_only_the_lead_may_act(cast: Cast) -> None:
    wave = planned(cast.experience_lead)
    base = f"/listen/studies/{wave.study_id}/"
    acts = [f"{base}{act}" for act in ("launch", "next", "copy", "archive", "reach")]
    acts += [f"/listen/waves/{wave.pk}/{act}" for act in ("stricter", "end")]
    for path in acts:
        for user in (cast.analyst, cast.administrator, cast.outsider, cast.north_leader):
            assert signed_in(user).post(path).status_code == 403, path
    assert signed_in(cast.analyst).post("/listen/contacts/", {"cap_contacts": 1, "cap_days": 1}).status_code == 403
    assert signed_in(cast.experience_lead).post(f"/listen/waves/{wave.pk}/decide").status_code == 403
    wave.refresh_from_db()
    assert wave.state == Wave.State.PLANNED
    assert wave.launched_at is None


def test_a_lead_comes_from_nothing_to_a_launched_wave(cast: Cast) -> None:
    enlarge(cast.administrator)
    lead = signed_in(cast.experience_lead)
    answer = lead.post("/listen/studies/new", {"title": "Spring pulse", "questionnaires": ["library:pulse@1.0"]})
    study = Study.objects.get(title="Spring pulse")
    base = f"/listen/studies/{study.pk}/"
    assert answer["Location"] == f"{base}whom/"
    answer = lead.post(f"{base}whom/", {"units": ["d0-d"], "sample_percent": "100", "then": "next"})
    assert answer["Location"] == f"{base}promise/"
    promise = {
        "promise": "anonymous",
        "k": "5",
        "comment_k": "10",
        "cuts": ["tenure"],
        "shares": "on",
        "response": "on",
    }
    assert lead.post(f"{base}promise/", promise)["Location"] == f"{base}how/"
    how = {
        "channel": "mail", "languages": ["en", "es"], "opens_date": "2030-03-04", "opens_time": "09:00",
        "days_open": "10", "late_days": "2", "reminders": "3, 6",
    }  # fmt: skip
    assert lead.post(f"{base}how/", how)["Location"] == f"{base}words/"
    words = {"purpose_en": "We want to hear you.", "purpose_es": "Queremos escucharle."}
    assert lead.post(f"{base}words/", words)["Location"] == f"{base}review/"
    review = lead.get(f"{base}review/").content.decode()
    assert "48 people are asked" in review
    assert "4 people at the top cannot be asked anonymously" in review
    assert "nobody can find out who answered what" in review
    assert lead.post(f"{base}launch").status_code == 302
    wave = Wave.objects.get(study=study)
    assert wave.plan is not None
    assert wave.plan["texts"]["purpose"]["es"] == "Queremos escucharle."
    assert wave.plan["texts"]["who_asks"]["es"].startswith("Su organización") or wave.plan["texts"]["who_asks"]["es"]
    assert Invitation.objects.filter(wave=wave).count() == 52
    actions = set(AuditEntry.objects.filter(subject=str(study.pk)).values_list("action", flat=True))
    assert {"study.made", "study.changed", "wave.scheduled", "wave.launched"} <= actions
    assert lead.get(f"{base}review/").status_code == 404


def test_counting_keeps_nothing_and_finding_keeps_the_choice(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = planned(cast.experience_lead, channel="mail")
    lead, base = signed_in(cast.experience_lead), f"/listen/studies/{wave.study_id}/"
    said = lead.post(f"{base}reach", {"units": ["d0t0-t"], "sample_percent": "100"}).content.decode()
    assert "12" in said
    assert Study.objects.get(pk=wave.study_id).population == {}
    found = lead.post(f"{base}whom/", {"units": ["d0t0-t"], "sample_percent": "50", "find": "d1t3", "then": "find"})
    text = found.content.decode()
    assert 'value="d1t3-t"' in text
    assert 'value="d0t0-t" checked' in text
    assert Study.objects.get(pk=wave.study_id).population == {}


def test_forms_say_what_is_wrong(cast: Cast) -> None:
    wave = planned(cast.experience_lead)
    lead, base = signed_in(cast.experience_lead), f"/listen/studies/{wave.study_id}/"
    assert lead.post("/listen/studies/new", {"title": "x"}).status_code == 422
    assert lead.post("/listen/studies/new", {"title": "x", "questionnaires": ["library:no@1"]}).status_code == 422
    assert lead.post(f"{base}whom/", {"units": ["gone"], "sample_percent": "0"}).status_code == 422
    bad = {"promise": "anonymous", "k": "2", "comment_k": "1"}
    assert lead.post(f"{base}promise/", bad).status_code == 422
    swapped = {"promise": "anonymous", "k": "12", "comment_k": "8"}
    assert "Comments need at least as many" in lead.post(f"{base}promise/", swapped).content.decode()
    how = {"channel": "mail", "languages": ["xx"], "opens_date": "2030-03-04", "opens_time": "09:00", "days_open": "5",
           "late_days": "1", "reminders": "9"}  # fmt: skip
    said = lead.post(f"{base}how/", how).content.decode()
    assert "between the opening and the closing" in said
    assert lead.get(f"{base}nonsense/").status_code == 404


def test_the_page_of_an_open_wave_counts_contacts_and_hides_rates(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="mail")
    Invitation.objects.filter(pk__in=[one.pk for one in asked(wave)[:3]]).update(state="bounced")
    page = signed_in(cast.analyst).get(f"/listen/studies/{wave.study_id}/").content.decode()
    assert "came back" in page
    assert "No rates yet" in page
    assert "Make it stricter" not in page
    assert (
        "Make it stricter" in signed_in(cast.experience_lead).get(f"/listen/studies/{wave.study_id}/").content.decode()
    )


def test_a_launched_wave_is_made_stricter_and_never_looser(cast: Cast) -> None:
    enlarge(cast.administrator)
    cut = {"key": "tenure_1", "label": "tenure", "attribute": "tenure", "levels": ["short", "long"]}
    wave = launched(cast.experience_lead, channel="code", cuts=[cut])
    lead, path = signed_in(cast.experience_lead), f"/listen/waves/{wave.pk}/stricter"
    assert lead.get(path).status_code == 200
    looser = lead.post(path, {"k": "4", "comment_k": "10"})
    assert looser.status_code == 422
    assert "only be made larger" in looser.content.decode()
    assert lead.post(path, {"k": "8", "comment_k": "8", "dropped_cuts": ["tenure_1"]}).status_code == 422
    assert lead.post(path, {"k": "8", "comment_k": "12", "dropped_cuts": ["tenure_1"]}).status_code == 302
    wave.refresh_from_db()
    assert wave.stricter == {"k": 8, "comment_k": 12, "dropped_cuts": ["tenure_1"], "without_comments": False}
    assert lead.post(path, {"k": "7", "comment_k": "12"}).status_code == 422


def test_codes_are_fetched_by_the_lead_alone_and_without_names(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    path = f"/listen/waves/{wave.pk}/codes"
    for user in (cast.analyst, cast.outsider, cast.north_leader, cast.administrator):
        assert signed_in(user).post(path).status_code == 403
    answer = signed_in(cast.experience_lead).post(path)
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[0] == "Unit,Code,Address"
    assert len(rows) == 1 + wave.invited
    assert "Per d0t0p0" not in answer.content.decode()
    assert AuditEntry.objects.filter(action="codes.fetched").count() == 1
    code = rows[1].split(",")[1]
    slip = slip_of_code(WaveSecrets.of(private_key(settings.KEYS, wave.pk)), code)
    assert AccessCode.objects.filter(wave=wave, slip=slip).count() == 1
    tenure = {"key": "tenure_1", "label": "tenure", "attribute": "tenure", "levels": ["short", "long"]}
    other = launched(cast.experience_lead, channel="code", cuts=[tenure], title="With a cut")
    named = signed_in(cast.experience_lead).post(f"/listen/waves/{other.pk}/codes").content.decode("utf-8-sig")
    assert named.startswith("Unit,Name,Person id,Code,Address")


def test_contact_rules_are_kept_and_audited(cast: Cast) -> None:
    lead = signed_in(cast.experience_lead)
    page = lead.get("/listen/contacts/").content.decode()
    assert "more than 4 times" in page
    assert "0 people have reached this limit today" in page
    answer = lead.post("/listen/contacts/", {"cap_contacts": "1", "cap_days": "30", "sender_name": "The works"})
    assert answer.status_code == 302
    assert ListenSettings.objects.get(pk=1).cap_contacts == 1
    assert AuditEntry.objects.filter(action="contacts.ruled").count() == 1


def test_copying_archiving_and_the_next_wave(cast: Cast) -> None:
    enlarge(cast.administrator)
    wave = launched(cast.experience_lead, channel="code")
    lead, base = signed_in(cast.experience_lead), f"/listen/studies/{wave.study_id}/"
    assert lead.post(f"{base}archive")["Location"] == base
    assert "running" in lead.get(base).content.decode()
    assert lead.post(f"{base}next")["Location"] == f"{base}how/"
    assert lead.post(f"{base}next")["Location"] == f"{base}how/"
    assert Wave.objects.filter(study=wave.study_id).count() == 2
    assert lead.post(f"{base}launch").status_code == 302
    assert "still open" in lead.get(f"{base}review/").content.decode()
    lead.post(f"{base}copy")
    copied = Study.objects.exclude(pk=wave.study_id).get()
    assert (copied.title, copied.key) == ("How it is to work here (copy)", "how-it-is-to-work-here-copy")
    lead.post(f"/listen/studies/{copied.pk}/archive")
    assert "(copy)" not in lead.get("/listen/").content.decode()
    assert "(copy)" in lead.get("/listen/?archived=1").content.decode()


def test_opening_time_is_shown_as_chosen(cast: Cast) -> None:
    wave = planned(cast.experience_lead)
    page = signed_in(cast.experience_lead).get(f"/listen/studies/{wave.study_id}/how/").content.decode()
    assert f'value="{OPENS:%Y-%m-%d}"' in page
    assert 'value="09:00"' in page
