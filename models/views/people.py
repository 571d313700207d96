"""反映人、代办人: whose matter it is, and who comes for them; masked for who need not know."""

from pydantic import Field

from models.codes import ApplicantKind, IdType
from models.views.base import View, absent
from models.views.kept import Kept


class PersonView(Kept):
    """The applicant (反映人), masked for who need not know who it is."""

    kind: ApplicantKind
    name: str = Field(description="姓名或名称", examples=["周**"])
    id_no: str | None = absent("证件号码", examples=["330109********0016"])
    phone: str | None = absent("电话", examples=["138****0000"])
    id_type: IdType | None = absent("证件类型")
    identity: str | None = absent("证件号码的摘要，同一人的案件相同", examples=["0f1e2d3c4b5a69788796a5b4c3d2e1f0"])


class ProxyView(Kept):
    """Who comes for the applicant (代办人)."""

    name: str = Field(description="姓名", examples=["周**"])
    phone: str | None = absent("电话", examples=["139****0000"])
    relation: str = Field(description="与反映人的关系", examples=["女儿"])


class Unmasked(View):
    """Who they are, for who has given a reason (完整身份)."""

    applicant: PersonView | None = Field(description="走访收集、没有反映人的为空")
    proxy: ProxyView | None
