package ec2

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

// keyName follows "CreateKeyPair", Amazon EC2 API Reference.
var keyName = regexp.MustCompile(`^[\x20-\x7e]{1,255}$`)

const keyPairToken = "aws:ec2/keyPair:KeyPair"

// fingerprint returns the digest of a public key. Source: "Verify the fingerprint of your key pair", Amazon EC2 User
// Guide.
func fingerprint(kind string, material []byte) string {
	if kind == "ssh-ed25519" {
		sum := sha256.Sum256(material)
		return base64.StdEncoding.EncodeToString(sum[:])
	}
	sum := md5.Sum(material) //nolint:gosec // AWS uses MD5 for RSA.
	return strings.ReplaceAll(fmt.Sprintf("% x", sum), " ", ":")
}

func keyPair() *cloud.Type {
	return &cloud.Type{
		Token: keyPairToken, Args: ec2.KeyPairArgs{}, Resource: &ec2.KeyPair{},
		Name:     "keyName",
		Replaces: []string{"keyName", "keyNamePrefix", "publicKey"},
		Check: func(c *cloud.Checker) {
			if name, ok := c.Text("keyName"); ok && !keyName.MatchString(name) {
				c.Add("keyName", "expected keyName to have 1 to 255 ASCII characters, got %s", name)
			}
		},
		Create: func(c *cloud.Call) error {
			parts := strings.Fields(c.Text("publicKey"))
			kinds := map[string]string{"ssh-rsa": "rsa", "ssh-ed25519": "ed25519"}
			if len(parts) < 2 || kinds[parts[0]] == "" {
				return kernel.Refuse("InvalidKey.Format", "Key is not in valid OpenSSH public key format")
			}
			material, err := base64.StdEncoding.DecodeString(parts[1])
			if err != nil {
				return kernel.Refuse("InvalidKey.Format", "Key is not in valid OpenSSH public key format")
			}
			c.Object.ID = c.Text("keyName")
			same, err := c.Here(keyPairToken, c.Object.ID)
			if err != nil {
				return err
			}
			if same != nil {
				return kernel.Refuse("InvalidKeyPair.Duplicate", "The keypair already exists")
			}
			c.Set("arn", kernel.ARN(c, "ec2", "key-pair/"+c.Object.ID))
			c.Set("keyType", kinds[parts[0]])
			c.Set("fingerprint", fingerprint(parts[0], material))
			return kernel.SetNewID(c, "keyPairId", "key-")
		},
	}
}
