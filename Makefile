# 办成: every command on one line. The first one is what `make` alone does.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# The first Python that is new enough; set PYTHON to choose another.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN := .venv/bin
DIR ?= tests/scenarios

.PHONY: help run test check browser scenarios bench longlife pages analysis packs whatif pictures faults departments attack audit rebuild takeup drills restores replay stored keys lock clean

help: ## 列出全部命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: .venv/installed ## 启动整套系统（可设 API_PORT、TEMPORAL_PORT、TEMPORAL_UI_PORT、DATA_DIR、DEMO），Ctrl-C 停止
	@exec $(BIN)/bancheng run

test: check browser ## 检查加测试（演练另有命令：make drills）
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not drill"

check: .venv/installed ## 代码检查：ruff、mypy、import-linter、bandit、已知漏洞
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/bandit -q -ll -c pyproject.toml -r models activities workflows api ops worker.py followers.py
	@$(BIN)/bancheng advisories

browser: # Pages are tested in a real browser: Debian's Chromium, installed here where that is allowed.
	@for b in chromium chromium-browser google-chrome; do command -v $$b >/dev/null && exit 0; done; \
		test "$$(id -u)" = 0 && command -v apt-get >/dev/null && { echo '正在安装 Chromium ……'; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || \
		echo '没有 Chromium，页面测试会失败：请安装（Debian：apt-get install chromium）' >&2

scenarios: .venv/installed ## 运行场景文件：make scenarios DIR=<目录>
	@$(BIN)/bancheng scenarios "$(DIR)"

bench: .venv/installed ## 测量：计数、与空流程和空请求的比值、延迟（约四分钟），最后一行为 JSON
	@$(BIN)/bancheng bench

longlife: .venv/installed ## 长命案件：一件案两万条指令（COMMANDS=<条数>），核对不丢不重、越办不慢、状态不涨、核对用时
	@$(BIN)/bancheng longlife --commands $(or $(COMMANDS),20000)

pages: .venv/installed ## 页面耗时：一万件在办案件时，各岗位每个页面的毫秒数
	@$(BIN)/bancheng pages

analysis: .venv/installed ## 办法建议和月度分析耗时：一地区十万件
	@$(BIN)/bancheng analysis

packs: .venv/installed ## 数字场景包：各地公布的数字在真实引擎上重办一遍，办到一半全部杀掉（约三分钟）
	@$(BIN)/bancheng packs $(PACKS)

whatif: .venv/installed ## 推演：make whatif PROFILE=<地区> MONTH=<YYYY-MM 或 YYYY> LIMITS="difficult=4" POLICY=<改过的政策档> HOLIDAYS="日期" WORKDAYS="日期"
	@$(BIN)/bancheng whatif --profile "$(PROFILE)" --month "$(MONTH)" $(if $(POLICY),--policy "$(POLICY)",) \
		$(foreach l,$(LIMITS),--limit $(l)) \
		$(foreach d,$(HOLIDAYS),--holiday $(d)) $(foreach d,$(WORKDAYS),--workday $(d))

pictures: .venv/installed browser ## 给各页面截图，存到 docs/zh/pictures
	@$(BIN)/bancheng pictures

faults: .venv/installed ## 故障试验：办理中反复 kill -9 各进程，核对不丢不重
	@$(BIN)/bancheng faults

departments: .venv/installed ## 部门对接试验：六个部门系统各出各的错，核对每件任务各到一次
	@$(BIN)/bancheng departments

attack: .venv/installed ## 以每种身份攻击每个接口（schemathesis）
	@$(BIN)/bancheng attack

audit: .venv/installed ## 重放核对：make audit CASE=<编号>（系统运行中），或 make audit EXPORT=<卷宗.zip> [KEYS=<公钥清单>]（离线）
	@$(BIN)/bancheng audit $(if $(EXPORT),--export "$(EXPORT)" $(if $(KEYS),--keys "$(KEYS)",),--case "$(CASE)")

rebuild: .venv/installed ## 从历史重建台账：先核对；PROPOSE=<管理员> 提出，另一位确认后 PROPOSAL=<编号> 执行；CASE=<编号> 只办一件
	@$(BIN)/bancheng rebuild --ledger "$(CASE)" --propose "$(PROPOSE)" --proposal "$(PROPOSAL)"

takeup: .venv/installed ## 按台账恢复没有流程的：参数同 make rebuild
	@$(BIN)/bancheng takeup --ledger "$(CASE)" --propose "$(PROPOSE)" --proposal "$(PROPOSAL)"

drills: .venv/installed ## 演练：伪造的指令、规则全改而案件在办、一件案三千条指令、进程反复被杀、部门系统出错（约十二分钟）
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -m drill

restores: .venv/installed ## 恢复演练：PostgreSQL、引擎分别退回从前，告警、重建、恢复，逐件核对（约五分钟）
	@$(BIN)/python -m pytest -n 0 tests/faults/restores.py

replay: .venv/installed ## 上线前重放：make replay DIR=<导出的历史目录>，或抽取运行中的系统 make replay [SAMPLE=200] [SEED=…]
	@$(BIN)/bancheng replay $(if $(filter file,$(origin DIR)),,"$(DIR)") $(if $(SAMPLE),--sample $(SAMPLE),) \
		$(if $(SEED),--seed $(SEED),)

stored: .venv/installed ## 留存本版本的一套系统（库、历史、卷宗），供以后各版核对：按 VERSION 存入 tests/stored
	@$(BIN)/bancheng stored

keys: .venv/installed ## 密钥环：看有哪些密钥；make keys ROTATE=1 [ALGORITHM=SM4-GCM] 换新；make keys PUBLIC=<文件> 导出公钥
	@$(BIN)/bancheng keys $(if $(PUBLIC),--public "$(PUBLIC)",) $(if $(ROTATE),--rotate,) $(if $(ALGORITHM),--algorithm $(ALGORITHM),)

lock: .venv/installed ## 依赖变动后重新生成 requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --no-annotate requirements.in -o requirements.txt

clean: ## 删除虚拟环境与缓存（不动数据目录）
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Made anew only when the pinned versions or the package change; the mark is set last, so that a broken installation is repeated.
.venv/installed: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo '需要 Python 3.11 或更高版本：请先安装，或用 make PYTHON=<路径> 指定' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo '$(PYTHON) 缺少 venv 模块：请安装它（Debian、Ubuntu：apt install python3-venv）' >&2; exit 1; }
	@echo '正在安装依赖到 .venv ……'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt || \
		{ echo '依赖未能安装：请检查网络或 pip 的软件源设置，再重试' >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable . || \
		{ echo '命令 bancheng 未能安装：请删除 .venv 后重试（make clean）' >&2; exit 1; }
	@touch $@
