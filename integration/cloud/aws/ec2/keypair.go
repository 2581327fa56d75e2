package ec2

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/ec2"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
)

const keyPairToken = "aws:ec2/keyPair:KeyPair"

func keyPair() *cloud.Type {
	return &cloud.Type{
		Token: keyPairToken, Args: ec2.KeyPairArgs{}, Resource: &ec2.KeyPair{},
		Name:     "keyName",
		Replaces: []string{"keyName", "keyNamePrefix", "publicKey"},
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
			c.Set("fingerprint", strings.ReplaceAll(fmt.Sprintf("% x", md5.Sum(material)), " ",
				":")) //nolint:gosec // See above.
			return kernel.SetNewID(c, "keyPairId", "key-")
		},
	}
}
