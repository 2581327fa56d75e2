package controlplane

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

const loopback = "127.0.0.1"

// ports are the ports of one start, all on the loopback address.
type ports struct{ api, etcd, peer int }

// choosePorts finds free ports: the given one for the API server, if any, and others. All are held at once until every
// one is chosen, so that they differ. Another program may still take one before it is used; that start is then retried.
func choosePorts(api int) (chosen ports, err error) {
	var held []net.Listener
	defer func() {
		for _, listener := range held {
			_ = listener.Close()
		}
	}()
	for _, port := range []*int{&chosen.api, &chosen.etcd, &chosen.peer} {
		want := 0
		if port == &chosen.api {
			want = api
		}
		listener, listenErr := net.Listen("tcp", address(want))
		if want != 0 && errors.Is(listenErr, syscall.EADDRINUSE) {
			return ports{}, fmt.Errorf("port %d on %s is taken; give another one, or 0 for any that is free", want, loopback)
		}
		if listenErr != nil {
			return ports{}, fmt.Errorf("find a port for the control plane: %w", listenErr)
		}
		held = append(held, listener)
		*port = listener.Addr().(*net.TCPAddr).Port
	}
	return chosen, nil
}

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }
