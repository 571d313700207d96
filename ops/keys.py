"""`make keys`: the key ring of an installation, shown or rotated. Secrets are never printed.

`make keys PUBLIC=<file>` writes the public halves of the signing keys: what an auditor keeps outside the house.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from activities.ciphers import Algorithm
from activities.keyring import KeyRing, KeyRingError, rotated, wanted_algorithm
from activities.signatures import PublicKeyList
from ops.settings import ROOT, write_private


def main() -> int:
    """Show the ring, after rotating it where that was asked for. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="make keys", description="密钥环")
    parser.add_argument("--rotate", action="store_true", help="加一把新密钥并启用，旧的保留")
    parser.add_argument("--public", type=Path, help="把签名密钥的公钥写入这个文件，交审计另行保存")
    parser.add_argument("--algorithm", choices=list(Algorithm), help="新密钥的算法")
    asked = parser.parse_args()
    data_dir = (ROOT / (os.environ.get("DATA_DIR") or ".data")).resolve()
    path = Path(os.environ.get("BANCHENG_KEYS") or data_dir / "keys.json")
    try:
        _ = KeyRing(path).current  # a ring that cannot be used is not written over
        if asked.rotate:
            algorithm = Algorithm(asked.algorithm) if asked.algorithm else wanted_algorithm()
            write_private(path, rotated(path.read_text(encoding="utf-8"), algorithm))
        public = KeyRing(path).public_keys()
        if asked.public:
            asked.public.write_text(json.dumps(public, indent=1) + "\n", encoding="utf-8")
    except (KeyRingError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    said = json.loads(path.read_text(encoding="utf-8"))
    for what, ring in (("解读", said), *(("核对签名", ring) for ring in said["signing"].values())):
        for key_id, key in ring["keys"].items():
            used = "在用" if key_id == ring["current"] else f"旧，只用于{what}"
            print(f"{key_id:9} {key['algorithm']:12} {key['made_at']}  {used}")
    print(f"公钥清单指纹 {PublicKeyList(public).fingerprint}")
    if asked.rotate:
        print(f"已启用 {said['current']}。请立即把 {path.name} 备份到数据库以外的地方。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
