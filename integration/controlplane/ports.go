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

// choosePorts finds free ports. A given port is used for the API server. All listeners stay open until every port is
// chosen, so the ports differ. If another program takes a port before it is used, the start is retried.
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
			return ports{}, fmt.Errorf("port %d on %s is in use: set another port, or 0 for a free port", want,
				loopback)
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
