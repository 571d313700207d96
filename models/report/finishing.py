"""填写原因、复核编码、定稿: people's additions before publication (R85; CL4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

from models.actions import Action, CommandName
from models.aggregate import Act, Ask, By, Draft
from models.aggregate.limits import settle
from models.case.wording import Explanation, Name
from models.codes import Cause, Role
from models.errors import conflict, forbidden, invalid
from models.ledger import Entry
from models.report.aggregate import Report
from models.report.registry import act, applies
from models.report.state import Sampled
from models.views.report import Agreement


class _WhileOpen(Act):
    @classmethod
    def open(cls, report: Report, by: By) -> None:
        report.require_open()


@act(CommandName.GIVE_CAUSE, Role.LEAD)
class GiveCause(_WhileOpen):
    """填写原因: why this matter, window or situation stood out."""

    kind: Literal["matter", "window", "situation"]
    what: Name
    cause: Explanation

    def decide(self, report: Report, ask: Ask) -> list[Draft]:
        if not any((each.kind, each.what) == (self.kind, self.what) for each in report.state.top):
            raise invalid("这一项不在本月最突出的事项、窗口、情形中，请核对", "what")
        return [Draft(Action.CAUSE_GIVEN, self.model_dump())]


@applies(Action.CAUSE_GIVEN)
def _cause_given(report: Report, entry: Entry) -> None:
    for each in report.state.top:
        if (each.kind, each.what) == (entry.detail["kind"], entry.detail["what"]):
            each.cause, each.by = entry.detail["cause"], entry.actor


@act(CommandName.CODE_AGAIN, Role.HEAD, Role.CLERK, Role.LEAD)
class CodeAgain(_WhileOpen):
    """复核编码: the cause of a sampled case, by somebody who had no part in it and does not see the first code."""

    of_case: Name
    cause: Cause

    def decide(self, report: Report, ask: Ask) -> list[Draft]:
        sampled = next((each for each in report.state.sample if each.case_no == self.of_case), None)
        if sampled is None:
            raise invalid("这件案不在本月抽取的样本中，请核对编号", "of_case")
        if ask.by.people & set(sampled.people):
            raise forbidden("这件案由您经办，请由他人复核编码")
        return [Draft(Action.CODED_AGAIN, self.model_dump(mode="json"))]


@applies(Action.CODED_AGAIN)
def _coded_again(report: Report, entry: Entry) -> None:
    for each in report.state.sample:
        if each.case_no == entry.detail["of_case"]:
            each.second, each.by = entry.detail["cause"], entry.actor


@act(CommandName.FINALISE, Role.LEAD)
class Finalise(_WhileOpen):
    """定稿: nothing that does not agree, and nothing without a cause."""

    def decide(self, report: Report, ask: Ask) -> list[Draft]:
        if report.state.differences:
            raise conflict("数字对不上，不能定稿：" + "；".join(report.state.differences))
        without = [each.what for each in report.state.top if not each.cause]
        if without:
            raise conflict(f"还有 {len(without)} 项没有填写原因：{'、'.join(without)}")
        uncoded = [each.case_no for each in report.state.sample if each.second is None]
        if uncoded:
            raise conflict(f"样本中还有 {len(uncoded)} 件没有复核编码：{'、'.join(uncoded)}")
        return [Draft(Action.FINALISED, {})]


@applies(Action.FINALISED)
def _finalised(report: Report, entry: Entry) -> None:
    report.state.final = True
    settle(report, "finish")


def agreement(sample: Sequence[Sampled]) -> Agreement:
    """The agreement of two coders: the share, and Cohen's κ, which corrects for chance."""
    both = [(each.first, each.second) for each in sample if each.second is not None]
    count = len(both)
    if not count:
        return Agreement(coded=0, agreed=None, kappa=None)
    alike = sum(first == second for first, second in both) / count
    firsts, seconds = Counter(first for first, _ in both), Counter(second for _, second in both)
    chance = sum(firsts[cause] * seconds[cause] for cause in firsts) / count**2
    kappa = None if chance == 1 else round((alike - chance) / (1 - chance), 3)
    return Agreement(coded=count, agreed=round(100 * alike, 2), kappa=kappa)
