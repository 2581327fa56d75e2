package dynamodb

import (
	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Service returns the types and functions of DynamoDB.
func Service() cloud.Service {
	return cloud.Service{
		Types:     []*cloud.Type{table()},
		Functions: map[string]cloud.Function{"aws:dynamodb/getTable:getTable": getTable},
	}
}
