"""The operators' commands (运维命令)."""

from pathlib import Path
from typing import Annotated

import typer

from ops.cli.app import command

Ledger = Annotated[str, typer.Option(help="只办这一件：案件编号等；不写则全部")]
Propose = Annotated[str, typer.Option(metavar="USER", help="以这位系统管理员的名义提出")]
Proposal = Annotated[str, typer.Option(help="执行另一位管理员已确认的申请")]


@command("启动整套系统，Ctrl-C 停止", "Start the whole system; Ctrl-C stops it")
def run() -> int:
    """Everything under one manager."""
    from ops.run import main

    return main()


@command("准备：建库、迁移、检索属性、定时事务；可重复执行", "Prepare database, engine and duties; may be repeated")
def setup() -> int:
    """Every upgrade, and every way back, begins with it."""
    from ops.setup import main

    return main()


@command("装入演示案件", "Load the demo cases")
def demo() -> int:
    """Into the system that the environment names."""
    from ops.demo import main

    return main()


@command("重放核对一件案：在运行的系统上，或对着卷宗离线核对", "Verify a case, live or from an exported package")
def audit(
    case: Annotated[str, typer.Option(help="案件编号（系统须在运行）")] = "",
    export: Annotated[Path | None, typer.Option(help="卷宗文件，离线核对")] = None,
    keys: Annotated[Path | None, typer.Option(help="另行保存的公钥清单（public-keys.json），离线核对时用它")] = None,
) -> int:
    """Exit code 1 where something differs, 2 where nothing could be checked."""
    from ops.audit import main

    return main(case, export, keys)


@command("从历史重建台账：先核对；提出、由另一位管理员确认、执行", "Write the register again from the histories")
def rebuild(ledger: Ledger = "", propose: Propose = "", proposal: Proposal = "") -> int:
    """By two administrators."""
    from models.aggregate.mending import Mended
    from ops.rebuild import Asked, main

    return main(Asked(Mended.REBUILT, ledger, propose, proposal))


@command("按台账恢复没有流程的：参数同 rebuild", "Start missing workflows again from the register")
def takeup(ledger: Ledger = "", propose: Propose = "", proposal: Proposal = "") -> int:
    """By two administrators."""
    from models.aggregate.mending import Mended
    from ops.rebuild import Asked, main

    return main(Asked(Mended.TAKEN_UP, ledger, propose, proposal))


@command("上线前重放：导出的历史目录，或抽取运行中的系统", "Replay histories under this code before a rollout")
def replay(
    folder: Annotated[str, typer.Argument(help="导出的历史或卷宗所在目录；不写则抽取运行中的系统")] = "",
    sample: Annotated[int, typer.Option(help="从运行中的系统抽取多少件在办案件")] = 200,
    seed: Annotated[int | None, typer.Option(help="抽取的随机种子；不写则随机")] = None,
) -> int:
    """Exit code 1 where something differs, 2 where nothing could be replayed."""
    from ops.replay import folder as kept
    from ops.replay import running

    return kept.main(Path(folder)) if folder else running.main(sample, seed)


@command("密钥环：查看、换新、导出公钥", "Show or rotate the key ring, export its public keys")
def keys(
    rotate: Annotated[bool, typer.Option("--rotate", help="加一把新密钥并启用，旧的保留")] = False,
    public: Annotated[Path | None, typer.Option(help="把签名密钥的公钥写入这个文件，交审计另行保存")] = None,
    algorithm: Annotated[str, typer.Option(help="新密钥的算法：AES-256-GCM 或 SM4-GCM")] = "",
) -> int:
    """Secrets are never printed."""
    from activities.platform.ciphers import Algorithm
    from ops.keys import main

    if algorithm and algorithm not in list(Algorithm):
        raise typer.BadParameter(f"{algorithm}：请写 {' 或 '.join(Algorithm)}", param_hint="--algorithm")
    return main(rotate, public, Algorithm(algorithm) if algorithm else None)


@command("运行一个目录里的场景文件", "Run every scenario file of a folder")
def scenarios(
    folder: Annotated[Path, typer.Argument(help="放 .yaml 场景文件的目录")],
    url: Annotated[str, typer.Option(help="用已经运行的系统：接口地址（须以时间快进方式启动）")] = "",
    temporal: Annotated[str, typer.Option(help="用已经运行的系统：Temporal 地址")] = "",
    password: Annotated[str, typer.Option(help="演示账号的密码；不写则是出厂的")] = "",
    secret: Annotated[str, typer.Option(help="该系统数据目录中 secret 文件的内容")] = "",
) -> int:
    """Exit code 1 when one fails."""
    from ops.scenarios.folder import Running, main

    if bool(url) != bool(temporal):
        raise typer.BadParameter("--url 和 --temporal 须一起写：只写一个，就不知道案件的时钟在哪里")
    return main(folder, Running(url, temporal, password, _of_hex(secret)) if url else None)


@command("推演：换一套时限、政策档或日历，过去的案件谁会超期", "Past cases under other limits, rules or calendar")
def whatif(
    profile: Annotated[str, typer.Option(help="地区代码，如 xuanwu")],
    month: Annotated[str, typer.Option(help="月份 YYYY-MM，或一年 YYYY")],
    limit: Annotated[list[str] | None, typer.Option(help="时限=工作日数，如 difficult=4，可多次")] = None,
    policy: Annotated[Path | None, typer.Option(help="改过的政策档（TOML），不同的时限和下班时间都算")] = None,
    holiday: Annotated[list[str] | None, typer.Option(help="改为休息的日子 YYYY-MM-DD，可多次")] = None,
    workday: Annotated[list[str] | None, typer.Option(help="改为上班的日子 YYYY-MM-DD，可多次")] = None,
    database: Annotated[str, typer.Option(help="数据库地址，不写则用正在运行的系统")] = "",
) -> int:
    """Reads the register and changes nothing."""
    from ops.what_if import Asked, main

    return main(Asked(profile, month, limit or [], policy, holiday or [], workday or [], database))


def _of_hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise typer.BadParameter("请照抄 secret 文件里的十六进制", param_hint="--secret") from None
