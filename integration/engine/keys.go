package engine

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Keys is a key management service in this process, which encrypts the data keys of stacks. Without it, each run of the
// CLI derives a key from the passphrase, which takes a quarter of a second of processor time.
//
// Source: HashiCorp Vault, "Transit secrets engine (API)", encrypt data and decrypt data.
type Keys struct {
	server *http.Server
	url    string

	mu sync.Mutex
	// plain are the plain texts of ciphertexts.
	plain map[string]string
}

// ServeKeys starts a key management service on a free port of the loopback interface.
func ServeKeys() (*Keys, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve keys: %w", err)
	}
	k := &Keys{url: "http://" + listener.Addr().String(), plain: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/transit/encrypt/", k.encrypt)
	mux.HandleFunc("/v1/transit/decrypt/", k.decrypt)
	k.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	// The CLI reports a lost connection.
	go func() { _ = k.server.Serve(listener) }()
	return k, nil
}

// Stop stops the service. Its stacks are no longer usable.
func (k *Keys) Stop() { _ = k.server.Close() }

// data are the fields of requests and answers.
type data struct {
	Plaintext  string `json:"plaintext,omitempty"`
	Ciphertext string `json:"ciphertext,omitempty"`
}

func (k *Keys) encrypt(w http.ResponseWriter, r *http.Request) {
	var in data
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out := data{Ciphertext: "vault:v1:" + rand.Text()}
	k.mu.Lock()
	k.plain[out.Ciphertext] = in.Plaintext
	k.mu.Unlock()
	answer(w, out)
}

func (k *Keys) decrypt(w http.ResponseWriter, r *http.Request) {
	var in data
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	k.mu.Lock()
	plain, ok := k.plain[in.Ciphertext]
	k.mu.Unlock()
	if !ok {
		http.Error(w, "unknown ciphertext", http.StatusBadRequest)
		return
	}
	answer(w, data{Plaintext: plain})
}

func answer(w http.ResponseWriter, out data) {
	// The CLI reports a lost connection.
	_ = json.NewEncoder(w).Encode(map[string]data{"data": out})
}
