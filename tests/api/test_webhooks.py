"""Events sent to subscribers: in order, signed, again until they are taken; against real receivers."""

import time
from datetime import datetime

import pytest

from tests.api.conftest import People
from tests.api.receiver import UNDER_WAY, of, receiver, shown, signed_with, subscribe
from tests.waiting import until

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def test_what_happens_is_told_in_order_and_signed(people: People) -> None:
    with receiver() as there:
        kept = subscribe(people, there.url)
        case_no = people.under_way()
        until(lambda: of(there.events(), case_no) == UNDER_WAY)
    calls = [call for call in there.calls if call.event["subject"] == case_no]
    assert all(signed_with(kept["secret"], call) for call in calls)
    assert not signed_with(kept["secret"][::-1], calls[0])
    assert {call.headers["Content-Type"] for call in calls} == {"application/cloudevents+json"}
    numbers = [int(event["sequence"]) for event in there.events()]
    assert numbers == sorted(set(numbers))
    event = calls[1].event
    [[at]] = people.rows("SELECT at FROM entries WHERE case_no = %s AND seq = 2", case_no)
    assert datetime.fromisoformat(event.pop("time")) == at
    number = event.pop("sequence")
    assert (len(number), int(number)) == (19, kept["position"] + 2)
    assert event == {
        "specversion": "1.0",
        "id": f"{case_no}/2",
        "source": "/api/cases",
        "type": "cn.bancheng.case.accepted",
        "subject": case_no,
        "datacontenttype": "application/json",
        "data": {
            "case_no": case_no,
            "seq": 2,
            "action": "accepted",
            "district": "xuanwu",
            "unit": "xw-center",
            "role": "clerk",
        },
    }


def test_nothing_personal_is_told(people: People) -> None:
    with receiver() as there:
        subscribe(people, there.url)
        case_no = people.under_way()
        people.act("xw-center.clerk", case_no, "note", text="已电话联系李先生")
        until(lambda: of(there.events(), case_no) == [*UNDER_WAY, "noted"])
    told = b"".join(call.raw for call in there.calls).decode()
    for word in ("李", "1380000", "32010219", "xw-center.clerk", "房主", "租赁", "电话", "detail", "actor"):
        assert word not in told


@pytest.mark.parametrize("status", [500, 302])
def test_a_refused_event_comes_again_and_those_after_it_wait(people: People, status: int) -> None:
    with receiver(status, status, headers={"Location": "/elsewhere"}) as there:
        kept = subscribe(people, there.url)
        case_no = people.under_way()
        failing = until(lambda: (now := shown(people, kept["id"]))["failures"] and now)
        assert failing["last_error"] == f"对方答复 HTTP {status}"
        assert failing["next_try_at"] is not None
        assert failing["position"] == kept["position"]
        until(lambda: of(there.events(), case_no) == UNDER_WAY)
        recovered = until(lambda: not (now := shown(people, kept["id"]))["failures"] and now)
    assert [event["id"] for event in there.events(status)] == [f"{case_no}/1"] * 2
    assert recovered["last_error"] is None
    assert recovered["next_try_at"] is None
    pauses = [later.at - earlier.at for earlier, later in zip(there.calls, there.calls[1:3], strict=False)]
    assert pauses[0] >= 1
    assert pauses[1] >= 2


def test_who_is_down_gets_everything_later(people: People) -> None:
    there = receiver()
    kept = subscribe(people, there.url)
    case_no = people.under_way()
    failing = until(lambda: (now := shown(people, kept["id"]))["failures"] and now)
    assert failing["last_error"] == "对方没有正常应答（ConnectError）"
    with there:
        until(lambda: of(there.events(), case_no) == UNDER_WAY)


@pytest.mark.slow
def test_who_is_slow_delays_nobody_else(people: People) -> None:
    with receiver(delay=12) as slow, receiver() as quick:
        late = subscribe(people, slow.url)
        subscribe(people, quick.url)
        case_no = people.under_way()
        until(lambda: of(quick.events(), case_no) == UNDER_WAY, seconds=5)
        failing = until(lambda: (now := shown(people, late["id"]))["failures"] and now)
        assert failing["last_error"] == "对方 10 秒内没有应答"
        assert failing["position"] == late["position"]
        slow.delay = 0
        until(lambda: of(slow.events(), case_no)[-3:] == UNDER_WAY)


def test_gone_ends_the_subscription(people: People) -> None:
    with receiver(410) as there:
        kept = subscribe(people, there.url)
        people.under_way()
        ended = until(lambda: not (now := shown(people, kept["id"]))["active"] and now)
        people.under_way()
        assert ended["last_error"] == "对方答复 410，订阅已停用"
        assert len(there.calls) == 1
    for act, body in (("replay", {"from": 1}), ("rotate", {})):
        assert people.post("admin", f"/api/subscriptions/{kept['id']}/{act}", body).status_code == 409


def test_a_new_key_is_in_force_at_once(people: People) -> None:
    with receiver() as there:
        kept = subscribe(people, there.url)
        case_no = people.register()["case_no"]
        until(lambda: of(there.events(), case_no) == ["registered"])
        answer = people.post("admin", f"/api/subscriptions/{kept['id']}/rotate").json()
        assert answer["secret"] != kept["secret"]
        people.act("xw-center.clerk", case_no, "accept")
        until(lambda: of(there.events(), case_no) == ["registered", "accepted"])
    before, after = there.calls
    assert signed_with(kept["secret"], before)
    assert signed_with(answer["secret"], after)


def test_a_killed_follower_loses_nothing_and_goes_on_in_order(people: People) -> None:
    with receiver(delay=0.05) as there:
        kept = subscribe(people, there.url)
        cases = [people.under_way() for _ in range(4)]
        until(lambda: len(there.events()) >= 3)
        people.system.kill("followers")
        time.sleep(0.2)  # what was on its way arrives
        [[position]] = people.rows("SELECT position FROM subscriptions WHERE id = %s", kept["id"])
        sent = len(there.calls)
        people.system.restart("followers")
        until(lambda: of(there.events(), cases[-1])[-3:] == UNDER_WAY, seconds=90)
        numbers = [int(event["sequence"]) for event in there.events()]
    assert numbers[sent:] == list(range(position + 1, numbers[-1] + 1)), "again only what was not acknowledged"
    assert sorted(set(numbers)) == list(range(kept["position"] + 1, kept["position"] + 13))
    assert len(numbers) <= 13, "one event at most was under way"
