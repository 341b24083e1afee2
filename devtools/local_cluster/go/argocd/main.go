// Argo CD's application-controller and repo-server, and what they and their tests need besides, as one program: the first
// argument says which part it is.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	controller "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	reposerver "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
)

func main() {
	root := &cobra.Command{Use: "argocd", SilenceUsage: true, SilenceErrors: true}
	root.AddCommand(controller.NewCommand(), reposerver.NewCommand())
	root.AddCommand(newKustomizeCommand(), newRedisCommand(), newLuaCommand())
	if err := root.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
