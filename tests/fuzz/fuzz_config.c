/* orch.yaml: refused with a place and a reason, or options within their bounds. */
#include <string.h>

#include "fuzz.h"
#include "protocol/mem.h"
#include "protocol/valid.h"
#include "supervisor/config_file.h"

const char *const fuzz_words[] = { "version: 1\n", "slots: ", "state: ", "projects:\n", "agents:\n", "limits: {",
    "retries: {", "control: {", "command: [", "prompt: ", "branch: ", "order: ", "{", "}", "[", "]", "\"", "'",
    "&a ", "*a", "!x ", "---\n", "|\n", "~", "-1", "18446744073709551616", "0x10", "1h", "10G", "yes", "\\x00", "\n",
    "\n  ", "limits.timeout: 1h", NULL };

void
fuzz_seed(struct buffer *out)
{
	static const char *const top[] = { "slots: 4", "state: /var/lib/orch", "control: {group: orch}",
	    "runtime: /run/orch" };
	static const char *const project[] = { "upstream: /srv/demo", "branch: main", "verify: none", "order: plan",
	    "method: squash", "on_blocked: hold", "verify_slots: 2", "limits: {timeout: 2h, output: 10M}",
	    "retries: {failed: 3}", "agent: robot", "waves: yes" };
	size_t k;

	buffer_add_text(out, "version: 1\n");
	for (k = fuzz_below(3); k > 0; k--)
		buffer_format(out, "%s\n", top[fuzz_below(COUNT(top))]);
	buffer_add_text(out, "projects:\n  demo:\n");
	for (k = 1 + fuzz_below(5); k > 0; k--)
		buffer_format(out, "    %s\n", project[fuzz_below(COUNT(project))]);
	buffer_add_text(out, "agents:\n  robot: {command: [robot, --go], prompt: stdin}\n");
}

void
fuzz_run(const unsigned char *bytes, size_t len)
{
	struct problems problems;
	struct config config;
	size_t i;

	problems_init(&problems);
	config_init(&config);
	config_file_parse(&config, "file", (const char *)bytes, len, &problems);
	for (i = 0; i < problems.count; i++)
		fuzz_check(strncmp(problems.text[i], "file:", 5) == 0);
	if (problems.count == 0) {
		fuzz_check(config.slots >= 1 && config.slots <= 256);
		for (i = 0; i < config.project_count; i++)
			fuzz_check(name_valid(config.projects[i].name) &&
			    config_word("order", config.projects[i].order)[0] != '\0');
		for (i = 0; i < config.agents.count; i++)
			fuzz_check(name_valid(config.agents.items[i].name) &&
			    strs_count(config.agents.items[i].command) > 0);
	}
	config_release(&config);
	problems_release(&problems);
}
