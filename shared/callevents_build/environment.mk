# Makes `.venv` from a lock file: `make -f shared/callevents_build/environment.mk run|dev`, from the project's folder.
# A stamp inside `.venv` says what is installed. Its name holds the Python and the folder, so another of either makes a new
# environment; it is written last, so an interrupted installation is repeated.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# Works in any Python, so that an old one gets a sentence.
KEY := $(shell $(PYTHON) -c 'import os, sys, zlib; \
	ok = (3, 10) <= sys.version_info[:2] <= (3, 13); \
	print("%d.%d.%d" % sys.version_info[:3] + ("-%d" % (zlib.crc32((sys.version + os.getcwd()).encode()) & 0xffffffff) if ok else "-unsupported"))' 2>/dev/null)
ifeq ($(KEY),)
$(error $(PYTHON) cannot be run. Python 3.10 to 3.13 is needed. Name one: make PYTHON=python3.12 …)
endif
ifneq ($(filter %-unsupported,$(KEY)),)
$(error Python 3.10 to 3.13 is needed, $(PYTHON) is $(KEY:-unsupported=). Name another: make PYTHON=python3.12 …)
endif

MADE := $(VENV)/.python-$(KEY)
RUN := $(VENV)/.run-$(KEY)
DEV := $(VENV)/.dev-$(KEY)
PROJECT := $(VENV)/.project-$(KEY)
# What another Python or folder had, until the new one is ready: where its packages cannot be had, it comes back.
BEFORE := .make/venv-before
# What development needs includes what running needs.
LOCKED := $(if $(filter dev,$(MAKECMDGOALS))$(wildcard $(DEV)),$(DEV),$(RUN))

.PHONY: run dev
run dev: $(PROJECT) ; @:

$(MADE):
	@echo "Setting up $(VENV) with Python $(firstword $(subst -, ,$(KEY))) …"
	@if ls $(VENV)/.project-* >/dev/null 2>&1; then \
		echo "The one of before is of another Python or folder; it is kept until this one is ready."; \
		rm -rf $(BEFORE); mkdir -p $(dir $(BEFORE)); mv $(VENV) $(BEFORE); fi
	@$(PYTHON) -m venv --clear $(VENV) || { $(back); \
		echo "Python could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv"; exit 1; }
	@touch $@

$(RUN): requirements.lock | $(MADE)
	$(install)

$(DEV): requirements-dev.lock | $(MADE)
	$(install)

# The project itself, editable, with the build backend of the lock file, so that this needs no network.
$(PROJECT): pyproject.toml $(LOCKED)
	@$(PIP) --quiet --no-deps --no-build-isolation -e . || { $(back); exit 1; }
	@touch $@
	@rm -rf $(BEFORE)

back = if [ -d $(BEFORE) ]; then rm -rf $(VENV); mv $(BEFORE) $(VENV); \
	echo "$(VENV) is again what it was before: make without PYTHON=… uses that."; fi

# One line of progress for every tenth package; all that pip says only where it fails.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --no-input
define install
@total=$$(grep -c '^[A-Za-z0-9]' $<); count=0; \
echo "Installing the packages of $< (about $$total, hashes checked; once) …"; \
{ $(PIP) --no-color --require-hashes -r $< 2>&1 || echo "pip failed"; } | tee $@.log | while read -r line; do \
	case "$$line" in "Collecting "*|"Requirement already"*) count=$$((count + 1)); \
		[ $$((count % 10)) -ne 0 ] || echo "  $$count of about $$total packages";; \
	"Installing collected"*) echo "  unpacking";; esac; \
done; \
if grep -q '^pip failed' $@.log; then tail -n 30 $@.log; \
	echo "Installing failed. Is the package index reachable (pip config list)? Run make again then."; $(back); exit 1; fi
@rm -f $(RUN) $(DEV) $@.log; touch $@
endef
