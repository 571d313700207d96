"""机构、名册与清单: units, and what was loaded for a department or a district."""

from typing import Any, Generic, TypeVar

from pydantic import Field

from models.codes import Level, UnitKind
from models.directory import Directory
from models.views.base import Instant, UnitCode, Username, View, absent


class Unit(View):
    """A unit of the organisation (机构)."""

    code: UnitCode
    name: str = Field(examples=["萧山区政务服务中心"])
    kind: UnitKind
    level: Level
    parent: UnitCode | None = Field(description="上级窗口；没有的为空")
    district: str = Field(description="地区代码", examples=["xiaoshan"])
    division: str = Field(description="六位区划代码", examples=["330109"])


# Fields of entries stand in the order in which PostgreSQL keeps them (jsonb): the shorter name first.


class DutyEntry(View):
    """One duty of a department (职责)."""

    code: str = Field(examples=["ZZ-001"])
    basis: list[str] = Field(description="依据", examples=[["《商品房屋租赁管理办法》第十四条"]])
    title: str = Field(examples=["房屋租赁登记备案"])
    matters: list[str] = Field(description="所管事项的名称或编码", examples=[["房屋租赁备案"]])


class SpecialistEntry(View):
    """An expert (专员)."""

    skills: list[str] = Field(description="专长", examples=[["不动产登记"]])
    username: Username


class LevelEntry(View):
    """The levels that may handle a matter (事项层级)."""

    levels: list[Level]
    matter: str = Field(description="事项的名称或编码", examples=["房屋租赁备案"])


class PlaceEntry(View):
    """A place where people are served (服务点)."""

    name: str = Field(examples=["瓜沥镇便民服务中心"])
    window: UnitCode | None = Field(description="反映窗口的代码；还没有窗口的为空")


Entry = TypeVar("Entry", bound=View)


class Loaded(View, Generic[Entry]):
    """A duty list, a roster, a list of levels or of places (名册与清单), whole."""

    kind: Directory
    key: str = Field(description="职责清单为部门代码，其余为地区代码", examples=["xs-zj"])
    version: int = Field(description="第几版；没有装载过的为 0", examples=[1])
    entries: list[Entry]
    changed_at: Instant | None = absent("装载时刻；没有装载过的没有这一项")


LOADED: dict[Directory, type[Loaded[Any]]] = {
    Directory.DUTIES: Loaded[DutyEntry],
    Directory.SPECIALISTS: Loaded[SpecialistEntry],
    Directory.LEVELS: Loaded[LevelEntry],
    Directory.PLACES: Loaded[PlaceEntry],
}
"""What is loaded of each kind."""

LoadedDirectory = Loaded[DutyEntry] | Loaded[SpecialistEntry] | Loaded[LevelEntry] | Loaded[PlaceEntry]
