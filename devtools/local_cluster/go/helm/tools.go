//go:build tools

// Package tools names the program, so that go.mod requires what it needs and go.sum pins all of it.
package tools

import _ "helm.sh/helm/v4/cmd/helm"
