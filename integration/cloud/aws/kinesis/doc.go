// Package kinesis simulates Kinesis Data Streams: streams. They hold no records.
//
// The sources of its rules are aws_kinesis_stream in terraform-provider-aws, and the API reference of CreateStream.
// Messages of errors without another source are from memory.
package kinesis
