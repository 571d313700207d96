"""`python -m ops.lab.simulator --port … --unit … --secret … --api …`: one department's system, until it is ended."""

import argparse

import uvicorn

from ops.lab.simulator.service import NOTICES, create
from ops.ports import HOST


def main() -> None:
    """Serve on this machine only."""
    parser = argparse.ArgumentParser(prog="python -m ops.lab.simulator", description="部门模拟器")
    parser.add_argument("--port", type=int, required=True, help=f"端口；通知发到 http://{HOST}:端口{NOTICES}")
    parser.add_argument("--unit", required=True, help="部门代码")
    parser.add_argument("--secret", required=True, help="签名密钥，设置对接方式时得到")
    parser.add_argument("--api", default=f"http://{HOST}:8000", help="办成的接口地址")
    said = parser.parse_args()
    app = create(said.unit, said.secret, said.api)
    uvicorn.run(app, host=HOST, port=said.port, log_level="warning")


if __name__ == "__main__":
    main()
