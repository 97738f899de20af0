/*
 * Options of commands: see options.h. Decides what is a common option and how
 * a mistake is told; never what a command does with its own.
 */
#include "options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "orchctl/moment.h"
#include "orchctl/printer.h"
#include "orchctl/text.h"
#include "protocol/log.h"
#include "protocol/mem.h"
#include "protocol/message.h"
#include "protocol/valid.h"

#define LONGS_MAX	32

enum { OPT_STATE = 0x100, OPT_JSON, OPT_DEBUG };

static const struct option common[] = {
	{ "socket", required_argument, NULL, 's' },
	{ "state", required_argument, NULL, OPT_STATE },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "debug", no_argument, NULL, OPT_DEBUG },
	{ "help", no_argument, NULL, 'h' },
};

void
command_help(const struct command *command)
{
	printf("usage: orchctl %s%s%s\n%s\n", command->name, command->usage[0] ? " " : "",
	    command->usage, command->help);
}

int
usage_error(const struct context *context, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "orchctl %s: ", context->command->name);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fprintf(stderr, "\nusage: orchctl %s%s%s\n", context->command->name,
	    context->command->usage[0] ? " " : "", context->command->usage);
	return EXIT_USAGE;
}

/* The command's own long options with the common ones behind them. */
static void
join(struct option *all, const struct option *longs)
{
	size_t count = 0, own, i, k;

	for (; longs != NULL && longs[count].name != NULL; count++)
		all[count] = longs[count];
	own = count;
	for (i = 0; i < COUNT(common); i++) {
		for (k = 0; k < own; k++)
			if (str_same(all[k].name, common[i].name))
				break;
		if (k == own && count + 1 < LONGS_MAX)
			all[count++] = common[i];
	}
	all[count] = (struct option){ 0 };
}

int
option_next(struct context *context, int argc, char **argv, const char *shorts,
    const struct option *longs)
{
	struct option all[LONGS_MAX];
	char letters[64], name[64], *first = argv[0];
	int option;

	join(all, longs);
	snprintf(letters, sizeof(letters), "%ss:h", shorts);
	snprintf(name, sizeof(name), "orchctl %s", context->command->name);
	for (;;) {
		/* What it says of a mistake begins as all that we say. */
		argv[0] = name;
		option = getopt_long(argc, argv, letters, all, NULL);
		argv[0] = first;
		switch (option) {
		case -1:
			return OPTION_NONE;
		case 's':
			context->socket = optarg;
			break;
		case OPT_STATE:
			context->state = optarg;
			break;
		case OPT_JSON:
			context->json = true;
			break;
		case OPT_DEBUG:
			context->debug = true;
			break;
		case 'h':
			command_help(context->command);
			return OPTION_HELP;
		case '?':
			fprintf(stderr, "usage: orchctl %s %s\n", context->command->name,
			    context->command->usage);
			return OPTION_BAD;
		default:
			return option;
		}
	}
}

void
options_done(struct context *context)
{
	context->printer = context->json ? &print_json : &print_text;
	log_init("orchctl", context->debug ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARN);
}

/* What was typed behind the option that this rule is of. False: it is nothing of that kind. */
static bool
take_value(const struct context *context, const struct option_rule *rule, const char *text)
{
	char said[32];

	if (rule->letter != '\0')
		snprintf(said, sizeof(said), "-%c", rule->letter);
	else
		snprintf(said, sizeof(said), "--%s", rule->name);
	if (rule->flag != NULL) {
		*rule->flag = true;
		return true;
	}
	if (rule->number != NULL)
		return option_number(context, said, text, rule->most, rule->number);
	if (rule->seconds != NULL)
		return option_seconds(context, said, text, rule->seconds);
	if (rule->moment != NULL)
		return option_moment(context, said, text, rule->moment);
	*rule->text = text;
	return option_text(context, said, text);
}

bool
options_read(struct context *context, int argc, char **argv, const struct option_rule *rules, int *status)
{
	struct option longs[LONGS_MAX] = { 0 };
	char letters[2 * LONGS_MAX] = "";
	size_t i, len = 0;
	int option;

	for (i = 0; rules[i].name != NULL; i++) {
		longs[i] = (struct option){ rules[i].name, rules[i].flag != NULL ? no_argument : required_argument,
		    NULL, OPTION_OWN + (int)i };
		if (rules[i].letter == '\0')
			continue;
		longs[i].val = rules[i].letter;
		letters[len++] = rules[i].letter;
		if (rules[i].flag == NULL)
			letters[len++] = ':';
	}
	optind = 0;
	while ((option = option_next(context, argc, argv, letters, longs)) >= 0) {
		for (i = 0; longs[i].val != option; i++)
			;
		*status = EXIT_USAGE;
		if (!take_value(context, &rules[i], optarg))
			return false;
	}
	*status = option == OPTION_HELP ? EXIT_DONE : EXIT_USAGE;
	return option == OPTION_NONE;
}

static bool
read_options(struct context *context, int argc, char **argv, int least, int most, const char **project,
    int *status)
{
	const struct option_rule rules[] = {
		{ .name = project != NULL ? "project" : NULL, .letter = 'p', .text = project }, { 0 }
	};
	int count;

	if (!options_read(context, argc, argv, rules, status))
		return false;
	count = argc - optind;
	*status = EXIT_USAGE;
	if (count < least || count > most) {
		usage_error(context, "%s", count > most ? "too many arguments" : "an argument is missing");
		return false;
	}
	options_done(context);
	*status = EXIT_DONE;
	return true;
}

bool
options_common(struct context *context, int argc, char **argv, int least, int most, int *status)
{
	return read_options(context, argc, argv, least, most, NULL, status);
}

bool
options_project(struct context *context, int argc, char **argv, int least, int most,
    const char **project, int *status)
{
	*project = NULL;
	return read_options(context, argc, argv, least, most, project, status);
}

bool
option_number(const struct context *context, const char *option, const char *text,
    uint64_t most, uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	if (text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *value <= most)
		return true;
	usage_error(context, "%s: '%s' is not a number from 0 to %ju", option, text,
	    (uintmax_t)most);
	return false;
}

bool
option_moment(const struct context *context, const char *option, const char *text, double *moment)
{
	if (moment_read(text, (double)time(NULL), moment))
		return true;
	usage_error(context, "%s: '%s' is not a time; write 90s, 45m, 2h or 7d ago, a day or time such as "
	    "2026-11-27, 2026-11-27T14:00 or 14:00, or @ and seconds since 1970", option, text);
	return false;
}

bool
option_seconds(const struct context *context, const char *option, const char *text,
    uint64_t *seconds)
{
	if (moment_seconds(text, seconds))
		return true;
	usage_error(context, "%s: '%s' is not a duration; write 90, 90s, 45m, 2h or 1d",
	    option, text);
	return false;
}

bool
option_text(const struct context *context, const char *what, const char *text)
{
	struct buffer shown;

	if (utf8_valid(text, strlen(text)))
		return true;
	buffer_init(&shown);
	text_add(&shown, text, 60);
	usage_error(context, "%s: '%s' is not UTF-8, and other text cannot be sent", what,
	    buffer_text(&shown));
	buffer_release(&shown);
	return false;
}

bool
option_texts(const struct context *context, char *const *words)
{
	char what[32];
	size_t i;

	for (i = 0; words[i] != NULL; i++) {
		snprintf(what, sizeof(what), "argument %zu", i + 1);
		if (!option_text(context, what, words[i]))
			return false;
	}
	return true;
}
