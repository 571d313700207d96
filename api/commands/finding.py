"""Which case is meant, and whether this person may see it (查找案件).

Staff are checked by role and scope; the applicant by number and query code. The access log gets every refused look.
"""

from api.http.errors import Problem, no_such_case
from api.identity.access_log import READ, logged
from api.queries import CaseRecord
from api.services import Services
from models.access import User, may_read
from models.accounts import ADMINISTRATORS
from models.codes import Role
from models.organisation import Organisation
from models.tables import WRONG_CODE

CITIZEN = User("citizen", Role.CITIZEN, "", "")
"""The applicant at the public door: known by number and code, without an account."""


WRONG_CODES, WRONG_CODE_MINUTES = 20, 15
"""How many wrong codes one address may send in how many minutes; right codes are neither counted nor held up."""


async def with_code(services: Services, case_no: str, code: str, address: str) -> CaseRecord:
    """The case, if the code belongs to it. 404 otherwise, without saying which of the two is wrong; 429 after many."""
    record = await services.queries.cases.case(case_no)
    if record is not None and services.tokens.code_fits(case_no, code):
        return record
    wrong = await services.queries.office.wrong_codes(address, WRONG_CODE_MINUTES)
    async with logged(services, CITIZEN, WRONG_CODE, case_no, address):
        if wrong >= WRONG_CODES:
            detail = f"查询码错误次数过多，请 {WRONG_CODE_MINUTES} 分钟后再试，或到窗口查询"
            raise Problem(429, detail, headers={"Retry-After": str(WRONG_CODE_MINUTES * 60)})
        raise Problem(404, "查不到这个案件，请核对编号和查询码")


async def find_readable(services: Services, user: User, case_no: str) -> CaseRecord:
    """The case, if there is one (404) and this user may read it (403)."""
    async with logged(services, user, READ, case_no, ""):
        check_role(user)
        return checked(user, case_no, await services.queries.cases.case(case_no), await services.organisation())


def check_role(user: User) -> None:
    if user.role in ADMINISTRATORS:
        raise Problem(403, f"{user.role.label}不查看案件内容")


def checked(user: User, case_no: str, record: CaseRecord | None, organisation: Organisation) -> CaseRecord:
    if record is None:
        raise no_such_case(case_no)
    if not may_read(user, record, organisation):
        raise Problem(403, "本案不在您的查看范围内")
    return record
