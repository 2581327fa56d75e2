package cloud

import (
	"encoding/json"
	"time"
)

// Fault makes requests fail.
type Fault struct {
	// Operation is create, read, update, delete or invoke. Default: any.
	Operation string `json:"operation,omitempty"`
	// Type is the token of a type or a function. Default: any.
	Type string `json:"type,omitempty"`
	// Skip is the number of requests that succeed first. Default: none.
	Skip int `json:"skip,omitempty"`
	// Times is the number of requests that fail then. Default: one.
	Times int `json:"times,omitempty"`
	// Code is the code that the request is rejected with. The provider repeats it after one of [Errors.Retryable].
	// Default: it is not rejected.
	Code string `json:"code,omitempty"`
	// Message explains the code.
	Message string `json:"message,omitempty"`
	// Delay is how much longer the request takes, in nanoseconds. Default: no longer.
	Delay time.Duration `json:"delay,omitempty"`
	// Kill ends the provider after the cloud has done the request, and before the engine is told. Default: false.
	Kill bool `json:"kill,omitempty"`
}

// AddFault makes requests fail from now on, in every program that uses the store.
func (s *Store) AddFault(f Fault) error {
	if f.Times == 0 {
		f.Times = 1
	}
	return s.Do(func(tx *Tx) error {
		faults, err := tx.faults()
		if err != nil {
			return err
		}
		return tx.setFaults(append(faults, f))
	})
}

var faultsKey = []byte("faults")

func (t *Tx) faults() (faults []Fault, err error) {
	if text := t.tx.Bucket(faultsBucket).Get(faultsKey); text != nil {
		err = json.Unmarshal(text, &faults)
	}
	return faults, err
}

func (t *Tx) setFaults(faults []Fault) error {
	text, err := json.Marshal(faults)
	if err != nil {
		return err
	}
	return t.tx.Bucket(faultsBucket).Put(faultsKey, text)
}

// fault counts a request, and returns the first fault that it meets, or nil.
func (t *Tx) fault(operation, typ string) (*Fault, error) {
	faults, err := t.faults()
	if err != nil || len(faults) == 0 {
		return nil, err
	}
	var hit *Fault
	left := faults[:0]
	for _, f := range faults {
		if (f.Operation == "" || f.Operation == operation) && (f.Type == "" || f.Type == typ) {
			if f.Skip > 0 {
				f.Skip--
			} else if hit == nil {
				met := f
				hit = &met
				f.Times--
			}
		}
		if f.Times > 0 {
			left = append(left, f)
		}
	}
	return hit, t.setFaults(left)
}

// fails reports whether there is a fault that rejects its request.
func (f *Fault) fails() bool { return f != nil && f.Code != "" }
