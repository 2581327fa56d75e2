package kernel

import (
	"fmt"

	"github.com/ashlar-iac/ashlar/integration/cloud"
)

// Region describes a region.
type Region struct {
	// Partition is the name of its partition.
	Partition string
	// Prefix is the beginning of the ids of its zones.
	Prefix string
	// zones are the letters of its zones.
	zones string
}

// Regions are the regions of "Regions and Availability Zones", with the zones that new accounts see.
func Regions() map[string]Region {
	return map[string]Region{
		"us-east-1":      {"aws", "use1", "abcdef"},
		"us-east-2":      {"aws", "use2", "abc"},
		"us-west-1":      {"aws", "usw1", "ac"},
		"us-west-2":      {"aws", "usw2", "abcd"},
		"af-south-1":     {"aws", "afs1", "abc"},
		"ap-east-1":      {"aws", "ape1", "abc"},
		"ap-east-2":      {"aws", "ape2", "abc"},
		"ap-northeast-1": {"aws", "apne1", "acd"},
		"ap-northeast-2": {"aws", "apne2", "abcd"},
		"ap-northeast-3": {"aws", "apne3", "abc"},
		"ap-south-1":     {"aws", "aps1", "abc"},
		"ap-south-2":     {"aws", "aps2", "abc"},
		"ap-southeast-1": {"aws", "apse1", "abc"},
		"ap-southeast-2": {"aws", "apse2", "abc"},
		"ap-southeast-3": {"aws", "apse3", "abc"},
		"ap-southeast-4": {"aws", "apse4", "abc"},
		"ap-southeast-5": {"aws", "apse5", "abc"},
		"ap-southeast-7": {"aws", "apse7", "abc"},
		"ca-central-1":   {"aws", "cac1", "abd"},
		"ca-west-1":      {"aws", "caw1", "abc"},
		"eu-central-1":   {"aws", "euc1", "abc"},
		"eu-central-2":   {"aws", "euc2", "abc"},
		"eu-north-1":     {"aws", "eun1", "abc"},
		"eu-south-1":     {"aws", "eus1", "abc"},
		"eu-south-2":     {"aws", "eus2", "abc"},
		"eu-west-1":      {"aws", "euw1", "abc"},
		"eu-west-2":      {"aws", "euw2", "abc"},
		"eu-west-3":      {"aws", "euw3", "abc"},
		"il-central-1":   {"aws", "ilc1", "abc"},
		"me-central-1":   {"aws", "mec1", "abc"},
		"me-south-1":     {"aws", "mes1", "abc"},
		"mx-central-1":   {"aws", "mxc1", "abc"},
		"sa-east-1":      {"aws", "sae1", "abc"},
		"us-gov-east-1":  {"aws-us-gov", "usge1", "abc"},
		"us-gov-west-1":  {"aws-us-gov", "usgw1", "abc"},
		"cn-north-1":     {"aws-cn", "cnn1", "abd"},
		"cn-northwest-1": {"aws-cn", "cnnw1", "abc"},
	}
}

// Partition describes a partition: the domain of its endpoints, and its reverse.
type Partition struct{ Suffix, Reverse string }

// Partitions are the partitions by name.
func Partitions() map[string]Partition {
	return map[string]Partition{
		"aws":        {"amazonaws.com", "com.amazonaws"},
		"aws-cn":     {"amazonaws.com.cn", "cn.com.amazonaws"},
		"aws-us-gov": {"amazonaws.com", "com.amazonaws"},
	}
}

// DNSSuffix returns the domain of the endpoints of the caller's partition.
func DNSSuffix(c *cloud.Call) string { return Partitions()[c.Scope.Values["partition"]].Suffix }

// Zones returns the names of the availability zones of a region, sorted.
func Zones(region string) []string {
	var out []string
	for _, letter := range Regions()[region].zones {
		out = append(out, region+string(letter))
	}
	return out
}

// ZoneID returns the id of a zone. Real accounts map names to ids at random.
func ZoneID(region, zone string) string {
	return fmt.Sprintf("%s-az%d", Regions()[region].Prefix, zone[len(zone)-1]-'a'+1)
}

// ReverseDNS returns the reverse domain of the partition, with which service names of VPC endpoints begin.
func ReverseDNS(c *cloud.Call) string { return Partitions()[c.Scope.Values["partition"]].Reverse }
