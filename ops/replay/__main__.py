import argparse
import os
import sys
from pathlib import Path

from ops.replay import folder, running

SAMPLE = 200


def main() -> int:
    """What the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make replay", description="上线前重放")
    parser.add_argument("folder", nargs="?", type=Path, help="导出的历史或卷宗所在目录；不写则抽取运行中的系统")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="从运行中的系统抽取多少件在办案件")
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)), help="抽取的随机种子")
    asked = parser.parse_args()
    return folder.main(asked.folder) if asked.folder else running.main(asked.sample, asked.seed)


if __name__ == "__main__":
    sys.exit(main())
