// Package dynamodb simulates DynamoDB: tables. They hold no items.
//
// The sources of its rules are aws_dynamodb_table in terraform-provider-aws, and the API reference of CreateTable.
// Messages of errors without another source are from memory.
package dynamodb
