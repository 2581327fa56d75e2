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

// poll calls what until it returns nil or ctx ends. The error contains the cause of the end of ctx and the last error.
func poll(ctx context.Context, what func(context.Context) error) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, pollInterval, true, func(ctx context.Context) (bool, error) {
		err := what(ctx)
		// Ignore errors due to the end of ctx. A dialer may fail at the deadline, a moment before ctx ends.
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
	return fmt.Errorf("%w; last error: %w", err, last)
}

// accepts returns nil if a connection to the address succeeds.
func accepts(address string) func(context.Context) error {
	return func(ctx context.Context) error {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return connection.Close()
	}
}

// responds returns nil if a health check of the API server succeeds.
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

// failure is the error of a failed start, with the component that caused it.
type failure struct {
	component string
	err       error
}

func (f *failure) Error() string { return f.component + ": " + f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// errTimeout is the cause of a start that takes too long.
var errTimeout = errors.New("not ready in time")

// blame returns the failure of the component that ended or, if none did, of the component that was waited for.
func blame(waitedFor string, err error) *failure {
	var ended *failure
	if errors.As(err, &ended) {
		return ended
	}
	return &failure{component: waitedFor, err: err}
}

// watch makes the start fail if a process ends. It returns when the process or the start has ended.
func watch(start context.Context, fail context.CancelCauseFunc, p *process.Process) {
	select {
	case <-p.Done():
		err := p.Err()
		if err == nil {
			err = errors.New("ended unexpectedly without an error")
		}
		fail(&failure{component: p.Name(), err: err})
	case <-start.Done():
	}
}
