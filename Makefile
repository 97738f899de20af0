# The map of the program: what each process is made of, in the order in which
# a task passes through it. A file calls those behind it in its own list, the
# libraries tasks/ and protocol/, and nothing else (tests/lint/layers.sh).

VERSION		= 0.1.0

# What all processes agree on; knows none of them.
PROTOCOL	= json_text peer link wire permit chunks message reader put field arena frame \
		  cgroup cgroup_text loop destination git_path url valid environment buffer problem error mem log
# What a task is: its file, its scope, its place in the plan.
TASKS		= tasks_file task_field task_field_list field_reader yaml_value \
		  plan graph task_spec schedule_why schedule_final schedule_prepare \
		  schedule schedule_share schedule_lease schedule_ready schedule_line \
		  schedule_age estimate \
		  schedule_class schedule_state heap name_table \
		  node_set scope_index scope scope_remainder scope_pattern scope_component
# A person or an agent -> the control socket.
ORCHCTL		= main command_answer command_progress command_discover command_scope command_ask \
		  command_blocked command_mcp mcp command_wait command_resume command_pause command_drain command_halt mode_set command_debug command_stop command_status command_slots command_show \
		  command_run command_retry command_prune command_reject command_plan command_notes command_logs command_list \
		  command_events command_inbox command_stats command_locks command_tickets command_export command_import command_doctor doctor_machine command_cancel command_approve command_add change request \
		  run checkout log_pipe live process enter task_again task_rows task_send task_files queue_read queue_write queue_field json_place tasks_write edit \
		  agent_call session private locate options print_text print_json print_status print_notes print_lists print_show print_plan event_text table text moment
# Decides; owns tasks, slots, leases, tickets and the database. What comes in;
# what it means; who is told and what is held; what is touched, and what is pure.
SUPERVISOR	= main look startup startup_check probing on_client on_task on_worker on_commitd show_status lists stats show show_notes waits waits_line waits_running debugging \
		  requests discover steering engine starting rest deadlines export hooks enrol gates settle standing widening questions approval pauses history budgets admitting prepare setup_layers transition \
		  jobs dealing tickets pre_land hooks_due notes notes_gather prune forgetting leaks trash slots handing adoption clients estimating backoff sums restoring registry kinds shares projects project following calling ledger modes state_walk events told \
		  notes_config config_file agents_file agent_rules agent_home agent_entry yaml_walk \
		  notify spawn cgroups readings holders note_file store_notes store_events store_line store_people store_spent store_extra store_ledger store_history store sql sql_dump feedback proof prepared wording autonomy note note_template note_text fingerprint line slot outcome task mode config retry agents budget admission lengths quantity hash
# Runs one attempt at a time; trusted with nothing.
WORKER		= main probe streams dispatch on_supervisor debug byhand setup job around adopt base carry agent iteration command hook notes relay agent_socket requests telling meter gauge home conflict handoff layer_make copies collector scan record \
		  worker run bare processes sandbox filter shown root cover workspace layer overlay binds owner checkout objects apart git below namespace procfs relay_listen relay_serve texts output \
		  iterate files program attempt adapter mask usage classify reset json_values
# Inside the sandbox, after the agent: what it left becomes a commit.
COLLECT		= main lay commit tree files few blobs changes stage paths outbox git dense place fail
# Inside the sandbox, before the agent: puts a second fence around it.
FENCE		= main rules
# Owns the repository; the only writer.
COMMITD		= main dispatch on_supervisor project land branch ticket recover delivery tip attributes \
		  maintain forget tell locks combined candidate stray pick trivial series credentials upstream receiving mend intake take_files \
		  build files lines inspect changes conflict markers trees layer plain layers proved durable walk queue \
		  queue_table merge draft trailers landings packs pack fault index references repository git environment courier \
		  confine disk

B		?= build
# Relative: so are the names in the dependency files.
override B	:= $(patsubst $(CURDIR)/%,%,$(B))
# Names of the regress scripts that check-sanitized runs; empty: all.
ONLY		?=
ifeq ($(origin CC),default)
CC		= gcc
endif
PREFIX		?= /usr/local
SYSCONFDIR	?= /etc
UNITDIR		?= /lib/systemd/system
SYSUSERSDIR	?= /usr/lib/sysusers.d
DESTDIR		?=
BINDIR		= $(PREFIX)/bin
LIBEXECDIR	= $(PREFIX)/libexec/orch
MANDIR		= $(PREFIX)/share/man
EXAMPLEDIR	= $(PREFIX)/share/orch
BASHDIR		= $(PREFIX)/share/bash-completion/completions
ZSHDIR		= $(PREFIX)/share/zsh/site-functions
FISHDIR		= $(PREFIX)/share/fish/vendor_completions.d

WARNINGS	= -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
		  -Wmissing-prototypes -Wmissing-declarations -Wpointer-arith \
		  -Wcast-qual -Wsign-compare -Wvla
HARDENING	?= -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
CFLAGS		?= -O2 -g
ALL_CFLAGS	= -std=c17 -D_GNU_SOURCE -DORCH_VERSION='"$(VERSION)"' -I. -I$(B) \
		  $(HARDENING) $(CFLAGS) $(SANITIZE) $(WARNINGS) -MMD -MP
ALL_LDFLAGS	= -pie -Wl,-z,relro,-z,now,--as-needed $(LDFLAGS) $(SANITIZE)

PKGS_PROTOCOL	= libevent_core msgpack
PKGS_TASKS	= yaml-0.1
pkg		= $(shell pkg-config --libs $(1))

objects		= $(patsubst %,$(B)/$(1)/%.o,$(2))
LIB_PROTOCOL	= $(B)/libprotocol.a
LIB_TASKS	= $(B)/libtasks.a
PROGRAMS	= $(B)/bin/orchd $(B)/bin/orchctl $(B)/libexec/orch-worker \
		  $(B)/libexec/orch-collect $(B)/libexec/orch-fence $(B)/libexec/orch-commitd

all: $(PROGRAMS) $(B)/man/orch-protocol.7

$(B)/bin/orchd: $(call objects,supervisor,$(SUPERVISOR)) $(LIB_TASKS) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call pkg,$(PKGS_PROTOCOL) $(PKGS_TASKS) sqlite3 libsystemd libmd)
$(B)/bin/orchctl: $(call objects,orchctl,$(ORCHCTL)) $(LIB_TASKS) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call pkg,$(PKGS_PROTOCOL) $(PKGS_TASKS) jansson)
$(B)/libexec/orch-worker: $(call objects,worker,$(WORKER)) $(LIB_TASKS) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call pkg,$(PKGS_PROTOCOL) $(PKGS_TASKS) yajl libseccomp)
$(B)/libexec/orch-collect: $(call objects,collect,$(COLLECT)) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^
# It runs within the limits of an agent, where the tables of a sanitizer have no room.
$(B)/fence/%.o $(B)/libexec/orch-fence: override SANITIZE =
$(B)/libexec/orch-fence: $(call objects,fence,$(FENCE))
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^
$(B)/libexec/orch-commitd: $(call objects,commitd,$(COMMITD)) $(LIB_TASKS) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_LDFLAGS) -o $@ $^ $(call pkg,$(PKGS_PROTOCOL) libgit2 zlib)

$(LIB_PROTOCOL): $(call objects,protocol,$(PROTOCOL))
	@rm -f $@
	$(AR) rcs $@ $^
$(LIB_TASKS): $(call objects,tasks,$(TASKS))
	@rm -f $@
	$(AR) rcs $@ $^
$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The schema is part of the program.
$(B)/supervisor/sql.o: $(B)/schema.inc
$(B)/schema.inc: supervisor/schema.sql
	@mkdir -p $(@D)
	sed 's/\\/\\\\/g; s/"/\\"/g; s/^/"/; s/$$/\\n"/' $< >$@

-include $(wildcard $(B)/*/*.d $(B)/tests/*/*.d)

# ---- tests: each program or script is one, and counts as one ----

UNIT		= $(basename $(notdir $(wildcard tests/unit/test_*.c)))
PROCESS		= $(basename $(notdir $(wildcard tests/process/test_*.c)))
TESTS		= $(UNIT:%=$(B)/tests/unit/%) $(PROCESS:%=$(B)/tests/process/%)
# Modules that tests link one by one; they need nothing of their process.
PURE		= $(call objects,supervisor,task line slot outcome mode budget retry admission feedback proof prepared autonomy note note_template note_text config config_file \
		    agents_file agent_rules agent_home agent_entry yaml_walk agents lengths quantity) \
		  $(call objects,worker,attempt) $(call objects,fence,rules) \
		  $(call objects,commitd,queue queue_table trailers layers files markers fault)

$(B)/tests/%: tests/%.c $(PURE) $(LIB_TASKS) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MF $@.d -o $@ $< $(filter %.o,$^) $(LIB_TASKS) $(LIB_PROTOCOL) \
	    $(call pkg,cmocka $(PKGS_PROTOCOL) $(PKGS_TASKS) $(PKGS_TEST))
# commitd's line on a repository, an upstream and a clock that are made up.
LINE_TESTS	= $(B)/tests/unit/test_queue_random $(B)/tests/unit/test_queue_places $(B)/tests/unit/test_line_waits
$(LINE_TESTS): $(call objects,commitd,on_supervisor project land branch ticket recover delivery tip proved tell combined) \
    $(call objects,tests/unit,line_driver line_model line_world line_fakes)
$(LINE_TESTS): LDFLAGS += -Wl,--wrap=clock_gettime
# The scheduler against a slow one.
$(B)/tests/unit/test_schedule_random: $(call objects,tests/unit,schedule_model)
$(B)/tests/unit/test_following: $(call objects,supervisor,following)
$(B)/tests/unit/test_kinds: $(call objects,supervisor,kinds)
# On a database.
STORE		= store_notes store_events store_line store_people store_spent store_extra store_ledger store_history store sql
STORE_TESTS	= $(B)/tests/unit/test_store_line $(B)/tests/unit/test_store_events $(B)/tests/unit/test_store_notes $(B)/tests/unit/test_sums
$(STORE_TESTS): $(call objects,supervisor,$(STORE)) $(call objects,tests/unit,store_fixture)
$(STORE_TESTS): PKGS_TEST = sqlite3
$(B)/tests/unit/test_sums: $(call objects,supervisor,stats sums state_walk)
$(B)/tests/unit/test_sums: LDFLAGS += -Wl,--wrap=peer_reply
# Against Git's own merge.
$(B)/tests/unit/test_fingerprint: $(call objects,supervisor,fingerprint)
$(B)/tests/unit/test_fingerprint: PKGS_TEST = libmd
$(B)/tests/unit/test_lines: $(call objects,commitd,lines walk references repository git environment courier disk)
$(B)/tests/unit/test_lines: PKGS_TEST = libgit2
$(B)/tests/unit/test_trivial: $(call objects,commitd,trivial walk references repository merge git environment courier disk)
$(B)/tests/unit/test_trivial: PKGS_TEST = libgit2
# What an agent's output means.
ADAPTER		= adapter usage classify reset json_values
$(B)/tests/unit/test_adapter: $(call objects,worker,$(ADAPTER))
$(B)/tests/unit/test_adapter: PKGS_TEST = yajl
$(B)/tests/unit/test_json_values: $(call objects,worker,json_values)
$(B)/tests/unit/test_json_values: PKGS_TEST = yajl
$(B)/tests/unit/test_usage: $(call objects,worker,usage)
$(B)/tests/unit/test_mask: $(call objects,worker,mask)
$(B)/tests/unit/test_reset: $(call objects,worker,reset)
$(B)/tests/unit/test_moment: $(call objects,orchctl,moment)
# What lets a program die, or a call of it fail, at a chosen place; and what drives commitd so.
MATRIX		= crash_matrix check line tracer ../process/commitd_fixture ../process/files_fixture
TRACE_CALL	= trace_call tracer
CRASH		= $(B)/tests/crash/crash_matrix $(B)/tests/crash/trace_call
$(B)/tests/crash/crash_matrix: $(MATRIX:%=tests/crash/%.c)
$(B)/tests/crash/trace_call: $(TRACE_CALL:%=tests/crash/%.c)
$(CRASH): $(wildcard tests/crash/*.h tests/process/*_fixture.h) \
    $(LIB_TASKS) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(filter-out -MMD -MP,$(ALL_CFLAGS)) $(ALL_LDFLAGS) -o $@ $(filter %.c,$^) $(filter %.a,$^) \
	    $(call pkg,cmocka $(PKGS_PROTOCOL) $(PKGS_TASKS))
$(B)/print-tables: tests/tables/print_tables.c $(PURE) $(LIB_TASKS) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MF $@.d -o $@ $< $(PURE) $(LIB_TASKS) $(LIB_PROTOCOL) \
	    $(call pkg,$(PKGS_PROTOCOL) $(PKGS_TASKS))
$(B)/man/orch-protocol.7: man/orch-protocol.7.in $(B)/print-tables
	@mkdir -p $(@D)
	$(B)/print-tables messages >$@.messages
	sed -e '/^@MESSAGES@$$/{r $@.messages' -e 'd;}' $< >$@

# Everything a test needs, and the tests; neither asks a question.
packages:
	@sh etc/install-packages
# In its own place, whatever is built: it is the same for all builds.
sshd:
	@sh etc/unpack-sshd build/sshd
check: packages sshd
	@$(MAKE) --no-print-directory check-built
check-built: all $(TESTS) $(CRASH)
	@sh tests/run $(B) unit process lint regress attack
# The same under AddressSanitizer and UndefinedBehaviorSanitizer.
check-sanitized: packages sshd
	@$(MAKE) --no-print-directory B=build-sanitized $(SANITIZERS) check-sanitized-built
check-sanitized-built: all $(TESTS) $(CRASH)
	@sh tests/run $(B) unit process
	@ONLY="$(ONLY)" sh tests/run $(B) regress
check-unit: $(UNIT:%=$(B)/tests/unit/%)
	@sh tests/run $(B) unit
check-process: all $(TESTS)
	@sh tests/run $(B) process
check-regress: all $(CRASH) $(B)/tests/process/test_worker_stdio
	@sh tests/run $(B) regress
check-attack: all
	@sh tests/run $(B) attack
check-clang: packages
	@$(MAKE) --no-print-directory B=build-clang CC=clang all
lint: $(B)/man/orch-protocol.7
	@sh tests/run $(B) lint
demo: packages
	@$(MAKE) --no-print-directory -s all
	@ORCH_BUILD=$(abspath $(B)) sh tests/demo.sh
$(B)/tests/bench/%: tests/bench/%.c $(LIB_TASKS) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MF $@.d -o $@ $< $(LIB_TASKS) $(LIB_PROTOCOL) \
	    $(call pkg,cmocka $(PKGS_PROTOCOL) $(PKGS_TASKS) libgit2)
bench: all $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c))
	@for part in $(if $(BENCH),$(BENCH),$(basename $(notdir $(wildcard tests/bench/*.sh)))); do \
	    ORCH_BUILD=$(abspath $(B)) sh tests/bench/$$part.sh || exit 1; done
crash: all $(CRASH) $(LINE_TESTS)
	@sh tests/run $(B) crash
# The model of landing, every state of it.
model: packages
	@sh tests/model/run.sh full

# Inputs made from a seed against what reads them, under sanitizers; FUZZ= names
# one target, SEED= repeats, SECONDS= for each. What crashes stays in a file.
FUZZ		?= $(basename $(notdir $(wildcard tests/fuzz/fuzz_*.c)))
SANITIZERS	= HARDENING=-fPIE CFLAGS='-O1 -g' \
		  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all'
$(B)/tests/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.c $(PURE) $(LIB_TASKS) $(LIB_PROTOCOL)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MF $@.d -o $@ $(filter %.c %.o %.a,$^) \
	    $(call pkg,$(PKGS_PROTOCOL) $(PKGS_TASKS))
fuzz: packages
	@$(MAKE) --no-print-directory B=build-fuzz-$(notdir $(CC)) $(SANITIZERS) fuzz-built
fuzz-built: $(FUZZ:%=$(B)/tests/fuzz/%)
	@for target in $(FUZZ); do SEED=$(SEED) SECONDS=$(SECONDS) COUNT=$(COUNT) \
	    INPUT=$(B)/$$target.input $(B)/tests/fuzz/$$target || { \
	    echo "again: $(B)/tests/fuzz/$$target $(B)/$$target.input"; exit 1; }; done

# The state tables in HACKING.md come from the code.
tables: $(B)/print-tables
	@$(B)/print-tables states >$(B)/tables.txt
	@awk -v file=$(B)/tables.txt '/<!-- \/tables -->/ { skip = 0 } !skip { print } \
	    /<!-- tables -->/ { skip = 1; print "```"; while ((getline line < file) > 0) print line; print "```" }' \
	    HACKING.md >$(B)/HACKING.md && cp $(B)/HACKING.md HACKING.md

# As they are installed; those that are made end in .in.
PAGES		= $(notdir $(patsubst %.in,%,$(wildcard man/*.[1578] man/*.in)))

install: all
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(EXAMPLEDIR)/agents \
	    $(DESTDIR)$(UNITDIR) $(DESTDIR)$(SYSUSERSDIR) $(DESTDIR)$(SYSCONFDIR) \
	    $(DESTDIR)$(BASHDIR) $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR) \
	    $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 $(DESTDIR)$(MANDIR)/man7 $(DESTDIR)$(MANDIR)/man8
	install -m 755 $(B)/bin/orchd $(B)/bin/orchctl $(DESTDIR)$(BINDIR)
	install -m 755 $(B)/libexec/orch-worker $(B)/libexec/orch-collect $(B)/libexec/orch-fence \
	    $(B)/libexec/orch-commitd \
	    $(DESTDIR)$(LIBEXECDIR)
	sed 's|@BINDIR@|$(BINDIR)|g; s|@SYSCONFDIR@|$(SYSCONFDIR)|g' etc/orchd.service >$(B)/orchd.service
	install -m 644 $(B)/orchd.service etc/orchd.socket $(DESTDIR)$(UNITDIR)
	install -m 644 etc/orch.sysusers $(DESTDIR)$(SYSUSERSDIR)/orch.conf
	install -m 644 etc/orch.yaml $(DESTDIR)$(EXAMPLEDIR)
	install -m 644 etc/agents/*.yaml $(DESTDIR)$(EXAMPLEDIR)/agents
	install -m 644 etc/completions/orchctl.bash $(DESTDIR)$(BASHDIR)/orchctl
	install -m 644 etc/completions/_orchctl $(DESTDIR)$(ZSHDIR)
	install -m 644 etc/completions/orchctl.fish $(DESTDIR)$(FISHDIR)
	for page in $(PAGES); do from=man; [ -e man/$$page ] || from=$(B)/man; \
	    install -m 644 $$from/$$page $(DESTDIR)$(MANDIR)/man$${page##*.}/ || exit 1; done
uninstall:
	rm -f $(DESTDIR)$(BINDIR)/orchd $(DESTDIR)$(BINDIR)/orchctl
	rm -rf $(DESTDIR)$(LIBEXECDIR) $(DESTDIR)$(EXAMPLEDIR)
	rm -f $(DESTDIR)$(UNITDIR)/orchd.service $(DESTDIR)$(UNITDIR)/orchd.socket
	rm -f $(DESTDIR)$(SYSUSERSDIR)/orch.conf
	rm -f $(DESTDIR)$(BASHDIR)/orchctl $(DESTDIR)$(ZSHDIR)/_orchctl $(DESTDIR)$(FISHDIR)/orchctl.fish
	for page in $(PAGES); do rm -f $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page || exit 1; done
clean:
	rm -rf build build-sanitized build-clang build-fuzz-*

.PHONY: all packages sshd check check-built check-sanitized check-sanitized-built check-unit check-process \
	check-regress check-attack check-clang lint demo bench crash model fuzz fuzz-built tables install \
	uninstall clean
.SECONDARY:
