"""公式: what is counted, with which denominators, and when nothing may be published (R77; RP2, RP3; domain.md 6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from models.report.facts import UNCLASSIFIED, CaseFacts, facts_of
from models.report.finishing import agreement
from models.report.formulas import Month, figures, percent, tier
from models.report.reconciling import difference, differences
from models.report.state import Sampled
from models.views.report import Agreement

SINCE, UNTIL = datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC)
WITHIN = datetime(2026, 10, 9, tzinfo=UTC)

PLAIN = facts_of(
    {
        "case_no": "1",
        "unit": "xw-center",
        "matter": {"name": "房屋租赁备案"},
        "applicant": {"kind": "person"},
        "registered_at": WITHIN.isoformat(),
        "accepted_at": WITHIN.isoformat(),
        "resolved_at": WITHIN.isoformat(),
        "stage": "resolved",
        "category": "difficult",
        "outcome": "done",
    }
)


def month(*cases: CaseFacts) -> dict:
    told = [replace(case, case_no=str(number)) for number, case in enumerate(cases)]
    windows = {"xw-center": "玄武区政务服务中心", "xw-jd": "街道"}
    return figures(Month(SINCE, UNTIL, told, windows, {})).values


def test_what_ended_is_not_what_was_done_and_what_cannot_be_done_is_in_no_rate() -> None:
    """海宁: 167 answered, 139 done, 83.23 % (domain.md 6)."""
    explained = replace(PLAIN, category="cannot", outcome="explained")
    found = month(*[PLAIN] * 139, *[explained] * 28)
    assert (found["resolved"], found["done"], found["done_rate"]) == (167, 139, 83.23)
    assert (found["on_time_due"], found["on_time_rate"]) == (139, 100.0)
    assert found["response_rate"] == 100.0


def test_who_said_nothing_is_not_satisfied() -> None:
    found = month(replace(PLAIN, score=5), replace(PLAIN, score=2), PLAIN, PLAIN)
    assert (found["evaluated"], found["satisfied"]) == (2, 1)
    assert (found["satisfaction_rate"], found["evaluation_rate"]) == (50.0, 50.0)
    assert month(PLAIN)["satisfaction_rate"] is None, "nothing to divide by is no hundred per cent"


def test_a_case_that_is_late_and_open_counts_against_the_month() -> None:
    late = replace(PLAIN, resolved_at=None, outcome=None, stage="handling", overdue=True)
    found = month(PLAIN, late)
    assert (found["on_time_due"], found["on_time"], found["overdue_open"], found["open"]) == (2, 1, 1, 1)


def test_a_late_answer_is_a_late_answer_and_one_taken_back_none() -> None:
    slow = replace(PLAIN, answered_late=True)
    back = replace(PLAIN, first_answer_at=None, resolved_at=None, outcome="withdrawn", stage="withdrawn")
    found = month(PLAIN, slow, back)
    assert (found["response_due"], found["responded"]) == (2, 1)


def test_what_stood_out_is_named_with_its_share_and_quiet_windows_too() -> None:
    other = replace(PLAIN, matter="身份证换领", causes=("process", "channel"))
    found = month(PLAIN, PLAIN, other)
    tops = [(each["kind"], each["what"], each["cases"]) for each in found["top"]]
    assert tops[0] == ("matter", "房屋租赁备案", 2)
    assert ("situation", "difficult/process", 1) in tops
    assert found["zero_windows"] == ["xw-jd"]


def test_who_was_helped_by_a_solution_is_counted_once() -> None:
    used = replace(PLAIN, applied=(("Y1", WITHIN), ("Y2", SINCE - timedelta(days=1))))
    told = [replace(used, case_no=str(number), beneficiary=who) for number, who in enumerate("aab")]
    found = figures(Month(SINCE, UNTIL, told, {}, {"Y1": "视频核验", "Y2": "没有用到"}, {"大厅": None, "分中心": "x"}))
    assert found.values["solutions"] == {
        "Y1": {"title": "视频核验", "cases": 3, "people": 2},
        "Y2": {"title": "没有用到", "cases": 0, "people": 0},
    }
    assert found.cases["solutions.Y1"] == ["0", "1", "2"]
    assert found.values["places_without_window"] == ["大厅", "分中心"], (
        "a window that is none of the district's is none"
    )


def test_nobodys_applicants_are_a_part_of_their_own_and_the_sums_agree() -> None:
    """宁波: 31 = 3 + 19, said the paper; nine are missing (seed 002)."""
    company, nobody = replace(PLAIN, applicant="enterprise"), replace(PLAIN, applicant=UNCLASSIFIED)
    found = month(*[company] * 3, *[PLAIN] * 19, *[nobody] * 9)
    assert found["by_applicant"] == {"person": 19, UNCLASSIFIED: 9, "enterprise": 3}
    assert differences(found, in_ledger=31) == []
    assert "相差 1 件" in differences(found, in_ledger=30)[0]
    assert "相差 9 件" in str(difference(31, {"涉企": 3, "群众": 19}))
    assert difference(31, {"涉企": 3, "群众": 19, "未分类": 9}) is None
    assert differences({**found, "by_channel": {"window": 30}}, in_ledger=31)


def test_tiers_and_shares() -> None:
    assert percent(585, 594) == 98.48
    assert percent(0, 0) is None
    assert (tier(95.0, 5), tier(94.9, 5), tier(10.0, 5), tier(100.0, 4)) == ("good", "fair", "poor", None)


def test_agreement_takes_out_what_chance_alone_would_give() -> None:
    def coded(*pairs: tuple[str, str | None]) -> list[Sampled]:
        return [
            Sampled(case_no=str(n), first=first, people=[], second=second) for n, (first, second) in enumerate(pairs)
        ]

    assert agreement([]) == Agreement(coded=0, agreed=None, kappa=None)
    one = agreement(coded(("process", "process"), ("legacy", None)))
    assert one == Agreement(coded=1, agreed=100.0, kappa=None)
    mixed = coded(
        *[("process", "process")] * 4, *[("legacy", "legacy")] * 4, ("process", "legacy"), ("legacy", "process")
    )
    assert agreement(mixed) == Agreement(coded=10, agreed=80.0, kappa=0.6)
