"""The developers' commands (开发者命令): each measures or tries on a system of its own."""

import importlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from ops.cli.app import command

Cases = Annotated[int, typer.Option(help="案件数")]
Seed = Annotated[int | None, typer.Option(help="随机种子；不写则随机")]
Department = Annotated[str, typer.Option(help="部门代码")]


@command("测量：计数、与空流程和空请求的比值、延迟；末行 JSON", "Measure counts, ratios and latencies; last line JSON")
def bench(
    rounds: Annotated[int, typer.Option(help="轮数，每轮各臂各一批")] = 14,
    samples: Annotated[int, typer.Option(help="延迟样本数")] = 100,
    clocks: Annotated[int, typer.Option(help="重算期限的在办案件数")] = 1000,
    core_seconds: Annotated[float, typer.Option(help="只测规则的秒数")] = 5,
    replays: Annotated[int, typer.Option(help="重放核对的案件数")] = 150,
    seed: Annotated[int, typer.Option(help="随机种子")] = 20261123,
    force: Annotated[bool, typer.Option("--force", help="机器不空闲也测")] = False,
) -> int:
    """It ends the process itself."""
    from ops.lab.bench.whole import Wanted, main

    return main(Wanted(rounds, samples, clocks, core_seconds, replays, seed), force=force)


@command("读的耗时：查看一件、列表二十件，与空请求和单条查询之比", "Reading against an empty request and a bare SELECT")
def reading(
    clocks: Annotated[int, typer.Option(help="另有多少在办案件")] = 1000,
    rounds: Annotated[int, typer.Option(help="轮数")] = 10,
    seed: Annotated[int, typer.Option(help="随机种子")] = 20261123,
) -> int:
    """The part of `bench` that reads."""
    from ops.lab.bench.reading import main

    return main(clocks, rounds, seed)


@command("参照案件的每一条语句，按进程", "Each statement of the reference case, by process")
def counts() -> int:
    """The idle system's share is printed too."""
    from ops.lab.bench.counts import main

    return main()


@command("页面耗时：一万件在办时各岗位每个页面的毫秒数", "Milliseconds of every page with ten thousand open cases")
def pages(cases: Cases = 10_000, rounds: Annotated[int, typer.Option(help="每个页面打开多少次")] = 20) -> int:
    """Exit code 1 when a page is too slow."""
    from ops.lab.bench.pages import main

    return main(cases, rounds)


@command("办法建议和月度分析耗时：一地区十万件", "Suggestions and a month's analysis over a hundred thousand cases")
def analysis(cases: Cases = 100_000) -> int:
    """Exit code 1 when a suggestion is too slow."""
    from ops.lab.bench.analysis import main

    return main(cases)


@command("长命案件：一件案两万条指令", "One case through twenty thousand commands")
def longlife(
    commands: Annotated[int, typer.Option(help="指令条数")] = 20_000,
    at_once: Annotated[int, typer.Option(help="同时几条")] = 8,
) -> int:
    """Exit code 1 when a figure is beyond its target."""
    from ops.lab.longlife import main

    return main(commands, at_once)


@command("数字场景包：各地公布的数字重办一遍", "Published figures of places, worked through once more")
def packs(names: Annotated[list[str] | None, typer.Argument(help="场景包名的开头；不写则全部")] = None) -> int:
    """Exit code 1 on a wrong figure."""
    from ops.lab.packs.run import main

    return main(names or [])


@command("故障试验：办理中反复 kill -9 各进程，核对不丢不重", "Kill processes while cases are worked on")
def faults(
    cases: Cases = 400,
    clients: Annotated[int, typer.Option(help="同时办理的人数")] = 12,
    every: Annotated[float, typer.Option(help="平均多少秒出一次故障")] = 4.0,
    kinds: Annotated[list[str] | None, typer.Option(help="故障种类，可多次；不写则全部")] = None,
    seed: Seed = None,
) -> int:
    """Exit code 1 on a violation."""
    from ops.lab.faults.trial import KINDS, main

    if unknown := set(kinds or ()) - set(KINDS):
        raise typer.BadParameter(f"{'、'.join(unknown)}：只有 {'、'.join(KINDS)}", param_hint="--kinds")
    return main(kinds or list(KINDS), cases, clients, every, seed)


@command("部门对接试验：六个部门系统各出各的错", "Cases over department systems that misbehave")
def departments(
    cases: Cases = 200, clerks: Annotated[int, typer.Option(help="同时办理的人数")] = 4, seed: Seed = None
) -> int:
    """Exit code 1 on a task that was lost or doubled."""
    from ops.lab.simulator.trial import main

    return main(cases, clerks, seed)


@command("部门模拟器：一个部门的系统，Ctrl-C 停止", "One department's system, until Ctrl-C")
def simulator(
    port: Annotated[int, typer.Option(help="端口；通知发到 http://127.0.0.1:端口/notices")],
    unit: Department,
    secret: Annotated[str, typer.Option(help="签名密钥，设置对接方式时得到")],
    api: Annotated[str, typer.Option(help="办成的接口地址")] = "http://127.0.0.1:8000",
) -> int:
    """On this machine only."""
    from ops.lab.simulator.service import serve

    return serve(port, unit, secret, api)


@command("以每种身份攻击每个接口（schemathesis）", "Attack every endpoint as every role")
def attack(examples: Annotated[int, typer.Option(help="每个接口的样例数")] = 15) -> int:
    """Exit code 1 when something was found."""
    from ops.lab.attack import main

    return main(examples)


@command("给各页面截图", "Take pictures of every page")
def pictures(folder: Annotated[str, typer.Argument(help="存到哪里；不写则 docs/zh/pictures")] = "") -> int:
    """A page that shows an error ends the run."""
    from ops.lab.pictures import main

    return main(folder)


@command("核对依赖有没有已知漏洞", "Whether a dependency has a known vulnerability")
def advisories() -> int:
    """Exit code 1 for a known vulnerability."""
    from ops.lab.advisories import main

    return main()


@command("留存本版本的一套系统，供以后各版核对", "Store a small system of this release for every later one")
def stored() -> int:
    """It is made by the tests' own people, and only where the tests are."""
    here = Path.cwd()
    if not (here / "tests" / "stored" / "make.py").exists():
        print("只能在源代码目录中运行：要用到 tests 里的案件", file=sys.stderr)
        return 2
    sys.path.insert(0, str(here))
    code: int = importlib.import_module("tests.stored.make").main()
    return code
