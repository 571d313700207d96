"""`bancheng advisories`: known vulnerabilities of the pinned dependencies (pip-audit).

Exit code 1 names each one. Without a network it says so and ends with 0: the check is of
vulnerabilities, not of networks.
"""

import json
import subprocess
import sys
from pathlib import Path

from ops.settings import ROOT

SECONDS = 120


def main() -> int:
    """Ask pip-audit and print the result. Returns the exit code."""
    line = [str(Path(sys.executable).parent / "pip-audit"), "-r", str(ROOT / "requirements.txt")]
    line += ["--no-deps", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    try:
        answer = subprocess.run(line, capture_output=True, text=True, timeout=SECONDS, check=False)
        packages = json.loads(answer.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, OSError, ValueError, KeyError):
        print("未能核对依赖的已知漏洞：查询不到漏洞库，请联网后再核对", file=sys.stderr)
        return 0
    flaws = [(each, flaw) for each in packages for flaw in each.get("vulns", [])]
    for each, flaw in flaws:
        fixed = "、".join(flaw.get("fix_versions", [])) or "尚无修复版本"
        print(f"{each['name']} {each['version']}：{flaw['id']}，修复于 {fixed}", file=sys.stderr)
    unknown = sum("skip_reason" in each for each in packages)
    print(f"依赖 {len(packages)} 项，已知漏洞 {len(flaws)} 个" + (f"，{unknown} 项漏洞库里查不到" if unknown else ""))
    return 1 if flaws else 0
