// A controller that does nothing with each ConnectUser: what its kind of program costs at least, to compare with.
//
// It prints "done" when it has reconciled as many objects as its argument says, and runs until it is stopped.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	wanted, err := strconv.ParseInt(os.Args[1], 10, 64)
	if err != nil {
		return err
	}
	log.SetLogger(logr.Discard())
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{Metrics: server.Options{BindAddress: "0"}})
	if err != nil {
		return err
	}
	users := &unstructured.Unstructured{}
	users.SetGroupVersionKind(schema.GroupVersionKind{
		Group: "connect-operator.io", Version: "v1alpha1", Kind: "ConnectUser",
	})
	var seen atomic.Int64
	nothing := reconcile.Func(func(_ context.Context, _ reconcile.Request) (reconcile.Result, error) {
		if seen.Add(1) == wanted {
			fmt.Println("done")
		}
		return reconcile.Result{}, nil
	})
	if err := ctrl.NewControllerManagedBy(manager).For(users).Complete(nothing); err != nil {
		return err
	}
	return manager.Start(ctrl.SetupSignalHandler())
}
