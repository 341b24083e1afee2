//go:build tools

// Package tools names the programs, so that go.sum pins all that they need. kube-controller-manager is among them so
// that who needs it adds one line to programs.py; it is not built until then.
package tools

import (
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
	_ "k8s.io/kubernetes/cmd/kube-controller-manager"
)
