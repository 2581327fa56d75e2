module github.com/ashlar-iac/ashlar/azure

go 1.26.6
