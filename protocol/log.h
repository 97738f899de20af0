/*
 * One line for each event, on standard error or, under systemd, with a
 * priority in front that the journal understands (sd-daemon(3)). Fixed keys
 * first (slot=3 attempt=17 event=exit), sentences for people behind why=.
 * errno is preserved by every function here.
 */
#ifndef ORCH_LOG_H
#define ORCH_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Names the process in each line and sets the lowest level that is shown. */
void	log_init(const char *process, enum log_level level);
/* Is a line of this level shown? Spares the caller the work of making it. */
int	log_shows(enum log_level level);
/* Warning with the text of errno behind it. */
void	log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Warning without errno. */
void	log_warnx(const char *format, ...) __attribute__((format(printf, 1, 2)));
void	log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void	log_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Error with errno's text, then exit 1: only for start-up and our own bugs. */
void	fatal(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
/* The same without errno. */
void	fatalx(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
