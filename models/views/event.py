"""事件流: events as they are pulled and sent, and who has subscribed to them."""

from typing import Literal

from pydantic import Field

from models.actions import Action
from models.views.base import ActionName, CaseNo, Instant, RoleName, Username, View, absent


class CaseEvent(View):
    """What happened to a case (案件事件): neither who acted nor what was said."""

    case_no: CaseNo
    seq: int = Field(description="案件台账第几条", examples=[3])
    action: ActionName
    district: str | None = Field(description="当时在哪个地区", examples=["xuanwu"])
    unit: str = Field(description="谁办的：单位代码；系统办理的为空", examples=["xw-center"])
    role: RoleName


class CloudEvent(View):
    """An event in CloudEvents' structured JSON (对外事件)."""

    specversion: Literal["1.0"]
    id: str = Field(description="案件编号和台账序号", examples=["110105-20260803-0001/3"])
    source: Literal["/api/cases"]
    type: str = Field(examples=["cn.bancheng.case.accepted"])
    subject: CaseNo
    time: Instant
    sequence: str = Field(description="事件编号，十九位", examples=["0000000000000000042"])
    datacontenttype: Literal["application/json"]
    data: CaseEvent


class EventPage(View):
    """Events that follow a number (事件)."""

    items: list[CloudEvent]
    next: int = Field(description="接着取时作为 after；没有新事件时不变", examples=[42])


class SubscriptionView(View):
    """Where events are sent to, and how far that has come (订阅)."""

    id: str = Field(description="订阅编号", examples=["9f86d081884c7d65"])
    url: str = Field(description="接收事件的地址", examples=["https://data.example/events"])
    district: str | None = Field(description="只要这个地区的；空为全部", examples=["xuanwu"])
    actions: list[Action] = Field(description="只要这些动作；空为全部")
    created_by: Username
    key_version: int = Field(description="第几把签名密钥", examples=[1])
    active: bool = Field(description="是否还在推送", examples=[True])
    position: int = Field(description="推送到第几号事件", examples=[42])
    failures: int = Field(description="下一件连续失败几次", examples=[0])
    last_error: str | None = Field(description="最近一次为什么失败", examples=[None])
    next_try_at: Instant | None = Field(description="何时再试；空为随时")
    created_at: Instant
    secret: str | None = absent("签名密钥；只在新建和更换时显示", examples=["c2lnbmluZy1rZXk"])


class Subscriptions(View):
    """All subscriptions (全部订阅)."""

    newest: int = Field(description="最新的事件编号", examples=[42])
    items: list[SubscriptionView]
