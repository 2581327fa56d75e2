package cloud

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/gofrs/flock"
	"go.etcd.io/bbolt"
)

// Store holds the objects of simulated clouds in a folder. Any number of processes may use it at the same time:
// transactions are serialized and atomic.
type Store struct {
	dir string
	mu  sync.Mutex
}

var (
	objectsBucket = []byte("objects")
	countsBucket  = []byte("counts")
	faultsBucket  = []byte("faults")
	busyBucket    = []byte("busy")
)

// Open returns the store in a folder. It creates the folder if it is missing.
func Open(dir string) (*Store, error) {
	if dir == "" {
		return nil, errors.New("open the store of the simulated clouds: no folder is given")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open the store of the simulated clouds: %w", err)
	}
	return &Store{dir: dir}, nil
}

// Dir returns the folder of the store.
func (s *Store) Dir() string { return s.dir }

// Do runs a transaction. It is rolled back if f returns an error.
func (s *Store) Do(f func(*Tx) error) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	// bbolt waits for other processes by polling every 50 ms. This lock wakes up at once.
	lock := flock.New(filepath.Join(s.dir, "lock"))
	if err := lock.Lock(); err != nil {
		return fmt.Errorf("lock the store of the simulated clouds: %w", err)
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	// A simulation may be lost with the machine: there is no need to wait for its disk.
	db, err := bbolt.Open(filepath.Join(s.dir, "cloud.db"), 0o600, &bbolt.Options{NoSync: true, NoFreelistSync: true})
	if err != nil {
		return fmt.Errorf("open the store of the simulated clouds: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{objectsBucket, countsBucket, faultsBucket, busyBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return fmt.Errorf("open the store of the simulated clouds: %w", err)
			}
		}
		return f(&Tx{tx})
	})
}

// List returns the objects of a type, or of every type for "".
func (s *Store) List(typ string) (objects []*Object, err error) {
	err = s.Do(func(tx *Tx) error {
		objects, err = tx.List(typ)
		return err
	})
	return objects, err
}

// Reset removes every object and every fault.
func (s *Store) Reset() error {
	return s.Do(func(tx *Tx) error {
		return errors.Join(tx.tx.DeleteBucket(objectsBucket), tx.tx.DeleteBucket(faultsBucket),
			tx.tx.DeleteBucket(busyBucket))
	})
}

// Tx is a transaction of a [Store].
type Tx struct{ tx *bbolt.Tx }

// Put writes an object, and replaces one of the same key.
func (t *Tx) Put(o *Object) error {
	text, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("write %s %s: %w", o.Type, o.ID, err)
	}
	return t.tx.Bucket(objectsBucket).Put([]byte(o.Key()), text)
}

// Get returns an object, or nil. Where the cloud ignores the case of ids, that of id does not matter.
func (t *Tx) Get(typ, place, id string) (*Object, error) {
	o, err := t.get((&Object{Type: typ, Place: place, ID: id}).Key())
	if o != nil || err != nil {
		return o, err
	}
	o, err = t.get((&Object{Type: typ, Place: place, ID: id, Folded: true}).Key())
	if o != nil && !o.Folded {
		return nil, err
	}
	return o, err
}

// Lookup returns the object of a type and id in any place, or nil.
func (t *Tx) Lookup(typ, id string) (*Object, error) {
	all, err := t.List(typ)
	for _, o := range all {
		if o.ID == id || o.Folded && strings.EqualFold(o.ID, id) {
			return o, err
		}
	}
	return nil, err
}

func (t *Tx) get(key string) (*Object, error) {
	text := t.tx.Bucket(objectsBucket).Get([]byte(key))
	if text == nil {
		return nil, nil
	}
	return decode(text)
}

func decode(text []byte) (*Object, error) {
	o := &Object{}
	if err := json.Unmarshal(text, o); err != nil {
		return nil, fmt.Errorf("read the store of the simulated clouds: %w", err)
	}
	return o, nil
}

// List returns the objects of a type, or of every type for "", sorted by type, place and id.
func (t *Tx) List(typ string) ([]*Object, error) {
	prefix := []byte(typ)
	if typ != "" {
		prefix = append(prefix, keySeparator...)
	}
	var out []*Object
	cursor := t.tx.Bucket(objectsBucket).Cursor()
	for key, text := cursor.Seek(prefix); key != nil && bytes.HasPrefix(key, prefix); key, text = cursor.Next() {
		o, err := decode(text)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Delete deletes an object and the objects that it owns.
func (t *Tx) Delete(o *Object) error {
	owned, err := t.owned(o)
	if err != nil {
		return err
	}
	for _, other := range owned {
		if err := t.Delete(other); err != nil {
			return err
		}
	}
	return t.tx.Bucket(objectsBucket).Delete([]byte(o.Key()))
}

// owned returns the objects that an object owns. It decodes only those in which the key of the owner occurs.
func (t *Tx) owned(owner *Object) ([]*Object, error) {
	encoded, err := json.Marshal(owner.Key())
	if err != nil {
		return nil, err
	}
	var out []*Object
	cursor := t.tx.Bucket(objectsBucket).Cursor()
	for key, text := cursor.First(); key != nil; key, text = cursor.Next() {
		if !bytes.Contains(text, encoded) {
			continue
		}
		o, err := decode(text)
		if err != nil {
			return nil, err
		}
		if o.Managed == owner.Key() {
			out = append(out, o)
		}
	}
	return out, nil
}

// Hex returns n hexadecimal digits that no earlier call returned. They are the same in every new store.
func (t *Tx) Hex(n int) (string, error) {
	next, err := t.tx.Bucket(countsBucket).NextSequence()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strconv.FormatUint(next, 10)))
	return hex.EncodeToString(sum[:])[:n], nil
}

// Owner returns the object that owns another one, or nil.
func (t *Tx) Owner(o *Object) (*Object, error) {
	if o.Managed == "" {
		return nil, nil
	}
	return t.get(o.Managed)
}
