// Package events simulates EventBridge: rules and targets of the default event bus.
package events
