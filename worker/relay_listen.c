/*
 * The inner end of the relay: see relay_listen.h. The sockets are made in the network of the
 * sandbox and then handed out: who accepts on them needs no way into it.
 */
#include "relay_listen.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "protocol/destination.h"
#include "protocol/mem.h"

#define BACKLOG	64

int
relay_send(int channel, unsigned place, int fd)
{
	union { struct cmsghdr header; char bytes[CMSG_SPACE(sizeof(int))]; } control = { 0 };
	struct iovec part = { &place, sizeof(place) };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control,
	    .msg_controllen = sizeof(control) };

	control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET,
	    .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(channel, &message, MSG_NOSIGNAL) == sizeof(place) ? 0 : -1;
}

static struct sockaddr_in
make_address(uint32_t address, uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(address) };
}

/* An address that is none of the loopback's becomes one. */
static int
add_address(int fd, size_t number, uint32_t address)
{
	struct sockaddr_in wanted = make_address(address, 0);
	struct ifreq request = { 0 };

	if (address >> 24 == 127)
		return 0;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "lo:%u", (unsigned char)(number + 1));
	memcpy(&request.ifr_addr, &wanted, sizeof(wanted));
	if (ioctl(fd, SIOCSIFADDR, &request) == -1)
		return -1;
	wanted = make_address(UINT32_MAX, 0);
	memcpy(&request.ifr_netmask, &wanted, sizeof(wanted));
	return ioctl(fd, SIOCSIFNETMASK, &request);
}

static int
listen_at(const struct relay_wanted *wanted, size_t place)
{
	struct destination destination;
	uint32_t inside = destination_inside(wanted->allow, place);
	struct sockaddr_in address;
	int fd, result = -1;

	destination_parse(wanted->allow[place], &destination);
	if (inside == 0)
		return 0;
	if ((fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) == -1)
		return -1;
	address = make_address(inside, destination.port);
	if (add_address(fd, place, inside) == 0 &&
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, BACKLOG) == 0)
		result = relay_send(wanted->channel, (unsigned)place, fd);
	close(fd);
	return result;
}

int
relay_listen(const struct relay_wanted *wanted, const char **what)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;
	size_t i;

	*what = "a network of its own";
	if (unshare(CLONE_NEWNET) == -1 || (fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	if (ioctl(fd, SIOCSIFFLAGS, &request) == -1)
		return -1;
	close(fd);
	for (i = 0; i < strs_count(wanted->allow); i++) {
		*what = wanted->allow[i];
		if (listen_at(wanted, i) == -1)
			return -1;
	}
	return 0;
}
