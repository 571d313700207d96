"""登录: what somebody who signs in is given, and who they are then."""

from pydantic import Field

from models.codes import Role
from models.views.base import UnitCode, Username, View, absent


class Token(View):
    """A bearer token (令牌)."""

    access_token: str = Field(examples=["eyJhbGciOiJIUzI1NiJ9.e30.x"])
    token_type: str = Field(examples=["bearer"])
    expires_in: int = Field(description="有效的秒数", examples=[43200])
    enrolling: bool | None = absent("只能用来绑定动态口令；绑定后请重新登录", examples=[True])


class Me(View):
    """Who is signed in (当前登录人)."""

    username: Username
    role: Role
    unit: UnitCode
    district: str = Field(description="地区代码", examples=["xiaoshan"])
    acting_for: Username | None = absent("正以何人的代理身份办理")


class Session(Me):
    """Who is signed in with this browser (当前会话)."""

    csrf: str = Field(description="修改类请求须带的 X-CSRF-Token", examples=["3q2-7w"])


class SecondFactor(View):
    """A second factor that is being enrolled (动态口令)."""

    secret: str = Field(description="密钥，手工录入用", examples=["JBSWY3DPEHPK3PXP"])
    uri: str = Field(
        description="二维码的内容", examples=["otpauth://totp/办成:xw-center.clerk?secret=JBSWY3DPEHPK3PXP"]
    )
