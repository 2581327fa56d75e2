package controlplane

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"

	"github.com/ashlar-iac/ashlar/integration/process"
)

const pollInterval = 50 * time.Millisecond

// poll calls what until it returns nil or ctx ends. The error then says why ctx ended and what was wrong the last time.
func poll(ctx context.Context, what func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, pollInterval, true, func(ctx context.Context) (bool, error) {
		err := what(ctx)
		// A call that the end of ctx cut short says nothing new. A dialer gives up at the deadline by itself, which may be a moment before
		// ctx has ended.
		deadline, bounded := ctx.Deadline()
		if err == nil || ctx.Err() == nil && (!bounded || time.Now().Before(deadline)) {
			last = err
		}
		return err == nil, nil
	})
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if last == nil {
		return err
	}
	return fmt.Errorf("%w; the last answer was: %w", err, last)
}

// accepts returns nil when something listens at the address.
func accepts(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return connection.Close()
	}
}

// responds returns nil when the API server answers a health check with success.
func responds(client kubernetes.Interface, check string) func(context.Context) error {
	return func(ctx context.Context) error {
		return client.Discovery().RESTClient().Get().AbsPath(check).Do(ctx).Error()
	}
}

func hasServiceAccount(client kubernetes.Interface) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := client.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	}
}

// failure is why a start failed, and which component is to blame.
type failure struct {
	component string
	err       error
}

func (f *failure) Error() string { return f.component + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// errTimeout is the cause of the end of a start that took too long.
var errTimeout = errors.New("it was not ready in time")

// blame returns the failure of the component that ended, if one did, or else one of the component that was waited for.
func blame(waitedFor string, err error) *failure {
	var ended *failure
	if errors.As(err, &ended) {
		return ended
	}
	return &failure{component: waitedFor, err: err}
}

// watch ends the start as soon as a process ends. It returns when the process or the start has ended.
func watch(start context.Context, fail context.CancelCauseFunc, p *process.Process) {
	select {
	case <-p.Done():
		err := p.Err()
		if err == nil {
			err = errors.New("it ended without an error, but must keep running")
		}
		fail(&failure{component: p.Name(), err: err})
	case <-start.Done():
	}
}
