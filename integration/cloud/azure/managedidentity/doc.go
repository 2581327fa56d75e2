// Package managedidentity simulates user-assigned managed identities and their federated credentials.
//
// Sources: "Naming rules and restrictions for Azure resources", and "Important considerations and restrictions for
// federated identity credentials".
package managedidentity
