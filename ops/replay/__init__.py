"""`bancheng replay`: the deploy gate (上线前的关口). It checks that open workflows can go on under this checkout.

    bancheng replay DIR              histories and packages in a folder
    bancheng replay [--sample 200]   the running system that DATA_DIR names: a sample of its open cases

Two questions of each history. Does this code give the engine the commands that it has? What it recorded, folded by this
code: is that the register's state? Rules are not asked, they may be any. Exit code 0: yes. 1: no, with a line for each
that differs. 2: nothing could be replayed, and why.
"""

from ops.replay.folder import main

__all__ = ["main"]
