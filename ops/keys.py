"""`bancheng keys`: the key ring of an installation, shown or rotated. Secrets are never printed.

`bancheng keys --public <file>` writes the public halves of the signing keys: what an auditor keeps outside the house.
"""

import json
import sys
from pathlib import Path

from activities.platform.ciphers import Algorithm
from activities.platform.keyring import KeyRing, KeyRingError, rotated
from activities.platform.signatures import PublicKeyList
from ops.settings import OpsSettings, write_private


def main(rotate: bool, to: Path | None, algorithm: Algorithm | None) -> int:
    """Show the ring, after rotating it on request. Returns the exit code."""
    here = OpsSettings.read()
    path = here.key_file
    try:
        _ = KeyRing(path).current  # a ring that cannot be used is not written over
        if rotate:
            write_private(path, rotated(path.read_text(encoding="utf-8"), algorithm or here.cipher))
        public = KeyRing(path).public_keys()
        if to:
            to.write_text(json.dumps(public, indent=1) + "\n", encoding="utf-8")
    except (KeyRingError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    keyring = json.loads(path.read_text(encoding="utf-8"))
    for what, ring in (("解读", keyring), *(("核对签名", ring) for ring in keyring["signing"].values())):
        for key_id, key in ring["keys"].items():
            used = "在用" if key_id == ring["current"] else f"旧，只用于{what}"
            print(f"{key_id:9} {key['algorithm']:12} {key['made_at']}  {used}")
    print(f"公钥清单指纹 {PublicKeyList(public).fingerprint}")
    if rotate:
        print(f"已启用 {keyring['current']}。请立即把 {path.name} 备份到数据库以外的地方。")
    return 0
