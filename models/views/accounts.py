"""账号与访问日志: who may sign in, and who looked into what."""

from typing import Literal

from pydantic import Field

from models.codes import Role
from models.views.base import Instant, UnitCode, Username, View


class Account(View):
    """A local account (账号), without what signs it in."""

    username: Username
    role: Role
    unit: UnitCode | None = Field(description="所属单位；审计和管理岗位不属于任何单位")
    name: str = Field(description="姓名", examples=["王秀英"])
    person_no: str | None = Field(description="工号，同一人的几个账号由此得知", examples=["XW-0412"])
    second_factor: bool = Field(description="是否绑定了动态口令")
    disabled_at: Instant | None = Field(description="停用时刻；在用的为空")


class Access(View):
    """One look or one refused attempt (访问记录)."""

    id: int = Field(examples=[4711])
    actor: str = Field(description="何人；登录失败的，为所填的用户名", examples=["xs-center.clerk"])
    role: Role | Literal[""] = Field(description="角色；没有登录的为空文本")
    unit: str = Field(description="单位代码；不属于任何单位的为空文本", examples=["xs-center"])
    action: str = Field(description="查看的种类，或被拒绝的操作", examples=["read"])
    case_no: str = Field(description="案件或其他台账的编号；与案件无关的为空文本", examples=["110105-20260803-0001"])
    status: int = Field(description="HTTP 状态码；200 是看到了", examples=[200])
    reason: str = Field(description="被拒绝的原因，或查看人说明的理由", examples=["核对反映人身份，约定上门时间"])
    address: str = Field(description="网络地址", examples=["10.1.2.3"])
    at: Instant
