package controlplane

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/util/cert"
	"k8s.io/client-go/util/keyutil"
)

// certificateLife is the validity of certificates, longer than any control plane runs.
const certificateLife = 365 * 24 * time.Hour

// authority is a certificate authority.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// pair is a certificate with its private key, both as PEM.
type pair struct{ cert, key []byte }

func newAuthority(name string) (*authority, error) {
	key, err := newKey()
	if err != nil {
		return nil, err
	}
	// The clocks of clients may be behind.
	ca, err := cert.NewSelfSignedCACert(cert.Config{CommonName: name, NotBefore: time.Now().Add(-time.Hour)}, key)
	if err != nil {
		return nil, fmt.Errorf("create certificate authority %q: %w", name, err)
	}
	return &authority{cert: ca, key: key}, nil
}

func newKey() (crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("create a private key: %w", err)
	}
	return key, nil
}

// pem returns the certificate and the key of the authority.
func (a *authority) pem() (pair, error) { return encode(a.cert.Raw, a.key) }

// server returns a certificate for the loopback address and the names. It is also a client certificate: the gateway of
// etcd calls etcd with it.
func (a *authority) server(name string, dnsNames []string, ips ...net.IP) (pair, error) {
	return a.issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: name},
		DNSNames:    append([]string{"localhost"}, dnsNames...),
		IPAddresses: append([]net.IP{net.ParseIP(loopback)}, ips...),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	})
}

// client returns a certificate for a Kubernetes user in the groups.
func (a *authority) client(user string, groups ...string) (pair, error) {
	return a.issue(clientTemplate(user, groups))
}

// credential returns a credential of a Kubernetes user in groups, which is valid for a duration.
func (a *authority) credential(user string, groups []string, valid time.Duration) (Credential, error) {
	template := clientTemplate(user, groups)
	template.NotAfter = time.Now().Add(valid)
	made, err := a.issue(template)
	return Credential{Certificate: made.cert, Key: made.key, Expires: template.NotAfter}, err
}

func clientTemplate(user string, groups []string) *x509.Certificate {
	return &x509.Certificate{
		Subject:     pkix.Name{CommonName: user, Organization: groups},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
}

// readAuthority reads an authority that [pair.write] wrote.
func readAuthority(dir, name string) (*authority, error) {
	fail := func(err error) (*authority, error) {
		return nil, fmt.Errorf("read certificate authority %q: %w", name, err)
	}
	certs, err := cert.CertsFromFile(filepath.Join(dir, name+".crt"))
	if err != nil {
		return fail(err)
	}
	key, err := keyutil.PrivateKeyFromFile(filepath.Join(dir, name+".key"))
	if err != nil {
		return fail(err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return fail(fmt.Errorf("key type %T cannot sign", key))
	}
	return &authority{cert: certs[0], key: signer}, nil
}

func (a *authority) issue(template *x509.Certificate) (pair, error) {
	fail := func(err error) (pair, error) {
		return pair{}, fmt.Errorf("issue the certificate of %q: %w", template.Subject.CommonName, err)
	}
	key, err := newKey()
	if err != nil {
		return fail(err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return fail(err)
	}
	template.SerialNumber = serial
	template.NotBefore = a.cert.NotBefore
	if template.NotAfter.IsZero() {
		template.NotAfter = time.Now().Add(certificateLife)
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		return fail(err)
	}
	return encode(der, key)
}

// bareKey returns a private key without a certificate.
func bareKey() (pair, error) {
	key, err := newKey()
	if err != nil {
		return pair{}, err
	}
	return encode(nil, key)
}

func encode(certificate []byte, key crypto.Signer) (pair, error) {
	keyPEM, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return pair{}, fmt.Errorf("encode a private key: %w", err)
	}
	if certificate == nil {
		return pair{key: keyPEM}, nil
	}
	certPEM := pem.EncodeToMemory(&pem.Block{Type: cert.CertificateBlockType, Bytes: certificate})
	return pair{cert: certPEM, key: keyPEM}, nil
}

// write writes <name>.crt, if there is a certificate, and <name>.key. Only this user can read the files.
func (p pair) write(dir, name string) error {
	for suffix, data := range map[string][]byte{".crt": p.cert, ".key": p.key} {
		if data == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name+suffix), data, 0o600); err != nil {
			return fmt.Errorf("write the certificate of %q: %w", name, err)
		}
	}
	return nil
}
