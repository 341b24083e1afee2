package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	jsonpatch "github.com/evanphx/json-patch"
	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/argo-cd/v3/util/settings"
)

// A question is about an object: how it is and what can be done with it or, with an action, what that does to it.
type question struct {
	Object map[string]any `json:"object"`
	Action string         `json:"action"`
}

type answer struct {
	Health  any             `json:"health,omitempty"`
	Actions any             `json:"actions,omitempty"`
	Patch   json.RawMessage `json:"patch,omitempty"`
}

// newLuaCommand answers as Argo CD's API server would, from the ConfigMap of the cluster that KUBECONFIG names: a list of
// questions on standard input, a list of answers on standard output.
func newLuaCommand() *cobra.Command {
	return &cobra.Command{
		Use:  "lua NAMESPACE",
		Args: cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			var questions []question
			if err := json.NewDecoder(os.Stdin).Decode(&questions); err != nil {
				return err
			}
			vm, err := configuredVM(command.Context(), args[0])
			if err != nil {
				return err
			}
			answers := []answer{}
			for _, each := range questions {
				told, err := answered(vm, each)
				if err != nil {
					return err
				}
				answers = append(answers, told)
			}
			return json.NewEncoder(os.Stdout).Encode(answers)
		},
	}
}

func configuredVM(ctx context.Context, namespace string) (lua.VM, error) {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return lua.VM{}, err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return lua.VM{}, err
	}
	overrides, err := settings.NewSettingsManager(ctx, client, namespace).GetResourceOverrides()
	return lua.VM{ResourceOverrides: overrides}, err
}

func answered(vm lua.VM, asked question) (answer, error) {
	object := &unstructured.Unstructured{Object: asked.Object}
	if asked.Action != "" {
		patch, err := patched(vm, object, asked.Action)
		return answer{Patch: patch}, err
	}
	health, err := lua.ResourceHealthOverrides(vm.ResourceOverrides).GetResourceHealth(object)
	if err != nil {
		return answer{}, err
	}
	scripts, err := vm.GetResourceActionDiscovery(object)
	if err != nil || len(scripts) == 0 {
		return answer{Health: health}, err
	}
	actions, err := vm.ExecuteResourceActionDiscovery(object, scripts)
	return answer{Health: health, Actions: actions}, err
}

// patched is the merge patch that Argo CD's API server makes of what an action returns.
func patched(vm lua.VM, object *unstructured.Unstructured, name string) (json.RawMessage, error) {
	action, err := vm.GetResourceAction(object, name)
	if err != nil {
		return nil, err
	}
	before, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	impacted, err := vm.ExecuteResourceAction(object, action.ActionLua, nil)
	if err != nil {
		return nil, err
	}
	if len(impacted) != 1 || impacted[0].K8SOperation != lua.PatchOperation {
		return nil, fmt.Errorf("action %s changes something else than this object", name)
	}
	after, err := json.Marshal(impacted[0].UnstructuredObj)
	if err != nil {
		return nil, err
	}
	return jsonpatch.CreateMergePatch(before, after)
}
