"""Webhooks: signed as Standard Webhooks asks, retried, replayed, never sent inside."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.rooms.conftest import NOW

from headwater.rooms.house import outward, webhooks
from headwater.rooms.house.jobs import JOBS, OUTSIDE, run_job
from headwater.rooms.house.models import AuditEntry, Job
from headwater.rooms.house.webhook_models import WebhookDelivery, WebhookEndpoint

EVENT = "wave.released"


class Listener:
    """A small system that listens, and answers what the test says."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers = [204]
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                listener.heard.append((dict(self.headers.items()), body))
                self.send_response(listener.answers.pop(0) if len(listener.answers) > 1 else listener.answers[0])
                self.end_headers()

            def log_message(self, *args: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=headwater"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setenv(outward.INSIDE, "1")
    made = Listener()
    yield made
    made.close()


def subscribe(url: str) -> tuple[WebhookEndpoint, bytes]:
    made = webhooks.add_endpoint(url=url, events=[EVENT], actor="test", now=NOW)
    assert made.secret.startswith("whsec_")
    return made.endpoint, base64.b64decode(made.secret.removeprefix("whsec_"))


def announced() -> Job:
    assert webhooks.announce(event=EVENT, data={"study": "people", "wave": "2026"}, now=NOW) is not None
    return Job.objects.filter(name=webhooks.JOB).latest("run_at")


def is_signed(headers: dict[str, str], body: bytes, secret: bytes) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    mark = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return f"v1,{mark}" in headers["webhook-signature"].split(" ")


@pytest.mark.django_db
def test_a_message_arrives_signed(listener: Listener) -> None:
    _, secret = subscribe(listener.url)
    assert run_job(job_id=announced().pk, now=NOW) == Job.State.DONE
    headers, body = listener.heard[0]
    assert is_signed(headers, body, secret)
    assert json.loads(body) == {
        "type": EVENT,
        "timestamp": NOW.isoformat(),
        "data": {"study": "people", "wave": "2026"},
    }
    assert int(headers["webhook-timestamp"]) == int(NOW.timestamp())
    assert not is_signed(headers, body + b" ", secret)
    assert WebhookDelivery.objects.get().delivered_at == NOW


@pytest.mark.django_db
def test_a_failed_message_is_tried_again_under_its_own_id(listener: Listener) -> None:
    subscribe(listener.url)
    listener.answers = [500, 302, 200]
    job = announced()
    assert run_job(job_id=job.pk, now=NOW) == Job.State.WAITING
    assert run_job(job_id=job.pk, now=NOW) == Job.State.WAITING
    assert len(listener.heard) == 1
    later = NOW + timedelta(days=1)
    assert run_job(job_id=job.pk, now=later) == Job.State.WAITING
    assert run_job(job_id=job.pk, now=later + timedelta(days=1)) == Job.State.DONE
    assert len({headers["webhook-id"] for headers, _ in listener.heard}) == 1
    assert WebhookDelivery.objects.get().attempts == 3


@pytest.mark.django_db
def test_a_replay_sends_the_same_message_again(listener: Listener) -> None:
    endpoint, secret = subscribe(listener.url)
    run_job(job_id=announced().pk, now=NOW)
    delivery = WebhookDelivery.objects.get()
    later = NOW + timedelta(hours=1)
    webhooks.replay(delivery=delivery, actor="test", now=later)
    run_job(job_id=Job.objects.get(state=Job.State.WAITING).pk, now=later)
    assert [body for _, body in listener.heard] == [listener.heard[0][1]] * 2
    assert listener.heard[0][0]["webhook-id"] == listener.heard[1][0]["webhook-id"]
    assert is_signed(*listener.heard[1], secret)
    webhooks.end_endpoint(endpoint=endpoint, actor="test", now=later)
    delivery.refresh_from_db()
    with pytest.raises(webhooks.WebhookRefusedError):
        webhooks.replay(delivery=WebhookDelivery.objects.select_related("endpoint").get(), actor="test", now=later)


@pytest.mark.django_db
def test_for_a_day_both_secrets_sign(listener: Listener) -> None:
    endpoint, old = subscribe(listener.url)
    made = webhooks.change_secret(endpoint=endpoint, actor="test", now=NOW)
    new = base64.b64decode(made.secret.removeprefix("whsec_"))
    run_job(job_id=announced().pk, now=NOW)
    headers, body = listener.heard[0]
    assert is_signed(headers, body, old)
    assert is_signed(headers, body, new)
    later = NOW + webhooks.OVERLAP
    webhooks.replay(delivery=WebhookDelivery.objects.select_related("endpoint").get(), actor="test", now=later)
    run_job(job_id=Job.objects.get(state=Job.State.WAITING).pk, now=later)
    headers, body = listener.heard[1]
    assert is_signed(headers, body, new)
    assert not is_signed(headers, body, old)


@pytest.mark.django_db
def test_an_endpoint_that_is_gone_is_not_called_again(listener: Listener) -> None:
    endpoint, _ = subscribe(listener.url)
    listener.answers = [410]
    assert run_job(job_id=announced().pk, now=NOW) == Job.State.DONE
    endpoint.refresh_from_db()
    assert endpoint.ended_at == NOW
    assert webhooks.announce(event=EVENT, data={}, now=NOW) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "https://127.0.0.1/hook",
        "https://localhost:8000/hook",
        "https://[::1]/hook",
        "https://10.0.0.8/hook",
        "https://169.254.169.254/latest/meta-data",
        "https://me:secret@example.org/hook",
        "file:///etc/passwd",
        "https:///hook",
        "https://[::ffff:10.0.0.1]/",
    ],
)
def test_nothing_inside_the_network_can_be_called(url: str) -> None:
    with pytest.raises(outward.AddressRefusedError):
        webhooks.add_endpoint(url=url, events=[EVENT], actor="test", now=NOW)
    assert not WebhookEndpoint.objects.exists()


@pytest.mark.django_db
def test_the_secret_lies_encrypted_and_every_change_is_in_the_trail(listener: Listener) -> None:
    endpoint, secret = subscribe(listener.url)
    endpoint.refresh_from_db()
    assert secret not in bytes(endpoint.secret)
    webhooks.change_secret(endpoint=endpoint, actor="test", now=NOW)
    webhooks.end_endpoint(endpoint=endpoint, actor="test", now=NOW)
    webhooks.end_endpoint(endpoint=endpoint, actor="test", now=NOW)
    trail = AuditEntry.objects.filter(subject=str(endpoint.pk)).order_by("sequence").values_list("action", flat=True)
    assert list(trail) == ["webhook.added", "webhook.secret_changed", "webhook.ended"]


@pytest.mark.django_db
def test_unknown_events_are_refused(listener: Listener) -> None:
    with pytest.raises(webhooks.WebhookRefusedError):
        webhooks.add_endpoint(url=listener.url, events=["everything"], actor="test", now=NOW)
    with pytest.raises(KeyError):
        webhooks.announce(event="everything", data={}, now=NOW)


@pytest.mark.django_db
def test_old_messages_are_forgotten(listener: Listener) -> None:
    subscribe(listener.url)
    run_job(job_id=announced().pk, now=NOW)
    webhooks.forget_old(now=NOW + webhooks.KEPT)
    assert WebhookDelivery.objects.count() == 1
    webhooks.forget_old(now=NOW + webhooks.KEPT + timedelta(seconds=1))
    assert not WebhookDelivery.objects.exists()


def test_what_waits_for_other_machines_holds_no_lock() -> None:
    assert {webhooks.JOB, "send_mail"} <= OUTSIDE
    assert JOBS[webhooks.JOB] is webhooks.deliver
