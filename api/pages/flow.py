"""办理流程图 (R15): drawn from the commands and the place's policy in force, never by hand."""

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup, escape

from api.identity.dependencies import ServicesDep
from api.pages.render import VisitorDep, page
from api.rendering.charts import svg
from models.actions import COMMANDS, CommandName
from models.case import CASE
from models.rules import Policy, Rules, in_force

router = APIRouter(include_in_schema=False)

LINKS = (
    ("登记", (CommandName.REGISTER,), ("accept",)),
    ("受理", (CommandName.ACCEPT, CommandName.DECLINE), ("diagnose",)),
    ("分类诊断", (CommandName.DIAGNOSE,), ()),
    ("交办、会诊", (CommandName.ASSIGN, CommandName.CONVENE), ("sign", "assignment", "round")),
    ("处理", (CommandName.REPLY, CommandName.MEASURE, CommandName.EXPLAIN), ("ruling", "materials", "objection")),
    ("办结", (CommandName.RESOLVE,), ("evaluation",)),
    ("评价、回访", (CommandName.EVALUATE, CommandName.CONTACT, CommandName.RECTIFY), ("contact", "rectification")),
    ("归档、回头看", (CommandName.ARCHIVE, CommandName.LOOK_BACK), ("look_back",)),
)
"""The links of a case, each with its commands and limits. Words, roles and days come from the rules."""

KINDS = (
    ("不能办", "cannot", "解释依据，可提异议"),
    ("不好办", "difficult", "找到路径，便民措施"),
    ("不给办", "refused", "查明责任，启动倒查"),
    ("暂时办不了", "deferred", "联席会诊，形成纪要"),
)
WIDTH, HEIGHT, GAP = 300, 74, 26
ARROW = (
    '<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#55606b"/></marker></defs>'
)


@router.get("/flow")
async def show(
    request: Request, services: ServicesDep, user: VisitorDep, place: str = Query("", max_length=20)
) -> HTMLResponse:
    """本地现行的办理流程：环节、谁办、时限。"""
    units = (await services.organisation()).units.values()
    places = sorted({unit.district for unit in units})
    code = user.district or (place if place in places else places[0])
    rules = in_force(code)
    listed = [] if user.district else places
    return page(request, "flow.html", user=user, rules=rules, policy=rules.policy, chart=drawn(rules), districts=listed)


def drawn(rules: Rules) -> Markup:
    """The chart of a place's rules."""
    policy = rules.policy
    boxes, y = [], 10
    for name, commands, limits in LINKS:
        boxes.append(_box(20, y, name, _who(commands), _limits(policy, limits)))
        if name == "分类诊断":
            boxes += [
                _box(360, 10 + place * (HEIGHT + GAP), kind, what, f"{policy.days(limit)} 个工作日答复")
                for place, (kind, limit, what) in enumerate(KINDS)
            ]
            boxes += [
                _line(20 + WIDTH, y + HEIGHT / 2, 360, 10 + place * (HEIGHT + GAP) + HEIGHT / 2) for place in range(4)
            ]
        if y > 10:
            boxes.append(_line(20 + WIDTH / 2, y - GAP, 20 + WIDTH / 2, y))
        y += HEIGHT + GAP
    title = f"{policy.name}办理流程，政策档第 {rules.number} 版"
    return svg(title, 690, y, [ARROW, *boxes])


def _who(commands: tuple[str, ...]) -> str:
    roles = {role.label: None for name in commands for role in CASE.acts[name].roles}
    return f"{'、'.join(COMMANDS[name] for name in commands)}（{'、'.join(roles)}）"


def _limits(policy: Policy, limits: tuple[str, ...]) -> str:
    parts = []
    for name in limits:
        title = CASE.limit_rules[name].title if name in CASE.limit_rules else "会诊"
        parts.append(f"{title} {policy.days(name)} {'日' if policy.is_natural(name) else '个工作日'}")
    return "；".join(parts)


def _box(x: float, y: float, name: str, what: str, limits: str) -> str:
    lines = f'<text x="{x + 12}" y="{y + 24}" font-weight="700">{escape(name)}</text>'
    for place, text in enumerate((what, limits)):
        fits = f' textLength="{WIDTH - 24}" lengthAdjust="spacingAndGlyphs"' if len(text) > 22 else ""
        lines += f'<text x="{x + 12}" y="{y + 44 + place * 20}" font-size="12"{fits}>{escape(text)}</text>'
    return f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#fff" stroke="#12477d"/>{lines}'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#55606b" marker-end="url(#tip)"/>'
