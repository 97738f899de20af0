/* What a text from outside may be: see valid.h. */
#include "valid.h"

#include <string.h>

#include "protocol/mem.h"

bool
name_valid(const char *text)
{
	size_t len = strlen(text);

	if (len < 1 || len > 64 || text[0] == '.' || text[0] == '-' || text[len - 1] == '.' ||
	    strstr(text, "..") != NULL || (len >= 5 && strcmp(text + len - 5, ".lock") == 0))
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

size_t
utf8_length(const unsigned char *byte, size_t len)
{
	size_t need, i;

	if (byte[0] < 0x80)
		return 1;
	need = byte[0] >= 0xf0 ? 4 : byte[0] >= 0xe0 ? 3 : 2;
	if (byte[0] < 0xc2 || byte[0] > 0xf4 || need > len)
		return 0;
	/* Too long a form, a surrogate, past the last character. */
	if ((byte[0] == 0xe0 && byte[1] < 0xa0) || (byte[0] == 0xed && byte[1] > 0x9f) ||
	    (byte[0] == 0xf0 && byte[1] < 0x90) || (byte[0] == 0xf4 && byte[1] > 0x8f))
		return 0;
	for (i = 1; i < need; i++)
		if ((byte[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

bool
utf8_valid(const char *bytes, size_t len)
{
	const unsigned char *byte = (const unsigned char *)bytes;
	size_t used;

	for (; len > 0; byte += used, len -= used)
		if (*byte == '\0' || (used = utf8_length(byte, len)) == 0)
			return false;
	return true;
}

char *
utf8_repair(const char *bytes, size_t len)
{
	char *text = mem_zero(len + 1, 1);
	size_t i, used;

	for (i = 0; i < len; i += used) {
		used = bytes[i] == '\0' ? 0 : utf8_length((const unsigned char *)bytes + i, len - i);
		if (used > 0)
			memcpy(text + i, bytes + i, used);
		else
			text[i] = '?';
		used += used == 0;
	}
	return text;
}

bool
identity_valid(const char *text)
{
	const char *open = strchr(text, '<'), *close = strchr(text, '>');

	return open != NULL && close != NULL && open > text && open[-1] == ' ' && close > open + 1 &&
	    close[1] == '\0' && strchr(open + 1, '<') == NULL && text[0] != ' ' &&
	    strpbrk(text, "\n\r\t") == NULL;
}
