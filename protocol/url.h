/* (pure) The address of a repository: a folder of this machine or a URL. */
#ifndef ORCH_URL_H
#define ORCH_URL_H

/* The folder that it names; NULL: it is elsewhere. */
const char	*url_folder(const char *url);

#endif
