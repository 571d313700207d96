"""案件摘要: as much of a case as a list shows that is about something else."""

from pydantic import Field

from models.codes import Stage
from models.views.base import CaseNo, UnitCode, View


class CaseBrief(View):
    """A case in a list (案件摘要)."""

    case_no: CaseNo
    matter: str = Field(description="事项", examples=["残疾人重度护理补贴"])
    unit: UnitCode
    stage: Stage
