// Package backup simulates AWS Backup: vaults.
package backup

import (
	"regexp"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/backup"

	"github.com/ashlar-iac/ashlar/integration/cloud"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kernel"
	"github.com/ashlar-iac/ashlar/integration/cloud/aws/kms"
)

// Service returns the types of AWS Backup.
func Service() cloud.Service {
	return cloud.Service{Types: []*cloud.Type{vault()}}
}

func vault() *cloud.Type {
	// Source: API reference of CreateBackupVault, backupVaultName.
	names := kernel.Names{Pattern: regexp.MustCompile(`^[a-zA-Z0-9_-]{2,}$`), Longest: 50,
		Says: "at least 2 letters, digits, - and _"}
	return &cloud.Type{
		Token: "aws:backup/vault:Vault", Args: backup.VaultArgs{}, Resource: &backup.Vault{},
		Name:     "name",
		Replaces: []string{"kmsKeyArn", "name"},
		Defaults: map[string]any{"forceDestroy": false},
		Check: func(c *cloud.Checker) {
			names.Check(c, "name")
			kernel.CheckARNs(c, "kmsKeyArn")
		},
		Create: func(c *cloud.Call) error {
			c.Object.ID = c.Text("name")
			c.Set("arn", kernel.ARN(c, "backup", "backup-vault:"+c.Object.ID))
			c.Set("recoveryPoints", 0.0)
			err := kernel.Unique(c, "name", "AlreadyExistsException", "Backup vault with the same name already exists: %s")
			if err != nil {
				return err
			}
			return setKey(c)
		},
	}
}

// setKey rejects a key that does not exist. The default is the one of AWS.
func setKey(c *cloud.Call) error {
	c.SetDefault("kmsKeyArn", kernel.ARN(c, "kms", "alias/aws/backup"))
	return kms.Need(c, c.Text("kmsKeyArn"), "InvalidParameterValueException", "Invalid key: %s")
}
