# clintech. `make run` and `make test` do all their own set-up; see README.md.
#
# Sources are found by folder: a new module, screen or test needs no line here.
#   src/*/*.c        libclintech.a (src/cli/ and src/report/ aside)
#   ui/tk, ui/screens  libctui.a
#   src/cli/*.c      the program
#   src/report/*.c   clintech-report, which makes PDFs
#   tests/unit|ui|e2e|fault/*.c   one test program each (cmocka)
# VARIANT=asan builds the same under the address and undefined-behaviour
# sanitizers, VARIANT=fuzz with clang's fuzzer, in folders of their own.

VERSION  := 0.1.0
VARIANT  ?= release
O        := build/$(VARIANT)
CC       ?= gcc
PREFIX   ?= /usr/local
UNITDIR  ?= $(PREFIX)/lib/systemd/system

CPPFLAGS += -Isrc -I. -I$(O) -D_GNU_SOURCE -DCT_VERSION='"$(VERSION)"' -DNCURSES_WIDECHAR=1
WARN     := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wstrict-prototypes \
            -Wmissing-prototypes -Wcast-qual -Wcast-align -Wundef -Wformat=2 -Wvla -Wno-format-truncation -Werror
CFLAGS   ?= -Os -g
CFLAGS   += -std=gnu11 $(WARN) -fno-strict-aliasing -fstack-protector-strong
ifeq ($(VARIANT),asan)
CFLAGS   += -Og -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS  += -fsanitize=address,undefined
else ifeq ($(VARIANT),fuzz)
CFLAGS   += -w -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
LDFLAGS  += -fsanitize=fuzzer,address,undefined
else
CPPFLAGS += -D_FORTIFY_SOURCE=2
CFLAGS   += -fPIE
LDFLAGS  += -pie -Wl,-z,relro,-z,now
# What keeps a session small, whose pages are mostly the program's own: code for size (no
# figure of `make bench` is slower by it), no tables to unwind by (-g has them for a
# debugger), packed relocations, and nothing that nobody calls.
CFLAGS   += -fno-asynchronous-unwind-tables -fno-unwind-tables -ffunction-sections
PROG_LD  := -Wl,--gc-sections -Wl,-z,pack-relative-relocs
endif
# What keeps `make test` short, and changes nothing that is installed:
# - Test programs are linked by gold where there is one (half the time of ld).
# - In the release build the tests themselves, not what they test, are compiled without
#   optimising: a third of the time. The sanitizers' build optimises a little, for the
#   warnings that come of it alone; more is dearer to compile than it saves in running.
#   Line numbers are in the sanitizers' build (-g1: what a report prints), not in the
#   release build's tests.
# - The sanitizers' runtime is linked in, and at a fixed place: a program so made starts
#   and ends in half the time, since the two runtimes' tables are one, the search for leaks
#   reads them all, and each of their pages would be written in being relocated.
TEST_LD  := $(if $(shell command -v ld.gold 2>/dev/null),-fuse-ld=gold)
ifeq ($(VARIANT),asan)
CFLAGS   += -fno-pie
LDFLAGS  += -no-pie $(TEST_LD)
ifeq ($(findstring clang,$(CC)),)
LDFLAGS  += -static-libasan -static-libubsan
endif
else ifeq ($(VARIANT),release)
TEST_LD  += -Wl,--strip-debug
$(O)/tests/%.o: CFLAGS += -O0 -g0
$(O)/tests/%.o: CPPFLAGS += -U_FORTIFY_SOURCE
$(O)/tests/bench/%.o: CFLAGS += -O2 -g
endif
LIBS     := -lsqlite3 -lsodium -liniparser -lutf8proc -ljansson -lm
UI_LIBS  := -lncursesw -ltinfo
# Of clintech-report alone. System headers: they are not written to this project's warnings.
REP_CPPFLAGS = $(subst -I,-isystem ,$(shell pkg-config --cflags pangocairo))
REP_LIBS = $(shell pkg-config --libs pangocairo) -ljansson
TEST_LIBS := -lcmocka -lvterm -lutil

LIB_SRC  := $(filter-out $(wildcard src/cli/*.c src/report/*.c),$(wildcard src/*/*.c))
REP_SRC  := $(wildcard src/report/*.c)
UI_SRC   := $(wildcard ui/tk/*.c ui/screens/*.c)
CLI_SRC  := $(wildcard src/cli/*.c)
SUP_SRC  := $(wildcard tests/support/*.c)
TEST_SRC := $(wildcard tests/unit/*.c tests/ui/*.c tests/e2e/*.c tests/fault/*.c)
SOAK_SRC := $(wildcard tests/soak/*.c)
DATA     := $(sort $(wildcard data/*/*.sql data/*/*.ini data/*/*.txt data/*/*.csv))

obj       = $(patsubst %.c,$(O)/%.o,$(1))
TESTS    := $(patsubst %.c,$(O)/%,$(TEST_SRC))
SOAKS    := $(patsubst %.c,$(O)/%,$(SOAK_SRC))
GENDOC   := $(O)/tests/lint/gendoc

# Made once, here, rather than before each compilation.
$(shell mkdir -p $(sort $(dir $(call obj,$(LIB_SRC) $(UI_SRC) $(CLI_SRC) $(REP_SRC) $(SUP_SRC) $(TEST_SRC) $(SOAK_SRC) \
    $(wildcard tests/bench/*.c tests/fuzz/*.c tests/lint/*.c)))))

# make V=1 shows the commands.
$(V).SILENT:

all: $(O)/clintech $(O)/clintech-report

$(O)/clintech: $(call obj,$(CLI_SRC)) $(O)/libctui.a $(O)/libclintech.a
	$(CC) $(LDFLAGS) $(PROG_LD) -o $@ $(call obj,$(CLI_SRC)) $(O)/libctui.a $(O)/libclintech.a $(LIBS) $(UI_LIBS)

# The printer of reports: the one program that knows pango and cairo.
$(O)/src/report/%.o: CPPFLAGS += $(REP_CPPFLAGS)
$(O)/clintech-report: $(call obj,$(REP_SRC))
	$(CC) $(LDFLAGS) $(PROG_LD) -o $@ $^ $(REP_LIBS)

$(O)/libclintech.a: $(call obj,$(LIB_SRC)) $(O)/data.o
	@mkdir -p $(@D) && rm -f $@
	ar rcs $@ $^

$(O)/libctui.a: $(call obj,$(UI_SRC))
	@mkdir -p $(@D) && rm -f $@
	ar rcs $@ $^

$(O)/libsupport.a: $(call obj,$(SUP_SRC))
	@mkdir -p $(@D) && rm -f $@
	ar rcs $@ $^

# Everything under data/ is embedded: the program is one file.
$(O)/data.S: $(DATA) .ci/embed.sh Makefile
	@mkdir -p $(@D)
	sh .ci/embed.sh $(DATA) > $@
$(O)/data.o: $(O)/data.S
	$(CC) -c -o $@ $<

$(O)/%.o: %.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(TESTS) $(SOAKS) $(GENDOC): $(O)/%: $(O)/%.o $(O)/libsupport.a $(O)/libctui.a $(O)/libclintech.a
	$(CC) $(LDFLAGS) $(TEST_LD) -o $@ $< $(MORE_OBJ) $(O)/libsupport.a $(O)/libctui.a $(O)/libclintech.a $(LIBS) $(UI_LIBS) $(TEST_LIBS)

# Programs in which the program's own allocations and calls to the disk can be made to fail
# (tests/support/scarce.h).
SCARCE   := malloc calloc realloc strdup strndup sodium_malloc open read pread write pwrite fsync \
            ftruncate rename
$(O)/tests/fault/life $(O)/tests/unit/seal_cost: LDFLAGS += $(foreach f,$(SCARCE),-Wl,--wrap=$(f))

# The fuzz drivers, all in one program, on what is kept for them.
FUZZ_NAMES := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c))
FUZZ_OBJ := $(if $(filter fuzz,$(VARIANT)),,$(FUZZ_NAMES:%=$(O)/tests/fuzz/%.o))
$(FUZZ_OBJ): CPPFLAGS += -DLLVMFuzzerTestOneInput=fuzz_$(basename $(notdir $@))
$(O)/tests/unit/corpora.o: CPPFLAGS += -DCT_FUZZERS='$(foreach f,$(FUZZ_NAMES),F($(f)))'
$(O)/tests/unit/corpora: $(FUZZ_OBJ)
$(O)/tests/unit/corpora: MORE_OBJ := $(FUZZ_OBJ)

$(O)/tests/bench/engine: $(O)/tests/bench/engine.o $(O)/libclintech.a
	$(CC) $(LDFLAGS) -o $@ $< $(O)/libclintech.a $(LIBS)

$(O)/tests/bench/engine-sqlcipher: tests/bench/engine.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -DCT_BENCH_SQLCIPHER $(LDFLAGS) -o $@ $< -lsqlcipher

tests-build: $(TESTS) $(GENDOC) $(O)/clintech $(O)/clintech-report

# The measurements: floor.c and engine.c are programs of their own, the rest is one. engine.c
# is made a second time with SQLCipher where that is installed (libsqlcipher-dev).
BENCH_SRC := $(filter-out tests/bench/floor.c tests/bench/engine.c,$(wildcard tests/bench/*.c))
SQLCIPHER := $(if $(wildcard /usr/include/sqlcipher/sqlite3.h),$(O)/tests/bench/engine-sqlcipher)

$(O)/tests/bench/bench: $(call obj,$(BENCH_SRC)) $(O)/libclintech.a
	$(CC) $(LDFLAGS) -o $@ $(call obj,$(BENCH_SRC)) $(O)/libclintech.a $(LIBS) -lvterm -lutil

$(O)/tests/bench/floor: $(O)/tests/bench/floor.o
	$(CC) $(LDFLAGS) -o $@ $< $(UI_LIBS)

# ---- what people call ------------------------------------------------------

JOBS := $(shell nproc 2>/dev/null || echo 2)
DEMO ?= $(or $(XDG_STATE_HOME),$(HOME)/.local/state)/clintech-demo

# The workstation on a demo clinic of invented people, made on the first run.
run:
	@.ci/setup build
	@$(MAKE) -s -j$(JOBS) all
	@test -e "$(DEMO)/store.db" || $(O)/clintech demo --dir "$(DEMO)"
	@$(O)/clintech --dir "$(DEMO)"

# Every test, in the release build and under the sanitizers. The longest go first,
# so that the cores finish together, and four more at a time than there are cores:
# the longest of all do little but wait whether a terminal stays quiet.
LONGEST  := $(addprefix tests/,e2e/bytes e2e/format fault/store_disk e2e/prep e2e/kill9 fault/flips \
            e2e/wire fault/store_kill e2e/plaintext fault/tamper e2e/vitals_form e2e/cli e2e/badinput \
            e2e/terminal e2e/monkey e2e/backup e2e/hangup e2e/news2_grid e2e/guide e2e/access e2e/scan \
            e2e/worklist unit/verify unit/store ui/monkey unit/fault unit/keyring_tamper fault/seal_io \
            unit/demo fault/seal_torn fault/many e2e/cycle e2e/equipment e2e/fault e2e/escalation \
            e2e/lookback e2e/recall e2e/implant e2e/load e2e/review e2e/scope e2e/recover e2e/training e2e/handover e2e/journey e2e/round e2e/rounds_work e2e/board e2e/notes e2e/quick e2e/day \
            e2e/calibration e2e/export e2e/tasks e2e/sterile_packs e2e/rollback e2e/trend unit/restore \
            unit/prep unit/permission unit/field unit/seal_disk unit/session fault/freeze \
            fault/seal_flip fault/seal_oom fault/seal_kill fault/life fault/wal_reset)
TEST_NAMES := $(basename $(TEST_SRC))
of         = $(patsubst %,build/asan/%,$(1)) $(patsubst %,build/release/%,$(1))
test:
	@.ci/setup test
	@$(MAKE) -s -j$(JOBS) tests-build
	@$(MAKE) -s -j$(JOBS) VARIANT=asan tests-build
	@tests/run.sh -j $$(($(JOBS) + 4)) \
	    $(call of,$(filter $(TEST_NAMES),$(LONGEST))) build/release/lint \
	    $(call of,$(filter-out $(LONGEST),$(TEST_NAMES)))

# The long runs, in the release build: every point of every sweep, and fifty people at one
# clinic for SOAK_S seconds. Each prints its counts. SOAK_STEP: every so many of the
# allocations of fault/life, all of which take about twenty minutes.
SOAK_S    ?= 600
SOAK_STEP ?= 1
SOAK_PROGRAMS := $(addprefix $(O)/tests/,fault/seal_io fault/seal_torn fault/seal_oom fault/seal_flip \
                 fault/store_disk fault/freeze fault/flips fault/life unit/corpora)
SOAK_TIMED := $(addprefix $(O)/tests/,fault/wal_reset fault/many fault/store_kill fault/seal_kill)
soak:
	@.ci/setup test
	@$(MAKE) -s -j$(JOBS) $(O)/clintech $(SOAKS) $(SOAK_PROGRAMS) $(SOAK_TIMED)
	@CT_SOAK_S=$(SOAK_S) $(O)/tests/soak/clinic
	@for t in $(SOAK_TIMED); do CT_TELL=1 CT_SOAK_S=$$(($(SOAK_S) / 10 + 1)) CT_SOAK_KILLS=$(SOAK_S) $$t || exit 1; done
	@for t in $(SOAK_PROGRAMS); do CT_SOAK_S=$(SOAK_S) CT_SOAK_STEP=$(SOAK_STEP) $$t || exit 1; done

# One table of figures beside their floors and budgets (docs/performance.md).
# CT_BENCH_FULL=1: on a clinic of ten years. BENCH="scan terminal": these alone.
bench:
	@.ci/setup test
	@$(MAKE) -s -j$(JOBS) $(O)/clintech $(O)/tests/bench/bench $(O)/tests/bench/floor \
	    $(O)/tests/bench/engine $(SQLCIPHER)
	@$(O)/tests/bench/bench $(BENCH)

# Invented input for every reader of foreign bytes, FUZZ_S seconds each, with clang's
# fuzzer. What it found interesting stays in build/fuzz/corpus and is begun with.
# FUZZ="scan csv": these alone. Without clang, unit/corpora runs them all on what is kept.
FUZZ_S   ?= 60
FUZZ_LIBS := $(O)/libsupport.a $(O)/libctui.a $(O)/libclintech.a
FUZZERS  := $(patsubst %.c,$(O)/%,$(wildcard tests/fuzz/*.c))
$(O)/tests/fuzz/%: $(O)/tests/fuzz/%.o $(FUZZ_LIBS)
	$(CC) $(LDFLAGS) -o $@ $< $(FUZZ_LIBS) $(LIBS) $(UI_LIBS)

fuzzers: $(FUZZERS)

fuzz:
	@command -v clang >/dev/null || { echo "make fuzz needs clang" >&2; exit 1; }
	@.ci/setup build
	@$(MAKE) -s -j$(JOBS) VARIANT=fuzz CC=clang fuzzers
	@CT_TEST_TMP=$$(mktemp -d /tmp/ct-fuzz-XXXXXX) && export CT_TEST_TMP && \
	trap 'rm -rf "$$CT_TEST_TMP"' EXIT && \
	for f in $(or $(FUZZ),$(FUZZ_NAMES)); do \
	    mkdir -p build/fuzz/corpus/$$f; \
	    build/fuzz/tests/fuzz/$$f -max_total_time=$(FUZZ_S) -max_len=4096 \
	        -print_final_stats=1 -artifact_prefix=build/fuzz/$$f- build/fuzz/corpus/$$f \
	        $$(ls -d tests/fuzz/seed/$$f 2>/dev/null) \
	        $$(sed -n "s/^$$f //p" tests/fuzz/shipped) \
	        >build/fuzz/$$f.log 2>&1 || { tail -n 40 build/fuzz/$$f.log; exit 1; }; \
	    sed -n "s/^stat::number_of_executed_units: */$$f: no fault in /p" build/fuzz/$$f.log; \
	done

# The pages that are made from the program's own tables.
docs: $(GENDOC)
	@for page in keys config permissions quantities schema; do \
	    $(GENDOC) $$page > $(O)/page && mv $(O)/page docs/$$page.md || exit 1; \
	done

lint: $(O)/libclintech.a $(O)/libctui.a $(GENDOC)
	@sh tests/lint/lint.sh $(O)

# tests/run.sh runs programs: this is the lint as one.
$(O)/lint: tests/lint/lint.sh
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec sh tests/lint/lint.sh $(O)\n' > $@ && chmod +x $@
tests-build: $(O)/lint

# One test program: make check-unit/text, check-e2e/journey ...
check-%: $(O)/tests/%
	$<

install: $(O)/clintech $(O)/clintech-report
	install -D -m 755 $(O)/clintech $(DESTDIR)$(PREFIX)/bin/clintech
	install -D -m 755 $(O)/clintech-report $(DESTDIR)$(PREFIX)/bin/clintech-report
	install -D -m 644 docs/man/clintech.1 $(DESTDIR)$(PREFIX)/share/man/man1/clintech.1
	install -D -m 644 config.ini $(DESTDIR)$(PREFIX)/share/doc/clintech/config.ini
	install -D -m 644 packaging/systemd/clintech-backup.timer $(DESTDIR)$(UNITDIR)/clintech-backup.timer
	sed 's|@PREFIX@|$(PREFIX)|g' packaging/systemd/clintech-backup.service.in > $(O)/clintech-backup.service
	install -m 644 $(O)/clintech-backup.service $(DESTDIR)$(UNITDIR)/clintech-backup.service

clean:
	rm -rf build

.PHONY: all tests-build clean run test soak bench lint install docs fuzz fuzzers
.SECONDARY:
-include $(shell find build/$(VARIANT) -name '*.d' 2>/dev/null)
