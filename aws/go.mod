module github.com/ashlar-iac/ashlar/aws

go 1.25.11
