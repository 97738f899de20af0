/* Numbers as people write them: see quantity.h. (pure) */
#include "quantity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A number with one of the given one-letter units. */
static bool
with_unit(const char *text, const char *units, const uint64_t *factors, uint64_t *out)
{
	const char *unit;
	uint64_t number;
	char *end;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0)
		return false;
	if (*end != '\0') {
		if (end[1] != '\0' || (unit = strchr(units, *end)) == NULL ||
		    number > UINT64_MAX / factors[unit - units])
			return false;
		number *= factors[unit - units];
	}
	*out = number;
	return true;
}

bool
quantity_number(const char *text, uint64_t *out)
{
	return with_unit(text, "", NULL, out);
}

bool
quantity_seconds(const char *text, uint64_t *out)
{
	static const uint64_t factors[] = { 1, 60, 3600, 86400 };

	return with_unit(text, "smhd", factors, out);
}

bool
quantity_milliseconds(const char *text, uint64_t *out)
{
	static const struct { const char *unit; double factor; } units[] = {
		{ "ms", 1 }, { "s", 1e3 }, { "", 1e3 }, { "m", 6e4 }, { "h", 3.6e6 }, { "d", 8.64e7 } };
	size_t len = strspn(text, "0123456789."), i;
	char number[32];
	double value;

	if (len == 0 || len >= sizeof(number))
		return false;
	memcpy(number, text, len);
	number[len] = '\0';
	if (!quantity_real(number, &value))
		return false;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(units[i].unit, text + len) == 0) {
			*out = (uint64_t)(value * units[i].factor + 0.5);
			return true;
		}
	return false;
}

bool
quantity_bytes(const char *text, uint64_t *out)
{
	static const uint64_t factors[] = { 1u << 10, 1u << 20, 1u << 30 };

	return with_unit(text, "KMG", factors, out);
}

bool
quantity_count(const char *text, uint64_t *out)
{
	static const uint64_t factors[] = { 1000, 1000000, 1000000000 };

	return with_unit(text, "KMG", factors, out);
}

bool
quantity_real(const char *text, double *out)
{
	char *end;
	double number;

	if (text[strspn(text, "0123456789.")] != '\0' || strspn(text, ".") == strlen(text))
		return false;
	number = strtod(text, &end);
	if (*end != '\0' || number > 1e12)
		return false;
	*out = number;
	return true;
}
