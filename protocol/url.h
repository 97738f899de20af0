/* (pure) The address of a repository: a folder of this machine or a URL. */
#ifndef ORCH_URL_H
#define ORCH_URL_H

#include <stddef.h>

/* The folder that it names; NULL: it is elsewhere. */
const char	*url_folder(const char *url);
/*
 * Takes user and password out of a URL, which anybody may see from then on, and gives
 * them as they stood there; NULL: it had none. The user of ssh stays, for it is part of
 * the address; a password there, which ssh does not take, is thrown away.
 */
char		*url_take_login(char *url);
/* A copy in which %41 is A; but for NUL and the ends of a line, which stay. */
char		*url_decode(const char *text, size_t len);

#endif
