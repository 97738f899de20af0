/* What a text from outside may be: see valid.h. */
#include "valid.h"

#include <stdint.h>
#include <string.h>

bool
name_valid(const char *text)
{
	size_t len = strlen(text);

	if (len < 1 || len > 64 || text[0] == '.' || text[0] == '-')
		return false;
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-") == len;
}

bool
oid_valid(const char *text)
{
	size_t len = strlen(text);

	return (len == 40 || len == 64) && strspn(text, "0123456789abcdef") == len;
}

bool
utf8_valid(const char *bytes, size_t len)
{
	const unsigned char *p = (const unsigned char *)bytes;
	size_t i = 0, more;
	uint32_t c;

	while (i < len) {
		if (p[i] == 0)
			return false;
		if (p[i] < 0x80) {
			i++;
			continue;
		}
		more = p[i] >= 0xc2 && p[i] <= 0xdf ? 1 : (p[i] & 0xf0) == 0xe0 ? 2 :
		    p[i] >= 0xf0 && p[i] <= 0xf4 ? 3 : 0;
		if (more == 0 || len - i <= more)
			return false;
		c = p[i] & (0x3fu >> more);
		for (size_t k = 1; k <= more; k++) {
			if ((p[i + k] & 0xc0) != 0x80)
				return false;
			c = c << 6 | (p[i + k] & 0x3f);
		}
		if ((more == 2 && (c < 0x800 || (c >= 0xd800 && c <= 0xdfff))) ||
		    (more == 3 && (c < 0x10000 || c > 0x10ffff)))
			return false;
		i += more + 1;
	}
	return true;
}
