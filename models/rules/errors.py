"""Errors of rules (规则有误). Each message names the rule and what to do."""


class RulesError(ValueError):
    """Rules that cannot be used (规则有误): a mistake in a file, or a place that has none."""


class UnknownRulesError(RulesError):
    """An unknown digest (查无此规则): its row was not read yet, or is lost."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"规则 {digest[:12] or '（空）'} 不在规则库（数据表 rules）中：请从备份恢复这一行后重试")
        self.digest = digest
